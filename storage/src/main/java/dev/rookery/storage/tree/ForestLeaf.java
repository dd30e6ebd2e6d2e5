package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.CONTENT_OFFSET;
import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.page.PageLayout.PAGE_BYTES;
import static dev.rookery.storage.page.PageLayout.TYPE_OFFSET;
import static dev.rookery.storage.page.PageLayout.unsignedShort;

import dev.rookery.storage.page.PageBlocks;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A leaf of a forest, opened for reading: the small trees of a span of neighbouring slots.
///
/// Page (`FOREST_LEAF`, flags = [#SPARSE] | [#WIDE] | [#VALUES], count = n):
///
/// ```
///   offset   bytes  field
///       32       2  first slot (dense), 0 (sparse)
///       34       2  sources that have entries
///       36       2  offset in the page where the lowest block may begin
///       38       2  length of all blocks together
///       40       4  region
///       44       4  reserved, zero
///    dense: n slots from the first one on, with or without entries
///       48      4n  n block words
///    sparse: n slots, ascending, each with entries
///       48      6n  {slot, 2 bytes; block word, 4 bytes} n times
/// ```
///
/// A block word is 0 for a slot without entries; else, from its lowest bit on: 14 bits, where the
/// block begins in the page; 14 bits, its length, both in units of 2 bytes; 3 bits, its *slack*;
/// [#BIG]. The index grows up and the blocks grow down, towards each other, and blocks lie in any
/// order: an entry that comes or goes moves what is in its own block, and nothing else. With a
/// slack of s > 0 and n entries, a block has room for the next multiple of 2^s above n entries;
/// with 0, it has none. What lies between blocks otherwise is dead until the leaf is compacted.
///
/// The keys of a block lie side by side, ascending (unsigned), 4 bytes each or 8 ([#WIDE]); behind
/// them, in the same order, their values: none, or 6 bytes each ([#VALUES]). [#BIG] says that the
/// tree has pages of its own; then the block is a [ForestBigTree] record of 16 bytes.
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

  /// Bit of a block word: the tree has pages of its own.
  static final int BIG = 1 << 31;

  /// Bits of a block word that are the start, and, shifted, the length, in units.
  static final int UNITS_MASK = 0x3FFF;

  /// How far the length of a block is shifted in its word.
  static final int LENGTH_SHIFT = 14;

  /// How far the slack of a block is shifted in its word.
  static final int SLACK_SHIFT = 28;

  /// The largest slack.
  static final int SLACK_MAX = 7;

  /// Base-2 logarithm of the unit of starts and lengths.
  private static final int UNIT_SHIFT = 1;

  static final int FIRST_OFFSET = CONTENT_OFFSET;
  static final int SOURCES_OFFSET = FIRST_OFFSET + Short.BYTES;
  static final int BLOCKS_OFFSET = SOURCES_OFFSET + Short.BYTES;
  static final int LIVE_BYTES_OFFSET = BLOCKS_OFFSET + Short.BYTES;
  static final int REGION_OFFSET = LIVE_BYTES_OFFSET + Short.BYTES;
  static final int INDEX_OFFSET = REGION_OFFSET + 2 * Integer.BYTES;

  /// Length of what a dense index has for each slot.
  static final int DENSE_BYTES = Integer.BYTES;

  /// Length of what a sparse index has for each slot.
  static final int SPARSE_BYTES = Short.BYTES + Integer.BYTES;

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

  /// Slots listed in the index.
  int count;

  /// Slots that have entries.
  int sources;

  /// Offset in the page where the lowest block may begin.
  int blocks;

  /// Length of all blocks together.
  int liveBytes;

  int keyBytes;
  int valueBytes;
  int entryBytes;

  /// What has changed since the leaf was opened, by [ForestLeafEditor] (see [PageBlocks]).
  long changed;

  /// Offset of block word 0 in the segment, and how far it is from one to the next.
  private long words;

  private int wordStep;

  /// The flags that say how wide keys and values are; none was looked at yet.
  private int widths = -1;

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
    sources = (int) (sizes >>> Short.SIZE) & 0xFFFF;
    blocks = (int) (sizes >>> (2 * Short.SIZE)) & 0xFFFF;
    liveBytes = (int) (sizes >>> (3 * Short.SIZE));
    changed = 0;
    if (count == 0
        || blocks > PAGE_BYTES
        || freeBytes() < 0
        || liveBytes > PAGE_BYTES - blocks
        || first + (sparse ? 0 : count) > ForestLayout.REGION_SLOTS) {
      throw corrupt("an index and blocks inside the page", describe());
    }
    return this;
  }

  /// Returns what the header says that finding entries takes, for [#openAgain]; never 0.
  long header() {
    int flags = (sparse ? SPARSE : 0) | (wide ? WIDE : 0) | (valueBytes == 0 ? 0 : VALUES);
    return first
        | (long) blocks << Short.SIZE
        | (long) count << (2 * Short.SIZE)
        | (long) flags << (3 * Short.SIZE);
  }

  /// Points to a page that was opened before and has not changed, without touching it. Tells all
  /// but [#sources] and [#liveBytes].
  void openAgain(PageReader reader, long page, long location, long header) {
    pages = reader;
    segment = reader.segmentAt(location);
    pageNumber = page;
    base = PageReader.offsetAt(location);
    first = (int) header & 0xFFFF;
    blocks = (int) header >>> Short.SIZE;
    count = (int) (header >>> (2 * Short.SIZE)) & 0xFFFF;
    int flags = (int) (header >>> (3 * Short.SIZE));
    setWidths(flags);
    setIndex(flags);
  }

  /// Makes the leaf one that holds nothing.
  void clear() {
    segment = MemorySegment.NULL;
    sparse = false;
    count = 0;
    liveBytes = 0;
  }

  /// Sets what follows from the flags.
  void setFlags(int flags) {
    if ((flags & ~(SPARSE | WIDE | VALUES)) != 0) {
      throw corrupt("known flags of a leaf", Integer.toBinaryString(flags & 0xFF));
    }
    setWidths(flags);
    setIndex(flags);
  }

  private void setIndex(int flags) {
    sparse = (flags & SPARSE) != 0;
    wordStep = sparse ? SPARSE_BYTES : DENSE_BYTES;
    words = base + INDEX_OFFSET + (sparse ? Short.BYTES : 0);
  }

  private void setWidths(int flags) {
    int found = flags >>> 1;
    if (found != widths) {
      widths = found;
      wide = (flags & WIDE) != 0;
      keyBytes = wide ? Long.BYTES : Integer.BYTES;
      valueBytes = (flags & VALUES) != 0 ? ForestLayout.SHORT_LONG_BYTES : 0;
      entryBytes = keyBytes + valueBytes;
      reciprocal = RECIPROCALS[found];
    }
  }

  /// Takes note of a stretch that has changed.
  void note(long offset, long length) {
    changed |= PageBlocks.of(offset - base, length);
  }

  /// Returns how many bytes lie between the index and the blocks.
  int freeBytes() {
    return blocks - INDEX_OFFSET - wordStep * count;
  }

  /// Returns how many bytes of the page are in use.
  int usedBytes() {
    return INDEX_OFFSET + wordStep * count + liveBytes;
  }

  /// Returns how long the index is for each slot.
  int wordStep() {
    return wordStep;
  }

  /// Returns the index of a slot, or `-1 - i` if it is not listed, where i is the index it would
  /// get: -1 before the listed slots, `-1 - count` behind them.
  int find(int slot) {
    if (!sparse) {
      int index = slot - first;
      return index < 0 ? -1 : index < count ? index : -1 - count;
    }
    // Without a branch that depends on the slot: nobody could predict it.
    long slots = base + INDEX_OFFSET;
    int low = 0;
    int length = count;
    while (length > 0) {
      int half = (length + 1) >>> 1;
      long middle = slots + (long) SPARSE_BYTES * (low + half - 1);
      low += unsignedShort(segment, middle) < slot ? half : 0;
      length -= half;
    }
    return low < count && slotAt(low) == slot ? low : -1 - low;
  }

  /// Returns the index of the first slot with entries at or behind the given one, or at least
  /// [#count] if there is none. Where the index of a slot before it is known, it saves the search;
  /// else -1.
  int next(int slot, int known) {
    if (!sparse) {
      int index = Math.max(0, slot - first);
      while (index < count && segment.get(INT, words + (long) DENSE_BYTES * index) == 0) {
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
    return sparse
        ? unsignedShort(segment, base + INDEX_OFFSET + (long) SPARSE_BYTES * index)
        : first + index;
  }

  /// Returns where the block word at an index lies in the segment.
  long wordOffset(int index) {
    return words + (long) wordStep * index;
  }

  /// Returns the block word at an index, after making sure that the block lies in the page.
  int blockAt(int index) {
    int block = segment.get(INT, wordOffset(index));
    int start = startInPage(block);
    if (start + length(block) > PAGE_BYTES || (start < blocks && block != 0)) {
      throw corrupt("a block between " + blocks + " and the end", describe(block));
    }
    if (block < 0 && length(block) != ForestBigTree.RECORD_BYTES) {
      throw corrupt("a record of a big tree", describe(block));
    }
    return block;
  }

  /// Makes sure that the blocks are as long together as the page says, so that overlapping ones are
  /// not taken for more than a page holds.
  void checkLiveBytes() {
    int bytes = 0;
    for (int index = 0; index < count; index++) {
      bytes += length(blockAt(index));
    }
    if (bytes != liveBytes) {
      throw corrupt("blocks of " + liveBytes + " bytes", bytes + " bytes");
    }
  }

  /// Returns a block word.
  ///
  /// @param flags [#BIG] or nothing
  static int word(int start, int length, int slack, int flags) {
    return start >> UNIT_SHIFT
        | length >> UNIT_SHIFT << LENGTH_SHIFT
        | slack << SLACK_SHIFT
        | flags;
  }

  /// Returns where a block begins in the page.
  static int startInPage(int block) {
    return (block & UNITS_MASK) << UNIT_SHIFT;
  }

  /// Returns the length of a block.
  static int length(int block) {
    return (block >>> LENGTH_SHIFT & UNITS_MASK) << UNIT_SHIFT;
  }

  /// Returns the slack of a block.
  static int slack(int block) {
    return block >>> SLACK_SHIFT & SLACK_MAX;
  }

  /// Returns where a block begins in the segment.
  long start(int block) {
    return base + startInPage(block);
  }

  /// Returns how many bytes a block may grow to where it lies.
  int room(int block) {
    int length = length(block);
    int slack = slack(block);
    return slack == 0
        ? length
        : Math.min(room(entries(length), slack), PAGE_BYTES - startInPage(block));
  }

  /// Returns how many bytes a block of some entries has room for.
  int room(int entries, int slack) {
    return entriesWithRoom(entries, slack) * entryBytes;
  }

  /// Returns how many entries a block of some entries has room for.
  static int entriesWithRoom(int entries, int slack) {
    int step = 1 << slack;
    return slack == 0 ? entries : (entries & -step) + step;
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
    return "first=%d count=%d blocks=%d live=%d".formatted(first, count, blocks, liveBytes);
  }

  private static String describe(int block) {
    return "start=%d length=%d big=%b".formatted(startInPage(block), length(block), block < 0);
  }
}
