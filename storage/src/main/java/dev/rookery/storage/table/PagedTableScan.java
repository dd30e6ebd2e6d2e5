package dev.rookery.storage.table;

import static dev.rookery.storage.table.PagedLayout.ABSENT;
import static dev.rookery.storage.table.PagedLayout.FANOUT;
import static dev.rookery.storage.table.PagedLayout.GONE;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import java.lang.foreign.MemorySegment;

/// Shows the entries of the leaves of a [PagedTable], in ascending order, at most
/// [PagedLayout#HEIGHT_MAX] deep. What was never written or is wholly retired costs nothing.
final class PagedTableScan {
  private final PageReader pages;
  private final PagedTable.EntryVisitor visitor;
  private final int entryBytes;
  private final int leafEntryCount;
  private final int entriesOffset;

  PagedTableScan(PageReader pages, int entryBytes, PagedTable.EntryVisitor visitor) {
    this.pages = pages;
    this.visitor = visitor;
    this.entryBytes = entryBytes;
    leafEntryCount = PagedLayout.leafEntryCount(entryBytes);
    entriesOffset = PagedLayout.RETIRED_OFFSET + PagedLayout.retiredBytes(leafEntryCount);
  }

  /// Visits the children of a page of the given level, whose first leaf has the given index.
  void visitChildren(long pageNumber, int level, long firstLeaf) {
    long leaves = 1;
    for (int i = 1; i < level; i++) {
      leaves *= FANOUT;
    }
    for (int digit = 0; digit < FANOUT; digit++) {
      // Looked up again each time: the visitor may move pages.
      long child = PagedLayout.pointer(pages.page(pageNumber), digit);
      if (child != ABSENT && child != GONE) {
        long leaf = firstLeaf + digit * leaves;
        if (level == 1) {
          visitLeaf(child, leaf);
        } else {
          requireLevel(child, PageType.PAGED_BRANCH, level - 1);
          visitChildren(child, level - 1, leaf);
        }
      }
    }
  }

  private void visitLeaf(long pageNumber, long leafIndex) {
    requireLevel(pageNumber, PageType.PAGED_LEAF, 0);
    for (int entry = 0; entry < leafEntryCount; entry++) {
      long leaf = pages.locate(pageNumber);
      if (!PagedLayout.isRetired(pages.segmentAt(leaf), PageReader.offsetAt(leaf), entry)) {
        long at = leaf + entriesOffset + (long) entry * entryBytes;
        visitor.visit(leafIndex * leafEntryCount + entry, at);
      }
    }
  }

  private void requireLevel(long pageNumber, byte type, int level) {
    MemorySegment page = pages.page(pageNumber);
    if (PageLayout.type(page) != type || PagedLayout.level(page) != level) {
      throw pages.corrupt(pageNumber, "a page of a paged table of level=" + level, "another page");
    }
  }
}
