package dev.rookery.storage.page;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/// The checksum in a page header: CRC-32C of the page without the field itself, mixed with the
/// database's UUID, so that a page of another database fails as a damaged one does.
///
/// Mapped memory is copied before it is summed: the intrinsic behind [CRC32C] would take the whole
/// JVM down at a page that the disk cannot deliver. Belongs to one thread.
public final class PageChecksum {
  private static final int AFTER_FIELD = PageLayout.CHECKSUM_OFFSET + Integer.BYTES;

  /// With more blocks it is quicker to sum the whole page.
  private static final int RESEALED_BLOCKS_MAX = 16;

  private final CRC32C crc = new CRC32C();
  private final int salt;

  /// On the heap: one is made for each page that is read for the first time.
  private final byte[] copy = new byte[PageLayout.PAGE_BYTES];

  private final MemorySegment copySegment = MemorySegment.ofArray(copy);
  private final ByteBuffer copyBuffer = ByteBuffer.wrap(copy);

  /// Creates the checksum of the pages of one database.
  public PageChecksum(UUID database) {
    this.salt = saltOf(database);
  }

  /// Returns what ties a checksum to a database.
  static int saltOf(UUID database) {
    return Long.hashCode(
        database.getMostSignificantBits() * 31 + database.getLeastSignificantBits());
  }

  /// Computes the checksum of a page in memory of our own, never of a mapped one.
  public int of(MemorySegment ownPage) {
    return of(ownPage.asByteBuffer());
  }

  /// Computes the checksum of a page that may be mapped.
  ///
  /// @throws InternalError if the page cannot be read; catchable, unlike a fault inside the
  ///   intrinsic
  public int ofMapped(MemorySegment segment, long offset) {
    MemorySegment.copy(segment, offset, copySegment, 0, PageLayout.PAGE_BYTES);
    return of(copyBuffer);
  }

  /// Returns the page that [#ofMapped] copied last.
  public MemorySegment lastCopy() {
    return copySegment;
  }

  private int of(ByteBuffer page) {
    crc.reset();
    crc.update(page.clear().limit(PageLayout.CHECKSUM_OFFSET));
    crc.update(page.limit(PageLayout.PAGE_BYTES).position(AFTER_FIELD));
    return (int) crc.getValue() ^ salt;
  }

  /// Writes the checksum of a page into its header.
  public void seal(MemorySegment ownPage) {
    ownPage.set(PageLayout.INT, PageLayout.CHECKSUM_OFFSET, of(ownPage));
  }

  /// Writes the checksum of a page that differs from a sealed version of itself in some blocks only
  /// (see [PageBlocks]), the first one among them. Neither may be mapped. O(blocks).
  ///
  /// A checksum is linear: that of the page is that of the version, plus what the differences alone
  /// sum up to, moved to where they lie. So a byte that memory damaged outside of the blocks, or in
  /// both versions, still does not get a good name.
  public void reseal(MemorySegment version, MemorySegment ownPage, long blocks) {
    if (Long.bitCount(blocks) > RESEALED_BLOCKS_MAX) {
      seal(ownPage);
      return;
    }
    int sum = version.get(PageLayout.INT, PageLayout.CHECKSUM_OFFSET);
    for (long left = blocks; left != 0; left = PageBlocks.rest(left)) {
      int from = PageBlocks.from(left);
      int to = PageBlocks.to(left);
      sum ^= CrcArithmetic.moved(difference(version, ownPage, from, to), to);
    }
    ownPage.set(PageLayout.INT, PageLayout.CHECKSUM_OFFSET, sum);
  }

  /// Returns what the differences of a stretch of two pages sum up to at the end of the stretch.
  private int difference(MemorySegment version, MemorySegment page, int from, int to) {
    for (int at = from; at < to; at += Long.BYTES) {
      copySegment.set(
          PageLayout.LONG,
          at - from,
          version.get(PageLayout.LONG, at) ^ page.get(PageLayout.LONG, at));
    }
    if (from == 0) {
      // What lies before the field moves up to what lies behind it; zeros in front count nothing.
      long sequence = copySegment.get(PageLayout.LONG, PageLayout.SEQUENCE_OFFSET);
      long number = copySegment.get(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET);
      copySegment.set(PageLayout.LONG, PageLayout.SEQUENCE_OFFSET + Integer.BYTES, sequence);
      copySegment.set(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET + Integer.BYTES, number);
      copySegment.set(PageLayout.INT, 0, 0);
    }
    crc.reset();
    crc.update(copy, 0, to - from);
    return (int) crc.getValue() ^ CrcArithmetic.ofZeros(to - from);
  }
}
