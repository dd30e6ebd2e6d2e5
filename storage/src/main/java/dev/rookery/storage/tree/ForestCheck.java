package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.CONTENT_OFFSET;
import static dev.rookery.storage.page.PageLayout.LONG;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Walks all pages of a forest and reports what contradicts its invariants.
///
/// 1. The counts of a region are those of its leaves; the counts of the root page are those of all
///    regions; or all are zero, if the forest keeps none.
/// 2. A leaf holds only slots that its fences give to it, ascending; every slot of a sparse index
///    has entries.
/// 3. Blocks lie behind the index and do not overlap, their room included; a block is a whole
///    number of entries; all are as long together as the leaf says.
/// 4. The keys of a source ascend.
/// 5. A block in a leaf has at most half a page in keys of 4 bytes; a tree with pages of its own
///    has at least a quarter of a page in entries of 14 bytes, and as many entries as its record
///    says.
/// 6. A directory page exists only while one of its regions has entries.
final class ForestCheck {
  private static final String NAME = "forest";

  private final PageReader pages;
  private final long rootPage;
  private final CheckReport report;
  private boolean isCounted;
  private long regionEntries;
  private long regionSources;

  ForestCheck(PageReader pages, long rootPage, CheckReport report) {
    this.pages = pages;
    this.rootPage = rootPage;
    this.report = report;
  }

  void run() {
    try {
      checkRoot();
    } catch (RookeryException e) {
      problem(rootPage, e.toString());
    }
  }

  private void checkRoot() {
    if (!report.claim(rootPage, NAME)) {
      return;
    }
    MemorySegment root = pages.page(rootPage);
    isCounted = !ForestDirectory.isUncounted(pages, rootPage);
    ForestLayout.locate(pages, rootPage, PageType.FOREST_ROOT);
    for (int i = 0; i < ForestLayout.BRANCH_COUNT; i++) {
      claimBranch(root.get(LONG, ForestLayout.BRANCHES_OFFSET + (long) Long.BYTES * i));
    }
    long entries = 0;
    long sources = 0;
    int region = nextRegion(0);
    while (region >= 0) {
      checkRegion(region);
      entries += regionEntries;
      sources += regionSources;
      region = nextRegion(region + 1);
    }
    expectCount("entries", root.get(LONG, ForestLayout.ENTRIES_OFFSET), entries);
    expectCount("sources", root.get(LONG, ForestLayout.SOURCES_OFFSET), sources);
  }

  private int nextRegion(int from) {
    return ForestDirectory.nextRegion(pages, rootPage, from, ForestLayout.REGION_COUNT_MAX);
  }

  private void claimBranch(long branchPage) {
    if (branchPage == 0 || !report.claim(branchPage, NAME)) {
      return;
    }
    long branch = ForestDirectory.locateLevel(pages, branchPage, ForestDirectory.LEVEL_BRANCH);
    int children = 0;
    for (int i = 0; i < ForestLayout.BRANCH_PAGES; i++) {
      long child =
          ForestDirectory.pageNumber(pages, branch + CONTENT_OFFSET + (long) Long.BYTES * i);
      if (child != 0 && report.claim(child, NAME)) {
        children++;
        checkRegionsPage(child);
      }
    }
    expect(branchPage, "children", PageLayout.count(pages.page(branchPage)), children);
    if (children == 0) {
      problem(branchPage, "directory page without children");
    }
  }

  private void checkRegionsPage(long pageNumber) {
    long page = ForestDirectory.locateLevel(pages, pageNumber, ForestDirectory.LEVEL_REGIONS);
    int regions = 0;
    for (int i = 0; i < ForestLayout.DIRECTORY_REGIONS; i++) {
      long entry = page + CONTENT_OFFSET + (long) ForestLayout.REGION_BYTES * i;
      if (ForestDirectory.rootAt(pages, entry) != 0) {
        regions++;
      }
    }
    expect(pageNumber, "regions", PageLayout.count(pages.page(pageNumber)), regions);
    if (regions == 0) {
      problem(pageNumber, "directory page without regions");
    }
  }

  private void checkRegion(int region) {
    regionEntries = 0;
    regionSources = 0;
    long entry = ForestDirectory.locate(pages, rootPage, region);
    checkBelow(
        ForestDirectory.rootAt(pages, entry),
        region,
        ForestLayout.FENCE_LEVELS_MAX,
        0,
        ForestLayout.REGION_SLOTS);
    String name = "region " + region;
    expectCount(name + " entries", ForestDirectory.entriesAt(pages, entry), regionEntries);
    expectCount(name + " sources", ForestDirectory.sourcesAt(pages, entry), regionSources);
  }

  private void checkBelow(long pageNumber, int region, int levelEnd, int low, int high) {
    if (!report.claim(pageNumber, NAME)) {
      return;
    }
    try {
      MemorySegment page = pages.page(pageNumber);
      if (PageLayout.type(page) == PageType.FOREST_LEAF) {
        checkLeaf(new ForestLeaf().open(pages, pageNumber, region), low, high);
        return;
      }
      int level =
          ForestSpan.checkedLevel(pages, pageNumber, pages.locate(pageNumber), levelEnd, region);
      int count = PageLayout.count(page);
      if (!ForestFences.isLocated(page)) {
        problem(pageNumber, "locator contradicts the fences");
      }
      for (int i = 0; i < count; i++) {
        int childLow = i == 0 ? low : ForestFences.fence(page, 0, i);
        int childHigh = i + 1 == count ? high : ForestFences.fence(page, 0, i + 1);
        if (i == 0) {
          expect(pageNumber, "fence 0", ForestFences.fence(page, 0, 0), low);
        }
        if (childLow < low || childLow >= childHigh || childHigh > high) {
          problem(pageNumber, "fence %d out of order slot=%d".formatted(i, childLow));
        }
        checkBelow(ForestFences.child(page, 0, i), region, level, childLow, childHigh);
      }
    } catch (RookeryException e) {
      problem(pageNumber, e.toString());
    }
  }

  private void checkLeaf(ForestLeaf leaf, int low, int high) {
    int sources = 0;
    int previous = low - 1;
    int bytes = 0;
    int[] places = new int[leaf.count];
    for (int index = 0; index < leaf.count; index++) {
      int slot = leaf.slotAt(index);
      int block = leaf.blockAt(index);
      bytes += ForestLeaf.length(block);
      boolean hasEntries = ForestLeaf.length(block) > 0;
      if (slot <= previous || (hasEntries && slot >= high) || (leaf.sparse && !hasEntries)) {
        problem(leaf.pageNumber, "slot out of place slot=" + slot);
      }
      previous = leaf.sparse || hasEntries ? slot : previous;
      if (hasEntries) {
        places[sources++] = ForestLeaf.startInPage(block) << Short.SIZE | leaf.room(block);
        checkBlock(leaf, slot, block);
      }
    }
    expect(leaf.pageNumber, "length of blocks", leaf.liveBytes, bytes);
    checkPlaces(leaf, Arrays.copyOf(places, sources));
    expect(leaf.pageNumber, "sources", leaf.sources, sources);
    regionSources += sources;
  }

  private void checkPlaces(ForestLeaf leaf, int[] places) {
    Arrays.sort(places);
    int end = leaf.blocks;
    for (int place : places) {
      if (place >>> Short.SIZE < end) {
        problem(leaf.pageNumber, "blocks overlap at %d".formatted(end));
      }
      end = (place >>> Short.SIZE) + (place & 0xFFFF);
    }
  }

  private void checkBlock(ForestLeaf leaf, int slot, int block) {
    if ((block & ForestLeaf.BIG) != 0) {
      checkBig(leaf, slot, ForestBigTree.at(leaf.segment, leaf.start(block)));
      return;
    }
    int bytes = ForestLeaf.length(block);
    int size = leaf.entries(bytes);
    regionEntries += size;
    if (size * leaf.entryBytes != bytes || size * Integer.BYTES > ForestLeaf.INLINE_BYTES_MAX) {
      problem(leaf.pageNumber, "block of a wrong length slot=%d bytes=%d".formatted(slot, bytes));
    }
    long keys = leaf.start(block);
    for (int i = 1; i < size; i++) {
      if (Long.compareUnsigned(leaf.key(keys, i - 1), leaf.key(keys, i)) >= 0) {
        problem(leaf.pageNumber, "keys out of order slot=%d index=%d".formatted(slot, i));
        return;
      }
    }
  }

  private void checkBig(ForestLeaf leaf, int slot, ForestBigTree big) {
    regionEntries += big.count();
    FixedSizeTree tree = big.tree();
    tree.check(pages, report);
    expect(leaf.pageNumber, "entries of slot " + slot, big.count(), tree.count(pages));
    expect(leaf.pageNumber, "value bytes " + slot, big.valueBytes(), tree.valueBytes(pages));
    if (big.count() < ForestBigTree.COUNT_MIN) {
      problem(leaf.pageNumber, "small tree with own pages slot=" + slot);
    }
    FixedSizeTree.Cursor cursor = tree.cursor(pages);
    if (cursor.last() && ForestBigTree.isWide(cursor.key()) && !big.isWide()) {
      problem(leaf.pageNumber, "wide key not marked slot=" + slot);
    }
  }

  private void expectCount(String what, long found, long counted) {
    expect(rootPage, what, found, isCounted ? counted : 0);
  }

  private void expect(long pageNumber, String what, long found, long expected) {
    if (found != expected) {
      problem(pageNumber, "%s expected=%d found=%d".formatted(what, expected, found));
    }
  }

  private void problem(long pageNumber, String message) {
    report.problem(NAME, pageNumber, message);
  }
}
