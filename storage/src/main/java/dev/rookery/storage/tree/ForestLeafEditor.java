package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.COUNT_OFFSET;
import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.page.PageLayout.SHORT;
import static dev.rookery.storage.page.PageLayout.unsignedShort;

import java.lang.foreign.MemorySegment;

/// Changes inside a leaf whose encoding stays as it is: one entry comes or goes, and the bytes
/// behind it move.
///
/// The leaf must be opened on a modified page. What does not fit is refused before anything is
/// changed; [ForestLeafContent] then writes the leaf anew.
final class ForestLeafEditor {
  /// A dense index grows to at most this many slots for each source, and then turns sparse.
  private static final int DENSE_SLOTS_PER_SOURCE = 4;

  /// A dense index may always have this many slots.
  private static final int DENSE_SLOTS_MIN = 16;

  /// A sparse index that could be this dense is written anew instead of growing.
  private static final int SPARSE_SLOTS_PER_SOURCE = 2;

  /// 1 in each of four numbers of 16 bits.
  private static final long EACH_SHORT = 0x0001_0001_0001_0001L;

  private ForestLeafEditor() {}

  /// Inserts an entry that does not exist and returns whether there was room for it in the leaf as
  /// it is encoded.
  static boolean insert(ForestLeaf leaf, int slot, long key, long value) {
    if ((ForestBigTree.isWide(key) && !leaf.wide) || (value != 0 && leaf.valueBytes == 0)) {
      return false;
    }
    int index = leaf.find(slot);
    if (index < 0) {
      if (!addSlot(leaf, slot, -1 - index)) {
        return false;
      }
      index = leaf.find(slot);
    } else if (leaf.freeBytes() < leaf.entryBytes) {
      return false;
    }
    int pair = leaf.pairAt(index);
    int blockBytes = ForestLeaf.length(pair);
    if (blockBytes + leaf.entryBytes > ForestLeaf.INLINE_BYTES_MAX) {
      return false;
    }
    if (blockBytes == 0) {
      setSources(leaf, leaf.sources + 1);
    }
    int size = leaf.entries(blockBytes);
    insertAt(leaf, index, leaf.lowerBound(leaf.start(pair), size, key), key, value);
    return true;
  }

  /// Removes the entry at a position of the block at an index.
  static void remove(ForestLeaf leaf, int index, int position) {
    int pair = leaf.pairAt(index);
    int size = leaf.entries(ForestLeaf.length(pair));
    if (size == 1) {
      removeBlock(leaf, index);
      return;
    }
    long keys = leaf.start(pair);
    long key = keys + (long) position * leaf.keyBytes;
    long values = keys + (long) size * leaf.keyBytes;
    long value = values + (long) position * leaf.valueBytes;
    long end = leaf.payload + ForestLeaf.end(pair);
    MemorySegment segment = leaf.segment;
    move(segment, key + leaf.keyBytes, key, value - key - leaf.keyBytes);
    move(segment, value + leaf.valueBytes, value - leaf.keyBytes, end - value - leaf.valueBytes);
    resize(leaf, index, ForestLeaf.length(pair) - leaf.entryBytes);
  }

  /// Removes the block at an index.
  static void removeBlock(ForestLeaf leaf, int index) {
    resize(leaf, index, 0);
    setSources(leaf, leaf.sources - 1);
    long offset = leaf.offsets + 2L * index;
    if (leaf.sparse) {
      move(leaf.segment, offset + 2, offset, 2L * (leaf.count - index));
      long slot = leaf.base + ForestLeaf.INDEX_OFFSET + 2L * index;
      move(leaf.segment, slot + 2, slot, 2L * (leaf.count - index - 1));
      setCount(leaf, leaf.count - 1);
    } else {
      leaf.segment.set(
          SHORT, offset, (short) (unsignedShort(leaf.segment, offset) & ForestLeaf.OFFSET_MASK));
    }
  }

  private static void insertAt(ForestLeaf leaf, int index, int position, long key, long value) {
    int pair = leaf.pairAt(index);
    int size = leaf.entries(ForestLeaf.length(pair));
    resize(leaf, index, ForestLeaf.length(pair) + leaf.entryBytes);
    MemorySegment segment = leaf.segment;
    long keys = leaf.start(pair);
    long keyAt = keys + (long) position * leaf.keyBytes;
    long keysEnd = keys + (long) size * leaf.keyBytes;
    if (leaf.valueBytes > 0) {
      long valueAt = keysEnd + (long) position * leaf.valueBytes;
      long valuesEnd = keysEnd + (long) size * leaf.valueBytes;
      move(segment, valueAt, valueAt + leaf.entryBytes, valuesEnd - valueAt);
      move(segment, keysEnd, keysEnd + leaf.keyBytes, valueAt - keysEnd);
      ForestLayout.setShortLong(segment, valueAt + leaf.keyBytes, value);
    }
    move(segment, keyAt, keyAt + leaf.keyBytes, keysEnd - keyAt);
    if (leaf.wide) {
      segment.set(LONG, keyAt, key);
    } else {
      segment.set(INT, keyAt, (int) key);
    }
  }

  /// Lists a slot without entries, if there is room for that and for one entry.
  private static boolean addSlot(ForestLeaf leaf, int slot, int index) {
    if (leaf.sparse) {
      return addSparseSlot(leaf, slot, index);
    }
    int before = Math.max(0, leaf.first - slot);
    int count = before > 0 ? leaf.count + before : slot - leaf.first + 1;
    if (count > DENSE_SLOTS_PER_SOURCE * (leaf.sources + 1) + DENSE_SLOTS_MIN
        || !reserve(leaf, count)) {
      return false;
    }
    MemorySegment segment = leaf.segment;
    if (before > 0) {
      move(segment, leaf.offsets, leaf.offsets + 2L * before, 2L * (leaf.count + 1));
      fill(segment, leaf.offsets, before, 0);
      leaf.first = slot;
      segment.set(SHORT, leaf.base + ForestLeaf.FIRST_OFFSET, (short) slot);
    } else {
      long end = leaf.offsets + 2L * (leaf.count + 1);
      fill(segment, end, count - leaf.count, leaf.payloadBytes);
    }
    setCount(leaf, count);
    return true;
  }

  private static boolean addSparseSlot(ForestLeaf leaf, int slot, int index) {
    if (leaf.count == leaf.capacity) {
      int low = Math.min(slot, leaf.slotAt(0));
      int high = Math.max(slot, leaf.slotAt(leaf.count - 1));
      if (high - low < SPARSE_SLOTS_PER_SOURCE * (leaf.count + 1)) {
        return false;
      }
    }
    if (!reserve(leaf, leaf.count + 1)) {
      return false;
    }
    MemorySegment segment = leaf.segment;
    long slotAt = leaf.base + ForestLeaf.INDEX_OFFSET + 2L * index;
    move(segment, slotAt, slotAt + 2, 2L * (leaf.count - index));
    segment.set(SHORT, slotAt, (short) slot);
    long offset = leaf.offsets + 2L * index;
    move(segment, offset, offset + 2, 2L * (leaf.count + 1 - index));
    segment.set(SHORT, offset, (short) (unsignedShort(segment, offset) & ForestLeaf.OFFSET_MASK));
    setCount(leaf, leaf.count + 1);
    return true;
  }

  /// Makes the index large enough for some slots while an entry still fits, or returns `false`.
  private static boolean reserve(ForestLeaf leaf, int count) {
    int room = leaf.freeBytes() - leaf.entryBytes;
    if (count <= leaf.capacity) {
      return room >= 0;
    }
    int slotBytes = leaf.sparse ? 2 * Short.BYTES : Short.BYTES;
    int roomSlots = (room / slotBytes) & -2;
    int needed = (count - leaf.capacity + 1) & -2;
    if (room < 0 || needed > roomSlots) {
      return false;
    }
    int grown = Math.min(roomSlots, Math.max(needed, (leaf.capacity / 8 + 2) & -2));
    long payload = leaf.payload;
    long offsets = leaf.offsets;
    leaf.setCapacity(leaf.capacity + grown);
    move(leaf.segment, payload, leaf.payload, leaf.payloadBytes);
    move(leaf.segment, offsets, leaf.offsets, 2L * (leaf.count + 1));
    leaf.segment.set(SHORT, leaf.base + ForestLeaf.CAPACITY_OFFSET, (short) leaf.capacity);
    return true;
  }

  /// Gives the block at an index another length: what lies behind it moves.
  private static void resize(ForestLeaf leaf, int index, int bytes) {
    int pair = leaf.pairAt(index);
    int delta = bytes - ForestLeaf.length(pair);
    long end = leaf.payload + ForestLeaf.end(pair);
    MemorySegment segment = leaf.segment;
    move(segment, end, end + delta, leaf.payloadBytes - ForestLeaf.end(pair));
    long offset = leaf.offsets + 2L * (index + 1);
    long offsetsEnd = leaf.offsets + 2L * (leaf.count + 1);
    // Four offsets at a time: they stay below 2^15, so none carries into its neighbour.
    long all = Math.abs(delta) * EACH_SHORT;
    for (; offset + Long.BYTES <= offsetsEnd; offset += Long.BYTES) {
      long four = segment.get(LONG, offset);
      segment.set(LONG, offset, delta < 0 ? four - all : four + all);
    }
    for (; offset < offsetsEnd; offset += Short.BYTES) {
      segment.set(SHORT, offset, (short) (segment.get(SHORT, offset) + delta));
    }
    leaf.payloadBytes += delta;
    segment.set(SHORT, leaf.base + ForestLeaf.PAYLOAD_BYTES_OFFSET, (short) leaf.payloadBytes);
  }

  private static void setCount(ForestLeaf leaf, int count) {
    leaf.count = count;
    leaf.segment.set(SHORT, leaf.base + COUNT_OFFSET, (short) count);
  }

  private static void setSources(ForestLeaf leaf, int sources) {
    leaf.sources = sources;
    leaf.segment.set(SHORT, leaf.base + ForestLeaf.SOURCES_OFFSET, (short) sources);
  }

  private static void fill(MemorySegment segment, long offset, int count, int value) {
    for (int i = 0; i < count; i++) {
      segment.set(SHORT, offset + 2L * i, (short) value);
    }
  }

  private static void move(MemorySegment segment, long from, long to, long bytes) {
    if (bytes > 0) {
      MemorySegment.copy(segment, from, segment, to, bytes);
    }
  }
}
