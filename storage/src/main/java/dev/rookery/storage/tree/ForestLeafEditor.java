package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.COUNT_OFFSET;
import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.page.PageLayout.PAGE_BYTES;
import static dev.rookery.storage.page.PageLayout.SHORT;

import dev.rookery.storage.page.PageBlocks;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Changes inside a leaf whose encoding stays as it is: entries of one source come or go.
///
/// A block grows where it is as far as it has room; then it moves to where the blocks begin, with
/// room for some entries more, and its old place is dead. When there is no place left and enough is
/// dead, the leaf is compacted. So a random insertion changes the page in about as many bytes as
/// the block has, not in half of it.
///
/// The leaf must be opened on a modified page; what was changed is noted in [ForestLeaf#changed].
/// What does not fit is refused, and no entry is changed then; [ForestLeafContent] writes the leaf
/// anew.
final class ForestLeafEditor {
  /// A leaf is compacted only if it is not fuller than this afterwards: else it would be compacted
  /// for each of the next entries.
  static final int COMPACTED_BYTES_MAX = PAGE_BYTES - PAGE_BYTES / 8;

  /// The least that a leaf may give less slack, so the most slack, see [#slackFor].
  static final int LESS_MIN = -2;

  /// A dense index grows to at most this many slots for each source, and then turns sparse.
  private static final int DENSE_SLOTS_PER_SOURCE = 4;

  /// A dense index may always have this many slots.
  private static final int DENSE_SLOTS_MIN = 16;

  /// A sparse index that could be this dense is written anew instead of growing.
  private static final int SPARSE_SLOTS_PER_SOURCE = 2;

  private ForestLeafEditor() {}

  /// Inserts an entry that does not exist and returns whether there was room for it in the leaf as
  /// it is encoded.
  static boolean insert(ForestLeaf leaf, int slot, long key, long value) {
    if ((ForestBigTree.isWide(key) && !leaf.wide) || (value != 0 && leaf.valueBytes == 0)) {
      return false;
    }
    int index = extend(leaf, slot, 1);
    if (index < 0) {
      return false;
    }
    int block = leaf.blockAt(index);
    long keys = leaf.start(block);
    int size = leaf.entries(ForestLeaf.length(block)) - 1;
    int position = leaf.lowerBound(keys, size, key);
    if (leaf.valueBytes > 0) {
      long values = keys + (long) size * leaf.keyBytes;
      int step = leaf.valueBytes;
      spread(leaf, values, step, position, size, leaf.entryBytes);
      spread(leaf, values, step, 0, position, leaf.keyBytes);
      long valueAt = values + leaf.keyBytes + (long) position * step;
      ForestLayout.setShortLong(leaf.segment, valueAt, value);
    }
    spread(leaf, keys, leaf.keyBytes, position, size, leaf.keyBytes);
    setKey(leaf, keys, position, key);
    noteBlock(leaf, block, leaf.valueBytes > 0 ? 0 : position);
    return true;
  }

  /// Inserts entries without values, whose keys lie in ascending order in `added` and do not exist,
  /// and returns whether there was room for all of them.
  static boolean insertAll(ForestLeaf leaf, int slot, long[] added, int from, int to) {
    if (ForestBigTree.isWide(added[to - 1]) && !leaf.wide) {
      return false;
    }
    int count = to - from;
    int index = extend(leaf, slot, count);
    if (index < 0) {
      return false;
    }
    int block = leaf.blockAt(index);
    long keys = leaf.start(block);
    int size = leaf.entries(ForestLeaf.length(block)) - count;
    if (leaf.valueBytes > 0) {
      spreadValues(leaf, keys, size, added, from, to);
    }
    int end = size;
    for (int i = to - 1; i >= from; i--) {
      int position = leaf.lowerBound(keys, end, added[i]);
      spread(leaf, keys, leaf.keyBytes, position, end, (long) (i - from + 1) * leaf.keyBytes);
      setKey(leaf, keys, position + i - from, added[i]);
      end = position;
    }
    noteBlock(leaf, block, leaf.valueBytes > 0 ? 0 : end);
    return true;
  }

  /// Moves the values of a block to where they will be, with zeros for the entries to come. The
  /// keys are still where they were.
  private static void spreadValues(
      ForestLeaf leaf, long keys, int size, long[] added, int from, int to) {
    int step = leaf.valueBytes;
    long values = keys + (long) size * leaf.keyBytes;
    long shift = (long) (to - from) * leaf.keyBytes;
    int end = size;
    for (int i = to - 1; i >= from; i--) {
      int position = leaf.lowerBound(keys, end, added[i]);
      spread(leaf, values, step, position, end, shift + (long) (i - from + 1) * step);
      long valueAt = values + shift + (long) (position + i - from) * step;
      ForestLayout.setShortLong(leaf.segment, valueAt, 0);
      end = position;
    }
    spread(leaf, values, step, 0, end, shift);
  }

  /// Moves the elements from one position to another (exclusive) of an array up by some bytes.
  private static void spread(
      ForestLeaf leaf, long array, int step, int from, int to, long distance) {
    if (from < to) {
      long at = array + (long) from * step;
      move(leaf.segment, at, at + distance, (long) (to - from) * step);
    }
  }

  private static void setKey(ForestLeaf leaf, long keys, int position, long key) {
    if (leaf.wide) {
      leaf.segment.set(LONG, keys + (long) Long.BYTES * position, key);
    } else {
      leaf.segment.set(INT, keys + (long) Integer.BYTES * position, (int) key);
    }
  }

  /// Notes that a block has changed from the key at a position on.
  private static void noteBlock(ForestLeaf leaf, int block, int position) {
    int before = position * leaf.keyBytes;
    leaf.note(leaf.start(block) + before, (long) ForestLeaf.length(block) - before);
  }

  /// Removes the entry at a position of the block at an index.
  static void remove(ForestLeaf leaf, int index, int position) {
    int block = leaf.blockAt(index);
    int bytes = ForestLeaf.length(block);
    int size = leaf.entries(bytes);
    if (size == 1) {
      removeBlock(leaf, index);
      return;
    }
    long keys = leaf.start(block);
    long key = keys + (long) position * leaf.keyBytes;
    long values = keys + (long) size * leaf.keyBytes;
    long value = values + (long) position * leaf.valueBytes;
    MemorySegment segment = leaf.segment;
    move(segment, key + leaf.keyBytes, key, value - key - leaf.keyBytes);
    long after = value + leaf.valueBytes;
    move(segment, after, value - leaf.keyBytes, keys + bytes - after);
    leaf.note(key, keys + bytes - key);
    int start = ForestLeaf.startInPage(block);
    setWord(
        leaf, index, ForestLeaf.word(start, bytes - leaf.entryBytes, ForestLeaf.slack(block), 0));
    setLiveBytes(leaf, leaf.liveBytes - leaf.entryBytes);
  }

  /// Removes the block at an index.
  static void removeBlock(ForestLeaf leaf, int index) {
    int bytes = ForestLeaf.length(leaf.blockAt(index));
    setLiveBytes(leaf, leaf.liveBytes - bytes);
    setSources(leaf, leaf.sources - 1);
    if (!leaf.sparse) {
      setWord(leaf, index, 0);
      return;
    }
    long slotAt = leaf.base + ForestLeaf.INDEX_OFFSET + (long) ForestLeaf.SPARSE_BYTES * index;
    long behind = (long) ForestLeaf.SPARSE_BYTES * (leaf.count - index - 1);
    move(leaf.segment, slotAt + ForestLeaf.SPARSE_BYTES, slotAt, behind);
    leaf.note(slotAt, behind + ForestLeaf.SPARSE_BYTES);
    setCount(leaf, leaf.count - 1);
  }

  /// Makes the block of a slot longer by some entries, which are to be written, and returns its
  /// index; or -1 if the leaf has no room for that.
  private static int extend(ForestLeaf leaf, int slot, int more) {
    int index = leaf.find(slot);
    int block = index < 0 ? 0 : leaf.blockAt(index);
    int bytes = ForestLeaf.length(block);
    int length = bytes + more * leaf.entryBytes;
    if (block < 0 || length > ForestLeaf.INLINE_BYTES_MAX) {
      return -1;
    }
    int room = leaf.room(block);
    if (length <= room) {
      int slack = length == room ? 0 : ForestLeaf.slack(block);
      setWord(leaf, index, ForestLeaf.word(ForestLeaf.startInPage(block), length, slack, 0));
      setLiveBytes(leaf, leaf.liveBytes + length - bytes);
      return index;
    }
    int indexBytes = index < 0 ? indexBytes(leaf, slot) : 0;
    if (indexBytes < 0) {
      return -1;
    }
    int entries = leaf.entries(length);
    int slack = slackFor(entries);
    if (leaf.freeBytes() >= indexBytes + leaf.room(entries, slack)) {
      return place(leaf, slot, length, slack);
    }
    if (leaf.usedBytes() + indexBytes + length - bytes <= COMPACTED_BYTES_MAX) {
      if (block != 0) {
        compact(leaf, index, length);
        return index;
      }
      compact(leaf, -1, indexBytes + length);
      return place(leaf, slot, length, 0);
    }
    return leaf.freeBytes() >= indexBytes + length ? place(leaf, slot, length, 0) : -1;
  }

  /// Returns the slack that lets a block grow by up to a quarter.
  private static int slackFor(int entries) {
    int log = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(entries);
    return log < 2 ? 0 : Math.min(Math.max(1, log - 2), ForestLeaf.SLACK_MAX);
  }

  /// Moves the block of a slot to a place with room for its slack, and makes it `length` long.
  private static int place(ForestLeaf leaf, int slot, int length, int slack) {
    int index = leaf.find(slot);
    if (index < 0) {
      index = addSlot(leaf, slot, -1 - index);
      setSources(leaf, leaf.sources + 1);
    } else if (leaf.blockAt(index) == 0) {
      setSources(leaf, leaf.sources + 1);
    }
    int block = leaf.blockAt(index);
    int bytes = ForestLeaf.length(block);
    // The lowest block needs no other place: it grows downwards.
    boolean isLowest = block != 0 && ForestLeaf.startInPage(block) == leaf.blocks;
    int place = leaf.blocks + (isLowest ? leaf.room(block) : 0);
    int start = place - leaf.room(leaf.entries(length), slack);
    move(leaf.segment, leaf.start(block), leaf.base + start, bytes);
    leaf.note(leaf.base + start, length);
    setBlocks(leaf, start);
    setWord(leaf, index, ForestLeaf.word(start, length, slack, 0));
    setLiveBytes(leaf, leaf.liveBytes + length - bytes);
    return index;
  }

  /// Returns by how many bytes the index grows for a slot that it does not list, or -1 if it should
  /// be of the other kind then.
  private static int indexBytes(ForestLeaf leaf, int slot) {
    int first = Math.min(slot, leaf.slotAt(0));
    int last = Math.max(slot, leaf.slotAt(leaf.count - 1));
    int slots = last - first + 1;
    if (leaf.sparse) {
      return slots <= SPARSE_SLOTS_PER_SOURCE * (leaf.count + 1) ? -1 : ForestLeaf.SPARSE_BYTES;
    }
    return slots > DENSE_SLOTS_PER_SOURCE * (leaf.sources + 1) + DENSE_SLOTS_MIN
        ? -1
        : (slots - leaf.count) * ForestLeaf.DENSE_BYTES;
  }

  /// Lists a slot, without entries, and returns its index. There must be room for it.
  ///
  /// @param at the index that it gets if the index is sparse
  private static int addSlot(ForestLeaf leaf, int slot, int at) {
    MemorySegment segment = leaf.segment;
    long index = leaf.base + ForestLeaf.INDEX_OFFSET;
    if (leaf.sparse) {
      long slotAt = index + (long) ForestLeaf.SPARSE_BYTES * at;
      long behind = (long) ForestLeaf.SPARSE_BYTES * (leaf.count - at);
      move(segment, slotAt, slotAt + ForestLeaf.SPARSE_BYTES, behind);
      segment.set(SHORT, slotAt, (short) slot);
      segment.set(INT, slotAt + Short.BYTES, 0);
      leaf.note(slotAt, behind + ForestLeaf.SPARSE_BYTES);
      setCount(leaf, leaf.count + 1);
      return at;
    }
    long bytes = (long) ForestLeaf.DENSE_BYTES * leaf.count;
    int before = Math.max(0, leaf.first - slot);
    int added = before > 0 ? before : slot - leaf.first + 1 - leaf.count;
    long addedBytes = (long) ForestLeaf.DENSE_BYTES * added;
    if (before > 0) {
      move(segment, index, index + addedBytes, bytes);
      segment.asSlice(index, addedBytes).fill((byte) 0);
      leaf.note(index, bytes + addedBytes);
      leaf.first = slot;
      segment.set(SHORT, leaf.base + ForestLeaf.FIRST_OFFSET, (short) slot);
    } else {
      segment.asSlice(index + bytes, addedBytes).fill((byte) 0);
      leaf.note(index + bytes, addedBytes);
    }
    setCount(leaf, leaf.count + added);
    return slot - leaf.first;
  }

  /// Moves the blocks together, at the end of the page and in the order of their slots, with as
  /// much slack as there is space for.
  ///
  /// @param grown index of a block that is made longer, the entries behind being to be written; or
  ///   -1
  /// @param bytes how long it is made; or else, how much space to leave free at least
  private static void compact(ForestLeaf leaf, int grown, int bytes) {
    leaf.checkLiveBytes();
    int added = grown < 0 ? 0 : bytes - ForestLeaf.length(leaf.blockAt(grown));
    int spent = ForestLeaf.INDEX_OFFSET + leaf.wordStep() * leaf.count + (grown < 0 ? bytes : 0);
    int end = slackenedBytesMax(spent + leaf.liveBytes + added);
    int less = LESS_MIN;
    int rooms = rooms(leaf, grown, bytes, less);
    while (less < ForestLeaf.SLACK_MAX && spent + rooms > end) {
      rooms = rooms(leaf, grown, bytes, ++less);
    }
    if (spent + rooms > PAGE_BYTES) {
      throw new IllegalStateException("blocks reach into the index of a leaf rooms=" + rooms);
    }
    moveTogether(leaf, grown, bytes, less, PAGE_BYTES - rooms);
    setLiveBytes(leaf, leaf.liveBytes + added);
    leaf.changed = PageBlocks.ALL;
  }

  /// Returns how full a leaf may become by slack: the rest is left to new sources and to blocks
  /// that move.
  static int slackenedBytesMax(int usedBytes) {
    return PAGE_BYTES - (PAGE_BYTES - usedBytes) / 4;
  }

  /// Returns the slack of a block of some entries in a leaf that gives less, or more, slack than
  /// usual.
  ///
  /// @param less from [#LESS_MIN], which lets a block grow by as much as it has, to
  ///   [ForestLeaf#SLACK_MAX], which lets none grow
  static int slackFor(int entries, int less) {
    if (less == ForestLeaf.SLACK_MAX) {
      return 0; // Also for a block of 1,024 entries, whose slack would be 1: all must fit then.
    }
    int log = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(entries);
    return Math.clamp(log - 2 - less, 0, ForestLeaf.SLACK_MAX);
  }

  /// Returns how much room all blocks take together.
  private static int rooms(ForestLeaf leaf, int grown, int grownBytes, int less) {
    int rooms = 0;
    for (int index = 0; index < leaf.count; index++) {
      int block = leaf.blockAt(index);
      int bytes = index == grown ? grownBytes : ForestLeaf.length(block);
      if (bytes > 0) {
        int entries = leaf.entries(bytes);
        rooms += block < 0 ? bytes : leaf.room(entries, slackFor(entries, less));
      }
    }
    return rooms;
  }

  private static void moveTogether(
      ForestLeaf leaf, int grown, int grownBytes, int less, int newBlocks) {
    MemorySegment segment = leaf.segment;
    int old = leaf.blocks;
    byte[] copy = new byte[PAGE_BYTES - old];
    MemorySegment.copy(segment, ValueLayout.JAVA_BYTE, leaf.base + old, copy, 0, copy.length);
    int start = newBlocks;
    leaf.blocks = 0; // The words are read where blocks have come to lie already.
    for (int index = 0; index < leaf.count; index++) {
      int block = leaf.blockAt(index);
      int bytes = ForestLeaf.length(block);
      if (bytes > 0) {
        int from = ForestLeaf.startInPage(block) - old;
        MemorySegment.copy(copy, from, segment, ValueLayout.JAVA_BYTE, leaf.base + start, bytes);
        int length = index == grown ? grownBytes : bytes;
        int entries = leaf.entries(length);
        int slack = block < 0 ? 0 : slackFor(entries, less);
        int word = ForestLeaf.word(start, length, slack, block & ForestLeaf.BIG);
        segment.set(INT, leaf.wordOffset(index), word);
        start += block < 0 ? length : leaf.room(entries, slack);
      }
    }
    setBlocks(leaf, newBlocks);
  }

  private static void setWord(ForestLeaf leaf, int index, int word) {
    long at = leaf.wordOffset(index);
    leaf.segment.set(INT, at, word);
    leaf.note(at, Integer.BYTES);
  }

  private static void setCount(ForestLeaf leaf, int count) {
    leaf.count = count;
    leaf.segment.set(SHORT, leaf.base + COUNT_OFFSET, (short) count);
  }

  private static void setSources(ForestLeaf leaf, int sources) {
    leaf.sources = sources;
    leaf.segment.set(SHORT, leaf.base + ForestLeaf.SOURCES_OFFSET, (short) sources);
  }

  private static void setBlocks(ForestLeaf leaf, int blocks) {
    leaf.blocks = blocks;
    leaf.segment.set(SHORT, leaf.base + ForestLeaf.BLOCKS_OFFSET, (short) blocks);
  }

  private static void setLiveBytes(ForestLeaf leaf, int bytes) {
    leaf.liveBytes = bytes;
    leaf.segment.set(SHORT, leaf.base + ForestLeaf.LIVE_BYTES_OFFSET, (short) bytes);
  }

  private static void move(MemorySegment segment, long from, long to, long bytes) {
    if (bytes > 0) {
      MemorySegment.copy(segment, from, segment, to, bytes);
    }
  }
}
