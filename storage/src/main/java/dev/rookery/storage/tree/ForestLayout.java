package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.BYTE;
import static dev.rookery.storage.page.PageLayout.CONTENT_BYTES;
import static dev.rookery.storage.page.PageLayout.CONTENT_OFFSET;
import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.page.PageLayout.PAGE_BYTES;
import static dev.rookery.storage.page.PageLayout.SHORT;
import static dev.rookery.storage.page.PageLayout.TYPE_OFFSET;

import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;

/// Bytes of the pages of a forest above its leaves; those of a leaf are in [ForestLeaf].
///
/// Root page (`FOREST_ROOT`; n = [#BRANCH_COUNT]):
///
/// ```
/// offset  bytes  field
///     32      8  entries of all sources
///     40      8  sources that have entries
///     48    8·n  page numbers of directory branches, 0 = none
/// 48+8·n   16·r  entries of the first r = ROOT_REGIONS regions
/// ```
///
/// Region entry:
///
/// ```
///      0      6  page number of the region's root, a fence page or a leaf; 0 = the region is empty
///      6      6  entries of the region
///     12      4  sources of the region that have entries
/// ```
///
/// Directory page (`FOREST_DIRECTORY`, flags = level, count = children that are not empty):
///
/// ```
///     32   16·d  level 0: entries of d = DIRECTORY_REGIONS neighbouring regions
///     32    8·b  level 1: page numbers of b = BRANCH_PAGES pages of level 0, 0 = none
/// ```
///
/// Fence page (`FOREST_FENCES`, flags = level, 0 = the children are leaves, count = children):
///
/// ```
///     32      4  region
///     36    514  locator: for the first slot of each 256, and for the last slot of the region, the
///                index of the child that covers it
///    550    2·f  first slot of each child, ascending; the one of child 0 is the page's own
/// 550+2·f    6·f  page number of each child; f = FENCE_COUNT_MAX
/// ```
final class ForestLayout {
  /// Base-2 logarithm of the slots of a region.
  static final int REGION_SHIFT = 16;

  /// Slots of a region.
  static final int REGION_SLOTS = 1 << REGION_SHIFT;

  /// Regions at most: sources have 40 bits.
  static final int REGION_COUNT_MAX = 1 << 24;

  /// The largest value: values have 48 bits.
  static final long VALUE_MAX = (1L << 48) - 1;

  /// Length of a page number inside a structure, and of a value.
  static final int SHORT_LONG_BYTES = 6;

  /// Length of a region entry.
  static final int REGION_BYTES = 16;

  /// Offset of the count of entries inside a region entry.
  static final int REGION_ENTRIES_OFFSET = SHORT_LONG_BYTES;

  /// Offset of the count of sources inside a region entry.
  static final int REGION_SOURCES_OFFSET = REGION_ENTRIES_OFFSET + SHORT_LONG_BYTES;

  /// Regions of a directory page of level 0.
  static final int DIRECTORY_REGIONS = CONTENT_BYTES / REGION_BYTES;

  /// Children of a directory page of level 1.
  static final int BRANCH_PAGES = CONTENT_BYTES / Long.BYTES;

  /// Directory pages of level 1 at most.
  static final int BRANCH_COUNT =
      Math.ceilDiv(Math.ceilDiv(REGION_COUNT_MAX, DIRECTORY_REGIONS), BRANCH_PAGES);

  /// Offset of the count of all entries in the root page.
  static final int ENTRIES_OFFSET = CONTENT_OFFSET;

  /// Offset of the count of all sources in the root page.
  static final int SOURCES_OFFSET = ENTRIES_OFFSET + Long.BYTES;

  /// Offset of the page numbers of the directory branches in the root page.
  static final int BRANCHES_OFFSET = SOURCES_OFFSET + Long.BYTES;

  /// Offset of the region entries in the root page.
  static final int REGIONS_OFFSET = BRANCHES_OFFSET + BRANCH_COUNT * Long.BYTES;

  /// Regions whose entries lie in the root page.
  static final int ROOT_REGIONS = (PAGE_BYTES - REGIONS_OFFSET) / REGION_BYTES;

  /// Offset of the region number in a fence page.
  static final int FENCE_REGION_OFFSET = CONTENT_OFFSET;

  /// Base-2 logarithm of the slots between two entries of the locator.
  static final int LOCATOR_SHIFT = 8;

  /// Entries of the locator.
  static final int LOCATOR_COUNT = (REGION_SLOTS >>> LOCATOR_SHIFT) + 1;

  /// Offset of the locator in a fence page.
  static final int LOCATOR_OFFSET = FENCE_REGION_OFFSET + Integer.BYTES;

  /// Offset of the first slots in a fence page.
  static final int FENCES_OFFSET = LOCATOR_OFFSET + LOCATOR_COUNT * Short.BYTES;

  /// Children of a fence page at most.
  static final int FENCE_COUNT_MAX =
      (PAGE_BYTES - FENCES_OFFSET) / (Short.BYTES + SHORT_LONG_BYTES);

  /// Offset of the page numbers in a fence page.
  static final int FENCE_PAGES_OFFSET = FENCES_OFFSET + FENCE_COUNT_MAX * Short.BYTES;

  /// Levels of fence pages at most: 65,536 leaves need two, pages that are hardly filled three.
  static final int FENCE_LEVELS_MAX = 4;

  private ForestLayout() {}

  /// Returns the region of a source.
  static int region(long source) {
    return (int) (source >>> REGION_SHIFT);
  }

  /// Returns the slot of a source inside its region.
  static int slot(long source) {
    return (int) source & (REGION_SLOTS - 1);
  }

  /// Returns the number of 6 bytes at an offset, which must not be smaller than 2.
  static long shortLong(MemorySegment segment, long offset) {
    return segment.get(LONG, offset - Short.BYTES) >>> Short.SIZE;
  }

  /// Stores a number of 6 bytes.
  static void setShortLong(MemorySegment segment, long offset, long value) {
    segment.set(INT, offset, (int) value);
    segment.set(SHORT, offset + Integer.BYTES, (short) (value >>> Integer.SIZE));
  }

  /// Returns the location of a page, after making sure that it has the given type.
  static long locate(PageReader pages, long pageNumber, byte type) {
    long location = pages.locate(pageNumber);
    byte found = pages.segmentAt(location).get(BYTE, PageReader.offsetAt(location) + TYPE_OFFSET);
    if (found != type) {
      throw pages.corrupt(pageNumber, "page type " + type, "page type " + found);
    }
    return location;
  }
}
