package dev.rookery.storage.table;

import static dev.rookery.storage.page.PageLayout.BYTE;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.table.PagedLayout.ABSENT;
import static dev.rookery.storage.table.PagedLayout.FANOUT;
import static dev.rookery.storage.table.PagedLayout.GONE;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import java.lang.foreign.MemorySegment;

/// One check of a [PagedTable]: walks all its pages, at most [PagedLayout#HEIGHT_MAX] deep.
final class PagedTableCheck {
  private final PageReader pages;
  private final CheckReport report;
  private final long rootPage;
  private final int entryBytes;
  private final int leafEntryCount;
  private final String name;
  private int structureId;

  PagedTableCheck(PageReader pages, CheckReport report, long rootPage, int entryBytes) {
    this.pages = pages;
    this.report = report;
    this.rootPage = rootPage;
    this.entryBytes = entryBytes;
    leafEntryCount = PagedLayout.leafEntryCount(entryBytes);
    name = "PagedTable root=" + rootPage;
  }

  void run() {
    visit(rootPage, -1);
  }

  /// Visits a page that should have the given level; the root, called with -1, says its own.
  private void visit(long pageNumber, int level) {
    try {
      MemorySegment page = pages.page(pageNumber);
      if (!report.claim(pageNumber, name)) {
        return;
      }
      if (level < 0) {
        visitRoot(page);
      } else {
        visitChild(pageNumber, page, level);
      }
    } catch (CorruptPageException e) {
      problem(pageNumber, String.valueOf(e.getMessage()));
    }
  }

  private void visitRoot(MemorySegment page) {
    int height = PagedLayout.level(page);
    structureId = PageLayout.structure(page);
    if (PageLayout.type(page) != PageType.PAGED_ROOT
        || PagedLayout.entryBytes(page) != entryBytes
        || height < 1
        || height > PagedLayout.HEIGHT_MAX) {
      problem(rootPage, "is no root of a paged table with entryBytes=" + entryBytes);
      return;
    }
    visitChildren(page, height);
  }

  private void visitChild(long pageNumber, MemorySegment page, int level) {
    byte type = level == 0 ? PageType.PAGED_LEAF : PageType.PAGED_BRANCH;
    if (PageLayout.type(page) != type || PagedLayout.level(page) != level) {
      problem(pageNumber, "is no page of a paged table of level=" + level);
      return;
    }
    if (PageLayout.structure(page) != structureId) {
      problem(pageNumber, "belongs to structure=" + PageLayout.structure(page));
    }
    if (level == 0) {
      checkLeaf(pageNumber, page);
      return;
    }
    int goneCount = visitChildren(page, level);
    if (goneCount != PageLayout.count(page) || goneCount == FANOUT) {
      problem(pageNumber, "marks=" + goneCount + " count=" + PageLayout.count(page));
    }
  }

  /// Visits the children of a page and returns how many of them are gone.
  private int visitChildren(MemorySegment page, int level) {
    int goneCount = 0;
    for (int digit = 0; digit < FANOUT; digit++) {
      long child = PagedLayout.pointer(page, digit);
      if (child == GONE) {
        goneCount++;
      } else if (child != ABSENT) {
        visit(child, level - 1);
      }
    }
    return goneCount;
  }

  private void checkLeaf(long pageNumber, MemorySegment page) {
    int retiredBytes = PagedLayout.retiredBytes(leafEntryCount);
    int entriesOffset = PagedLayout.RETIRED_OFFSET + retiredBytes;
    int bitCount = 0;
    for (int i = 0; i < retiredBytes; i += Long.BYTES) {
      bitCount += Long.bitCount(page.get(LONG, PagedLayout.RETIRED_OFFSET + i));
    }
    int retiredCount = 0;
    for (int entry = 0; entry < leafEntryCount; entry++) {
      if (PagedLayout.isRetired(page, 0, entry)) {
        retiredCount++;
        checkZero(pageNumber, page, entriesOffset + (long) entry * entryBytes, entryBytes);
      }
    }
    if (bitCount != retiredCount) {
      problem(pageNumber, "marks entries past the last");
    }
    if (retiredCount != PageLayout.count(page) || retiredCount == leafEntryCount) {
      problem(pageNumber, "retired=" + retiredCount + " count=" + PageLayout.count(page));
    }
    long end = entriesOffset + (long) leafEntryCount * entryBytes;
    checkZero(pageNumber, page, end, PageLayout.PAGE_BYTES - end);
  }

  private void checkZero(long pageNumber, MemorySegment page, long offset, long length) {
    for (long i = offset; i < offset + length; i++) {
      if (page.get(BYTE, i) != 0) {
        problem(pageNumber, "has an unused byte that is not zero offset=" + i);
        return;
      }
    }
  }

  private void problem(long pageNumber, String message) {
    report.problem(name, pageNumber, message);
  }
}
