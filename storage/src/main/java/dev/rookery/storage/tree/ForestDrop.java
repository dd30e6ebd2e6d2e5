package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.CONTENT_OFFSET;
import static dev.rookery.storage.page.PageLayout.LONG;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;

/// Frees all pages of a forest. Pages are freed behind their children: where pages of a damaged
/// file share a child, the second visit ends at the first page that is free already.
final class ForestDrop {
  private final PageWriter pages;
  private final long rootPage;
  private final ForestLeaf leaf = new ForestLeaf();

  ForestDrop(PageWriter pages, long rootPage) {
    this.pages = pages;
    this.rootPage = rootPage;
  }

  void run() {
    int region = nextRegion(0);
    while (region >= 0) {
      dropBelow(
          ForestDirectory.regionRoot(pages, rootPage, region),
          ForestLayout.FENCE_LEVELS_MAX,
          region);
      region = nextRegion(region + 1);
    }
    MemorySegment root = pages.page(rootPage);
    for (int i = 0; i < ForestLayout.BRANCH_COUNT; i++) {
      dropBranch(root.get(LONG, ForestLayout.BRANCHES_OFFSET + (long) Long.BYTES * i));
    }
    pages.free(rootPage);
  }

  /// Frees the pages of one region, whose entry in the directory stays.
  void dropRegion(long regionRoot, int region) {
    dropBelow(regionRoot, ForestLayout.FENCE_LEVELS_MAX, region);
  }

  private int nextRegion(int from) {
    return ForestDirectory.nextRegion(pages, rootPage, from, ForestLayout.REGION_COUNT_MAX);
  }

  private void dropBranch(long branchPage) {
    if (branchPage == 0) {
      return;
    }
    long branch = ForestDirectory.locateLevel(pages, branchPage, ForestDirectory.LEVEL_BRANCH);
    for (int i = 0; i < ForestLayout.BRANCH_PAGES; i++) {
      long child =
          ForestDirectory.pageNumber(pages, branch + CONTENT_OFFSET + (long) Long.BYTES * i);
      if (child != 0) {
        pages.free(child);
      }
    }
    pages.free(branchPage);
  }

  private void dropBelow(long pageNumber, int levelEnd, int region) {
    MemorySegment page = pages.page(pageNumber);
    if (PageLayout.type(page) == PageType.FOREST_LEAF) {
      dropTrees(pageNumber, region);
    } else {
      int level =
          ForestSpan.checkedLevel(pages, pageNumber, pages.locate(pageNumber), levelEnd, region);
      for (int i = 0; i < PageLayout.count(page); i++) {
        dropBelow(ForestFences.child(page, 0, i), level, region);
      }
    }
    pages.free(pageNumber);
  }

  private void dropTrees(long pageNumber, int region) {
    leaf.open((PageReader) pages, pageNumber, region);
    for (int index = 0; index < leaf.count; index++) {
      int block = leaf.blockAt(index);
      if ((block & ForestLeaf.BIG) != 0) {
        ForestBigTree.at(leaf.segment, leaf.start(block)).tree().drop(pages);
      }
    }
  }
}
