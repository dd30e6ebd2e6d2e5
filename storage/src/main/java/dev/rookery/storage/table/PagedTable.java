package dev.rookery.storage.table;

import static dev.rookery.storage.page.PageLayout.COUNT_OFFSET;
import static dev.rookery.storage.page.PageLayout.FLAGS_OFFSET;
import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.page.PageLayout.TYPE_OFFSET;
import static dev.rookery.storage.table.PagedLayout.ABSENT;
import static dev.rookery.storage.table.PagedLayout.DIGIT_BITS;
import static dev.rookery.storage.table.PagedLayout.DIGIT_MASK;
import static dev.rookery.storage.table.PagedLayout.FANOUT;
import static dev.rookery.storage.table.PagedLayout.GONE;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;

/// An array of fixed-width entries that grows without moving: leaf pages under a radix of page
/// numbers, O(1).
///
/// Entries begin as zero. A stretch of entries that was never written takes no page. Entries may be
/// *retired*: a leaf all of whose entries are retired is given back and remembered as one mark in
/// its parent, and a parent all of whose children are so marked goes the same way; a retired entry
/// can never be written again. The root page number never changes. An instance is a handle without
/// state that all threads may share.
///
/// Invariants:
///
/// 1. The level of a page is one less than its parent's, so a walk ends after at most 5 pages.
/// 2. A leaf has an entry that is not retired, a branch has a pointer that is not -1.
/// 3. A retired entry is zero, and its bit is set; the count of a leaf is the number of its bits.
public final class PagedTable {

  /// Returned by [#locate] for an entry in a stretch that was never written: it is zero.
  public static final long NEVER_WRITTEN = -1;

  /// Returned by [#locate] for a retired entry.
  public static final long RETIRED = -2;

  /// Indexes are smaller than this.
  public static final long INDEX_END = 1L << 40;

  /// The widest entry.
  public static final int ENTRY_BYTES_MAX = 1024;

  /// Type and level of a page lie side by side, and so are compared in one go.
  private static final int TYPE_AND_LEVEL_MASK = 0xFFFF;

  private static final int LEVEL_SHIFT = Byte.SIZE * (FLAGS_OFFSET - TYPE_OFFSET);
  private static final int COUNT_SHIFT = Byte.SIZE * (COUNT_OFFSET - TYPE_OFFSET);

  private final long rootPage;
  private final int entryBytes;
  private final int leafEntryCount;
  private final long leafReciprocal;
  private final int entriesOffset;

  /// Opens the table at a root page whose entries have the given width.
  public PagedTable(long rootPage, int entryBytes) {
    checkEntryBytes(entryBytes);
    this.rootPage = rootPage;
    this.entryBytes = entryBytes;
    leafEntryCount = PagedLayout.leafEntryCount(entryBytes);
    leafReciprocal = Long.MAX_VALUE / leafEntryCount + 1;
    entriesOffset = PagedLayout.RETIRED_OFFSET + PagedLayout.retiredBytes(leafEntryCount);
  }

  /// Creates an empty table with entries of `entryBytes` (1 to 1,024) and returns its root page.
  public static long create(PageWriter pages, int structureId, int entryBytes) {
    checkEntryBytes(entryBytes);
    long pageNumber = pages.allocate(PageType.PAGED_ROOT, structureId);
    MemorySegment root = pages.modify(pageNumber);
    PagedLayout.setLevel(root, 1);
    PageLayout.setCount(root, entryBytes);
    return pageNumber;
  }

  /// Returns the location of an entry, or [#NEVER_WRITTEN] or [#RETIRED]. O(1): the height of the
  /// radix, at most 5 pages and a leaf. No allocation.
  ///
  /// @throws IllegalArgumentException if the index is negative or not below [#INDEX_END]
  public long locate(PageReader pages, long index) {
    checkIndex(index);
    long leafIndex = leafIndex(index);
    long location = pages.locate(rootPage);
    int level = rootLevel(pages, header(pages, location));
    long path = PagedLayout.path(leafIndex, level);
    if (path < 0) {
      return NEVER_WRITTEN;
    }
    for (; ; path >>>= DIGIT_BITS) {
      long offset = PageReader.offsetAt(location) + PagedLayout.pointerOffset(path & DIGIT_MASK);
      long pageNumber = pages.segmentAt(location).get(LONG, offset);
      if (pageNumber == ABSENT) {
        return NEVER_WRITTEN;
      }
      if (pageNumber == GONE) {
        return RETIRED;
      }
      location = pages.locate(pageNumber);
      int header = header(pages, location);
      if (--level == 0) {
        return locateOnLeaf(pages, location, header, (int) (index - leafIndex * leafEntryCount));
      }
      checkBranch(pages, location, header, level);
    }
  }

  /// Returns the location of an entry to be written by the caller at once, and nothing else; its
  /// page is modified, and made if absent.
  ///
  /// @throws IllegalStateException if the entry is retired
  /// @throws IllegalArgumentException if the index is negative or not below [#INDEX_END]
  public long modify(PageWriter pages, long index) {
    checkIndex(index);
    long leafIndex = leafIndex(index);
    int entry = (int) (index - leafIndex * leafEntryCount);
    long leaf = new Descent(pages, leafIndex).leaf;
    if (leaf == GONE || isRetired(pages, leaf, entry)) {
      throw new IllegalStateException("entry is retired index=" + index);
    }
    pages.modify(leaf, entryOffset(entry), entryBytes);
    return pages.locate(leaf) + entryOffset(entry);
  }

  /// Retires an entry for ever, whether it was written or not. Does nothing if it is retired.
  ///
  /// @throws IllegalArgumentException if the index is negative or not below [#INDEX_END]
  public void retire(PageWriter pages, long index) {
    checkIndex(index);
    long leafIndex = leafIndex(index);
    int entry = (int) (index - leafIndex * leafEntryCount);
    Descent descent = new Descent(pages, leafIndex);
    if (descent.leaf == GONE || isRetired(pages, descent.leaf, entry)) {
      return;
    }
    MemorySegment leaf = pages.modify(descent.leaf);
    int count = PageLayout.count(leaf) + 1;
    if (count == leafEntryCount) {
      pages.free(descent.leaf);
      descent.markGone();
      return;
    }
    PageLayout.setCount(leaf, count);
    PagedLayout.setRetired(leaf, entry);
    leaf.asSlice(entryOffset(entry), entryBytes).fill((byte) 0);
  }

  /// Shows all entries that are on a page and not retired, in ascending order, written or zero.
  /// O(pages of the table).
  public void scan(PageReader pages, EntryVisitor visitor) {
    int level = rootLevel(pages, header(pages, pages.locate(rootPage)));
    new PagedTableScan(pages, entryBytes, visitor).visitChildren(rootPage, level, 0);
  }

  /// Is shown the entries of a table.
  @FunctionalInterface
  public interface EntryVisitor {
    /// Is called for one entry, which is at a location.
    void visit(long index, long location);
  }

  /// Frees all pages, the root as well.
  public void drop(PageWriter pages) {
    MemorySegment root = pages.page(rootPage);
    drop(pages, rootPage, rootLevel(pages, header(pages, pages.locate(rootPage))), root);
  }

  /// Moves pages to free ones with lower numbers, as far as there are any. O(pages).
  ///
  /// @param between is called where nobody holds a segment of a page
  public void moveDown(PageWriter pages, Runnable between) {
    int level = rootLevel(pages, header(pages, pages.locate(rootPage)));
    new PagedTableMove(pages, between).moveChildren(rootPage, level);
  }

  /// Forgets all entries, the retired ones as well, and frees all pages but the root. O(pages).
  public void clear(PageWriter pages) {
    int level = rootLevel(pages, header(pages, pages.locate(rootPage)));
    dropChildren(pages, level, pages.page(rootPage));
    MemorySegment root = pages.modify(rootPage);
    root.asSlice(PageLayout.CONTENT_OFFSET).fill((byte) 0);
    PagedLayout.setLevel(root, 1);
  }

  private void drop(PageWriter pages, long pageNumber, int level, MemorySegment page) {
    dropChildren(pages, level, page);
    pages.free(pageNumber);
  }

  private void dropChildren(PageWriter pages, int level, MemorySegment page) {
    for (int digit = 0; level > 0 && digit < FANOUT; digit++) {
      long child = PagedLayout.pointer(page, digit);
      if (child != ABSENT && child != GONE) {
        long location = pages.locate(child);
        int header = header(pages, location);
        if (level == 1) {
          checkLeaf(pages, location, header);
        } else {
          checkBranch(pages, location, header, level - 1);
        }
        drop(pages, child, level - 1, pages.page(child));
      }
    }
  }

  /// Verifies the invariants and claims all pages.
  public void check(PageReader pages, CheckReport report) {
    new PagedTableCheck(pages, report, rootPage, entryBytes).run();
  }

  private static void checkEntryBytes(int entryBytes) {
    if (entryBytes < 1 || entryBytes > ENTRY_BYTES_MAX) {
      throw new IllegalArgumentException("width of entries out of range entryBytes=" + entryBytes);
    }
  }

  private static void checkIndex(long index) {
    if (index < 0 || index >= INDEX_END) {
      throw new IllegalArgumentException("index out of range index=" + index);
    }
  }

  /// Divides by the entries of a leaf, which the compiler does not know, with one multiplication.
  ///
  /// The reciprocal r of n is 2^63 / n rounded up, so i·r / 2^63 exceeds i / n by less than i /
  /// 2^63 < 2^-23, which is less than 1 / n: the floor is the same.
  long leafIndex(long index) {
    return Math.multiplyHigh(index << 1, leafReciprocal);
  }

  /// Returns how far an entry lies behind the beginning of its leaf.
  long entryOffset(long index, long leafIndex) {
    return entryOffset((int) (index - leafIndex * leafEntryCount));
  }

  private long entryOffset(int entry) {
    return entriesOffset + (long) entry * entryBytes;
  }

  private long locateOnLeaf(PageReader pages, long location, int header, int entry) {
    checkLeaf(pages, location, header);
    // Most leaves have no retired entry, and their bits need not be looked at.
    if (header >>> COUNT_SHIFT != 0
        && PagedLayout.isRetired(pages.segmentAt(location), PageReader.offsetAt(location), entry)) {
      return RETIRED;
    }
    return location + entryOffset(entry);
  }

  private static boolean isRetired(PageReader pages, long leaf, int entry) {
    long location = pages.locate(leaf);
    return PagedLayout.isRetired(pages.segmentAt(location), PageReader.offsetAt(location), entry);
  }

  /// Returns type, level and count of a page as they lie in its header.
  private static int header(PageReader pages, long location) {
    return pages.segmentAt(location).get(INT, PageReader.offsetAt(location) + TYPE_OFFSET);
  }

  private int rootLevel(PageReader pages, int header) {
    int level = header >>> LEVEL_SHIFT & 0xFF;
    if ((byte) header != PageType.PAGED_ROOT
        || header >>> COUNT_SHIFT != entryBytes
        || level < 1
        || level > PagedLayout.HEIGHT_MAX) {
      throw pages.corrupt(
          rootPage,
          "the root of a paged table with entryBytes=" + entryBytes,
          "header=" + Integer.toHexString(header));
    }
    return level;
  }

  private static void checkBranch(PageReader pages, long location, int header, int level) {
    if ((header & TYPE_AND_LEVEL_MASK) != (PageType.PAGED_BRANCH | level << LEVEL_SHIFT)) {
      throw unexpected(pages, location, "a branch of a paged table level=" + level, header);
    }
  }

  private void checkLeaf(PageReader pages, long location, int header) {
    if ((header & TYPE_AND_LEVEL_MASK) != PageType.PAGED_LEAF
        || header >>> COUNT_SHIFT >= leafEntryCount) {
      throw unexpected(pages, location, "a leaf of a paged table", header);
    }
  }

  private static RuntimeException unexpected(
      PageReader pages, long location, String expected, int header) {
    long pageNumber = pages.segmentAt(location).get(LONG, PageReader.offsetAt(location));
    return pages.corrupt(pageNumber, expected, "header=" + Integer.toHexString(header));
  }

  /// The way to a leaf that is to be changed; pages missing on it are made.
  private final class Descent {
    /// The leaf, or [PagedLayout#GONE].
    final long leaf;

    private final PageWriter pages;
    private final int height;

    /// Page numbers of the root and the branches by their level; no page has level 0 here.
    private final long[] parents = new long[PagedLayout.HEIGHT_MAX + 1];

    /// Which pointer of the parent with the same level was followed.
    private final int[] digits = new int[PagedLayout.HEIGHT_MAX + 1];

    Descent(PageWriter pages, long leafIndex) {
      this.pages = pages;
      long path = grow(leafIndex);
      height = rootLevel(pages, header(pages, pages.locate(rootPage)));
      long pageNumber = rootPage;
      for (int level = height; level > 0 && pageNumber != GONE; level--) {
        parents[level] = pageNumber;
        digits[level] = (int) (path & DIGIT_MASK);
        path >>>= DIGIT_BITS;
        pageNumber = child(level);
      }
      leaf = pageNumber;
    }

    /// Raises the root until it reaches the leaf, and returns the path.
    private long grow(long leafIndex) {
      int level = rootLevel(pages, header(pages, pages.locate(rootPage)));
      long path = PagedLayout.path(leafIndex, level);
      while (path < 0) {
        if (level == PagedLayout.HEIGHT_MAX) {
          throw pages.corrupt(rootPage, "a root that reaches leaf=" + leafIndex, "level=" + level);
        }
        raise(level++);
        path = PagedLayout.path(leafIndex, level);
      }
      return path;
    }

    /// Puts what the root points to below a branch that takes its place.
    private void raise(int level) {
      MemorySegment root = pages.modify(rootPage);
      int goneCount = 0;
      int absentCount = 0;
      for (int digit = 0; digit < FANOUT; digit++) {
        long pointer = PagedLayout.pointer(root, digit);
        goneCount += pointer == GONE ? 1 : 0;
        absentCount += pointer == ABSENT ? 1 : 0;
      }
      long first = goneCount == FANOUT ? GONE : ABSENT;
      if (goneCount < FANOUT && absentCount < FANOUT) {
        first = pages.allocate(PageType.PAGED_BRANCH, PageLayout.structure(root));
        MemorySegment branch = pages.modify(first);
        PagedLayout.setLevel(branch, level);
        PageLayout.setCount(branch, goneCount);
        long offset = PageLayout.CONTENT_OFFSET;
        MemorySegment.copy(root, offset, branch, offset, PageLayout.CONTENT_BYTES);
      }
      root.asSlice(PageLayout.CONTENT_OFFSET).fill((byte) 0);
      PagedLayout.setPointer(root, 0, first);
      PagedLayout.setLevel(root, level + 1);
    }

    /// Returns the child that the parent of a level points to, made if it is absent.
    private long child(int level) {
      MemorySegment parent = pages.page(parents[level]);
      long child = PagedLayout.pointer(parent, digits[level]);
      if (child == GONE) {
        return GONE;
      }
      int childLevel = level - 1;
      if (child == ABSENT) {
        byte type = childLevel == 0 ? PageType.PAGED_LEAF : PageType.PAGED_BRANCH;
        child = pages.allocate(type, PageLayout.structure(parent));
        PagedLayout.setLevel(pages.modify(child), childLevel);
        PagedLayout.setPointer(pages.modify(parents[level]), digits[level], child);
        return child;
      }
      long location = pages.locate(child);
      int header = header(pages, location);
      if (childLevel == 0) {
        checkLeaf(pages, location, header);
      } else {
        checkBranch(pages, location, header, childLevel);
      }
      return child;
    }

    /// Marks the leaf, whose page is given back, as gone, and all parents that hold only marks.
    void markGone() {
      for (int level = 1; level <= height; level++) {
        MemorySegment parent = pages.modify(parents[level]);
        PagedLayout.setPointer(parent, digits[level], GONE);
        if (level == height) {
          return;
        }
        int count = PageLayout.count(parent) + 1;
        if (count < FANOUT) {
          PageLayout.setCount(parent, count);
          return;
        }
        pages.free(parents[level]);
      }
    }
  }
}
