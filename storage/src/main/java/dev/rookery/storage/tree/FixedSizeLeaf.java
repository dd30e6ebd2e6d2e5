package dev.rookery.storage.tree;

import dev.rookery.storage.page.PageBlocks;
import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;

/// Leaf page of a [FixedSizeTree], behind the header of [FixedSizePage].
///
/// ```
/// offset                     bytes                field
///     56                     key bytes × count    keys, ascending: unsigned offsets from the base
///     page - value bytes × count
///                            value bytes × count  values, the last one first: that of entry i
///                                                 begins at page - value bytes × (i + 1)
/// ```
///
/// The keys grow up and the values grow down, so that the width of the keys can change without a
/// value being moved, and an insert moves only what lies behind it.
///
/// Invariants:
/// 1. key i = base + offset i; no sum passes 2^64; the keys ascend strictly, as unsigned numbers.
/// 2. Where the key bytes are 8 the base is 0.
/// 3. A leaf that is not the root has an entry.
final class FixedSizeLeaf {
  static final int KEYS_OFFSET = FixedSizePage.CONTENT_OFFSET;

  private static final long SHORT_MAX = 0xFFFFL;
  private static final long INT_MAX = 0xFFFF_FFFFL;

  private FixedSizeLeaf() {}

  /// Returns whether a page can have these counts.
  static boolean isSound(int count, int keyBytes, int valueBytes) {
    return (keyBytes == Short.BYTES || keyBytes == Integer.BYTES || keyBytes == Long.BYTES)
        && fits(count, keyBytes, valueBytes);
  }

  static boolean isUnderfull(MemorySegment page) {
    int entryBytes = FixedSizePage.keyBytes(page) + FixedSizePage.valueBytes(page);
    return PageLayout.count(page) * entryBytes < FixedSizePage.CONTENT_BYTES / 4;
  }

  /// Returns where the value of an entry begins.
  static int valueOffset(int index, int valueBytes) {
    return PageLayout.PAGE_BYTES - (index + 1) * valueBytes;
  }

  static long key(MemorySegment page, int index) {
    return FixedSizePage.base(page) + offset(page, FixedSizePage.keyBytes(page), index);
  }

  /// Returns the index of a key, or the complement of the index that it would have.
  static int search(MemorySegment page, long key) {
    int count = PageLayout.count(page);
    long base = FixedSizePage.base(page);
    if (count == 0 || Long.compareUnsigned(key, base) < 0) {
      return ~0;
    }
    long offset = key - base;
    int keyBytes = FixedSizePage.keyBytes(page);
    if (Long.compareUnsigned(offset, offsetMax(keyBytes)) > 0) {
      return ~count;
    }
    return switch (keyBytes) {
      case Short.BYTES -> searchShorts(page, count, (int) offset);
      case Integer.BYTES -> searchInts(page, count, (int) offset);
      default -> searchLongs(page, count, offset);
    };
  }

  // The three searches halve without a branch on what they read: it would be mispredicted every
  // other time. They end on the last offset that is not above the wanted one, or on the first.

  private static int searchShorts(MemorySegment page, int count, int wanted) {
    int index = 0;
    int size = count;
    while (size > 1) {
      int half = size >>> 1;
      int found = PageLayout.unsignedShort(page, KEYS_OFFSET + (index + half) * Short.BYTES);
      index += found <= wanted ? half : 0;
      size -= half;
    }
    int found = PageLayout.unsignedShort(page, KEYS_OFFSET + index * Short.BYTES);
    return found == wanted ? index : ~(found < wanted ? index + 1 : index);
  }

  private static int searchInts(MemorySegment page, int count, int offset) {
    int wanted = offset + Integer.MIN_VALUE;
    int index = 0;
    int size = count;
    while (size > 1) {
      int half = size >>> 1;
      int found = page.get(PageLayout.INT, KEYS_OFFSET + (index + half) * Integer.BYTES);
      index += found + Integer.MIN_VALUE <= wanted ? half : 0;
      size -= half;
    }
    int found = page.get(PageLayout.INT, KEYS_OFFSET + index * Integer.BYTES) + Integer.MIN_VALUE;
    return found == wanted ? index : ~(found < wanted ? index + 1 : index);
  }

  private static int searchLongs(MemorySegment page, int count, long offset) {
    long wanted = offset + Long.MIN_VALUE;
    int index = 0;
    int size = count;
    while (size > 1) {
      int half = size >>> 1;
      long found = page.get(PageLayout.LONG, KEYS_OFFSET + (index + half) * Long.BYTES);
      index += found + Long.MIN_VALUE <= wanted ? half : 0;
      size -= half;
    }
    long found = page.get(PageLayout.LONG, KEYS_OFFSET + index * Long.BYTES) + Long.MIN_VALUE;
    return found == wanted ? index : ~(found < wanted ? index + 1 : index);
  }

  /// Returns how wide the keys have to be for the leaf to take one more, or 0 if it has no room.
  static int keyBytesToTake(MemorySegment page, long key) {
    int count = PageLayout.count(page);
    int keyBytes = FixedSizePage.keyBytes(page);
    if (count == 0) {
      return keyBytes;
    }
    if (!isInReach(page, key)) {
      keyBytes = Math.max(keyBytes, keyBytesFor(lowest(page, key), highest(page, key)));
    }
    return fits(count + 1, keyBytes, FixedSizePage.valueBytes(page)) ? keyBytes : 0;
  }

  /// Returns what [#insert] changes of the page (see [PageBlocks]): mostly what lies behind the
  /// key.
  static long blocksOfInsert(MemorySegment page, int index, long key) {
    int count = PageLayout.count(page);
    if (count == 0 || !isInReach(page, key)) {
      return PageBlocks.ALL;
    }
    int keyBytes = FixedSizePage.keyBytes(page);
    int valueBytes = FixedSizePage.valueBytes(page);
    int moved = count + 1 - index;
    long blocks =
        PageBlocks.HEADER | PageBlocks.of(KEYS_OFFSET + index * keyBytes, (long) moved * keyBytes);
    return valueBytes == 0
        ? blocks
        : blocks | PageBlocks.of(valueOffset(count, valueBytes), (long) moved * valueBytes);
  }

  /// Inserts a key at an index, with a value of zeros. [#keyBytesToTake] gave the width.
  static void insert(MemorySegment page, int index, long key, int keyBytes) {
    int count = PageLayout.count(page);
    if (count == 0) {
      page.set(PageLayout.LONG, FixedSizePage.BASE_OFFSET, keyBytes == Long.BYTES ? 0 : key);
    } else if (!isInReach(page, key)) {
      reshape(page, keyBytes, baseToTake(page, key, keyBytes));
    }
    int valueBytes = FixedSizePage.valueBytes(page);
    shift(page, index, 1);
    setOffset(page, keyBytes, index, key - FixedSizePage.base(page));
    page.asSlice(valueOffset(index, valueBytes), valueBytes).fill((byte) 0);
    PageLayout.setCount(page, count + 1);
  }

  static void remove(MemorySegment page, int index) {
    shift(page, index + 1, -1);
    PageLayout.setCount(page, PageLayout.count(page) - 1);
  }

  /// Returns whether the entries from an index on fit a page, as they do unless the page is
  /// damaged.
  static boolean canSplit(MemorySegment page, int index) {
    int count = PageLayout.count(page);
    return index >= count
        || fits(
            count - index,
            keyBytesFor(key(page, index), key(page, count - 1)),
            FixedSizePage.valueBytes(page));
  }

  /// Moves the entries from an index on to an empty leaf. [#canSplit] has said yes. Both get the
  /// narrowest keys they can.
  static void split(MemorySegment page, int index, MemorySegment right) {
    int count = PageLayout.count(page);
    if (index < count) {
      reshapeToFit(right, key(page, index), key(page, count - 1));
      append(page, index, count, right);
      PageLayout.setCount(page, index);
    }
    narrow(page);
  }

  /// Returns whether the entries of two neighbours fit one page.
  static boolean canMerge(MemorySegment left, MemorySegment right) {
    int leftCount = PageLayout.count(left);
    int rightCount = PageLayout.count(right);
    if (leftCount == 0 || rightCount == 0) {
      return true;
    }
    int keyBytes = keyBytesFor(key(left, 0), key(right, rightCount - 1));
    return fits(leftCount + rightCount, keyBytes, FixedSizePage.valueBytes(left));
  }

  /// Copies all entries of a leaf behind those of its left neighbour. [#canMerge] has said yes.
  static void merge(MemorySegment left, MemorySegment right) {
    int rightCount = PageLayout.count(right);
    if (rightCount > 0) {
      long first = PageLayout.count(left) == 0 ? key(right, 0) : key(left, 0);
      reshapeToFit(left, first, key(right, rightCount - 1));
      append(right, 0, rightCount, left);
    }
  }

  /// Returns whether both of two neighbours would fit their pages if they had the same number of
  /// entries: one that takes distant keys may need wider ones.
  static boolean canBalance(MemorySegment left, MemorySegment right) {
    int leftCount = PageLayout.count(left);
    int rightCount = PageLayout.count(right);
    int target = (leftCount + rightCount) / 2;
    if (leftCount == 0 || rightCount == 0 || target == leftCount) {
      return false;
    }
    int valueBytes = FixedSizePage.valueBytes(left);
    long middle = target < leftCount ? key(left, target - 1) : key(right, target - leftCount - 1);
    long next = target < leftCount ? key(left, target) : key(right, target - leftCount);
    return fits(target, keyBytesFor(key(left, 0), middle), valueBytes)
        && fits(
            leftCount + rightCount - target,
            keyBytesFor(next, key(right, rightCount - 1)),
            valueBytes);
  }

  /// Moves entries between neighbours until both have the same number, and returns the first key of
  /// the right one. [#canBalance] has said yes.
  static long balance(MemorySegment left, MemorySegment right) {
    int leftCount = PageLayout.count(left);
    int rightCount = PageLayout.count(right);
    int target = (leftCount + rightCount) / 2;
    if (target < leftCount) {
      int moved = leftCount - target;
      reshapeToFit(right, key(left, target), key(right, rightCount - 1));
      shift(right, 0, moved);
      copy(left, target, right, 0, moved);
      PageLayout.setCount(right, rightCount + moved);
      PageLayout.setCount(left, target);
    } else {
      int moved = target - leftCount;
      reshapeToFit(left, key(left, 0), key(right, moved - 1));
      append(right, 0, moved, left);
      shift(right, moved, -moved);
      PageLayout.setCount(right, rightCount - moved);
    }
    narrow(left);
    narrow(right);
    return key(right, 0);
  }

  /// Returns the narrowest width for keys from `first` to `last`.
  private static int keyBytesFor(long first, long last) {
    long range = last - first;
    if (Long.compareUnsigned(range, SHORT_MAX) <= 0) {
      return Short.BYTES;
    }
    return Long.compareUnsigned(range, INT_MAX) <= 0 ? Integer.BYTES : Long.BYTES;
  }

  private static long offsetMax(int keyBytes) {
    return switch (keyBytes) {
      case Short.BYTES -> SHORT_MAX;
      case Integer.BYTES -> INT_MAX;
      default -> -1L;
    };
  }

  private static boolean fits(int count, int keyBytes, int valueBytes) {
    return count * (keyBytes + valueBytes) <= FixedSizePage.CONTENT_BYTES;
  }

  /// Returns whether a key can be written as an offset from the base as it is.
  private static boolean isInReach(MemorySegment page, long key) {
    long base = FixedSizePage.base(page);
    return Long.compareUnsigned(key, base) >= 0
        && Long.compareUnsigned(key - base, offsetMax(FixedSizePage.keyBytes(page))) <= 0;
  }

  private static long lowest(MemorySegment page, long key) {
    long first = key(page, 0);
    return Long.compareUnsigned(key, first) < 0 ? key : first;
  }

  private static long highest(MemorySegment page, long key) {
    long last = key(page, PageLayout.count(page) - 1);
    return Long.compareUnsigned(key, last) > 0 ? key : last;
  }

  /// Returns a base from which all keys and one more can be reached. A key below the others puts
  /// the base as low as it can be: more such keys follow when keys come in descending order, and
  /// each move of the base rewrites all keys.
  private static long baseToTake(MemorySegment page, long key, int keyBytes) {
    if (keyBytes == Long.BYTES) {
      return 0;
    }
    long first = lowest(page, key);
    if (first != key) {
      return first;
    }
    long last = highest(page, key);
    long reach = offsetMax(keyBytes);
    return Long.compareUnsigned(last, reach) > 0 ? last - reach : 0;
  }

  /// Gives the keys the narrowest width that can hold all from `first` to `last`.
  private static void reshapeToFit(MemorySegment page, long first, long last) {
    int keyBytes = keyBytesFor(first, last);
    reshape(page, keyBytes, keyBytes == Long.BYTES ? 0 : first);
  }

  private static void narrow(MemorySegment page) {
    int count = PageLayout.count(page);
    if (count > 0) {
      long first = key(page, 0);
      long last = key(page, count - 1);
      if (keyBytesFor(first, last) < FixedSizePage.keyBytes(page)) {
        reshapeToFit(page, first, last);
      }
    }
  }

  /// Rewrites the keys in place with another width and base.
  private static void reshape(MemorySegment page, int keyBytes, long base) {
    int oldKeyBytes = FixedSizePage.keyBytes(page);
    long oldBase = FixedSizePage.base(page);
    if (oldKeyBytes == keyBytes && oldBase == base) {
      return;
    }
    int count = PageLayout.count(page);
    long distance = oldBase - base;
    if (keyBytes > oldKeyBytes) {
      // Wider keys reach over the old ones behind them, so the last goes first.
      for (int index = count - 1; index >= 0; index--) {
        setOffset(page, keyBytes, index, offset(page, oldKeyBytes, index) + distance);
      }
    } else {
      for (int index = 0; index < count; index++) {
        setOffset(page, keyBytes, index, offset(page, oldKeyBytes, index) + distance);
      }
    }
    page.set(PageLayout.BYTE, FixedSizePage.KEY_BYTES_OFFSET, (byte) keyBytes);
    page.set(PageLayout.LONG, FixedSizePage.BASE_OFFSET, base);
  }

  private static void append(MemorySegment source, int from, int to, MemorySegment target) {
    int count = PageLayout.count(target);
    copy(source, from, target, count, to - from);
    PageLayout.setCount(target, count + to - from);
  }

  /// Copies entries over whatever is there; the keys must be in reach of the target's base.
  private static void copy(
      MemorySegment source, int from, MemorySegment target, int to, int count) {
    int keyBytes = FixedSizePage.keyBytes(source);
    int targetKeyBytes = FixedSizePage.keyBytes(target);
    long distance = FixedSizePage.base(source) - FixedSizePage.base(target);
    if (keyBytes == targetKeyBytes && distance == 0) {
      copyBytes(
          source,
          KEYS_OFFSET + from * keyBytes,
          target,
          KEYS_OFFSET + to * keyBytes,
          count * keyBytes);
    } else {
      for (int index = 0; index < count; index++) {
        setOffset(
            target, targetKeyBytes, to + index, offset(source, keyBytes, from + index) + distance);
      }
    }
    int valueBytes = FixedSizePage.valueBytes(source);
    copyBytes(
        source,
        valueOffset(from + count - 1, valueBytes),
        target,
        valueOffset(to + count - 1, valueBytes),
        count * valueBytes);
  }

  /// Moves all entries from an index on by a distance.
  private static void shift(MemorySegment page, int index, int distance) {
    int keyBytes = FixedSizePage.keyBytes(page);
    int valueBytes = FixedSizePage.valueBytes(page);
    int count = PageLayout.count(page);
    int from = KEYS_OFFSET + index * keyBytes;
    copyBytes(page, from, page, from + distance * keyBytes, (count - index) * keyBytes);
    int valuesFrom = valueOffset(count - 1, valueBytes);
    copyBytes(
        page, valuesFrom, page, valuesFrom - distance * valueBytes, (count - index) * valueBytes);
  }

  private static void copyBytes(
      MemorySegment source, int from, MemorySegment target, int to, int bytes) {
    if (bytes > 0) {
      MemorySegment.copy(source, from, target, to, bytes);
    }
  }

  private static long offset(MemorySegment page, int keyBytes, int index) {
    return switch (keyBytes) {
      case Short.BYTES -> PageLayout.unsignedShort(page, KEYS_OFFSET + index * Short.BYTES);
      case Integer.BYTES ->
          Integer.toUnsignedLong(page.get(PageLayout.INT, KEYS_OFFSET + index * Integer.BYTES));
      default -> page.get(PageLayout.LONG, KEYS_OFFSET + index * Long.BYTES);
    };
  }

  private static void setOffset(MemorySegment page, int keyBytes, int index, long offset) {
    switch (keyBytes) {
      case Short.BYTES ->
          page.set(PageLayout.SHORT, KEYS_OFFSET + index * Short.BYTES, (short) offset);
      case Integer.BYTES ->
          page.set(PageLayout.INT, KEYS_OFFSET + index * Integer.BYTES, (int) offset);
      default -> page.set(PageLayout.LONG, KEYS_OFFSET + index * Long.BYTES, offset);
    }
  }
}
