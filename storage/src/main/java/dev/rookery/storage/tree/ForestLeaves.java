package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.TYPE_OFFSET;

import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import java.lang.foreign.MemorySegment;

/// Tells which leaves of a forest hold the entries of a stretch of sources, in the order of the
/// sources, without reading them: for whoever wants to read many at once.
///
/// Trees with pages of their own are not told of. O(leaves) time.
final class ForestLeaves {
  private final PageReader pages;
  private final FixedSizeForest.LeafVisitor visitor;

  ForestLeaves(PageReader pages, FixedSizeForest.LeafVisitor visitor) {
    this.pages = pages;
    this.visitor = visitor;
  }

  /// Visits the leaves of one region that cover slots from one on, before an end.
  void visit(long regionRoot, int region, int from, int end) {
    visit(
        regionRoot, region, ForestLayout.FENCE_LEVELS_MAX, 0, ForestLayout.REGION_SLOTS, from, end);
  }

  /// Ends on any content of the pages, since the levels must descend.
  private void visit(long page, int region, int levelEnd, int low, int high, int from, int end) {
    long location = pages.locate(page);
    MemorySegment segment = pages.segmentAt(location);
    long base = PageReader.offsetAt(location);
    int head = segment.get(INT, base + TYPE_OFFSET);
    if ((byte) head == PageType.FOREST_LEAF) {
      tell(page, region, low, high);
      return;
    }
    int level = ForestSpan.checkedLevel(pages, page, location, levelEnd, region);
    int count = head >>> Short.SIZE;
    for (int index = 0; index < count; index++) {
      int first = index == 0 ? low : ForestFences.fence(segment, base, index);
      int last = index + 1 < count ? ForestFences.fence(segment, base, index + 1) : high;
      if (first < low || last > high || first >= last) {
        throw pages.corrupt(
            page, "ascending fences from " + low + " to " + high, first + " " + last);
      }
      if (first < end && last > from) {
        long child = ForestFences.child(segment, base, index);
        if (level == 0) {
          tell(child, region, first, last);
        } else {
          visit(child, region, level, first, last, from, end);
        }
      }
    }
  }

  private void tell(long page, int region, int first, int end) {
    long base = (long) region << ForestLayout.REGION_SHIFT;
    visitor.leaf(page, base + first, base + end);
  }
}
