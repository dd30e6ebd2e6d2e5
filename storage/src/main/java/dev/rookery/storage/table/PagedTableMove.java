package dev.rookery.storage.table;

import static dev.rookery.storage.table.PagedLayout.ABSENT;
import static dev.rookery.storage.table.PagedLayout.FANOUT;
import static dev.rookery.storage.table.PagedLayout.GONE;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;

/// Moves the leaves and branches of a [PagedTable] to free pages with lower numbers.
final class PagedTableMove {
  private final PageWriter pages;
  private final Runnable between;

  /// No page below this one is free.
  private long firstFree;

  PagedTableMove(PageWriter pages, Runnable between) {
    this.pages = pages;
    this.between = between;
  }

  /// Moves what lies below a page of a level.
  void moveChildren(long pageNumber, int level) {
    for (int digit = 0; digit < FANOUT; digit++) {
      long child = PagedLayout.pointer(pages.page(pageNumber), digit);
      if (child == ABSENT || child == GONE) {
        continue;
      }
      long moved = child > firstFree ? move(child) : child;
      if (moved != child) {
        PagedLayout.setPointer(pages.modify(pageNumber), digit, moved);
      }
      if (level > 1) {
        moveChildren(moved, level - 1);
      }
      between.run();
    }
  }

  private long move(long from) {
    MemorySegment old = pages.page(from);
    long to = pages.allocate(PageLayout.type(old), PageLayout.structure(old));
    firstFree = to;
    if (to > from) {
      pages.free(to);
      return from;
    }
    MemorySegment page = pages.modify(to);
    PagedLayout.setLevel(page, PagedLayout.level(old));
    PageLayout.setCount(page, PageLayout.count(old));
    long offset = PageLayout.CONTENT_OFFSET;
    MemorySegment.copy(old, offset, page, offset, PageLayout.CONTENT_BYTES);
    pages.free(from);
    return to;
  }
}
