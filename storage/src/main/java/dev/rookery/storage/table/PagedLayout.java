package dev.rookery.storage.table;

import static dev.rookery.storage.page.PageLayout.BYTE;
import static dev.rookery.storage.page.PageLayout.CONTENT_BYTES;
import static dev.rookery.storage.page.PageLayout.CONTENT_OFFSET;
import static dev.rookery.storage.page.PageLayout.COUNT_OFFSET;
import static dev.rookery.storage.page.PageLayout.FLAGS_OFFSET;
import static dev.rookery.storage.page.PageLayout.LONG;

import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;

/// The bytes of the pages of a [PagedTable].
///
/// Root (`PAGED_ROOT`) and branch (`PAGED_BRANCH`):
///
/// ```
/// offset bytes  field
///     25     1  level            leaves have level 0; the level of the root is the height, 1 to 5
///     26     2  count            root: bytes of an entry; branch: how many of its pointers are -1
///     32   8·F  pointers         page numbers of the children; 0: never written; -1: all retired
/// ```
///
/// A root has the pointers of a branch, F = content bytes / 8 of them, so that growth copies them
/// as they are.
///
/// Leaf (`PAGED_LEAF`) of n entries of w bytes:
///
/// ```
/// offset bytes  field
///     26     2  count            how many entries are retired, less than n
///     32     b  retired entries  a bit for each entry, from the lowest of the first byte on;
///                                b = n / 64 rounded up, times 8; bits past n are zero
///   32+b   w·n  entries          a retired one is zero
/// ```
///
/// n is the largest number for which bits and entries fit on a page. Bytes past them are zero.
///
/// Entry i lies on leaf i / n; the digits of the leaf's index in base F, highest first, are the
/// pointers that lead to it.
final class PagedLayout {
  /// Pointer to a stretch that was never written.
  static final long ABSENT = 0;

  /// Pointer to a stretch all of whose entries are retired.
  static final long GONE = -1;

  /// How many pointers a root or branch page holds.
  static final int FANOUT = CONTENT_BYTES / Long.BYTES;

  /// Bits of a digit of a path; fan-outs are below 4,096 at every page size.
  static final int DIGIT_BITS = 12;

  /// Mask of the first digit of a path.
  static final long DIGIT_MASK = (1L << DIGIT_BITS) - 1;

  /// The greatest height: five digits of any fan-out reach every index.
  static final int HEIGHT_MAX = 5;

  /// Where the bits of the retired entries of a leaf begin.
  static final int RETIRED_OFFSET = CONTENT_OFFSET;

  private PagedLayout() {}

  /// Returns the digits that lead from a root of the given level to a leaf, the one for the root in
  /// the lowest [#DIGIT_BITS], or -1 if the leaf lies beyond what a root of that level reaches.
  static long path(long leafIndex, int rootLevel) {
    long path = 0;
    long rest = leafIndex;
    for (int level = 1; level < rootLevel; level++) {
      long quotient = rest / FANOUT;
      path = path << DIGIT_BITS | (rest - quotient * FANOUT);
      rest = quotient;
    }
    return rest < FANOUT ? path << DIGIT_BITS | rest : -1;
  }

  /// Returns how many entries of the given width fit on a leaf.
  static int leafEntryCount(int entryBytes) {
    int count = CONTENT_BYTES * Byte.SIZE / (entryBytes * Byte.SIZE + 1);
    while (count * entryBytes + retiredBytes(count) > CONTENT_BYTES) {
      count--;
    }
    return count;
  }

  /// Returns the length of the bits of the retired entries of a leaf.
  static int retiredBytes(int leafEntryCount) {
    return (leafEntryCount + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
  }

  /// Returns the offset of the pointer with the given digit.
  static long pointerOffset(long digit) {
    return CONTENT_OFFSET + digit * Long.BYTES;
  }

  static long pointer(MemorySegment page, long digit) {
    return page.get(LONG, pointerOffset(digit));
  }

  static void setPointer(MemorySegment page, long digit, long pointer) {
    page.set(LONG, pointerOffset(digit), pointer);
  }

  static int level(MemorySegment page) {
    return Byte.toUnsignedInt(page.get(BYTE, FLAGS_OFFSET));
  }

  static void setLevel(MemorySegment page, int level) {
    page.set(BYTE, FLAGS_OFFSET, (byte) level);
  }

  /// Returns the width that a root names.
  static int entryBytes(MemorySegment root) {
    return PageLayout.unsignedShort(root, COUNT_OFFSET);
  }

  /// Returns whether an entry of a leaf is retired.
  static boolean isRetired(MemorySegment segment, long leafOffset, int entry) {
    byte bits = segment.get(BYTE, leafOffset + RETIRED_OFFSET + (entry >>> 3));
    return (bits >>> (entry & 7) & 1) != 0;
  }

  static void setRetired(MemorySegment page, int entry) {
    int offset = RETIRED_OFFSET + (entry >>> 3);
    page.set(BYTE, offset, (byte) (page.get(BYTE, offset) | 1 << (entry & 7)));
  }
}
