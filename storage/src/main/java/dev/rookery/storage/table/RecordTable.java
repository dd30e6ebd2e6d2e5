package dev.rookery.storage.table;

import static dev.rookery.storage.table.RecordLayout.NO_PAGE;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;

/// Records by physical id, without any index: O(1) to read, update and delete.
///
/// A record id is page number · 256 + slot index, 48 bits, never 0. Compaction inside a page
/// changes no id. Each record names its one owner, in 8 bytes that mean something to the user of
/// the table only. A record that outgrows its page moves, and [#update] returns its new id. The
/// root page number never changes. An instance is a handle that all threads may share.
///
/// Records of up to about half a page share slotted pages; slot 0 says that a record is larger and
/// has pages of its own. Most insertions change one page: the root counts the records of all pages
/// but the one that is being filled, which has a count of its own. A page whose last record is
/// deleted is given back; the bytes of a deleted record are wiped.
public final class RecordTable {

  /// The longest record: a value of 1 GiB, and 256 MiB for what else it has.
  public static final int RECORD_BYTES_MAX = (1 << 30) + (1 << 28);

  private final long rootPage;

  /// What the root names, remembered by the first read so that the others need not look there. It
  /// never changes in the life of a table, so that threads may race to write it; a wrong one costs
  /// a look at the root.
  private int structureId;

  /// Opens the table at a root page.
  public RecordTable(long rootPage) {
    this.rootPage = rootPage;
  }

  /// Creates an empty table and returns its root page.
  public static long create(PageWriter pages, int structureId) {
    return pages.allocate(PageType.TABLE_ROOT, structureId);
  }

  /// Returns how many records there are. O(1).
  public long count(PageReader pages) {
    int structure = RecordRoot.structureId(pages, rootPage);
    MemorySegment root = pages.page(rootPage);
    long count = root.get(PageLayout.LONG, RecordLayout.RECORD_COUNT_OFFSET);
    if (count < 0) {
      throw pages.corrupt(rootPage, "a count of records", "count=" + count);
    }
    long fillPage = root.get(PageLayout.LONG, RecordLayout.FILL_PAGE_OFFSET);
    return fillPage == NO_PAGE
        ? count
        : count + SlottedPage.open(pages, fillPage, structure).recordCount();
  }

  /// Stores the first `length` bytes as a new record (0 to 1 GiB) and returns its id.
  public long insert(PageWriter pages, long owner, byte[] bytes, int length) {
    checkLength(bytes, length);
    return store(pages, new RecordRoot(pages, rootPage), owner, bytes, length);
  }

  private static long store(
      PageWriter pages, RecordRoot root, long owner, byte[] bytes, int length) {
    if (length > RecordLayout.SMALL_BYTES_MAX) {
      root.addCount(1);
      return RecordLayout.recordId(LargeRecord.create(pages, root, owner, bytes, length), 0);
    }
    long fillPage = root.fillPage();
    int fillBytes = 0;
    if (fillPage != NO_PAGE) {
      SlottedPage page = root.open(fillPage);
      if (page.list() != RecordLayout.NO_LIST) {
        throw pages.corrupt(fillPage, "a fill page", "list=" + page.list());
      }
      if (page.fits(length)) {
        page = root.modifyToAdd(fillPage, length);
        return RecordLayout.recordId(fillPage, page.add(owner, bytes, length));
      }
      fillBytes = page.usableBytes();
    }
    long withRoom = root.pageWithRoom(length);
    SlottedPage page =
        withRoom == NO_PAGE ? SlottedPage.create(pages, root.structureId()) : root.modify(withRoom);
    int slot = page.add(owner, bytes, length);
    root.addCount(1);
    chooseFillPage(root, page, fillPage, fillBytes);
    return RecordLayout.recordId(page.pageNumber(), slot);
  }

  /// Lets the roomier of the fill page and a page just added to be the fill page from here on, and
  /// puts the other one into the list it belongs to.
  private static void chooseFillPage(
      RecordRoot root, SlottedPage page, long fillPage, int fillBytes) {
    boolean isLinked = page.list() != RecordLayout.NO_LIST;
    if (fillPage == NO_PAGE || page.usableBytes() > fillBytes) {
      if (isLinked) {
        root.unlink(page.pageNumber());
      }
      if (fillPage != NO_PAGE) {
        root.link(fillPage, RecordLayout.roomClass(fillBytes));
      }
      root.setFillPage(page.pageNumber());
    } else if (isLinked) {
      root.settle(page);
    } else {
      root.link(page.pageNumber(), RecordLayout.roomClass(page.usableBytes()));
    }
  }

  /// Replaces the bytes of a record and returns its id, which is another one if the record had to
  /// move. A record that does not grow keeps its id unless it ceases to be a large one.
  public long update(PageWriter pages, long recordId, byte[] bytes, int length) {
    checkLength(bytes, length);
    RecordRoot root = new RecordRoot(pages, rootPage);
    long pageNumber = RecordLayout.pageNumber(recordId);
    int slot = RecordLayout.slot(recordId);
    if (slot == 0) {
      LargeRecord record = new LargeRecord(pages, pageNumber, root.structureId());
      if (length > RecordLayout.SMALL_BYTES_MAX) {
        record.replace(pages, bytes, length);
        return recordId;
      }
      record.free(pages, root);
      root.addCount(-1);
      return store(pages, root, record.owner(), bytes, length);
    }
    if (SlottedPage.overwrite(pages, recordId, root.structureId(), bytes, length)) {
      return recordId;
    }
    SlottedPage page = openTaken(pages, root, recordId);
    if (length <= RecordLayout.SMALL_BYTES_MAX && page.replace(slot, bytes, length)) {
      root.settle(page);
      return recordId;
    }
    long owner = page.owner(slot);
    remove(root, page, slot);
    return store(pages, root, owner, bytes, length);
  }

  /// Deletes a record.
  public void delete(PageWriter pages, long recordId) {
    RecordRoot root = new RecordRoot(pages, rootPage);
    if (RecordLayout.slot(recordId) == 0) {
      long firstPage = RecordLayout.pageNumber(recordId);
      new LargeRecord(pages, firstPage, root.structureId()).free(pages, root);
      root.addCount(-1);
    } else {
      remove(root, openTaken(pages, root, recordId), RecordLayout.slot(recordId));
    }
  }

  private static SlottedPage openTaken(PageWriter pages, RecordRoot root, long recordId) {
    long pageNumber = RecordLayout.pageNumber(recordId);
    if (!root.open(pageNumber).isTaken(RecordLayout.slot(recordId))) {
      throw SlottedPage.noRecord(pages, recordId);
    }
    return root.modify(pageNumber);
  }

  private static void remove(RecordRoot root, SlottedPage page, int slot) {
    page.remove(slot);
    if (page.list() != RecordLayout.NO_LIST) {
      root.addCount(-1);
    }
    if (page.recordCount() == 0) {
      root.free(page);
    } else {
      root.settle(page);
    }
  }

  /// Points the view at the bytes of a record: in place for a record on a slotted page, at a heap
  /// copy for a large one. Any id that is not the id of a record of this table is a [corrupt
  /// page][PageReader#corrupt].
  public void read(PageReader pages, long recordId, RecordView view) {
    if (RecordLayout.slot(recordId) != 0) {
      if (!SlottedPage.read(pages, recordId, structureId, view)) {
        readAfterRoot(pages, recordId, view);
      }
      return;
    }
    long firstPage = RecordLayout.pageNumber(recordId);
    LargeRecord record = new LargeRecord(pages, firstPage, RecordRoot.structureId(pages, rootPage));
    view.segment = MemorySegment.ofArray(record.toBytes());
    view.offset = 0;
    view.length = record.length();
    view.owner = record.owner();
  }

  private void readAfterRoot(PageReader pages, long recordId, RecordView view) {
    int named = RecordRoot.structureId(pages, rootPage);
    structureId = named;
    if (!SlottedPage.read(pages, recordId, named, view)) {
      throw SlottedPage.noRecord(pages, recordId);
    }
  }

  /// Frees all pages, the root as well.
  public void drop(PageWriter pages) {
    dropBelowRoot(pages);
    pages.free(rootPage);
  }

  /// Deletes all records, and frees all pages but the root. O(pages).
  public void clear(PageWriter pages) {
    dropBelowRoot(pages);
    pages.modify(rootPage).asSlice(PageLayout.CONTENT_OFFSET).fill((byte) 0);
  }

  private void dropBelowRoot(PageWriter pages) {
    RecordRoot root = new RecordRoot(pages, rootPage);
    if (root.fillPage() != NO_PAGE) {
      root.open(root.fillPage());
      pages.free(root.fillPage());
    }
    for (int list = 0; list < RecordLayout.CLASS_COUNT; list++) {
      for (long pageNumber = root.first(list); pageNumber != NO_PAGE; ) {
        long next = RecordLayout.next(root.open(pageNumber).segment());
        pages.free(pageNumber);
        pageNumber = next;
      }
    }
    while (root.first(RecordLayout.LARGE_LIST) != NO_PAGE) {
      long firstPage = root.first(RecordLayout.LARGE_LIST);
      new LargeRecord(pages, firstPage, root.structureId()).free(pages, root);
    }
  }

  /// Verifies the invariants, claims all pages, and shows every record to the visitor.
  public void check(PageReader pages, CheckReport report, RecordVisitor visitor) {
    new RecordTableCheck(pages, report, visitor, rootPage).run();
  }

  private static void checkLength(byte[] bytes, int length) {
    if (length < 0 || length > bytes.length || length > RECORD_BYTES_MAX) {
      throw new IllegalArgumentException("length out of range length=" + length);
    }
  }

  /// Is shown the records of a table.
  @FunctionalInterface
  public interface RecordVisitor {
    /// Is called for one record.
    void visit(long recordId, long owner);
  }
}
