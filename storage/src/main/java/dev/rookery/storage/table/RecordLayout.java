package dev.rookery.storage.table;

import static dev.rookery.storage.page.PageLayout.BYTE;
import static dev.rookery.storage.page.PageLayout.CONTENT_OFFSET;
import static dev.rookery.storage.page.PageLayout.FLAGS_OFFSET;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.page.PageLayout.PAGE_BYTES;

import java.lang.foreign.MemorySegment;

/// The bytes of the pages of a [RecordTable].
///
/// Root (`TABLE_ROOT`):
///
/// ```
/// offset bytes  field
///     32     8  record count     without those of the fill page, which counts its own
///     40     8  fill page        the slotted page that new records go to first; 0: none
///     48  10·8  lists            first page of the list of each class of room, 0 to 9; 0: empty
///    128     8  list 10          first page of the list of large records; 0: empty
/// ```
///
/// Slotted page (`TABLE_RECORDS`):
///
/// ```
/// offset bytes  field
///     25     1  list             class of room whose list the page is in; 255: the fill page
///     26     2  count            how many records there are, 1 to 255
///     32     8  previous page    of the list; 0: this is the first
///     40     8  next page        of the list; 0: this is the last
///     48     2  slot count       the last slot is taken
///     50     2  free bytes       all that are neither header, directory nor record
///     52     2  start            no record begins before it
///     54     2  reserved         zero
///     56   4·s  directory        for each slot from 1 on: offset 2, length 2; a free slot is 0
///              gap               zero, up to start
///              records           each: owner 8, bytes; what lies between them is zero
/// ```
///
/// A large record has a first page and a chain of others (`TABLE_LARGE`), all full but the last.
/// The first one:
///
/// ```
/// offset bytes  field
///     25     1  list             10
///     32     8  previous record  of the list; 0: this is the first
///     40     8  next record      of the list; 0: this is the last
///     48     8  owner
///     56     8  length           of the record
///     64     8  next page        of this record; 0: none
///     72        bytes            after the last one zero
/// ```
///
/// The others:
///
/// ```
/// offset bytes  field
///     25     1  list             255
///     32     8  next page        of this record; 0: none
///     40        bytes            after the last one zero
/// ```
///
/// A record of at most [#SMALL_BYTES_MAX] bytes is small. The *usable* bytes of a slotted page are
/// those that the owner and the bytes of one more record may take: its free bytes, less 4 if a slot
/// has to be added; 0 if all 255 slots are taken. A page in the list of class c has at least
/// `bound(c)` usable bytes, so that a search needs to look at no page of a class, and fewer than
/// `bound(c + 2)`, so that a page is not relinked by every change: it rises late and sinks at once.
/// The bounds go from 0 for class 0 to what the longest small record needs for class 9, each three
/// quarters of the next. Few classes leave a few bytes unused; many relink pages at every turn.
final class RecordLayout {
  /// In place of a page number: none.
  static final long NO_PAGE = 0;

  static final int RECORD_COUNT_OFFSET = CONTENT_OFFSET;
  static final int FILL_PAGE_OFFSET = RECORD_COUNT_OFFSET + Long.BYTES;
  static final int LISTS_OFFSET = FILL_PAGE_OFFSET + Long.BYTES;

  /// How many classes of room there are.
  static final int CLASS_COUNT = 10;

  /// The list of large records, after those of the classes.
  static final int LARGE_LIST = CLASS_COUNT;

  /// The list of a page that is in none.
  static final int NO_LIST = 0xFF;

  static final int PREVIOUS_OFFSET = CONTENT_OFFSET;
  static final int NEXT_OFFSET = PREVIOUS_OFFSET + Long.BYTES;

  static final int SLOT_COUNT_OFFSET = NEXT_OFFSET + Long.BYTES;
  static final int FREE_BYTES_OFFSET = SLOT_COUNT_OFFSET + Short.BYTES;
  static final int START_OFFSET = FREE_BYTES_OFFSET + Short.BYTES;
  static final int DIRECTORY_OFFSET = START_OFFSET + 2 * Short.BYTES;

  static final int SLOT_COUNT_MAX = 255;
  static final int SLOT_BYTES = 2 * Short.BYTES;
  static final int OWNER_BYTES = Long.BYTES;

  /// The most that owner and bytes of a small record take: two such records fill a page.
  static final int SMALL_MAX = (PAGE_BYTES - DIRECTORY_OFFSET - 2 * SLOT_BYTES) / 2;

  /// The longest small record.
  static final int SMALL_BYTES_MAX = SMALL_MAX - OWNER_BYTES;

  static final int LARGE_OWNER_OFFSET = NEXT_OFFSET + Long.BYTES;
  static final int LARGE_LENGTH_OFFSET = LARGE_OWNER_OFFSET + Long.BYTES;
  static final int LARGE_FIRST_CHAIN_OFFSET = LARGE_LENGTH_OFFSET + Long.BYTES;
  static final int LARGE_FIRST_BYTES_OFFSET = LARGE_FIRST_CHAIN_OFFSET + Long.BYTES;
  static final int LARGE_CHAIN_OFFSET = CONTENT_OFFSET;
  static final int LARGE_BYTES_OFFSET = LARGE_CHAIN_OFFSET + Long.BYTES;

  private static final int[] BOUNDS = bounds();

  private RecordLayout() {}

  /// The last two bounds only limit how far a page rises in the classes 8 and 9.
  private static int[] bounds() {
    int[] bounds = new int[CLASS_COUNT + 2];
    bounds[CLASS_COUNT + 1] = Integer.MAX_VALUE;
    bounds[CLASS_COUNT] = SMALL_MAX / 3 * 4;
    bounds[CLASS_COUNT - 1] = SMALL_MAX;
    for (int i = CLASS_COUNT - 2; i > 0; i--) {
      bounds[i] = bounds[i + 1] * 3 / 4;
    }
    return bounds;
  }

  /// Returns the fewest usable bytes of a page of a class; two bounds follow the last class.
  static int bound(int roomClass) {
    return BOUNDS[roomClass];
  }

  /// Returns the class of a page with so many usable bytes.
  static int roomClass(int usableBytes) {
    int roomClass = CLASS_COUNT - 1;
    while (BOUNDS[roomClass] > usableBytes) {
      roomClass--;
    }
    return roomClass;
  }

  static int list(MemorySegment page) {
    return Byte.toUnsignedInt(page.get(BYTE, FLAGS_OFFSET));
  }

  static void setList(MemorySegment page, int list) {
    page.set(BYTE, FLAGS_OFFSET, (byte) list);
  }

  static long previous(MemorySegment page) {
    return page.get(LONG, PREVIOUS_OFFSET);
  }

  static void setPrevious(MemorySegment page, long pageNumber) {
    page.set(LONG, PREVIOUS_OFFSET, pageNumber);
  }

  static long next(MemorySegment page) {
    return page.get(LONG, NEXT_OFFSET);
  }

  static void setNext(MemorySegment page, long pageNumber) {
    page.set(LONG, NEXT_OFFSET, pageNumber);
  }

  /// Returns where the entry of a slot begins.
  static int slotOffset(int slot) {
    return DIRECTORY_OFFSET + (slot - 1) * SLOT_BYTES;
  }

  /// Returns the id of a record.
  static long recordId(long pageNumber, int slot) {
    return pageNumber << Byte.SIZE | slot;
  }

  /// Returns the page of a record id.
  static long pageNumber(long recordId) {
    return recordId >>> Byte.SIZE;
  }

  /// Returns the slot of a record id, 0 for a large record.
  static int slot(long recordId) {
    return (int) recordId & 0xFF;
  }
}
