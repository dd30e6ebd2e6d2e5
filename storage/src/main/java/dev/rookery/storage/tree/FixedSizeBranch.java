package dev.rookery.storage.tree;

import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;

/// Branch page of a [FixedSizeTree], behind the header of [FixedSizePage].
///
/// ```
/// offset         bytes         field
///     56             8 × CAPACITY  separators   ascending; the keys of child i are >= separator i
///     56 + 8 × CAPACITY
///                    8 × CAPACITY  children     page numbers
/// ```
///
/// Invariants:
/// 1. The keys below child i are at or above separator i and below separator i + 1.
/// 2. Separator 0 is the separator of the branch itself in its parent, and 0 along the left edge.
///    Nothing searches by it; it is there so that a merge only has to copy.
/// 3. A branch that is not the root has two children at least, so that each has a neighbour.
final class FixedSizeBranch {
  static final int CAPACITY = FixedSizePage.CONTENT_BYTES / (Long.BYTES + Long.BYTES);
  static final int SEPARATORS_OFFSET = FixedSizePage.CONTENT_OFFSET;
  static final int CHILDREN_OFFSET = SEPARATORS_OFFSET + CAPACITY * Long.BYTES;

  private FixedSizeBranch() {}

  /// Returns whether a page can have these counts.
  static boolean isSound(int count, int keyBytes) {
    return count > 0 && count <= CAPACITY && keyBytes == Long.BYTES;
  }

  static boolean isFull(MemorySegment page) {
    return PageLayout.count(page) == CAPACITY;
  }

  static boolean isUnderfull(MemorySegment page) {
    return PageLayout.count(page) < CAPACITY / 4;
  }

  static long separator(MemorySegment page, int slot) {
    return page.get(PageLayout.LONG, SEPARATORS_OFFSET + slot * Long.BYTES);
  }

  static void setSeparator(MemorySegment page, int slot, long separator) {
    page.set(PageLayout.LONG, SEPARATORS_OFFSET + slot * Long.BYTES, separator);
  }

  static long child(MemorySegment page, int slot) {
    return page.get(PageLayout.LONG, CHILDREN_OFFSET + slot * Long.BYTES);
  }

  /// Returns the slot of the child that a key belongs to.
  static int slotOf(MemorySegment page, long key) {
    long wanted = key + Long.MIN_VALUE;
    int slot = 0;
    int size = PageLayout.count(page);
    while (size > 1) {
      int half = size >>> 1;
      slot += separator(page, slot + half) + Long.MIN_VALUE <= wanted ? half : 0;
      size -= half;
    }
    return slot;
  }

  static void insert(MemorySegment page, int slot, long separator, long child) {
    int count = PageLayout.count(page);
    shift(page, slot, count, 1);
    page.set(PageLayout.LONG, SEPARATORS_OFFSET + slot * Long.BYTES, separator);
    page.set(PageLayout.LONG, CHILDREN_OFFSET + slot * Long.BYTES, child);
    PageLayout.setCount(page, count + 1);
  }

  static void remove(MemorySegment page, int slot) {
    int count = PageLayout.count(page);
    shift(page, slot + 1, count, -1);
    PageLayout.setCount(page, count - 1);
  }

  /// Moves the children from a slot on to an empty branch.
  static void moveTail(MemorySegment page, int slot, MemorySegment target) {
    int moved = PageLayout.count(page) - slot;
    copy(page, slot, target, 0, moved);
    PageLayout.setCount(target, moved);
    PageLayout.setCount(page, slot);
  }

  /// Copies all children of a branch behind those of its left neighbour.
  static void append(MemorySegment left, MemorySegment right) {
    int leftCount = PageLayout.count(left);
    int rightCount = PageLayout.count(right);
    copy(right, 0, left, leftCount, rightCount);
    PageLayout.setCount(left, leftCount + rightCount);
  }

  /// Moves children between neighbours until both have about the same number, and returns the
  /// separator of the right one.
  static long balance(MemorySegment left, MemorySegment right) {
    int leftCount = PageLayout.count(left);
    int rightCount = PageLayout.count(right);
    int target = (leftCount + rightCount) / 2;
    int moved = Math.abs(leftCount - target);
    if (leftCount > target) {
      shift(right, 0, rightCount, moved);
      copy(left, target, right, 0, moved);
    } else {
      copy(right, 0, left, leftCount, moved);
      shift(right, moved, rightCount, -moved);
    }
    PageLayout.setCount(left, target);
    PageLayout.setCount(right, leftCount + rightCount - target);
    return separator(right, 0);
  }

  private static void shift(MemorySegment page, int from, int to, int distance) {
    copy(page, from, page, from + distance, to - from);
  }

  private static void copy(
      MemorySegment source, int from, MemorySegment target, int to, int count) {
    long bytes = (long) count * Long.BYTES;
    long fromByte = (long) from * Long.BYTES;
    long toByte = (long) to * Long.BYTES;
    MemorySegment.copy(
        source, SEPARATORS_OFFSET + fromByte, target, SEPARATORS_OFFSET + toByte, bytes);
    MemorySegment.copy(source, CHILDREN_OFFSET + fromByte, target, CHILDREN_OFFSET + toByte, bytes);
  }
}
