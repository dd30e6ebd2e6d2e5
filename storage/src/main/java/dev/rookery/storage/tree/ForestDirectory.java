package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.BYTE;
import static dev.rookery.storage.page.PageLayout.CONTENT_OFFSET;
import static dev.rookery.storage.page.PageLayout.FLAGS_OFFSET;
import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.tree.ForestLayout.BRANCHES_OFFSET;
import static dev.rookery.storage.tree.ForestLayout.BRANCH_PAGES;
import static dev.rookery.storage.tree.ForestLayout.DIRECTORY_REGIONS;
import static dev.rookery.storage.tree.ForestLayout.ENTRIES_OFFSET;
import static dev.rookery.storage.tree.ForestLayout.REGIONS_OFFSET;
import static dev.rookery.storage.tree.ForestLayout.REGION_BYTES;
import static dev.rookery.storage.tree.ForestLayout.REGION_ENTRIES_OFFSET;
import static dev.rookery.storage.tree.ForestLayout.REGION_SOURCES_OFFSET;
import static dev.rookery.storage.tree.ForestLayout.ROOT_REGIONS;
import static dev.rookery.storage.tree.ForestLayout.SOURCES_OFFSET;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;

/// The directory of a forest: region number to region entry, by indexing alone.
///
/// The entries of the first regions lie in the root page; those behind it in directory pages, which
/// exist only while one of their regions has entries.
final class ForestDirectory {
  /// Flag of the root page: all counts are zero, whatever there is.
  static final byte UNCOUNTED = 1;

  /// Level of a directory page that holds region entries.
  static final int LEVEL_REGIONS = 0;

  /// Level of a directory page that holds page numbers of pages of [#LEVEL_REGIONS].
  static final int LEVEL_BRANCH = 1;

  /// In place of a location: the page of region entries does not exist.
  private static final long NO_REGIONS = -1;

  /// In place of a location: the branch page does not exist.
  private static final long NO_BRANCH = -2;

  private ForestDirectory() {}

  /// Returns the location of the entry of a region, or a negative number if there is no page for
  /// it.
  static long locate(PageReader pages, long rootPage, int region) {
    long root = ForestLayout.locate(pages, rootPage, PageType.FOREST_ROOT);
    if (region < ROOT_REGIONS) {
      return root + offsetOf(region);
    }
    int page = (region - ROOT_REGIONS) / DIRECTORY_REGIONS;
    long branchPage = pageNumber(pages, root + branchOffset(page));
    if (branchPage == 0) {
      return NO_BRANCH;
    }
    long branch = locateLevel(pages, branchPage, LEVEL_BRANCH);
    long regionsPage = pageNumber(pages, branch + regionsOffset(page));
    if (regionsPage == 0) {
      return NO_REGIONS;
    }
    return locateLevel(pages, regionsPage, LEVEL_REGIONS) + offsetOf(region);
  }

  /// Returns the page number of the root of a region, or 0 if the region is empty.
  static long regionRoot(PageReader pages, long rootPage, int region) {
    long entry = locate(pages, rootPage, region);
    return entry < 0 ? 0 : rootAt(pages, entry);
  }

  /// Returns the page number of the root of the region whose entry is at a location.
  static long rootAt(PageReader pages, long entry) {
    return ForestLayout.shortLong(pages.segmentAt(entry), PageReader.offsetAt(entry));
  }

  /// Returns the count of entries of the region whose entry is at a location.
  static long entriesAt(PageReader pages, long entry) {
    return ForestLayout.shortLong(
        pages.segmentAt(entry), PageReader.offsetAt(entry) + REGION_ENTRIES_OFFSET);
  }

  /// Returns the count of sources of the region whose entry is at a location.
  static long sourcesAt(PageReader pages, long entry) {
    long offset = PageReader.offsetAt(entry) + REGION_SOURCES_OFFSET;
    return Integer.toUnsignedLong(pages.segmentAt(entry).get(INT, offset));
  }

  /// Returns the first region that has entries, from the given one on and smaller than `end`, or
  /// -1.
  static int nextRegion(PageReader pages, long rootPage, int region, int end) {
    int next = region;
    while (next < end) {
      long entry = locate(pages, rootPage, next);
      if (entry >= 0) {
        if (rootAt(pages, entry) != 0) {
          return next;
        }
        next++;
      } else {
        // The page that would lead to the entry does not exist, so all its regions are empty.
        int stretch = entry == NO_BRANCH ? DIRECTORY_REGIONS * BRANCH_PAGES : DIRECTORY_REGIONS;
        next += stretch - (next - ROOT_REGIONS) % stretch;
      }
    }
    return -1;
  }

  /// Sets the root of a region; 0 makes the region empty.
  static void setRegionRoot(PageWriter pages, long rootPage, int region, long regionRoot) {
    if (region < ROOT_REGIONS) {
      ForestLayout.setShortLong(pages.modify(rootPage), offsetOf(region), regionRoot);
      return;
    }
    int page = (region - ROOT_REGIONS) / DIRECTORY_REGIONS;
    long branchPage = childOf(pages, rootPage, branchOffset(page), LEVEL_BRANCH);
    long regionsPage = childOf(pages, branchPage, regionsOffset(page), LEVEL_REGIONS);
    MemorySegment regions = pages.modify(regionsPage);
    boolean wasEmpty = ForestLayout.shortLong(regions, offsetOf(region)) == 0;
    ForestLayout.setShortLong(regions, offsetOf(region), regionRoot);
    if (wasEmpty && regionRoot != 0) {
      PageLayout.setCount(regions, PageLayout.count(regions) + 1);
    } else if (!wasEmpty && regionRoot == 0) {
      removeChild(pages, rootPage, page);
    }
  }

  /// Makes an empty forest one that keeps no counts.
  static void setUncounted(PageWriter pages, long rootPage) {
    pages.modify(rootPage, FLAGS_OFFSET, 1).set(BYTE, FLAGS_OFFSET, UNCOUNTED);
  }

  /// Returns whether a forest keeps no counts.
  static boolean isUncounted(PageReader pages, long rootPage) {
    long root = ForestLayout.locate(pages, rootPage, PageType.FOREST_ROOT);
    byte flags = pages.segmentAt(root).get(BYTE, PageReader.offsetAt(root) + FLAGS_OFFSET);
    return (flags & UNCOUNTED) != 0;
  }

  /// Adds to the counts of a region, whose root must be set, and to those of the whole forest, if
  /// it keeps counts.
  static void addCounts(
      PageWriter pages, long rootPage, int region, long entryDelta, int sourceDelta) {
    if (isUncounted(pages, rootPage)) {
      return;
    }
    MemorySegment root = pages.modify(rootPage, ENTRIES_OFFSET, 2L * Long.BYTES);
    root.set(LONG, ENTRIES_OFFSET, root.get(LONG, ENTRIES_OFFSET) + entryDelta);
    root.set(LONG, SOURCES_OFFSET, root.get(LONG, SOURCES_OFFSET) + sourceDelta);
    long regionsPage = rootPage;
    if (region >= ROOT_REGIONS) {
      int index = (region - ROOT_REGIONS) / DIRECTORY_REGIONS;
      long branchPage = childOf(pages, rootPage, branchOffset(index), LEVEL_BRANCH);
      regionsPage = childOf(pages, branchPage, regionsOffset(index), LEVEL_REGIONS);
    }
    MemorySegment page = pages.modify(regionsPage, offsetOf(region), REGION_BYTES);
    long entries = (long) offsetOf(region) + REGION_ENTRIES_OFFSET;
    ForestLayout.setShortLong(page, entries, ForestLayout.shortLong(page, entries) + entryDelta);
    long sources = (long) offsetOf(region) + REGION_SOURCES_OFFSET;
    page.set(INT, sources, page.get(INT, sources) + sourceDelta);
  }

  /// Returns the location of a directory page, after making sure that it is one of a level.
  static long locateLevel(PageReader pages, long pageNumber, int level) {
    long location = ForestLayout.locate(pages, pageNumber, PageType.FOREST_DIRECTORY);
    int found = pages.segmentAt(location).get(BYTE, PageReader.offsetAt(location) + FLAGS_OFFSET);
    if (found != level) {
      throw pages.corrupt(pageNumber, "directory level " + level, "level " + found);
    }
    return location;
  }

  /// Returns the page number of 8 bytes at a location.
  static long pageNumber(PageReader pages, long location) {
    return pages.segmentAt(location).get(LONG, PageReader.offsetAt(location));
  }

  private static void removeChild(PageWriter pages, long rootPage, int page) {
    MemorySegment root = pages.modify(rootPage);
    long branchPage = root.get(LONG, branchOffset(page));
    MemorySegment branch = pages.modify(branchPage);
    long regionsPage = branch.get(LONG, regionsOffset(page));
    MemorySegment regions = pages.modify(regionsPage);
    PageLayout.setCount(regions, PageLayout.count(regions) - 1);
    if (PageLayout.count(regions) != 0) {
      return;
    }
    pages.free(regionsPage);
    branch.set(LONG, regionsOffset(page), 0);
    PageLayout.setCount(branch, PageLayout.count(branch) - 1);
    if (PageLayout.count(branch) == 0) {
      pages.free(branchPage);
      root.set(LONG, branchOffset(page), 0);
    }
  }

  /// Returns the directory page whose number is at an offset of a page, and makes it if it is not
  /// there.
  private static long childOf(PageWriter pages, long parentPage, int offset, int level) {
    long child = pages.page(parentPage).get(LONG, offset);
    if (child == 0) {
      MemorySegment parent = pages.modify(parentPage);
      child = pages.allocate(PageType.FOREST_DIRECTORY, PageLayout.structure(parent));
      pages.modify(child).set(BYTE, FLAGS_OFFSET, (byte) level);
      parent.set(LONG, offset, child);
      if (level < LEVEL_BRANCH) {
        PageLayout.setCount(parent, PageLayout.count(parent) + 1);
      }
    } else {
      locateLevel(pages, child, level);
    }
    return child;
  }

  /// Returns the offset of a region's entry inside the page that holds it.
  private static int offsetOf(int region) {
    return region < ROOT_REGIONS
        ? REGIONS_OFFSET + region * REGION_BYTES
        : CONTENT_OFFSET + (region - ROOT_REGIONS) % DIRECTORY_REGIONS * REGION_BYTES;
  }

  private static int branchOffset(int page) {
    return BRANCHES_OFFSET + page / BRANCH_PAGES * Long.BYTES;
  }

  private static int regionsOffset(int page) {
    return CONTENT_OFFSET + page % BRANCH_PAGES * Long.BYTES;
  }
}
