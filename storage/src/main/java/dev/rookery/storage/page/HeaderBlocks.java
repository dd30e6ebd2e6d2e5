package dev.rookery.storage.page;

import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.error.FormatVersionException;
import dev.rookery.storage.error.NotADatabaseException;
import dev.rookery.storage.io.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32C;

/// The four header blocks of 4 KiB at the start of the data file.
///
/// ```
/// block 0  identity, written once       block 1, 2  durable entries, written in turn
/// block 3  transient entry, written over and over
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
///     56    16 lineage
///   4092     4 CRC-32C of bytes 0..4091    4092     4 CRC-32C of bytes 0..4091, salted by the UUID
///
/// transient entry: as the durable one but for
///      0     8 magic "RKTRANSI"
///      8     8 revision of the newest durable entry whose sync has returned
///     16    48 the state of the newest flush, in the fields of a durable entry
///     64    64 boot id of the machine, ASCII, zeros behind it
///
/// both entries                          transient entry
///    128     8 key of the file that it       136     8 reach: no state committed behind the
///              was written to, 0 if there              durable entry of its revision had more
///              was none to have                        pages; 0 if that was not noted
/// ```
///
/// The transient entry speaks of what the operating system has, synced or not. It is believed only
/// as long as the machine runs on (the same boot id): then a process was killed at worst, and all
/// that it wrote is there to be read. Under another boot id it says nothing.
///
/// The UUID stays with the database wherever it goes. The lineage is drawn anew when it is
/// restored, so that commits of the same number in the lives before and after are not taken for
/// each other.
///
/// Invariants:
/// 1. A durable entry is written only after everything it promises was synced, over the *older* of
///    the two, so that a torn write leaves the newer one.
/// 2. A block that failed its checksum is never read from and never re-written in its old form.
/// 3. A transient entry is written after the pages that it speaks of, and is withdrawn to the state
///    of the durable entry before a sync begins: after a sync that failed, what the system has and
///    what the disk has may differ for ever, so no entry must make anybody skip writing it again.
/// 4. On the same boot, a durable entry newer than the transient one knows of is not taken for
///    durable: its own sync has not returned, and may have failed. But what it says is true,
///    because the sync before it has returned; so replay starts behind it, and nothing ever takes
///    the pages of the file back behind an entry that a later boot may find.
public final class HeaderBlocks {
  /// The major version of the format: a reader refuses any other.
  public static final int FORMAT_MAJOR = 1;

  /// The minor version of the format: a reader accepts any.
  public static final int FORMAT_MINOR = 0;

  /// Length of a header block.
  public static final int BLOCK_BYTES = 4096;

  static final long IDENTITY_MAGIC = 0x3159_5245_4B4F_4F52L; // "ROOKERY1"
  static final long DURABLE_MAGIC = 0x4C42_4152_5544_4B52L; // "RKDURABL"
  static final long TRANSIENT_MAGIC = 0x4953_4E41_5254_4B52L; // "RKTRANSI"
  static final int MAJOR_OFFSET = 8;
  static final int MINOR_OFFSET = MAJOR_OFFSET + Short.BYTES;
  static final int PAGE_SHIFT_OFFSET = MINOR_OFFSET + Short.BYTES;
  static final int REQUIRED_OFFSET = PAGE_SHIFT_OFFSET + Integer.BYTES;
  static final int OPTIONAL_OFFSET = REQUIRED_OFFSET + Long.BYTES;
  static final int UUID_OFFSET = OPTIONAL_OFFSET + Long.BYTES;
  static final int CREATED_OFFSET = UUID_OFFSET + 2 * Long.BYTES;
  static final int LINEAGE_OFFSET = CREATED_OFFSET + Long.BYTES;
  static final int REVISION_OFFSET = 8;
  static final int SEQUENCE_OFFSET = REVISION_OFFSET + Long.BYTES;
  static final int PAGE_COUNT_OFFSET = SEQUENCE_OFFSET + Long.BYTES;
  static final int JOURNAL_FILE_OFFSET = PAGE_COUNT_OFFSET + Long.BYTES;
  static final int JOURNAL_OFFSET_OFFSET = JOURNAL_FILE_OFFSET + Long.BYTES;
  static final int CHAIN_OFFSET = JOURNAL_OFFSET_OFFSET + Long.BYTES;
  static final int WRITTEN_OFFSET = CHAIN_OFFSET + Long.BYTES;
  static final int BOOT_ID_OFFSET = WRITTEN_OFFSET + Long.BYTES;
  static final int BOOT_ID_BYTES = 64;
  static final int FILE_KEY_OFFSET = BOOT_ID_OFFSET + BOOT_ID_BYTES;
  static final int REACH_OFFSET = FILE_KEY_OFFSET + Long.BYTES;
  static final int CRC_OFFSET = BLOCK_BYTES - Integer.BYTES;

  private static final long TRANSIENT_POSITION = 3L * BLOCK_BYTES;

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

  /// Where a database that is opened stands.
  ///
  /// @param durable the durable entry that counts: its state is on the disk
  /// @param flushed the newest state that the file shows whole, at least as new: replay starts
  ///   behind it; the same entry where nothing better is known
  /// @param reach no state before the flushed one, that a replay from the durable entry would pass,
  ///   had more pages; 0 where replay passes all of them, or where that was not noted
  /// @param isCopy whether the file is another one than the entry was written to
  public record Start(DurableEntry durable, DurableEntry flushed, long reach, boolean isCopy) {
    /// Returns whether the database was left in the middle of its work, so that the journal file
    /// where replay starts must be there: only a clean end deletes it, and that one leaves both
    /// entries at the same commit.
    public boolean isUnclean() {
      return flushed.sequence() > durable.sequence();
    }
  }

  /// Writes the identity of a new or restored database.
  public static void writeIdentity(
      StorageFile file, UUID database, UUID lineage, long createdMillis) throws IOException {
    ByteBuffer block = block();
    block.putLong(0, IDENTITY_MAGIC);
    block.putShort(MAJOR_OFFSET, (short) FORMAT_MAJOR);
    block.putShort(MINOR_OFFSET, (short) FORMAT_MINOR);
    block.putInt(PAGE_SHIFT_OFFSET, PageLayout.PAGE_SHIFT);
    block.putLong(UUID_OFFSET, database.getMostSignificantBits());
    block.putLong(UUID_OFFSET + Long.BYTES, database.getLeastSignificantBits());
    block.putLong(CREATED_OFFSET, createdMillis);
    block.putLong(LINEAGE_OFFSET, lineage.getMostSignificantBits());
    block.putLong(LINEAGE_OFFSET + Long.BYTES, lineage.getLeastSignificantBits());
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

  /// Reads the lineage of a database whose identity was judged.
  public static UUID readLineage(StorageFile file) throws IOException {
    ByteBuffer block = block();
    file.read(block, 0);
    return new UUID(block.getLong(LINEAGE_OFFSET), block.getLong(LINEAGE_OFFSET + Long.BYTES));
  }

  /// Writes a durable entry to the block of its revision. The caller syncs before and after.
  public static void writeDurable(StorageFile file, UUID database, DurableEntry entry)
      throws IOException {
    ByteBuffer block = block();
    block.putLong(0, DURABLE_MAGIC);
    putFields(block, entry);
    block.putLong(FILE_KEY_OFFSET, file.fileKey());
    block.putInt(CRC_OFFSET, crc(block) ^ PageChecksum.saltOf(database));
    file.write(block, blockOf(entry.revision()));
  }

  /// Writes the transient entry, which is not synced. Does nothing where there is no boot id.
  ///
  /// @param flushed what the file shows whole, under the revision of the newest durable entry whose
  ///   sync has returned
  /// @param reach as in [Start]
  public static void writeTransient(
      StorageFile file, UUID database, DurableEntry flushed, String bootId, long reach)
      throws IOException {
    byte[] id = bootId.getBytes(StandardCharsets.US_ASCII);
    if (id.length == 0 || id.length > BOOT_ID_BYTES) {
      return;
    }
    ByteBuffer block = block();
    block.putLong(0, TRANSIENT_MAGIC);
    putFields(block, flushed);
    block.put(BOOT_ID_OFFSET, id);
    block.putLong(FILE_KEY_OFFSET, file.fileKey());
    block.putLong(REACH_OFFSET, reach);
    block.putInt(CRC_OFFSET, crc(block) ^ PageChecksum.saltOf(database));
    file.write(block, TRANSIENT_POSITION);
  }

  private static void putFields(ByteBuffer block, DurableEntry entry) {
    block.putLong(REVISION_OFFSET, entry.revision());
    block.putLong(SEQUENCE_OFFSET, entry.sequence());
    block.putLong(PAGE_COUNT_OFFSET, entry.pageCount());
    block.putLong(JOURNAL_FILE_OFFSET, entry.journalFile());
    block.putLong(JOURNAL_OFFSET_OFFSET, entry.journalOffset());
    block.putLong(CHAIN_OFFSET, entry.chain());
    block.putLong(WRITTEN_OFFSET, entry.writtenMillis());
  }

  private static DurableEntry fields(ByteBuffer block) {
    return new DurableEntry(
        block.getLong(REVISION_OFFSET),
        block.getLong(SEQUENCE_OFFSET),
        block.getLong(PAGE_COUNT_OFFSET),
        block.getLong(JOURNAL_FILE_OFFSET),
        block.getLong(JOURNAL_OFFSET_OFFSET),
        block.getLong(CHAIN_OFFSET),
        block.getLong(WRITTEN_OFFSET));
  }

  /// Returns where a database stands: the newest durable entry that is intact, and the flush behind
  /// it if the machine has not been started anew since.
  ///
  /// @param bootId that of the machine now, empty if there is none
  /// @throws CorruptDatabaseException if both durable entries are damaged
  public static Start readStart(StorageFile file, UUID database, String location, String bootId)
      throws IOException {
    Optional<DurableEntry> even = readBlock(file, database, blockOf(0));
    Optional<DurableEntry> odd = readBlock(file, database, blockOf(1));
    ByteBuffer block = block();
    Optional<DurableEntry> last = readTransient(file, block, database, bootId);
    DurableEntry newest =
        newer(even, odd)
            .orElseThrow(() ->
                new CorruptDatabaseException(
                    "both durable header entries are damaged file=" + location));
    boolean isCopy = isCopy(file, blockOf(newest.revision()));
    if (last.isEmpty()) {
      return new Start(newest, newest, 0, isCopy);
    }
    DurableEntry flushed = last.get();
    Optional<DurableEntry> believed =
        newer(
            even.filter(entry -> entry.revision() <= flushed.revision()),
            odd.filter(entry -> entry.revision() <= flushed.revision()));
    // Both newer than that, or the one that it builds on damaged: somebody else was at work here.
    boolean goesTogether =
        believed.isPresent()
            && believed.get().revision() == flushed.revision()
            && believed.get().sequence() <= flushed.sequence();
    if (!goesTogether) {
      return new Start(newest, newest, 0, isCopy);
    }
    return new Start(
        believed.get(),
        newest.sequence() >= flushed.sequence() ? newest : flushed,
        block.getLong(REACH_OFFSET),
        isCopy && isCopy(file, TRANSIENT_POSITION));
  }

  private static boolean isCopy(StorageFile file, long position) throws IOException {
    ByteBuffer block = block();
    file.read(block, position);
    long key = block.getLong(FILE_KEY_OFFSET);
    return key != 0 && key != file.fileKey();
  }

  private static Optional<DurableEntry> newer(
      Optional<DurableEntry> even, Optional<DurableEntry> odd) {
    if (even.isPresent() && odd.isPresent()) {
      return even.get().revision() > odd.get().revision() ? even : odd;
    }
    return even.or(() -> odd);
  }

  private static Optional<DurableEntry> readBlock(StorageFile file, UUID database, long position)
      throws IOException {
    ByteBuffer block = block();
    return isIntact(file, block, position, DURABLE_MAGIC, database)
            && blockOf(block.getLong(REVISION_OFFSET)) == position
        ? Optional.of(fields(block))
        : Optional.empty();
  }

  private static Optional<DurableEntry> readTransient(
      StorageFile file, ByteBuffer block, UUID database, String bootId) throws IOException {
    byte[] id = bootId.getBytes(StandardCharsets.US_ASCII);
    if (id.length == 0
        || id.length > BOOT_ID_BYTES
        || !isIntact(file, block, TRANSIENT_POSITION, TRANSIENT_MAGIC, database)) {
      return Optional.empty();
    }
    byte[] written = new byte[BOOT_ID_BYTES];
    block.get(BOOT_ID_OFFSET, written);
    return Arrays.equals(written, Arrays.copyOf(id, BOOT_ID_BYTES))
        ? Optional.of(fields(block))
        : Optional.empty();
  }

  private static boolean isIntact(
      StorageFile file, ByteBuffer block, long position, long magic, UUID database)
      throws IOException {
    return file.read(block, position) == BLOCK_BYTES
        && block.getLong(0) == magic
        && block.getInt(CRC_OFFSET) == (crc(block) ^ PageChecksum.saltOf(database));
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
