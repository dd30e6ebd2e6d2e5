package dev.rookery.graph.store;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.table.RecordTable;
import dev.rookery.storage.tree.BareEntries;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.storage.tx.PageWriteTransaction;
import it.unimi.dsi.fastutil.longs.LongArrays;
import java.lang.foreign.MemorySegment;

/// Writes a graph anew, its nodes in another order: slots are given by position, ids stay.
///
/// The old graph is read as it was when the transaction began. So all its pages can be given back
/// before the first one is written: the new graph takes the lowest of them, and nothing but free
/// pages is left behind it. What readers see lies in the data file and in scratch until none of
/// them needs it, as with every commit.
///
/// Memory: that of the transaction, which spills, and arrays for at most [#CHUNK] edges of one node
/// and [#BARE_COUNT_MAX] bare ones. Belongs to the thread of the transaction; what fails leaves the
/// transaction to be rolled back.
final class GraphRewrite {
  /// How many edges of a node are brought into order at once. Of a node with more, each part is.
  private static final int CHUNK = 1 << 16;

  /// How many bare edges are stored together.
  private static final int BARE_COUNT_MAX = 1 << 17;

  private final GraphStore store;
  private final PageReader oldPages;
  private final GraphView old;
  private final PageWriteTransaction pages;
  private final SlotOrder order;
  private final Progress progress;
  private final PropertyBytes properties = new PropertyBytes();
  private final long[] keys = new long[CHUNK];
  private final long[] values = new long[CHUNK];
  private final BareEntries bare = new BareEntries();
  private byte[] bytes = new byte[256];

  GraphRewrite(GraphStore store, PageWriteTransaction pages, SlotOrder order, Progress progress) {
    this.store = store;
    this.oldPages = pages.before();
    this.old = new GraphView(store, oldPages);
    this.pages = pages;
    this.order = order;
    this.progress = progress;
  }

  void run() {
    clear();
    writeNodes();
    for (int number = 1; number <= old.typeCount(); number++) {
      EdgeType from = old.type(number);
      EdgeType type = EdgeTypes.create(pages, number, from.name(), from.multi());
      // Incoming edges look their records up among the outgoing ones.
      writeEdges(type, from.outgoing(), false);
      writeEdges(type, from.incoming(), true);
    }
  }

  private void clear() {
    progress.at("giving pages back", 0, 1);
    for (int number = 1; number <= old.typeCount(); number++) {
      EdgeTypes.drop(pages, old.type(number));
      pages.relieve();
    }
    store.nodeRecords().clear(pages);
    store.edgeRecords().clear(pages);
    store.nodes().clearSlots(pages);
    pages.relieve();
    EdgeTypes.move(pages);
    Symbols.move(pages, oldPages);
    store.nodes().moveTranslation(pages, pages::relieve);
  }

  private void writeNodes() {
    long count = order.count();
    for (long position = 0; position < count; position++) {
      progress.step("nodes", position, count);
      long slot = order.slotAt(position);
      store.nodes().place(pages, position, old.nodeOf(slot), old.labelOf(slot));
      writeProperties(slot, position);
      pages.relieve();
    }
    store.nodes().placed(pages, count);
  }

  private void writeProperties(long slot, long position) {
    long record = old.recordOf(slot);
    old.nodeProperties(slot, properties);
    int length = properties.length();
    if (length == 0) {
      return;
    }
    copyBytes(length);
    MemorySegment cell = store.nodes().modifyCell(pages, position);
    if (record == 0) {
      cell.set(PageLayout.BYTE, 0, (byte) length);
      MemorySegment.copy(bytes, 0, cell, PageLayout.BYTE, 1, length);
      return;
    }
    long stored = store.nodeRecords().insert(pages, position, bytes, length);
    GraphEdit.setRecord(store.nodes().modifyCell(pages, position), stored);
  }

  private void copyBytes(int length) {
    if (bytes.length < length) {
      bytes = new byte[Math.max(length, 2 * bytes.length)];
    }
    MemorySegment.copy(
        properties.segment(), PageLayout.BYTE, properties.offset(), bytes, 0, length);
  }

  private void writeEdges(EdgeType type, FixedSizeForest from, boolean isIncoming) {
    FixedSizeForest forest = isIncoming ? type.incoming() : type.outgoing();
    ForestCursor cursor = from.cursor(oldPages);
    String phase = (isIncoming ? "incoming edges " : "outgoing edges ") + type.name();
    long count = order.count();
    for (long position = 0; position < count; position++) {
      progress.step(phase, position, count);
      long degree = cursor.seek(order.slotAt(position));
      for (long left = degree; left > 0; left -= CHUNK) {
        int part = (int) Math.min(left, CHUNK);
        read(type, cursor, part);
        LongArrays.quickSort(keys, values, 0, part);
        for (int i = 0; i < part; i++) {
          writeEdge(type, forest, position, i, isIncoming);
        }
      }
    }
    storeBare(forest);
  }

  /// Writes the edge at an index of the part. Bare ones are collected, and stored many together.
  private void writeEdge(
      EdgeType type, FixedSizeForest forest, long position, int index, boolean isIncoming) {
    long key = keys[index];
    if (values[index] == 0) {
      bare.add(position, key);
      if (bare.count() == BARE_COUNT_MAX) {
        storeBare(forest);
      }
      return;
    }
    long record = isIncoming ? recordOf(type, position, key) : copyRecord(type, position, index);
    forest.put(pages, position, key, record);
    pages.relieve();
  }

  private void storeBare(FixedSizeForest forest) {
    forest.putAll(pages, bare, pages::relieve);
    bare.clear();
  }

  private void read(EdgeType type, ForestCursor cursor, int part) {
    for (int i = 0; i < part; i++) {
      if (!cursor.next()) {
        throw oldPages.corrupt(GraphRoot.PAGE, "as many edges as counted", "fewer");
      }
      long key = cursor.key();
      long position = order.positionOf(type.slotOf(key));
      if (position < 0) {
        throw oldPages.corrupt(GraphRoot.PAGE, "an edge to a node", "slot " + type.slotOf(key));
      }
      keys[i] = type.key(position, type.ordinalOf(key));
      values[i] = cursor.value();
    }
  }

  private long copyRecord(EdgeType type, long position, int index) {
    old.edgeProperties(values[index], properties);
    copyBytes(properties.length());
    RecordTable records = store.edgeRecords();
    long owner = EdgeEntries.owner(type.number(), position);
    return records.insert(pages, owner, bytes, properties.length());
  }

  /// Returns the record of an incoming edge, which the outgoing half names.
  private long recordOf(EdgeType type, long position, long key) {
    long back = type.key(position, type.ordinalOf(key));
    long record = type.outgoing().get(pages, type.slotOf(key), back);
    if (record == FixedSizeForest.ABSENT) {
      throw oldPages.corrupt(GraphRoot.PAGE, "an edge at both ends", "slot " + position);
    }
    return record;
  }
}
