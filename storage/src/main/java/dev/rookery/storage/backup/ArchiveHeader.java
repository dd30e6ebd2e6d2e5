package dev.rookery.storage.backup;

import dev.rookery.storage.error.CorruptBackupException;
import dev.rookery.storage.error.FormatVersionException;
import dev.rookery.storage.page.PageLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.UUID;
import java.util.zip.CRC32C;

/// The header of an archive: all of its summary that is known before the pages are read.
record ArchiveHeader(
    UUID database,
    UUID lineage,
    boolean isFull,
    long baseSequence,
    long baseState,
    long sequence,
    long pageCount,
    long createdMillis) {

  /// Beyond this no file system has a file for the pages.
  private static final long PAGE_COUNT_MAX = 1L << 48;

  byte[] toBytes() {
    ByteBuffer header =
        ByteBuffer.allocate(ArchiveLayout.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(0, ArchiveLayout.MAGIC);
    header.putShort(ArchiveLayout.MAJOR_OFFSET, (short) ArchiveLayout.VERSION_MAJOR);
    header.putShort(ArchiveLayout.MINOR_OFFSET, (short) ArchiveLayout.VERSION_MINOR);
    header.putInt(ArchiveLayout.PAGE_SHIFT_OFFSET, PageLayout.PAGE_SHIFT);
    put(header, ArchiveLayout.UUID_OFFSET, database);
    put(header, ArchiveLayout.LINEAGE_OFFSET, lineage);
    header.putInt(
        ArchiveLayout.KIND_OFFSET,
        isFull ? ArchiveLayout.KIND_FULL : ArchiveLayout.KIND_INCREMENTAL);
    header.putLong(ArchiveLayout.BASE_SEQUENCE_OFFSET, baseSequence);
    header.putLong(ArchiveLayout.BASE_STATE_OFFSET, baseState);
    header.putLong(ArchiveLayout.SEQUENCE_OFFSET, sequence);
    header.putLong(ArchiveLayout.PAGE_COUNT_OFFSET, pageCount);
    header.putLong(ArchiveLayout.CREATED_OFFSET, createdMillis);
    header.putInt(ArchiveLayout.CRC_OFFSET, crc(header.array()));
    return header.array();
  }

  private static void put(ByteBuffer header, int offset, UUID uuid) {
    header.putLong(offset, uuid.getMostSignificantBits());
    header.putLong(offset + Long.BYTES, uuid.getLeastSignificantBits());
  }

  private static int crc(byte[] header) {
    CRC32C crc = new CRC32C();
    crc.update(header, 0, ArchiveLayout.CRC_OFFSET);
    return (int) crc.getValue();
  }

  /// Reads and judges a header.
  ///
  /// @throws CorruptBackupException if it is none, or says what cannot be
  /// @throws FormatVersionException if the archive is of another version or page size
  static ArchiveHeader of(byte[] bytes, String name) {
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (header.getLong(0) != ArchiveLayout.MAGIC) {
      throw new CorruptBackupException("not a backup archive archive=" + name);
    }
    if (header.getInt(ArchiveLayout.CRC_OFFSET) != crc(bytes)) {
      throw new CorruptBackupException("archive header is damaged archive=" + name);
    }
    int major = Short.toUnsignedInt(header.getShort(ArchiveLayout.MAJOR_OFFSET));
    int pageShift = header.getInt(ArchiveLayout.PAGE_SHIFT_OFFSET);
    if (major != ArchiveLayout.VERSION_MAJOR || pageShift != PageLayout.PAGE_SHIFT) {
      throw new FormatVersionException(
          "archive cannot be read archive=%s version=%d pageShift=%d supported=%d,%d"
              .formatted(
                  name, major, pageShift, ArchiveLayout.VERSION_MAJOR, PageLayout.PAGE_SHIFT));
    }
    int kind = header.getInt(ArchiveLayout.KIND_OFFSET);
    ArchiveHeader found =
        new ArchiveHeader(
            uuid(header, ArchiveLayout.UUID_OFFSET),
            uuid(header, ArchiveLayout.LINEAGE_OFFSET),
            kind == ArchiveLayout.KIND_FULL,
            header.getLong(ArchiveLayout.BASE_SEQUENCE_OFFSET),
            header.getLong(ArchiveLayout.BASE_STATE_OFFSET),
            header.getLong(ArchiveLayout.SEQUENCE_OFFSET),
            header.getLong(ArchiveLayout.PAGE_COUNT_OFFSET),
            header.getLong(ArchiveLayout.CREATED_OFFSET));
    if (!found.isPossible() || kind < 1 || kind > ArchiveLayout.KIND_INCREMENTAL) {
      throw new CorruptBackupException(
          "archive header contradicts itself archive=%s header=%s".formatted(name, found));
    }
    return found;
  }

  private boolean isPossible() {
    boolean goesOn =
        isFull ? baseSequence == 0 && baseState == 0 : baseSequence >= 0 && baseSequence < sequence;
    return goesOn
        && sequence >= 0
        && pageCount > PageLayout.FIRST_PAGE
        && pageCount <= PAGE_COUNT_MAX >>> PageLayout.PAGE_SHIFT;
  }

  private static UUID uuid(ByteBuffer header, int offset) {
    return new UUID(header.getLong(offset), header.getLong(offset + Long.BYTES));
  }

  /// Returns the whole summary.
  ArchiveSummary summary(long state, long storedPageCount, long archiveBytes) {
    return new ArchiveSummary(
        database,
        lineage,
        isFull,
        baseSequence,
        baseState,
        sequence,
        state,
        pageCount,
        storedPageCount,
        archiveBytes,
        createdMillis);
  }
}
