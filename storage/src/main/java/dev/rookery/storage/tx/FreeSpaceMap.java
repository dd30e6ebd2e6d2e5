package dev.rookery.storage.tx;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Which pages are taken: one bit for each, on pages that are themselves part of the store.
///
/// ```
/// page of group g (FREE_SPACE): the first page of the group, behind the header blocks in group 0
/// offset bytes               field
///     32     4               how many pages of the group are taken
///     36     4               reserved
///     40     PAGE_BYTES / 2  one bit for each page of the group, 1 = taken
/// ```
///
/// A group has PAGE_BYTES · 4 pages (32,768 of 8 KiB: 256 MiB). Because the place of every map page
/// follows from its number, allocating never needs to allocate. A freed page may be allocated again
/// at once: its content goes to scratch, and older snapshots read the file until a flush, which
/// waits for them.
///
/// The map itself lives in pages and obeys the transaction; the fields here are hints about it,
/// which only the writer uses, under the writer lock.
public final class FreeSpaceMap {
  /// How many pages one map page covers.
  public static final int GROUP_PAGES = PageLayout.PAGE_BYTES * 4;

  static final int TAKEN_OFFSET = PageLayout.CONTENT_OFFSET;
  static final int BITS_OFFSET = TAKEN_OFFSET + 8;

  private static final int WORDS = GROUP_PAGES / Long.SIZE;
  private static final int UNKNOWN = -1;

  private int[] freeCounts = new int[0];
  private int[] searchFrom = new int[0];
  private int firstGroup;

  /// Creates a map without hints.
  public FreeSpaceMap() {}

  /// Returns the page that holds the bits of a group.
  public static long mapPage(long group) {
    return group == 0 ? PageLayout.FIRST_PAGE : group * GROUP_PAGES;
  }

  /// Returns how many pages of a database are free, by its map pages. O(pages / GROUP_PAGES).
  public static long freeCount(PageReader pages) {
    long free = 0;
    for (long group = 0; group * GROUP_PAGES < pages.pageCount(); group++) {
      free += pagesIn(group, pages.pageCount()) - taken(pages, group);
    }
    return free;
  }

  /// Returns whether a page is taken.
  public static boolean isTaken(PageReader pages, long pageNumber) {
    MemorySegment map = pages.page(mapPage(pageNumber / GROUP_PAGES));
    int bit = (int) (pageNumber % GROUP_PAGES);
    return (map.get(PageLayout.LONG, wordOffset(bit >>> 6)) >>> bit & 1) != 0;
  }

  /// Returns the bits of 64 pages of a group, by its map page; the lowest bit is page 64 · `word`
  /// of the group.
  public static long takenBits(MemorySegment map, int word) {
    return map.get(PageLayout.LONG, wordOffset(word));
  }

  private static int pagesIn(long group, long pageCount) {
    return (int) Math.min(GROUP_PAGES, pageCount - group * GROUP_PAGES);
  }

  private static int taken(PageReader pages, long group) {
    int taken = pages.page(mapPage(group)).get(PageLayout.INT, TAKEN_OFFSET);
    if (taken < 0 || taken > GROUP_PAGES) {
      throw pages.corrupt(mapPage(group), "a count of taken pages", "" + taken);
    }
    return taken;
  }

  private static long wordOffset(int word) {
    return BITS_OFFSET + (long) word * Long.BYTES;
  }

  /// Forgets all hints, after a transaction was rolled back.
  void forget() {
    Arrays.fill(freeCounts, UNKNOWN);
    Arrays.fill(searchFrom, 0);
    firstGroup = 0;
  }

  /// Takes a page and returns its number.
  long allocate(PageWriteTransaction tx) {
    int groups = hints(tx);
    for (int group = firstGroup; group < groups; group++) {
      if (freeCount(tx, group) > 0) {
        return takeFirst(tx, group);
      }
      firstGroup = group + 1;
    }
    return extend(tx, 1);
  }

  /// Takes `count` neighbouring pages and returns the number of the first.
  long allocateRun(PageWriteTransaction tx, int count) {
    if (count == 1) {
      return allocate(tx);
    }
    int groups = hints(tx);
    for (int group = firstGroup; group < groups; group++) {
      if (freeCount(tx, group) >= count) {
        int start = findRun(tx, group, count);
        if (start >= 0) {
          mark(tx, group, start, count);
          return (long) group * GROUP_PAGES + start;
        }
      }
    }
    return extend(tx, count);
  }

  private int hints(PageWriteTransaction tx) {
    int groups = (int) ((tx.pageCount() + GROUP_PAGES - 1) / GROUP_PAGES);
    if (freeCounts.length < groups) {
      int known = freeCounts.length;
      freeCounts = Arrays.copyOf(freeCounts, Math.max(groups, known * 2));
      Arrays.fill(freeCounts, known, freeCounts.length, UNKNOWN);
      searchFrom = Arrays.copyOf(searchFrom, freeCounts.length);
    }
    return groups;
  }

  private int freeCount(PageWriteTransaction tx, int group) {
    if (freeCounts[group] == UNKNOWN) {
      freeCounts[group] = pagesIn(group, tx.pageCount()) - taken(tx, group);
      searchFrom[group] = 0;
    }
    return freeCounts[group];
  }

  private long takeFirst(PageWriteTransaction tx, int group) {
    MemorySegment map = tx.page(mapPage(group));
    for (int word = searchFrom[group]; word < WORDS; word++) {
      long bits = map.get(PageLayout.LONG, wordOffset(word));
      if (bits != -1L) {
        int bit = (word << 6) + Long.numberOfTrailingZeros(~bits);
        searchFrom[group] = word;
        if (bit < pagesIn(group, tx.pageCount())) {
          mark(tx, group, bit, 1);
          return (long) group * GROUP_PAGES + bit;
        }
      }
    }
    throw tx.corrupt(mapPage(group), freeCounts[group] + " free pages", "none");
  }

  private int findRun(PageWriteTransaction tx, int group, int count) {
    MemorySegment map = tx.page(mapPage(group));
    int end = pagesIn(group, tx.pageCount());
    int run = 0;
    int bit = searchFrom[group] << 6;
    while (bit < end) {
      long bits = map.get(PageLayout.LONG, wordOffset(bit >>> 6));
      if ((bit & 63) == 0 && bits == -1L) {
        run = 0;
        bit += 64;
        continue;
      }
      run = (bits >>> bit & 1) == 0 ? run + 1 : 0;
      bit++;
      if (run == count) {
        return bit - count;
      }
    }
    return -1;
  }

  private void mark(PageWriteTransaction tx, int group, int start, int count) {
    MemorySegment map = tx.modify(mapPage(group));
    for (int bit = start; bit < start + count; bit++) {
      long offset = wordOffset(bit >>> 6);
      map.set(PageLayout.LONG, offset, map.get(PageLayout.LONG, offset) | 1L << bit);
    }
    map.set(PageLayout.INT, TAKEN_OFFSET, map.get(PageLayout.INT, TAKEN_OFFSET) + count);
    freeCounts[group] -= count;
  }

  /// Returns whether a page is one of this map.
  static boolean isMapPage(long pageNumber) {
    return pageNumber % GROUP_PAGES == 0 || pageNumber == PageLayout.FIRST_PAGE;
  }

  /// Takes all pages from the page count up to `end` (exclusive), whatever they hold.
  void takeUpTo(PageWriteTransaction tx, long end) {
    while (tx.pageCount() < end) {
      long first = tx.pageCount();
      int group = (int) (first / GROUP_PAGES);
      int inGroup = (int) (first % GROUP_PAGES);
      if (inGroup == 0) {
        beginGroup(tx, first, group);
        continue;
      }
      int count = (int) Math.min(GROUP_PAGES - inGroup, end - first);
      hints(tx);
      freeCount(tx, group);
      tx.extendTo(first + count);
      freeCounts[group] += count;
      mark(tx, group, inGroup, count);
    }
  }

  private void beginGroup(PageWriteTransaction tx, long first, int group) {
    tx.extendTo(first + 1);
    hints(tx);
    freeCounts[group] = 1;
    searchFrom[group] = 0;
    tx.initialise(first, PageType.FREE_SPACE, 0);
    mark(tx, group, 0, 1);
  }

  /// Takes pages that the database has never had.
  private long extend(PageWriteTransaction tx, int count) {
    tx.beforeExtension();
    while (true) {
      long first = tx.pageCount();
      int group = (int) (first / GROUP_PAGES);
      int inGroup = (int) (first % GROUP_PAGES);
      if (inGroup == 0) {
        beginGroup(tx, first, group);
        continue;
      }
      int room = GROUP_PAGES - inGroup;
      freeCount(tx, group);
      if (room < count) {
        // The rest of the group stays free, for smaller runs.
        tx.extendTo(first + room);
        freeCounts[group] += room;
        firstGroup = Math.min(firstGroup, group);
        continue;
      }
      tx.extendTo(first + count);
      freeCounts[group] += count;
      mark(tx, group, inGroup, count);
      return first;
    }
  }

  /// Returns how many pages the database would have without the free ones at its end. O(pages at
  /// the end / 64).
  static long usedPageCount(PageReader pages) {
    long end = pages.pageCount();
    while (end > PageLayout.FIRST_PAGE + 1) {
      long group = (end - 1) / GROUP_PAGES;
      long used = group * GROUP_PAGES + lastTaken(pages.page(mapPage(group)), group, end) + 1;
      if (used > mapPage(group) + 1) {
        return used;
      }
      // A group whose map marks only itself goes whole, but for the first one.
      end = group == 0 ? PageLayout.FIRST_PAGE + 1 : group * GROUP_PAGES;
    }
    return end;
  }

  private static int lastTaken(MemorySegment map, long group, long end) {
    int pages = (int) (end - group * GROUP_PAGES);
    for (int word = (pages - 1) >>> 6; word >= 0; word--) {
      long bits = map.get(PageLayout.LONG, wordOffset(word));
      if (bits != 0) {
        return (word << 6) + Long.SIZE - 1 - Long.numberOfLeadingZeros(bits);
      }
    }
    return -1;
  }

  /// Takes the free pages at the end out of the database, if there are at least `countMin`, and
  /// returns how many.
  static long trim(PageWriteTransaction tx, long countMin) {
    long before = tx.pageCount();
    long after = usedPageCount(tx);
    if (before - after < Math.max(1, countMin)) {
      return 0;
    }
    // From here on nobody asks these maps; what they say is made anew when the group is.
    for (long group = Math.ceilDiv(after, GROUP_PAGES); group * GROUP_PAGES < before; group++) {
      tx.dropMapPage(mapPage(group));
    }
    // The commit must have something to tell, even where no map goes.
    var _ = tx.modify(mapPage((after - 1) / GROUP_PAGES), TAKEN_OFFSET, Integer.BYTES);
    tx.shrinkTo(after);
    return before - after;
  }

  /// Gives a page back.
  void free(PageWriteTransaction tx, long pageNumber) {
    hints(tx);
    int group = (int) (pageNumber / GROUP_PAGES);
    int bit = (int) (pageNumber % GROUP_PAGES);
    if (pageNumber <= PageLayout.FIRST_PAGE
        || pageNumber >= tx.pageCount()
        || pageNumber == mapPage(group)
        || !isTaken(tx, pageNumber)) {
      throw tx.corrupt(pageNumber, "a taken page to be freed", "one that is not");
    }
    int known = freeCount(tx, group);
    MemorySegment map = tx.modify(mapPage(group));
    long offset = wordOffset(bit >>> 6);
    map.set(PageLayout.LONG, offset, map.get(PageLayout.LONG, offset) & ~(1L << bit));
    map.set(PageLayout.INT, TAKEN_OFFSET, map.get(PageLayout.INT, TAKEN_OFFSET) - 1);
    freeCounts[group] = known + 1;
    searchFrom[group] = Math.min(searchFrom[group], bit >>> 6);
    firstGroup = Math.min(firstGroup, group);
  }
}
