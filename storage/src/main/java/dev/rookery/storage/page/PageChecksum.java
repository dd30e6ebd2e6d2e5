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
}
