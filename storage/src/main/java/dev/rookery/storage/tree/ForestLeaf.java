package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.CONTENT_OFFSET;
import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.page.PageLayout.PAGE_BYTES;
import static dev.rookery.storage.page.PageLayout.TYPE_OFFSET;
import static dev.rookery.storage.page.PageLayout.unsignedShort;

import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A leaf of a forest, opened for reading: the small trees of a span of neighbouring slots.
///
/// Page (`FOREST_LEAF`, flags = [#SPARSE] | [#WIDE] | [#VALUES], count = n, c = capacity):
///
/// ```
///   offset   bytes  field
///       32       2  first slot (dense), 0 (sparse)
///       34       2  capacity c of the index; even when dense
///       36       2  sources that have entries
///       38       2  length of the payload
///       40       4  region
///       44       2  reserved, zero
///    dense: n slots from the first one on, with or without entries
///       46  2(c+1)  n + 1 offsets
///    48+2c          payload
///    sparse: n slots, each with entries
///       46      2c  n slots, ascending
///    46+2c  2(c+1)  n + 1 offsets
///    48+4c          payload
/// ```
///
/// The block of slot i lies in the payload from offset i to offset i + 1. Its keys lie side by
/// side, ascending (unsigned), 4 bytes each or 8 ([#WIDE]); behind them, in the same order, their
/// values: none, or 6 bytes each ([#VALUES]). The top bit of offset i says that the tree has pages
/// of its own; then the block is a [ForestBigTree] record of 16 bytes.
///
/// An object of this class is reused: [#open] points it to a page and checks the header, so that
/// everything read through it lies inside the page, whatever the page says.
final class ForestLeaf {
  /// Flag: slots without entries are not listed.
  static final int SPARSE = 1;

  /// Flag: keys have 8 bytes.
  static final int WIDE = 2;

  /// Flag: entries have values.
  static final int VALUES = 4;

  /// Bit of an offset: the tree has pages of its own.
  static final int BIG = 0x8000;

  /// Bits of an offset that are the offset.
  static final int OFFSET_MASK = 0x7FFF;

  static final int FIRST_OFFSET = CONTENT_OFFSET;
  static final int CAPACITY_OFFSET = FIRST_OFFSET + Short.BYTES;
  static final int SOURCES_OFFSET = CAPACITY_OFFSET + Short.BYTES;
  static final int PAYLOAD_BYTES_OFFSET = SOURCES_OFFSET + Short.BYTES;
  static final int REGION_OFFSET = PAYLOAD_BYTES_OFFSET + Short.BYTES;
  static final int INDEX_OFFSET = REGION_OFFSET + Integer.BYTES + Short.BYTES;

  /// Where the payload begins if the capacity is 0; a multiple of 4.
  static final int PAYLOAD_OFFSET = INDEX_OFFSET + Short.BYTES;

  /// A tree gets pages of its own when its block would become longer.
  static final int INLINE_BYTES_MAX = PAGE_BYTES / 2;

  /// A tree loses its pages when its block would be shorter.
  static final int BIG_BYTES_MIN = PAGE_BYTES / 4;

  private static final int RECIPROCAL_SHIFT = 20;

  /// What to multiply by instead of dividing by an entry length, for each of [#WIDE] and [#VALUES].
  /// Exact for every multiple of the length that fits a page.
  private static final long[] RECIPROCALS = {
    reciprocal(4), reciprocal(8), reciprocal(10), reciprocal(14)
  };

  /// The segment that the page lies in.
  MemorySegment segment = MemorySegment.NULL;

  /// Where the page begins in its segment.
  long base;

  long pageNumber;
  boolean sparse;
  boolean wide;
  int first;
  int capacity;

  /// Slots listed in the index.
  int count;

  /// Slots that have entries.
  int sources;

  int payloadBytes;
  int keyBytes;
  int valueBytes;
  int entryBytes;

  /// Offset of offset 0 in the segment.
  long offsets;

  /// Offset of the payload in the segment.
  long payload;

  private long reciprocal;
  private @Nullable PageReader pages;

  private static long reciprocal(int entryBytes) {
    return (1L << RECIPROCAL_SHIFT) / entryBytes + 1;
  }

  /// Points to a page.
  ForestLeaf open(PageReader reader, long page, int region) {
    long location = reader.locate(page);
    return open(reader, page, location, region);
  }

  /// Points to a page at a location.
  ForestLeaf open(PageReader reader, long page, long location, int region) {
    pages = reader;
    pageNumber = page;
    segment = reader.segmentAt(location);
    base = PageReader.offsetAt(location);
    // Type, flags and count; then the four numbers of the leaf's own header.
    int head = segment.get(INT, base + TYPE_OFFSET);
    long sizes = segment.get(LONG, base + FIRST_OFFSET);
    if ((byte) head != PageType.FOREST_LEAF || segment.get(INT, base + REGION_OFFSET) != region) {
      throw corrupt("a leaf of region " + region, "another page");
    }
    setFlags((head >>> Byte.SIZE) & 0xFF);
    count = head >>> Short.SIZE;
    first = (int) sizes & 0xFFFF;
    setCapacity((int) (sizes >>> Short.SIZE) & 0xFFFF);
    sources = (int) (sizes >>> (2 * Short.SIZE)) & 0xFFFF;
    payloadBytes = (int) (sizes >>> (3 * Short.SIZE));
    if (count == 0
        || count > capacity
        || ((capacity & 1) != 0 && !sparse)
        || payload - base + payloadBytes > PAGE_BYTES
        || first + (sparse ? 0 : count) > ForestLayout.REGION_SLOTS) {
      throw corrupt("an index and a payload inside the page", describe());
    }
    return this;
  }

  /// Makes the leaf one that holds nothing.
  void clear() {
    segment = MemorySegment.NULL;
    sparse = false;
    count = 0;
  }

  /// Sets what follows from the flags.
  void setFlags(int flags) {
    if ((flags & ~(SPARSE | WIDE | VALUES)) != 0) {
      throw corrupt("known flags of a leaf", Integer.toBinaryString(flags & 0xFF));
    }
    sparse = (flags & SPARSE) != 0;
    wide = (flags & WIDE) != 0;
    keyBytes = wide ? Long.BYTES : Integer.BYTES;
    valueBytes = (flags & VALUES) != 0 ? ForestLayout.SHORT_LONG_BYTES : 0;
    entryBytes = keyBytes + valueBytes;
    reciprocal = RECIPROCALS[flags >>> 1];
  }

  /// Sets what follows from the capacity.
  void setCapacity(int slots) {
    capacity = slots;
    offsets = base + INDEX_OFFSET + (sparse ? 2L * slots : 0);
    payload = base + PAYLOAD_OFFSET + (sparse ? 4L : 2L) * slots;
  }

  /// Returns the bytes that neither index nor payload need, without the slack of the index.
  int freeBytes() {
    return (int) (base + PAGE_BYTES - payload) - payloadBytes;
  }

  /// Returns how many bytes of the page are in use.
  int usedBytes() {
    return PAYLOAD_OFFSET + (sparse ? 2 : 1) * Short.BYTES * count + payloadBytes;
  }

  /// Returns the index of a slot, or `-1 - i` if it is not listed, where i is the index it would
  /// get: -1 before the listed slots, `-1 - count` behind them.
  int find(int slot) {
    if (!sparse) {
      int index = slot - first;
      return index < 0 ? -1 : index < count ? index : -1 - count;
    }
    long slots = base + INDEX_OFFSET;
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (unsignedShort(segment, slots + 2L * middle) < slot) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low < count && unsignedShort(segment, slots + 2L * low) == slot ? low : -1 - low;
  }

  /// Returns the index of the first slot with entries at or behind the given one, or at least
  /// [#count] if there is none. Where the index of a slot before it is known, it saves the search;
  /// else -1.
  int next(int slot, int known) {
    if (!sparse) {
      int index = Math.max(0, slot - first);
      while (index < count && length(segment.get(INT, offsets + 2L * index)) == 0) {
        index++;
      }
      return index;
    }
    int index = known + 1;
    if (known < 0 || index >= count || slotAt(known) >= slot || slotAt(index) < slot) {
      index = find(slot);
      index = index < 0 ? -1 - index : index;
    }
    if (index < count && slotAt(index) < slot) {
      throw corrupt("ascending slots", "slot " + slotAt(index) + " behind " + slot);
    }
    return index;
  }

  /// Returns the slot at an index.
  int slotAt(int index) {
    return sparse ? unsignedShort(segment, base + INDEX_OFFSET + 2L * index) : first + index;
  }

  /// Returns the offsets where the block at an index begins (lower half, with its [#BIG] bit) and
  /// ends (upper half).
  int pairAt(int index) {
    int pair = segment.get(INT, offsets + 2L * index);
    int start = pair & OFFSET_MASK;
    int end = end(pair);
    if (start > end || end > payloadBytes) {
      throw corrupt("ascending offsets inside the payload", start + " and " + end);
    }
    if ((pair & BIG) != 0 && end - start != ForestBigTree.RECORD_BYTES) {
      throw corrupt("a record of a big tree", "a block of " + (end - start) + " bytes");
    }
    return pair;
  }

  /// Returns the offset where a block ends, inside the payload.
  static int end(int pair) {
    return (pair >>> Short.SIZE) & OFFSET_MASK;
  }

  /// Returns the length of a block.
  static int length(int pair) {
    return end(pair) - (pair & OFFSET_MASK);
  }

  /// Returns where a block begins in the segment.
  long start(int pair) {
    return payload + (pair & OFFSET_MASK);
  }

  /// Returns how many entries a block of some length has.
  int entries(int blockBytes) {
    return (int) ((blockBytes * reciprocal) >>> RECIPROCAL_SHIFT);
  }

  /// Returns the key at an index of a block.
  long key(long keys, int index) {
    return wide
        ? segment.get(LONG, keys + 8L * index)
        : Integer.toUnsignedLong(segment.get(INT, keys + 4L * index));
  }

  /// Returns the value at an index of a block with `size` entries.
  long value(long keys, int size, int index) {
    if (valueBytes == 0) {
      return 0;
    }
    return ForestLayout.shortLong(segment, valueOffset(keys, size, index));
  }

  /// Returns where the value at an index of a block with `size` entries lies in the segment.
  long valueOffset(long keys, int size, int index) {
    return keys + (long) size * keyBytes + (long) index * valueBytes;
  }

  /// Returns the index of the first key of a block that is not smaller than the given one
  /// (unsigned).
  int lowerBound(long keys, int size, long key) {
    if (wide) {
      return lowerBoundWide(keys, size, key);
    }
    if (ForestBigTree.isWide(key)) {
      return size;
    }
    // Without a branch that depends on the key: nobody could predict it.
    int sought = (int) key + Integer.MIN_VALUE;
    int low = 0;
    int length = size;
    while (length > 0) {
      int half = (length + 1) >>> 1;
      int found = segment.get(INT, keys + 4L * (low + half - 1)) + Integer.MIN_VALUE;
      low += found < sought ? half : 0;
      length -= half;
    }
    return low;
  }

  private int lowerBoundWide(long keys, int size, long key) {
    long sought = key + Long.MIN_VALUE;
    int low = 0;
    int length = size;
    while (length > 0) {
      int half = (length + 1) >>> 1;
      long found = segment.get(LONG, keys + 8L * (low + half - 1)) + Long.MIN_VALUE;
      low += found < sought ? half : 0;
      length -= half;
    }
    return low;
  }

  /// Returns the exception for a page that contradicts itself.
  RuntimeException corrupt(String expected, String found) {
    return Objects.requireNonNull(pages).corrupt(pageNumber, expected, found);
  }

  private String describe() {
    return "first=%d count=%d capacity=%d payload=%d"
        .formatted(first, count, capacity, payloadBytes);
  }
}
