package dev.rookery.graph.store;

import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.table.RecordTable;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tree.ForestCursor;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/// The entries of edges in both forests, and the records of their properties: what is written for
/// an edge, as a part of a change of [GraphEdit].
///
/// Looks at no arguments. Belongs to the thread of the transaction.
final class EdgeEntries {
  /// How many edges of a node that is deleted are read at a time.
  private static final int READ_EDGES_MAX = 1 << 13;

  private final GraphEdit edit;
  private final PageWriter pages;
  private final RecordTable records;
  private final Runnable relief;
  private final HeldBackEdges heldBack = new HeldBackEdges();

  /// @param edit whose buffer the properties are encoded in
  /// @param relief is called when nobody holds a segment
  EdgeEntries(GraphEdit edit, PageWriter pages, RecordTable records, Runnable relief) {
    this.edit = edit;
    this.pages = pages;
    this.records = records;
    this.relief = relief;
  }

  /// Returns whether incoming halves are held back.
  boolean areHeldBack() {
    return !heldBack.isEmpty();
  }

  /// Forgets the halves that are held back.
  void forgetHeldBack() {
    heldBack.clear();
  }

  /// Inserts an edge without properties of a SIMPLE type, and returns whether it is new.
  boolean insertBare(EdgeType type, long from, long to) {
    if (type.outgoing().putIfAbsent(pages, from, to, 0) != FixedSizeForest.ABSENT) {
      return false;
    }
    holdBack(type, to, from);
    return true;
  }

  private void holdBack(EdgeType type, long to, long key) {
    if (heldBack.isFull()) {
      storeHeldBack();
    }
    heldBack.add(type, to, key);
  }

  /// Stores what is held back, as a part of a change.
  void storeHeldBack() {
    if (!heldBack.isEmpty()) {
      heldBack.store(pages, edit, relief);
    }
  }

  /// Inserts an edge that is new, with the first `length` bytes of the buffer as its properties.
  boolean insert(EdgeType type, long from, long to, int ordinal, int length) {
    long record = length == 0 ? 0 : insertRecord(type, from, length);
    type.outgoing().put(pages, from, type.key(to, ordinal), record);
    if (record == 0) {
      holdBack(type, to, type.key(from, ordinal));
    } else {
      type.incoming().put(pages, to, type.key(from, ordinal), record);
    }
    return true;
  }

  private long insertRecord(EdgeType type, long from, int length) {
    return records.insert(pages, owner(type.number(), from), edit.encoded(), length);
  }

  /// What an edge record names as its owner: the type and the source, in whose tree the edge is
  /// found by the record.
  static long owner(int typeNumber, long from) {
    return (long) typeNumber << 40 | from;
  }

  /// Returns the ordinal behind the largest one in use. O(log² edges): ordinals are probed in steps
  /// that double, then halve.
  int nextOrdinal(EdgeType type, long from, long to) {
    ForestCursor cursor = type.outgoing().cursor(pages);
    if (cursor.seek(from) == 0 || !hasOrdinalFrom(cursor, type, to, 0)) {
      return 0;
    }
    int used = 0;
    int step = 1;
    while (used + step < EdgeType.ORDINAL_END && hasOrdinalFrom(cursor, type, to, used + step)) {
      used += step;
      step *= 2;
    }
    for (; step > 0; step /= 2) {
      int probe = used + step;
      if (probe < EdgeType.ORDINAL_END && hasOrdinalFrom(cursor, type, to, probe)) {
        used = probe;
      }
    }
    if (used + 1 == EdgeType.ORDINAL_END) {
      throw new IllegalArgumentException(
          "too many parallel edges type=%s limit=%d".formatted(type.name(), EdgeType.ORDINAL_END));
    }
    return used + 1;
  }

  private static boolean hasOrdinalFrom(ForestCursor cursor, EdgeType type, long to, int ordinal) {
    cursor.seekKey(type.key(to, ordinal));
    return cursor.next() && type.slotOf(cursor.key()) == to;
  }

  /// Makes the first `length` bytes of the encoder's buffer the properties of an edge, at both of
  /// its ends.
  boolean writeProperties(EdgeType type, long from, long key, long record, int length) {
    long stored = record;
    if (length == 0 && record != 0) {
      records.delete(pages, record);
      stored = 0;
    } else if (length > 0) {
      stored =
          record == 0
              ? insertRecord(type, from, length)
              : records.update(pages, record, edit.encoded(), length);
    }
    if (stored != record) {
      storeHeldBack();
      type.outgoing().put(pages, from, key, stored);
      long back = type.key(from, type.ordinalOf(key));
      type.incoming().put(pages, type.slotOf(key), back, stored);
    }
    return true;
  }

  /// Removes an edge that exists, at both ends.
  boolean remove(EdgeType type, long from, long edgeKey, long record) {
    storeHeldBack();
    type.outgoing().remove(pages, from, edgeKey);
    type.incoming().remove(pages, type.slotOf(edgeKey), type.key(from, type.ordinalOf(edgeKey)));
    if (record != 0) {
      records.delete(pages, record);
    }
    return true;
  }

  /// Removes all edges of a slot in one direction, on both ends. A node may have more edges than
  /// there is memory: they are read some at a time.
  void removeAll(long slot, EdgeType type, FixedSizeForest near, FixedSizeForest far) {
    ForestCursor cursor = near.cursor(pages);
    LongArrayList keys = new LongArrayList();
    LongArrayList values = new LongArrayList();
    long left = cursor.seek(slot);
    for (long firstKey = 0; left > 0; left -= keys.size()) {
      keys.clear();
      values.clear();
      cursor.seek(slot);
      cursor.seekKey(firstKey);
      while (keys.size() < Math.min(left, READ_EDGES_MAX) && cursor.next()) {
        keys.add(cursor.key());
        values.add(cursor.value());
      }
      if (keys.isEmpty()) {
        throw pages.corrupt(GraphRoot.PAGE, left + " more edges of slot " + slot, "none");
      }
      firstKey = keys.getLong(keys.size() - 1) + 1;
      removeFarEnds(slot, type, far, keys, values);
    }
    near.removeAll(pages, slot);
  }

  private void removeFarEnds(
      long slot, EdgeType type, FixedSizeForest far, LongArrayList keys, LongArrayList values) {
    for (int i = 0; i < keys.size(); i++) {
      long key = keys.getLong(i);
      far.remove(pages, type.slotOf(key), type.key(slot, type.ordinalOf(key)));
      if (values.getLong(i) != 0) {
        records.delete(pages, values.getLong(i));
      }
      relief.run();
    }
  }
}
