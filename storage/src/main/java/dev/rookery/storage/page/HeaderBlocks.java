package dev.rookery.storage.page;

import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.error.FormatVersionException;
import dev.rookery.storage.error.NotADatabaseException;
import dev.rookery.storage.io.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/// The four header blocks of 4 KiB at the start of the data file.
///
/// ```
/// block 0  identity, written once       block 1, 2  durable entries, written in turn       block 3  reserved
///
/// identity                              durable entry
/// offset bytes field                    offset bytes field
///      0     8 magic "ROOKERY1"              0     8 magic "RKDURABL"
///      8     2 format version, major         8     8 revision
///     10     2 format version, minor        16     8 commit sequence of the checkpoint
///     12     4 page shift                   24     8 page count
///     16     8 required feature bits        32     8 journal file where replay starts
///     24     8 optional feature bits        40     8 offset in it
///     32    16 database UUID                48     8 chain hash expected there
///     48     8 created, ms since 1970       56     8 written, ms since 1970
///   4092     4 CRC-32C of bytes 0..4091    4092     4 CRC-32C of bytes 0..4091, mixed with the UUID
/// ```
///
/// Invariants:
/// 1. A durable entry is written only after everything it promises was synced, over the *older* of
///    the two, so that a torn write leaves the newer one.
/// 2. A block that failed its checksum is never read from and never re-written in its old form.
public final class HeaderBlocks {
  /// The major version of the format: a reader refuses any other.
  public static final int FORMAT_MAJOR = 1;

  /// The minor version of the format: a reader accepts any.
  public static final int FORMAT_MINOR = 0;

  /// Length of a header block.
  public static final int BLOCK_BYTES = 4096;

  static final long IDENTITY_MAGIC = 0x3159_5245_4B4F_4F52L; // "ROOKERY1"
  static final long DURABLE_MAGIC = 0x4C42_4152_5544_4B52L; // "RKDURABL"
  static final int MAJOR_OFFSET = 8;
  static final int MINOR_OFFSET = MAJOR_OFFSET + Short.BYTES;
  static final int PAGE_SHIFT_OFFSET = MINOR_OFFSET + Short.BYTES;
  static final int REQUIRED_OFFSET = PAGE_SHIFT_OFFSET + Integer.BYTES;
  static final int OPTIONAL_OFFSET = REQUIRED_OFFSET + Long.BYTES;
  static final int UUID_OFFSET = OPTIONAL_OFFSET + Long.BYTES;
  static final int CREATED_OFFSET = UUID_OFFSET + 2 * Long.BYTES;
  static final int REVISION_OFFSET = 8;
  static final int SEQUENCE_OFFSET = REVISION_OFFSET + Long.BYTES;
  static final int PAGE_COUNT_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
  static final int JOURNAL_FILE_OFFSET = PAGE_COUNT_OFFSET + Long.BYTES;
  static final int JOURNAL_OFFSET_OFFSET = JOURNAL_FILE_OFFSET + Long.BYTES;
  static final int CHAIN_OFFSET = JOURNAL_OFFSET_OFFSET + Long.BYTES;
  static final int WRITTEN_OFFSET = CHAIN_OFFSET + Long.BYTES;
  static final int CRC_OFFSET = BLOCK_BYTES - Integer.BYTES;

  private HeaderBlocks() {}

  /// What is promised to be in the data file, and where replay of the journal starts.
  ///
  /// @param revision counts the durable entries; the entry lies in block 1 or 2 by its parity
  /// @param sequence the newest commit that the data file contains whole and durably
  /// @param pageCount how many pages the database spans
  /// @param journalFile the number of the journal file that goes on behind the checkpoint
  /// @param journalOffset the offset in it
  /// @param chain the hash that the next journal record names as its predecessor's
  /// @param writtenMillis when, for people
  public record DurableEntry(
      long revision,
      long sequence,
      long pageCount,
      long journalFile,
      long journalOffset,
      long chain,
      long writtenMillis) {

    /// Returns the same entry for the other block.
    public DurableEntry repeated() {
      return new DurableEntry(
          revision + 1, sequence, pageCount, journalFile, journalOffset, chain, writtenMillis);
    }
  }

  /// Writes the identity of a new database.
  public static void writeIdentity(StorageFile file, UUID database, long createdMillis)
      throws IOException {
    ByteBuffer block = block();
    block.putLong(0, IDENTITY_MAGIC);
    block.putShort(MAJOR_OFFSET, (short) FORMAT_MAJOR);
    block.putShort(MINOR_OFFSET, (short) FORMAT_MINOR);
    block.putInt(PAGE_SHIFT_OFFSET, PageLayout.PAGE_SHIFT);
    block.putLong(UUID_OFFSET, database.getMostSignificantBits());
    block.putLong(UUID_OFFSET + Long.BYTES, database.getLeastSignificantBits());
    block.putLong(CREATED_OFFSET, createdMillis);
    block.putInt(CRC_OFFSET, crc(block));
    file.write(block, 0);
  }

  /// Reads and judges the identity, and returns the database's UUID.
  public static UUID readIdentity(StorageFile file, String location) throws IOException {
    ByteBuffer block = block();
    int length = file.read(block, 0);
    if (length < Long.BYTES || block.getLong(0) != IDENTITY_MAGIC) {
      throw new NotADatabaseException("file is no Rookery database file=" + location);
    }
    int major = Short.toUnsignedInt(block.getShort(MAJOR_OFFSET));
    boolean intact = length == BLOCK_BYTES && block.getInt(CRC_OFFSET) == crc(block);
    if (!intact) {
      throw new CorruptDatabaseException("identity block is damaged file=" + location);
    }
    if (major != FORMAT_MAJOR || block.getLong(REQUIRED_OFFSET) != 0) {
      throw new FormatVersionException(
          "format cannot be read file=%s version=%d.%d required=%x supported=%d.%d"
              .formatted(
                  location,
                  major,
                  Short.toUnsignedInt(block.getShort(MINOR_OFFSET)),
                  block.getLong(REQUIRED_OFFSET),
                  FORMAT_MAJOR,
                  FORMAT_MINOR));
    }
    int pageShift = block.getInt(PAGE_SHIFT_OFFSET);
    if (pageShift != PageLayout.PAGE_SHIFT) {
      throw new FormatVersionException(
          "database has another page size file=%s pageShift=%d; this process runs with %d, see"
                  .formatted(location, pageShift, PageLayout.PAGE_SHIFT)
              + " dev.rookery.pageShift");
    }
    return new UUID(block.getLong(UUID_OFFSET), block.getLong(UUID_OFFSET + Long.BYTES));
  }

  /// Writes a durable entry to the block of its revision. The caller syncs before and after.
  public static void writeDurable(StorageFile file, UUID database, DurableEntry entry)
      throws IOException {
    ByteBuffer block = block();
    block.putLong(0, DURABLE_MAGIC);
    block.putLong(REVISION_OFFSET, entry.revision());
    block.putLong(SEQUENCE_OFFSET, entry.sequence());
    block.putLong(PAGE_COUNT_OFFSET, entry.pageCount());
    block.putLong(JOURNAL_FILE_OFFSET, entry.journalFile());
    block.putLong(JOURNAL_OFFSET_OFFSET, entry.journalOffset());
    block.putLong(CHAIN_OFFSET, entry.chain());
    block.putLong(WRITTEN_OFFSET, entry.writtenMillis());
    block.putInt(CRC_OFFSET, crc(block) ^ PageChecksum.saltOf(database));
    file.write(block, blockOf(entry.revision()));
  }

  /// Returns the newest durable entry that is intact.
  public static DurableEntry readDurable(StorageFile file, UUID database, String location)
      throws IOException {
    Optional<DurableEntry> even = readBlock(file, database, blockOf(0));
    Optional<DurableEntry> odd = readBlock(file, database, blockOf(1));
    if (even.isPresent() && odd.isPresent()) {
      return even.get().revision() > odd.get().revision() ? even.get() : odd.get();
    }
    return even.or(() -> odd)
        .orElseThrow(() ->
            new CorruptDatabaseException(
                "both durable header entries are damaged file=" + location));
  }

  private static Optional<DurableEntry> readBlock(StorageFile file, UUID database, long position)
      throws IOException {
    ByteBuffer block = block();
    int length = file.read(block, position);
    if (length < BLOCK_BYTES
        || block.getLong(0) != DURABLE_MAGIC
        || block.getInt(CRC_OFFSET) != (crc(block) ^ PageChecksum.saltOf(database))
        || blockOf(block.getLong(REVISION_OFFSET)) != position) {
      return Optional.empty();
    }
    return Optional.of(
        new DurableEntry(
            block.getLong(REVISION_OFFSET),
            block.getLong(SEQUENCE_OFFSET),
            block.getLong(PAGE_COUNT_OFFSET),
            block.getLong(JOURNAL_FILE_OFFSET),
            block.getLong(JOURNAL_OFFSET_OFFSET),
            block.getLong(CHAIN_OFFSET),
            block.getLong(WRITTEN_OFFSET)));
  }

  private static long blockOf(long revision) {
    return (1 + (revision & 1)) * BLOCK_BYTES;
  }

  private static ByteBuffer block() {
    return ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static int crc(ByteBuffer block) {
    CRC32C crc = new CRC32C();
    crc.update(block.array(), block.arrayOffset(), CRC_OFFSET);
    return (int) crc.getValue();
  }
}
