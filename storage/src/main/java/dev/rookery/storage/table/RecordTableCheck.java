package dev.rookery.storage.table;

import static dev.rookery.storage.page.PageLayout.BYTE;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.page.PageLayout.PAGE_BYTES;
import static dev.rookery.storage.table.RecordLayout.NO_LIST;
import static dev.rookery.storage.table.RecordLayout.NO_PAGE;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/// One check of a [RecordTable]: follows all lists; a list ends at the latest where it comes to a
/// page for the second time.
final class RecordTableCheck {
  private final PageReader pages;
  private final CheckReport report;
  private final RecordTable.RecordVisitor visitor;
  private final long rootPage;
  private final String name;
  private int structureId;

  /// Of all pages but the fill page, which counts for itself.
  private long recordCount;

  RecordTableCheck(
      PageReader pages, CheckReport report, RecordTable.RecordVisitor visitor, long rootPage) {
    this.pages = pages;
    this.report = report;
    this.visitor = visitor;
    this.rootPage = rootPage;
    name = "RecordTable root=" + rootPage;
  }

  void run() {
    try {
      structureId = RecordRoot.structureId(pages, rootPage);
    } catch (CorruptPageException e) {
      problem(rootPage, String.valueOf(e.getMessage()));
      return;
    }
    MemorySegment root = pages.page(rootPage);
    if (!report.claim(rootPage, name)) {
      return;
    }
    long fillPage = root.get(LONG, RecordLayout.FILL_PAGE_OFFSET);
    if (fillPage != NO_PAGE) {
      visit(fillPage, NO_PAGE, NO_LIST);
    }
    for (int list = 0; list <= RecordLayout.LARGE_LIST; list++) {
      long previous = NO_PAGE;
      long pageNumber = root.get(LONG, RecordLayout.LISTS_OFFSET + (long) list * Long.BYTES);
      while (pageNumber != NO_PAGE) {
        long next = visit(pageNumber, previous, list);
        previous = pageNumber;
        pageNumber = next;
      }
    }
    long stated = root.get(LONG, RecordLayout.RECORD_COUNT_OFFSET);
    if (stated != recordCount) {
      problem(rootPage, "records=" + recordCount + " count=" + stated);
    }
  }

  /// Visits a page of a list and returns the next one.
  private long visit(long pageNumber, long previous, int list) {
    try {
      MemorySegment page = pages.page(pageNumber);
      if (!report.claim(pageNumber, name)) {
        return NO_PAGE;
      }
      if (RecordLayout.list(page) != list) {
        problem(pageNumber, "names list=" + RecordLayout.list(page) + ", is in list=" + list);
        return NO_PAGE;
      }
      if (RecordLayout.previous(page) != previous) {
        problem(pageNumber, "names another page than the previous one=" + previous);
      }
      if (list == RecordLayout.LARGE_LIST) {
        visitLarge(pageNumber);
      } else {
        visitSlotted(SlottedPage.open(pages, pageNumber, structureId));
      }
      if (list == NO_LIST && RecordLayout.next(page) != NO_PAGE) {
        problem(pageNumber, "is the fill page and has a next page");
      }
      return RecordLayout.next(page);
    } catch (CorruptPageException e) {
      problem(pageNumber, String.valueOf(e.getMessage()));
      return NO_PAGE;
    }
  }

  private void visitLarge(long firstPage) {
    // Claimed before it is opened: chains that share pages must not make the walk quadratic.
    long last = firstPage;
    long pageNumber = LargeRecord.next(pages, firstPage, firstPage);
    while (pageNumber != NO_PAGE) {
      pages.locate(pageNumber);
      if (!report.claim(pageNumber, name)) {
        return;
      }
      last = pageNumber;
      pageNumber = LargeRecord.next(pages, pageNumber, firstPage);
    }
    LargeRecord record = new LargeRecord(pages, firstPage, structureId);
    checkZero(last, pages.page(last), record.lastPageEnd(), PAGE_BYTES);
    recordCount++;
    visitor.visit(RecordLayout.recordId(firstPage, 0), record.owner());
  }

  private void visitSlotted(SlottedPage page) {
    long pageNumber = page.pageNumber();
    BitSet used = new BitSet(PAGE_BYTES);
    int count = 0;
    for (int slot = 1; slot <= page.slotCount(); slot++) {
      if (!page.isTaken(slot)) {
        continue;
      }
      int offset = page.offset(slot);
      int end = offset + RecordLayout.OWNER_BYTES + page.length(slot);
      if (used.nextSetBit(offset) >= 0 && used.nextSetBit(offset) < end) {
        problem(pageNumber, "has records that overlap slot=" + slot);
      }
      used.set(offset, end);
      count++;
      visitor.visit(RecordLayout.recordId(pageNumber, slot), page.owner(slot));
    }
    recordCount += page.list() == NO_LIST ? 0 : count;
    if (count == 0 || count != page.recordCount()) {
      problem(pageNumber, "records=" + count + " count=" + page.recordCount());
    }
    if (page.slotCount() > 0 && !page.isTaken(page.slotCount())) {
      problem(pageNumber, "ends its directory with a free slot");
    }
    int freeBytes = PAGE_BYTES - page.directoryEnd() - used.cardinality();
    if (freeBytes != page.freeBytes()) {
      problem(pageNumber, "free bytes=" + freeBytes + " stated=" + page.freeBytes());
    }
    for (int from = page.directoryEnd(); from < PAGE_BYTES; ) {
      int hole = used.nextClearBit(from);
      int end = used.nextSetBit(hole);
      from = end < 0 ? PAGE_BYTES : end;
      checkZero(pageNumber, page.segment(), hole, from);
    }
    checkRoom(page);
  }

  private void checkRoom(SlottedPage page) {
    int list = page.list();
    int usableBytes = page.usableBytes();
    if (list != NO_LIST
        && (usableBytes < RecordLayout.bound(list)
            || usableBytes >= RecordLayout.bound(list + 2))) {
      problem(page.pageNumber(), "is in list=" + list + " with usable bytes=" + usableBytes);
    }
  }

  private void checkZero(long pageNumber, MemorySegment page, int from, int end) {
    for (int i = from; i < end; i++) {
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
