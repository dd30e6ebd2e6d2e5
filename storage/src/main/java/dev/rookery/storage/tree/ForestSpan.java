package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.TYPE_OFFSET;
import static dev.rookery.storage.tree.ForestLayout.FENCE_COUNT_MAX;
import static dev.rookery.storage.tree.ForestLayout.FENCE_LEVELS_MAX;
import static dev.rookery.storage.tree.ForestLayout.FENCE_REGION_OFFSET;

import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import java.lang.foreign.MemorySegment;

/// The way through the fences of a region to one leaf, and the slots that the leaf covers. Reused
/// by cursors.
final class ForestSpan {
  /// The leaf, and where it lies.
  long leafPage;

  long leafLocation;

  /// The leaf covers the slots from this one on, and is smaller than [#high].
  int low;

  int high;

  /// The fence page above the leaf, or 0 if the leaf is the root of its region.
  long parentPage;

  /// The leaf's index among the `parentCount` children of its parent.
  int parentIndex;

  int parentCount;

  /// How many leaves the region has, if the fence pages on the way are as full as others.
  long leafCount;

  /// Finds the leaf that covers a slot.
  ///
  /// Ends on any content of the pages, since the levels must descend.
  ForestSpan descend(PageReader pages, long regionRoot, int region, int slot) {
    coverAll();
    long page = regionRoot;
    int level = FENCE_LEVELS_MAX;
    while (true) {
      long location = pages.locate(page);
      MemorySegment segment = pages.segmentAt(location);
      long base = PageReader.offsetAt(location);
      int head = segment.get(INT, base + TYPE_OFFSET);
      if ((byte) head == PageType.FOREST_LEAF) {
        leafPage = page;
        leafLocation = location;
        return this;
      }
      level = checkedLevel(pages, page, location, level, region);
      int count = head >>> Short.SIZE;
      int index = ForestFences.search(segment, base, count, slot);
      if (index > 0) {
        low = ForestFences.fence(segment, base, index);
      }
      if (index + 1 < count) {
        high = ForestFences.fence(segment, base, index + 1);
      }
      if (index < 0 || slot < low || slot >= high) {
        throw pages.corrupt(page, "fences around slot " + slot, "others");
      }
      leafCount *= count;
      parentPage = page;
      parentIndex = index;
      parentCount = count;
      page = ForestFences.child(segment, base, index);
    }
  }

  /// Covers the whole region, as a leaf does that is its root.
  void coverAll() {
    low = 0;
    high = ForestLayout.REGION_SLOTS;
    parentPage = 0;
    leafCount = 1;
  }

  /// Returns whether no leaf of the region follows.
  boolean isLast() {
    return high == ForestLayout.REGION_SLOTS;
  }

  /// Checks the header of a fence page at a location and returns its level.
  static int checkedLevel(PageReader pages, long page, long location, int levelEnd, int region) {
    MemorySegment segment = pages.segmentAt(location);
    long base = PageReader.offsetAt(location);
    int head = segment.get(INT, base + TYPE_OFFSET);
    byte type = (byte) head;
    int level = (byte) (head >>> Byte.SIZE);
    int count = head >>> Short.SIZE;
    if (type != PageType.FOREST_FENCES
        || level < 0
        || level >= levelEnd
        || count == 0
        || count > FENCE_COUNT_MAX
        || segment.get(INT, base + FENCE_REGION_OFFSET) != region) {
      throw pages.corrupt(
          page,
          "fences of region " + region + " below level " + levelEnd,
          "type=%d level=%d count=%d".formatted(type, level, count));
    }
    return level;
  }
}
