package dev.rookery.storage.page;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Size and header of a page, and the fixed places of a database.
///
/// ```
/// offset bytes  field
///      0     8  page number                 a page that lies in a wrong place is recognised
///      8     8  commit sequence             of the transaction that wrote this version
///     16     4  checksum                    CRC-32C of the page without this field, mixed with the database's UUID
///     20     4  structure id                which tree or table owns the page
///     24     1  type                        see PageType
///     25     1  flags                       for the structure's use
///     26     2  count                       for the structure's use
///     28     4  reserved                    zero
///     32        content
/// ```
///
/// All numbers are little-endian. The page size is a parameter of the format (4, 8, 16 or 32 KiB),
/// constant for the life of the process so that the compiler sees it: system property
/// `dev.rookery.pageShift`, checked against the file at open.
public final class PageLayout {
  /// Base-2 logarithm of the page size.
  public static final int PAGE_SHIFT =
      checkedShift(Integer.getInteger("dev.rookery.pageShift", 13));

  /// Length of a page.
  public static final int PAGE_BYTES = 1 << PAGE_SHIFT;

  /// Offset of the page number.
  public static final int PAGE_NUMBER_OFFSET = 0;

  /// Offset of the sequence of the commit that wrote this version.
  public static final int SEQUENCE_OFFSET = PAGE_NUMBER_OFFSET + Long.BYTES;

  /// Offset of the checksum.
  public static final int CHECKSUM_OFFSET = SEQUENCE_OFFSET + Long.BYTES;

  /// Offset of the id of the structure that owns the page.
  public static final int STRUCTURE_OFFSET = CHECKSUM_OFFSET + Integer.BYTES;

  /// Offset of the page type.
  public static final int TYPE_OFFSET = STRUCTURE_OFFSET + Integer.BYTES;

  /// Offset of the flags.
  public static final int FLAGS_OFFSET = TYPE_OFFSET + Byte.BYTES;

  /// Offset of the count.
  public static final int COUNT_OFFSET = FLAGS_OFFSET + Byte.BYTES;

  /// Where the content of a page begins: the length of the header.
  public static final int CONTENT_OFFSET = 32;

  /// Length of the content of a page.
  public static final int CONTENT_BYTES = PAGE_BYTES - CONTENT_OFFSET;

  /// Length of the part of the data file that the four header blocks take.
  public static final int HEADER_BYTES = 4 * 4096;

  /// The first page that is a page: those before hold the header blocks.
  public static final long FIRST_PAGE = Math.max(1, HEADER_BYTES >>> PAGE_SHIFT);

  /// Little-endian layouts, at any alignment.
  public static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// As [#LONG], for 4 bytes.
  public static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// As [#LONG], for 2 bytes; read through [#unsignedShort].
  public static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// One byte.
  public static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

  private PageLayout() {}

  private static int checkedShift(int shift) {
    if (shift < 12 || shift > 15) {
      throw new IllegalArgumentException("page shift out of range dev.rookery.pageShift=" + shift);
    }
    return shift;
  }

  /// Returns two bytes as a number from 0 to 65,535.
  public static int unsignedShort(MemorySegment segment, long offset) {
    return Short.toUnsignedInt(segment.get(SHORT, offset));
  }

  /// Returns the type in the header of a page.
  public static byte type(MemorySegment page) {
    return page.get(BYTE, TYPE_OFFSET);
  }

  /// Returns the count in the header of a page.
  public static int count(MemorySegment page) {
    return unsignedShort(page, COUNT_OFFSET);
  }

  /// Sets the count in the header of a page.
  public static void setCount(MemorySegment page, int count) {
    page.set(SHORT, COUNT_OFFSET, (short) count);
  }

  /// Returns the id of the structure in the header of a page.
  public static int structure(MemorySegment page) {
    return page.get(INT, STRUCTURE_OFFSET);
  }
}
