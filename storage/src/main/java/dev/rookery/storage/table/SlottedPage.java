package dev.rookery.storage.table;

import static dev.rookery.storage.page.PageLayout.BYTE;
import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.page.PageLayout.PAGE_BYTES;
import static dev.rookery.storage.page.PageLayout.SHORT;
import static dev.rookery.storage.page.PageLayout.unsignedShort;
import static dev.rookery.storage.table.RecordLayout.DIRECTORY_OFFSET;
import static dev.rookery.storage.table.RecordLayout.FREE_BYTES_OFFSET;
import static dev.rookery.storage.table.RecordLayout.OWNER_BYTES;
import static dev.rookery.storage.table.RecordLayout.SLOT_BYTES;
import static dev.rookery.storage.table.RecordLayout.SLOT_COUNT_MAX;
import static dev.rookery.storage.table.RecordLayout.SLOT_COUNT_OFFSET;
import static dev.rookery.storage.table.RecordLayout.START_OFFSET;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// A slotted page as a writer or a check sees it; layout in [RecordLayout].
///
/// Invariants:
///
/// 1. The header was verified when the view was made: `directory end <= start <= page end`, and the
///    free bytes are at least those of the gap and at most all that follow the directory.
/// 2. Every entry is verified before its record is touched.
/// 3. All free bytes are zero: what a record leaves behind is wiped at once.
///
/// For one thread, and as long as the segment is valid.
final class SlottedPage {
  private static final int SLOT_LENGTH_OFFSET = Short.BYTES;

  private final PageReader pages;
  private final long pageNumber;
  private final MemorySegment page;

  private SlottedPage(PageReader pages, long pageNumber, MemorySegment page) {
    this.pages = pages;
    this.pageNumber = pageNumber;
    this.page = page;
  }

  /// Makes a page without records, in no list.
  static SlottedPage create(PageWriter pages, int structureId) {
    long pageNumber = pages.allocate(PageType.TABLE_RECORDS, structureId);
    MemorySegment page = pages.modify(pageNumber);
    RecordLayout.setList(page, RecordLayout.NO_LIST);
    SlottedPage result = new SlottedPage(pages, pageNumber, page);
    result.setFreeBytes(PAGE_BYTES - DIRECTORY_OFFSET);
    result.setStart(PAGE_BYTES);
    return result;
  }

  /// Opens a page to be read only.
  static SlottedPage open(PageReader pages, long pageNumber, int structureId) {
    SlottedPage result = new SlottedPage(pages, pageNumber, pages.page(pageNumber));
    result.verify(structureId);
    return result;
  }

  /// Opens a page to be changed.
  static SlottedPage modify(PageWriter pages, long pageNumber, int structureId) {
    open(pages, pageNumber, structureId);
    return new SlottedPage(pages, pageNumber, pages.modify(pageNumber));
  }

  /// Opens a page to which one record is to be added, and nothing else done.
  static SlottedPage modifyToAdd(PageWriter pages, long pageNumber, int structureId, int length) {
    SlottedPage page = open(pages, pageNumber, structureId);
    int slotBytes = page.freeSlotIsNew() ? SLOT_BYTES : 0;
    int size = OWNER_BYTES + length;
    if (page.start() - page.directoryEnd() < slotBytes + size) {
      return modify(pages, pageNumber, structureId); // It will be compacted.
    }
    pages.modify(pageNumber, page.start() - size, size);
    MemorySegment own = pages.modify(pageNumber, 0, page.directoryEnd() + slotBytes);
    return new SlottedPage(pages, pageNumber, own);
  }

  private boolean freeSlotIsNew() {
    return recordCount() == slotCount();
  }

  /// Points a view at a record, or returns false if the id is not that of a record of the
  /// structure. The hot path of the table: no allocation.
  static boolean read(PageReader pages, long recordId, int structureId, RecordView view) {
    long pageNumber = RecordLayout.pageNumber(recordId);
    int slot = RecordLayout.slot(recordId);
    long location = pages.locate(pageNumber);
    MemorySegment segment = pages.segmentAt(location);
    long base = PageReader.offsetAt(location);
    int slotCount = unsignedShort(segment, base + SLOT_COUNT_OFFSET);
    if (segment.get(BYTE, base + PageLayout.TYPE_OFFSET) != PageType.TABLE_RECORDS
        || segment.get(INT, base + PageLayout.STRUCTURE_OFFSET) != structureId
        || slot > slotCount
        || slotCount > SLOT_COUNT_MAX) {
      return false;
    }
    int entry = segment.get(INT, base + RecordLayout.slotOffset(slot));
    int offset = entry & 0xFFFF;
    int length = entry >>> Short.SIZE;
    if (offset < RecordLayout.slotOffset(slotCount + 1)
        || offset + OWNER_BYTES + length > PAGE_BYTES) {
      return false;
    }
    view.segment = segment;
    view.owner = segment.get(LONG, base + offset);
    view.offset = base + offset + OWNER_BYTES;
    view.length = length;
    return true;
  }

  /// Replaces the bytes of a record by as many others, and touches nothing else of the page;
  /// returns false, with nothing changed, if there is no such record or it has another length.
  static boolean overwrite(
      PageWriter pages, long recordId, int structureId, byte[] bytes, int length) {
    SlottedPage page = open(pages, RecordLayout.pageNumber(recordId), structureId);
    int slot = RecordLayout.slot(recordId);
    if (!page.isTaken(slot) || page.length(slot) != length) {
      return false;
    }
    int offset = page.offset(slot) + OWNER_BYTES;
    MemorySegment.copy(
        bytes, 0, pages.modify(page.pageNumber, offset, length), BYTE, offset, length);
    return true;
  }

  static RuntimeException noRecord(PageReader pages, long recordId) {
    return pages.corrupt(
        RecordLayout.pageNumber(recordId),
        "a record of the table",
        "none slot=" + RecordLayout.slot(recordId));
  }

  private void verify(int structureId) {
    int list = RecordLayout.list(page);
    verify(PageLayout.type(page) == PageType.TABLE_RECORDS, "type");
    verify(PageLayout.structure(page) == structureId, "structure");
    verify(list < RecordLayout.CLASS_COUNT || list == RecordLayout.NO_LIST, "list");
    verify(slotCount() <= SLOT_COUNT_MAX, "slot count");
    verify(recordCount() <= slotCount(), "count");
    verify(directoryEnd() <= start() && start() <= PAGE_BYTES, "start");
    verify(freeBytes() >= start() - directoryEnd(), "free bytes");
    verify(freeBytes() <= PAGE_BYTES - directoryEnd(), "free bytes");
  }

  private void verify(boolean condition, String field) {
    if (!condition) {
      throw pages.corrupt(pageNumber, "a slotted page of the table", "wrong " + field);
    }
  }

  long pageNumber() {
    return pageNumber;
  }

  /// Returns the bytes of the page.
  MemorySegment segment() {
    return page;
  }

  int list() {
    return RecordLayout.list(page);
  }

  int recordCount() {
    return PageLayout.count(page);
  }

  int slotCount() {
    return unsignedShort(page, SLOT_COUNT_OFFSET);
  }

  int freeBytes() {
    return unsignedShort(page, FREE_BYTES_OFFSET);
  }

  /// Returns the offset that no record begins before.
  int start() {
    return unsignedShort(page, START_OFFSET);
  }

  int directoryEnd() {
    return RecordLayout.slotOffset(slotCount() + 1);
  }

  /// Returns how many bytes owner and bytes of one more record may take.
  int usableBytes() {
    if (recordCount() < slotCount()) {
      return freeBytes();
    }
    return slotCount() == SLOT_COUNT_MAX ? 0 : Math.max(0, freeBytes() - SLOT_BYTES);
  }

  /// Returns whether a record of so many bytes can be added.
  boolean fits(int length) {
    return OWNER_BYTES + length <= usableBytes();
  }

  /// Returns whether a slot holds a record.
  boolean isTaken(int slot) {
    return slot >= 1 && slot <= slotCount() && rawOffset(slot) != 0;
  }

  /// Returns where the record of a taken slot begins, with its owner.
  int offset(int slot) {
    verify(isTaken(slot), "slot=" + slot + ", it holds no record");
    int offset = rawOffset(slot);
    verify(
        offset >= start() && offset + OWNER_BYTES + length(slot) <= PAGE_BYTES,
        "record slot=" + slot);
    return offset;
  }

  /// Returns how many bytes the record of a taken slot has.
  int length(int slot) {
    return unsignedShort(page, RecordLayout.slotOffset(slot) + SLOT_LENGTH_OFFSET);
  }

  long owner(int slot) {
    return page.get(LONG, offset(slot));
  }

  /// Adds a record that [fits][#fits] and returns its slot, the lowest free one.
  int add(long owner, byte[] bytes, int length) {
    int slot = freeSlot();
    int slotBytes = slot > slotCount() ? SLOT_BYTES : 0;
    makeGap(slotBytes + OWNER_BYTES + length);
    if (slotBytes > 0) {
      page.set(SHORT, SLOT_COUNT_OFFSET, (short) slot);
      setFreeBytes(freeBytes() - SLOT_BYTES);
    }
    place(slot, owner, bytes, length);
    PageLayout.setCount(page, recordCount() + 1);
    return slot;
  }

  private int freeSlot() {
    if (freeSlotIsNew()) {
      return slotCount() + 1;
    }
    for (int slot = 1; slot <= slotCount(); slot++) {
      if (rawOffset(slot) == 0) {
        return slot;
      }
    }
    throw pages.corrupt(pageNumber, "a free slot", "none");
  }

  /// Removes a record and shortens the directory so that its last slot is a taken one.
  void remove(int slot) {
    wipe(slot);
    PageLayout.setCount(page, Math.max(0, recordCount() - 1));
    int slotCount = slotCount();
    while (slotCount > 0 && rawOffset(slotCount) == 0) {
      slotCount--;
    }
    setFreeBytes(freeBytes() + (slotCount() - slotCount) * SLOT_BYTES);
    page.set(SHORT, SLOT_COUNT_OFFSET, (short) slotCount);
  }

  /// Replaces the bytes of a record; returns false, with nothing changed, if they do not fit.
  boolean replace(int slot, byte[] bytes, int length) {
    int offset = offset(slot);
    int earlier = length(slot);
    if (length - earlier > freeBytes()) {
      return false;
    }
    if (length > earlier) {
      long owner = owner(slot);
      wipe(slot);
      makeGap(OWNER_BYTES + length);
      place(slot, owner, bytes, length);
      return true;
    }
    MemorySegment.copy(bytes, 0, page, BYTE, offset + OWNER_BYTES, length);
    zero(offset + OWNER_BYTES + length, earlier - length);
    setSlot(slot, offset, length);
    setFreeBytes(freeBytes() + earlier - length);
    return true;
  }

  /// Takes the bytes of a record away and leaves its slot free.
  private void wipe(int slot) {
    int offset = offset(slot);
    int size = OWNER_BYTES + length(slot);
    int freeBytes = freeBytes() + size;
    verify(freeBytes <= PAGE_BYTES - directoryEnd(), "free bytes");
    zero(offset, size);
    setSlot(slot, 0, 0);
    setFreeBytes(freeBytes);
    if (offset == start()) {
      setStart(offset + size);
    }
  }

  /// Puts a record in front of the others, into a gap that is large enough.
  private void place(int slot, long owner, byte[] bytes, int length) {
    int size = OWNER_BYTES + length;
    int offset = start() - size;
    page.set(LONG, offset, owner);
    MemorySegment.copy(bytes, 0, page, BYTE, offset + OWNER_BYTES, length);
    setSlot(slot, offset, length);
    setStart(offset);
    setFreeBytes(freeBytes() - size);
  }

  private void makeGap(int byteCount) {
    if (start() - directoryEnd() < byteCount) {
      compact();
      verify(start() - directoryEnd() >= byteCount, "free bytes");
    }
  }

  /// Moves the records to the end of the page, in the order they lie in, so that those which lie
  /// right already do not change: a difference of the page stays small.
  private void compact() {
    int[] order = new int[SLOT_COUNT_MAX];
    int count = 0;
    for (int slot = 1; slot <= slotCount(); slot++) {
      if (isTaken(slot)) {
        order[count++] = offset(slot) << Byte.SIZE | slot;
      }
    }
    Arrays.sort(order, 0, count);
    int end = PAGE_BYTES;
    for (int i = count - 1; i >= 0; i--) {
      int slot = order[i] & 0xFF;
      int offset = order[i] >>> Byte.SIZE;
      int size = OWNER_BYTES + length(slot);
      end -= size;
      // Records move upwards only, unless two of them overlap.
      verify(end >= offset, "records, they overlap");
      if (end > offset) {
        MemorySegment.copy(page, offset, page, end, size);
        setSlot(slot, end, size - OWNER_BYTES);
      }
    }
    zero(start(), end - start());
    setStart(end);
    verify(freeBytes() == end - directoryEnd(), "free bytes");
  }

  private int rawOffset(int slot) {
    return unsignedShort(page, RecordLayout.slotOffset(slot));
  }

  private void setSlot(int slot, int offset, int length) {
    page.set(INT, RecordLayout.slotOffset(slot), length << Short.SIZE | offset);
  }

  private void setFreeBytes(int byteCount) {
    page.set(SHORT, FREE_BYTES_OFFSET, (short) byteCount);
  }

  private void setStart(int offset) {
    page.set(SHORT, START_OFFSET, (short) offset);
  }

  private void zero(int offset, int byteCount) {
    page.asSlice(offset, byteCount).fill((byte) 0);
  }
}
