package dev.rookery.storage.tx;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.mvcc.ScratchPool;
import dev.rookery.storage.page.PageChecksum;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;

/// Verifies every page in use of one snapshot, and that the pages in use are those that somebody
/// claimed.
final class StoreCheck {
  private static final String NAME = "free-space map";

  private final PageReadTransaction snapshot;
  private final PageChecksum checksum;

  StoreCheck(PageReadTransaction snapshot, PageChecksum checksum) {
    this.snapshot = snapshot;
    this.checksum = checksum;
  }

  /// Verifies all pages of the file that are taken, as their first readers would.
  ///
  /// @throws dev.rookery.storage.error.CorruptPageException at the first that is not what it should
  ///   be
  static void verifyTaken(PageReadTransaction snapshot) {
    for (long page = PageLayout.FIRST_PAGE; page < snapshot.pageCount(); page++) {
      if (FreeSpaceMap.isTaken(snapshot, page)) {
        snapshot.locate(page);
      }
    }
  }

  void run(CheckReport report) {
    for (long group = 0; group * FreeSpaceMap.GROUP_PAGES < snapshot.pageCount(); group++) {
      try {
        snapshot.locate(FreeSpaceMap.mapPage(group));
      } catch (RookeryException e) {
        // One problem, not one for each of its pages.
        report.problem(NAME, FreeSpaceMap.mapPage(group), String.valueOf(e.getMessage()));
        continue;
      }
      checkGroup(group, report);
    }
  }

  private void checkGroup(long group, CheckReport report) {
    long end = Math.min((group + 1) * FreeSpaceMap.GROUP_PAGES, snapshot.pageCount());
    for (long page = group * FreeSpaceMap.GROUP_PAGES; page < end; page++) {
      try {
        checkPage(page, report);
      } catch (RookeryException e) {
        report.problem("page", page, String.valueOf(e.getMessage()));
      }
    }
  }

  private void checkPage(long page, CheckReport report) {
    long group = page / FreeSpaceMap.GROUP_PAGES;
    boolean taken = FreeSpaceMap.isTaken(snapshot, page);
    boolean isMap = page == FreeSpaceMap.mapPage(group);
    boolean isHeader = page < PageLayout.FIRST_PAGE;
    boolean claimed = isMap || isHeader || !report.owner(page).isEmpty();
    if (taken && !claimed) {
      report.problem(NAME, page, "page is taken and belongs to nothing");
    } else if (!taken && claimed) {
      report.problem(NAME, page, "page is free and belongs to " + report.owner(page));
    }
    if (taken && !isHeader) {
      verify(page, report);
    }
    if (isMap) {
      checkCount(group, report);
    }
  }

  private void verify(long page, CheckReport report) {
    long location = snapshot.locate(page);
    MemorySegment segment = snapshot.segmentAt(location);
    int sum = checksum.ofMapped(segment, PageReader.offsetAt(location));
    int stored = checksum.lastCopy().get(PageLayout.INT, PageLayout.CHECKSUM_OFFSET);
    if (sum != stored) {
      String place = ScratchPool.isScratch(location) ? "scratch" : "file";
      report.problem(place, page, "checksum is wrong");
    }
    if (checksum.lastCopy().get(PageLayout.LONG, PageLayout.SEQUENCE_OFFSET)
        > snapshot.sequence()) {
      report.problem("page", page, "page is newer than the snapshot");
    }
  }

  private void checkCount(long group, CheckReport report) {
    MemorySegment map = snapshot.page(FreeSpaceMap.mapPage(group));
    int counted = 0;
    long end = Math.min((group + 1) * FreeSpaceMap.GROUP_PAGES, snapshot.pageCount());
    for (long page = group * FreeSpaceMap.GROUP_PAGES; page < end; page++) {
      counted += FreeSpaceMap.isTaken(snapshot, page) ? 1 : 0;
    }
    int stated = map.get(PageLayout.INT, FreeSpaceMap.TAKEN_OFFSET);
    if (counted != stated) {
      report.problem(
          NAME,
          FreeSpaceMap.mapPage(group),
          "map counts %d taken pages and marks %d".formatted(stated, counted));
    }
  }
}
