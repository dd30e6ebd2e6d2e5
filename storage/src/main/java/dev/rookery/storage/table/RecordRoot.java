package dev.rookery.storage.table;

import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.table.RecordLayout.CLASS_COUNT;
import static dev.rookery.storage.table.RecordLayout.LISTS_OFFSET;
import static dev.rookery.storage.table.RecordLayout.NO_LIST;
import static dev.rookery.storage.table.RecordLayout.NO_PAGE;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;

/// The root of a [RecordTable] and the lists of pages that hang on it, as one write operation sees
/// them.
///
/// Every slotted page is either the fill page or in the list of one class of room, full ones in
/// that of class 0; every large record is in a list as well. So all pages can be found, and a page
/// with room is found without a search. The lists are linked both ways. The root is modified only
/// when a value on it changes.
final class RecordRoot {
  private final PageWriter pages;
  private final long rootPage;
  private final int structureId;

  RecordRoot(PageWriter pages, long rootPage) {
    this.pages = pages;
    this.rootPage = rootPage;
    structureId = structureId(pages, rootPage);
  }

  /// Returns the structure id of the table with the given root.
  static int structureId(PageReader pages, long rootPage) {
    long location = pages.locate(rootPage);
    MemorySegment segment = pages.segmentAt(location);
    long offset = PageReader.offsetAt(location);
    if (segment.get(PageLayout.BYTE, offset + PageLayout.TYPE_OFFSET) != PageType.TABLE_ROOT) {
      throw pages.corrupt(rootPage, "the root of a table of records", "another page");
    }
    return segment.get(PageLayout.INT, offset + PageLayout.STRUCTURE_OFFSET);
  }

  int structureId() {
    return structureId;
  }

  SlottedPage open(long pageNumber) {
    return SlottedPage.open(pages, pageNumber, structureId);
  }

  SlottedPage modify(long pageNumber) {
    return SlottedPage.modify(pages, pageNumber, structureId);
  }

  /// Opens a page with room for a record of `length` bytes, for that record to be added.
  SlottedPage modifyToAdd(long pageNumber, int length) {
    return SlottedPage.modifyToAdd(pages, pageNumber, structureId, length);
  }

  /// Adds to the count of records that are not on the fill page.
  void addCount(long difference) {
    long count = field(RecordLayout.RECORD_COUNT_OFFSET) + difference;
    if (count < 0) {
      throw pages.corrupt(rootPage, "a count of records", "count=" + count);
    }
    setField(RecordLayout.RECORD_COUNT_OFFSET, count);
  }

  /// Returns the page that new records go to first, or [RecordLayout#NO_PAGE].
  long fillPage() {
    return field(RecordLayout.FILL_PAGE_OFFSET);
  }

  /// Makes a page that is in no list the fill page, or none. What was on the fill page counts from
  /// now on, what is on the new one no more.
  void setFillPage(long pageNumber) {
    addCount((long) recordsOn(fillPage()) - recordsOn(pageNumber));
    setField(RecordLayout.FILL_PAGE_OFFSET, pageNumber);
  }

  private int recordsOn(long pageNumber) {
    return pageNumber == NO_PAGE ? 0 : open(pageNumber).recordCount();
  }

  /// Returns the first page of a list.
  long first(int list) {
    return field(LISTS_OFFSET + (long) list * Long.BYTES);
  }

  /// Returns a page of the lists that a small record fits on, or [RecordLayout#NO_PAGE].
  long pageWithRoom(int length) {
    int needed = RecordLayout.OWNER_BYTES + length;
    int roomClass = RecordLayout.roomClass(needed);
    if (RecordLayout.bound(roomClass) < needed) {
      // Not every page of this class has the room. Where records have one length, either all have
      // it or none, so that one look tells.
      long candidate = first(roomClass);
      if (candidate != NO_PAGE && open(candidate).fits(length)) {
        return candidate;
      }
      roomClass++;
    }
    for (; roomClass < CLASS_COUNT; roomClass++) {
      long candidate = first(roomClass);
      if (candidate != NO_PAGE) {
        if (!open(candidate).fits(length)) {
          throw pages.corrupt(candidate, "a page with room", "too little roomClass=" + roomClass);
        }
        return candidate;
      }
    }
    return NO_PAGE;
  }

  /// Puts a page that is in no list in front of one.
  void link(long pageNumber, int list) {
    long next = first(list);
    if (next != NO_PAGE) {
      MemorySegment neighbour = modifyNeighbour(next, list);
      verifyLink(next, RecordLayout.previous(neighbour), NO_PAGE);
      RecordLayout.setPrevious(neighbour, pageNumber);
    }
    MemorySegment page = pages.modify(pageNumber);
    RecordLayout.setList(page, list);
    RecordLayout.setPrevious(page, NO_PAGE);
    RecordLayout.setNext(page, next);
    setFirst(list, pageNumber);
  }

  /// Takes a page out of its list.
  void unlink(long pageNumber) {
    MemorySegment page = pages.modify(pageNumber);
    int list = RecordLayout.list(page);
    long previous = RecordLayout.previous(page);
    long next = RecordLayout.next(page);
    if (list > RecordLayout.LARGE_LIST) {
      throw pages.corrupt(pageNumber, "a page of a list", "list=" + list);
    }
    if (previous == NO_PAGE) {
      verifyLink(rootPage, first(list), pageNumber);
      setFirst(list, next);
    } else {
      MemorySegment neighbour = modifyNeighbour(previous, list);
      verifyLink(previous, RecordLayout.next(neighbour), pageNumber);
      RecordLayout.setNext(neighbour, next);
    }
    if (next != NO_PAGE) {
      MemorySegment neighbour = modifyNeighbour(next, list);
      verifyLink(next, RecordLayout.previous(neighbour), pageNumber);
      RecordLayout.setPrevious(neighbour, previous);
    }
    RecordLayout.setList(page, NO_LIST);
    RecordLayout.setPrevious(page, NO_PAGE);
    RecordLayout.setNext(page, NO_PAGE);
  }

  /// Moves a page, whose room has changed, to another list if it has left the bounds of its own.
  void settle(SlottedPage page) {
    int list = page.list();
    if (list == NO_LIST) {
      verifyLink(rootPage, fillPage(), page.pageNumber());
      return;
    }
    int usableBytes = page.usableBytes();
    if (usableBytes < RecordLayout.bound(list) || usableBytes >= RecordLayout.bound(list + 2)) {
      unlink(page.pageNumber());
      link(page.pageNumber(), RecordLayout.roomClass(usableBytes));
    }
  }

  /// Gives back a slotted page that has no records left.
  void free(SlottedPage page) {
    if (page.list() == NO_LIST) {
      verifyLink(rootPage, fillPage(), page.pageNumber());
      setFillPage(NO_PAGE);
    } else {
      unlink(page.pageNumber());
    }
    pages.free(page.pageNumber());
  }

  private MemorySegment modifyNeighbour(long pageNumber, int list) {
    MemorySegment page = pages.page(pageNumber);
    byte type = list == RecordLayout.LARGE_LIST ? PageType.TABLE_LARGE : PageType.TABLE_RECORDS;
    if (PageLayout.type(page) != type
        || PageLayout.structure(page) != structureId
        || RecordLayout.list(page) != list) {
      throw pages.corrupt(pageNumber, "a page of list=" + list, "another page");
    }
    return pages.modify(pageNumber);
  }

  private void verifyLink(long pageNumber, long link, long expected) {
    if (link != expected) {
      throw pages.corrupt(pageNumber, "a link to page=" + expected, "page=" + link);
    }
  }

  private void setFirst(int list, long pageNumber) {
    setField(LISTS_OFFSET + (long) list * Long.BYTES, pageNumber);
  }

  private long field(long offset) {
    long location = pages.locate(rootPage);
    return pages.segmentAt(location).get(LONG, PageReader.offsetAt(location) + offset);
  }

  private void setField(long offset, long value) {
    pages.modify(rootPage, offset, Long.BYTES).set(LONG, offset, value);
  }
}
