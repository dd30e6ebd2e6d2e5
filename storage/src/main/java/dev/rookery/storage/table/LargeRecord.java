package dev.rookery.storage.table;

import static dev.rookery.storage.page.PageLayout.BYTE;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.page.PageLayout.PAGE_BYTES;
import static dev.rookery.storage.table.RecordLayout.LARGE_BYTES_OFFSET;
import static dev.rookery.storage.table.RecordLayout.LARGE_CHAIN_OFFSET;
import static dev.rookery.storage.table.RecordLayout.LARGE_FIRST_BYTES_OFFSET;
import static dev.rookery.storage.table.RecordLayout.LARGE_FIRST_CHAIN_OFFSET;
import static dev.rookery.storage.table.RecordLayout.LARGE_LENGTH_OFFSET;
import static dev.rookery.storage.table.RecordLayout.LARGE_LIST;
import static dev.rookery.storage.table.RecordLayout.LARGE_OWNER_OFFSET;
import static dev.rookery.storage.table.RecordLayout.NO_LIST;
import static dev.rookery.storage.table.RecordLayout.NO_PAGE;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;

/// A record too large for a slotted page: a chain of pages of its own; layout in [RecordLayout].
///
/// Invariant: a view exists only of a chain that was walked from end to end and has exactly as many
/// pages as the length asks for. A chain that ends has no cycle, so the length is backed by that
/// many pages of the database, and memory for the bytes may be allocated.
final class LargeRecord {
  private static final int FIRST_CAPACITY = PAGE_BYTES - LARGE_FIRST_BYTES_OFFSET;
  private static final int CAPACITY = PAGE_BYTES - LARGE_BYTES_OFFSET;

  private final PageReader pages;
  private final long firstPage;
  private final int structureId;
  private final long owner;
  private final int length;

  /// Opens the record that begins on a page.
  LargeRecord(PageReader pages, long firstPage, int structureId) {
    this.pages = pages;
    this.firstPage = firstPage;
    this.structureId = structureId;
    MemorySegment page = pages.page(firstPage);
    verify(firstPage, page, LARGE_LIST);
    owner = page.get(LONG, LARGE_OWNER_OFFSET);
    long stated = page.get(LONG, LARGE_LENGTH_OFFSET);
    if (stated <= RecordLayout.SMALL_BYTES_MAX
        || stated > RecordTable.RECORD_BYTES_MAX
        || pageCount((int) stated) > pages.pageCount()) {
      throw pages.corrupt(firstPage, "a length of a large record", "length=" + stated);
    }
    length = (int) stated;
    long pageNumber = firstPage;
    for (int i = pageCount(length); i > 0; i--) {
      if (pageNumber == NO_PAGE) {
        throw pages.corrupt(firstPage, "a chain of length=" + length, "a shorter one");
      }
      pageNumber = next(pageNumber);
    }
    if (pageNumber != NO_PAGE) {
      throw pages.corrupt(firstPage, "a chain of length=" + length, "a longer one");
    }
  }

  /// Returns how many pages a record of so many bytes takes.
  static int pageCount(int length) {
    return 1 + Math.max(0, length - FIRST_CAPACITY + CAPACITY - 1) / CAPACITY;
  }

  /// Returns the page that follows one of a chain, whatever the page may be.
  static long next(PageReader pages, long pageNumber, long firstPage) {
    return pages.page(pageNumber).get(LONG, chainOffset(pageNumber, firstPage));
  }

  /// Stores a new record and returns its first page.
  static long create(PageWriter pages, RecordRoot root, long owner, byte[] bytes, int length) {
    Run run = new Run(pages, root.structureId());
    long firstPage = run.next(pageCount(length));
    MemorySegment page = pages.modify(firstPage);
    page.set(LONG, LARGE_OWNER_OFFSET, owner);
    root.link(firstPage, LARGE_LIST);
    write(pages, firstPage, run, bytes, length);
    return firstPage;
  }

  long owner() {
    return owner;
  }

  int length() {
    return length;
  }

  /// Returns where the bytes end on the last page.
  int lastPageEnd() {
    int pageCount = pageCount(length);
    if (pageCount == 1) {
      return LARGE_FIRST_BYTES_OFFSET + length;
    }
    return LARGE_BYTES_OFFSET + length - FIRST_CAPACITY - (pageCount - 2) * CAPACITY;
  }

  /// Returns a copy of the bytes.
  byte[] toBytes() {
    byte[] bytes = new byte[length];
    int done = 0;
    for (long pageNumber = firstPage; pageNumber != NO_PAGE; pageNumber = next(pageNumber)) {
      int part = Math.min(length - done, capacity(pageNumber));
      long location = pages.locate(pageNumber);
      long offset = PageReader.offsetAt(location) + PAGE_BYTES - capacity(pageNumber);
      MemorySegment.copy(pages.segmentAt(location), BYTE, offset, bytes, done, part);
      done += part;
    }
    return bytes;
  }

  /// Replaces the bytes by others that make a large record, too; it keeps its first page.
  void replace(PageWriter writer, byte[] bytes, int newLength) {
    write(writer, firstPage, new Run(writer, structureId), bytes, newLength);
  }

  /// Gives all pages back.
  void free(PageWriter writer, RecordRoot root) {
    root.unlink(firstPage);
    freeChain(writer, firstPage, firstPage);
  }

  private long next(long pageNumber) {
    MemorySegment page = pages.page(pageNumber);
    if (pageNumber != firstPage) {
      verify(pageNumber, page, NO_LIST);
    }
    return page.get(LONG, chainOffset(pageNumber, firstPage));
  }

  private int capacity(long pageNumber) {
    return pageNumber == firstPage ? FIRST_CAPACITY : CAPACITY;
  }

  private void verify(long pageNumber, MemorySegment page, int list) {
    if (PageLayout.type(page) != PageType.TABLE_LARGE
        || PageLayout.structure(page) != structureId
        || RecordLayout.list(page) != list) {
      throw pages.corrupt(pageNumber, "a page of a large record list=" + list, "another page");
    }
  }

  private static int chainOffset(long pageNumber, long firstPage) {
    return pageNumber == firstPage ? LARGE_FIRST_CHAIN_OFFSET : LARGE_CHAIN_OFFSET;
  }

  /// Writes the bytes over the pages of a chain, which is lengthened or shortened to fit.
  private static void write(PageWriter pages, long firstPage, Run run, byte[] bytes, int length) {
    pages.modify(firstPage).set(LONG, LARGE_LENGTH_OFFSET, length);
    long pageNumber = firstPage;
    int pagesLeft = pageCount(length);
    for (int done = 0; ; ) {
      MemorySegment page = pages.modify(pageNumber);
      int chainOffset = chainOffset(pageNumber, firstPage);
      int bytesOffset = chainOffset + Long.BYTES;
      int part = Math.min(length - done, PAGE_BYTES - bytesOffset);
      MemorySegment.copy(bytes, done, page, BYTE, bytesOffset, part);
      done += part;
      pagesLeft--;
      long next = page.get(LONG, chainOffset);
      if (pagesLeft == 0) {
        page.asSlice(bytesOffset + part).fill((byte) 0);
        page.set(LONG, chainOffset, NO_PAGE);
        freeChain(pages, next, firstPage);
        return;
      }
      if (next == NO_PAGE) {
        next = run.next(pagesLeft);
        page.set(LONG, chainOffset, next);
      }
      pageNumber = next;
    }
  }

  /// Frees a page of a chain and all that follow it.
  private static void freeChain(PageWriter pages, long from, long firstPage) {
    for (long pageNumber = from; pageNumber != NO_PAGE; ) {
      long next = next(pages, pageNumber, firstPage);
      pages.free(pageNumber);
      pageNumber = next;
    }
  }

  /// Hands out pages for a chain, neighbours as far as the store gives them.
  private static final class Run {
    private final PageWriter pages;
    private final int structureId;
    private long nextPage;
    private int count;

    Run(PageWriter pages, int structureId) {
      this.pages = pages;
      this.structureId = structureId;
    }

    /// Returns a page in no list, the first of `pagesLeft` that will be asked for.
    long next(int pagesLeft) {
      if (count == 0) {
        count = Math.min(pagesLeft, pages.maxRun());
        // A single page may fill a hole that is too small for a run.
        nextPage =
            count == 1
                ? pages.allocate(PageType.TABLE_LARGE, structureId)
                : pages.allocateRun(count, PageType.TABLE_LARGE, structureId);
      }
      count--;
      RecordLayout.setList(pages.modify(nextPage), NO_LIST);
      return nextPage++;
    }
  }
}
