package dev.rookery.storage.tree;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Verifies every invariant of a [FixedSizeTree] on every page and claims the pages.
///
/// Each page is visited once at most, because a page that is claimed already is not entered.
final class FixedSizeTreeCheck {
  private final PageReader pages;
  private final CheckReport report;
  private final long rootPage;
  private final String name;
  private int structureId;
  private int valueBytes;
  private long entryCount;

  FixedSizeTreeCheck(PageReader pages, CheckReport report, long rootPage) {
    this.pages = pages;
    this.report = report;
    this.rootPage = rootPage;
    this.name = "fixed-size tree root=" + rootPage;
  }

  void run() {
    if (!report.claim(rootPage, name)) {
      return;
    }
    try {
      MemorySegment root = pages.page(rootPage);
      int level = FixedSizePage.rootLevel(pages, rootPage, root);
      structureId = PageLayout.structure(root);
      valueBytes = FixedSizePage.valueBytes(root);
      checkContent(rootPage, root, level, 0, -1);
      long expected = FixedSizePage.entryCount(root);
      require(
          expected == entryCount, rootPage, "entry count is " + expected + ", not " + entryCount);
    } catch (RookeryException e) {
      report.problem(name, rootPage, String.valueOf(e.getMessage()));
    }
  }

  /// Checks a page whose keys must lie from `lowest` to `highest`, both included.
  private void checkChild(long pageNumber, int level, long lowest, long highest) {
    if (!report.claim(pageNumber, name)) {
      return;
    }
    @Nullable MemorySegment page = readable(pageNumber, level);
    if (page != null) {
      require(
          FixedSizePage.entryCount(page) == 0, pageNumber, "entry count in a page below the root");
      require(
          PageLayout.structure(page) == structureId,
          pageNumber,
          "structure is " + PageLayout.structure(page) + ", not " + structureId);
      require(PageLayout.count(page) > 0, pageNumber, "leaf below the root is empty");
      checkContent(pageNumber, page, level, lowest, highest);
    }
  }

  private @Nullable MemorySegment readable(long pageNumber, int level) {
    try {
      return FixedSizePage.verified(pages, pageNumber, level, valueBytes);
    } catch (RookeryException e) {
      report.problem(name, pageNumber, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private void checkContent(
      long pageNumber, MemorySegment page, int level, long lowest, long highest) {
    if (level == 0) {
      checkLeaf(pageNumber, page, lowest, highest);
    } else {
      checkBranch(pageNumber, page, level, lowest, highest);
    }
  }

  private void checkLeaf(long pageNumber, MemorySegment leaf, long lowest, long highest) {
    int count = PageLayout.count(leaf);
    entryCount += count;
    require(
        FixedSizePage.keyBytes(leaf) < Long.BYTES || FixedSizePage.base(leaf) == 0,
        pageNumber,
        "base of 8-byte keys is not 0");
    for (int index = 0; index < count; index++) {
      long key = FixedSizeLeaf.key(leaf, index);
      boolean isPlaced =
          Long.compareUnsigned(key, lowest) >= 0
              && Long.compareUnsigned(key, highest) <= 0
              && Long.compareUnsigned(key, FixedSizePage.base(leaf)) >= 0
              && (index == 0 || Long.compareUnsigned(FixedSizeLeaf.key(leaf, index - 1), key) < 0);
      if (!isPlaced) {
        report.problem(
            name, pageNumber, "key out of order index=" + index + " key=" + Long.toHexString(key));
        return;
      }
    }
  }

  private void checkBranch(
      long pageNumber, MemorySegment branch, int level, long lowest, long highest) {
    int count = PageLayout.count(branch);
    require(count > 1, pageNumber, "branch has one child");
    require(FixedSizePage.base(branch) == 0, pageNumber, "branch has a base");
    require(
        FixedSizeBranch.separator(branch, 0) == lowest,
        pageNumber,
        "separator 0 is not that of the branch");
    for (int slot = 0; slot < count; slot++) {
      long first = FixedSizeBranch.separator(branch, slot);
      boolean hasNext = slot + 1 < count;
      long next = hasNext ? FixedSizeBranch.separator(branch, slot + 1) : 0;
      long last = hasNext ? next - 1 : highest;
      if (Long.compareUnsigned(first, lowest) < 0
          || Long.compareUnsigned(last, highest) > 0
          || (hasNext && Long.compareUnsigned(first, next) >= 0)) {
        report.problem(name, pageNumber, "separator out of order slot=" + slot);
        return;
      }
      checkChild(FixedSizeBranch.child(branch, slot), level - 1, first, last);
    }
  }

  private void require(boolean condition, long pageNumber, String problem) {
    if (!condition) {
      report.problem(name, pageNumber, problem);
    }
  }
}
