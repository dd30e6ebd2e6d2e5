package dev.rookery.storage.journal;

import dev.rookery.storage.io.StorageFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Writes commits to the journal.
///
/// Records are staged by [#append] and go out in one write by [#write], which leaves them to the
/// operating system, or [#writeThrough], which makes them durable in the same step where nothing
/// before them is left to be synced.
///
/// Invariants:
/// 1. A record is written behind the end of the last one; a block that a sync has covered is never
///    written again, so a torn write cannot hurt what was promised.
/// 2. A file is synced whole before the next one gets its header: where a later file has one,
///    nothing is missing in the earlier.
///
/// Threads: one at a time, whoever has the turn to write; but [SyncPoint#sync] runs beside it. The
/// thread may be anybody's: what an interrupt could close is touched only by [#append] of a record
/// that begins a file and by syncs, which belong on a lane.
public final class Journal implements AutoCloseable {
  private static final int STAGING_BYTES = 64 << 10;

  private final UUID database;
  private final JournalFiles files;
  private final SyncMeter syncs;
  private final byte[] header = new byte[JournalLayout.RECORD_HEADER_BYTES];
  private final ByteBuffer headerFields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
  private final CRC32C crc = new CRC32C();
  private final RecordHash headerHash = new RecordHash();

  /// What is to be written at `stagedAt`.
  private final byte[] staging = new byte[STAGING_BYTES];

  private int stagedCount;
  private long stagedAt;

  /// Whether part of what was appended is with the operating system already, so that writing the
  /// rest through would not cover it.
  private boolean isPartlyWritten;

  private @Nullable StorageFile file;
  private long fileNumber;
  private long salt;
  private long offset;
  private long chain;

  /// The newest record staged.
  private long lastSequence;

  /// The newest record that the operating system has whole.
  private long writtenSequence;

  private volatile long durableSequence;

  /// The newest record behind which `roomBehind` is told.
  private volatile long settledSequence = -1;

  /// How much room the file has behind that record, wherever a sync lets the next one begin.
  /// Published by `settledSequence`.
  private long roomBehind;

  private long fileBytes;
  private final AtomicLong writtenBytes = new AtomicLong();

  /// Creates a journal that goes on behind a position with a file of its own.
  ///
  /// @param end where recovery found the end; what is before it must be durable
  /// @param syncs counts how often commits are made durable, by a sync or a write-through
  public Journal(UUID database, JournalFiles files, JournalEnd end, SyncMeter syncs) {
    this.syncs = syncs;
    this.database = database;
    this.files = files;
    this.chain = end.position().chain();
    this.fileNumber = end.position().file();
    this.offset = end.position().offset();
    this.lastSequence = end.sequence();
    this.writtenSequence = end.sequence();
    this.durableSequence = end.sequence();
  }

  /// Returns the newest commit that is durable.
  public long durableSequence() {
    return durableSequence;
  }

  /// Returns the newest commit that was staged.
  public long lastSequence() {
    return lastSequence;
  }

  /// Returns the meter of syncs.
  public SyncMeter syncs() {
    return syncs;
  }

  /// Returns how many bytes were written to journal files.
  public long writtenBytes() {
    return writtenBytes.get();
  }

  /// Stages one record and returns the position behind it. A record that begins a file ends the
  /// current one, which is synced.
  ///
  /// @param beginsFile whether the record begins the oldest claimed file
  public JournalPosition append(JournalRecord record, boolean beginsFile) throws IOException {
    if (record.sequence() != lastSequence + 1) {
      throw new IllegalStateException(
          "records out of order sequence=%d last=%d".formatted(record.sequence(), lastSequence));
    }
    if (beginsFile) {
      beginFile();
    }
    stageGap();
    sealHeader(record);
    stage(header);
    for (int i = 0; i < record.frameCount(); i++) {
      stage(record.frame(i));
    }
    record.release();
    offset = JournalLayout.align(stagedAt + stagedCount, JournalLayout.ALIGNMENT);
    stagePadding();
    lastSequence = record.sequence();
    return new JournalPosition(fileNumber, offset, chain);
  }

  /// Goes on at `offset`: in a row with what is staged, with zeros in between, or anew.
  private void stageGap() throws IOException {
    int gap = (int) (offset - stagedAt - stagedCount);
    if (stagedCount == 0 || gap > staging.length - stagedCount) {
      handOver();
      stagedAt = offset;
    } else {
      Arrays.fill(staging, stagedCount, stagedCount + gap, (byte) 0);
      stagedCount += gap;
    }
  }

  /// Fills up to where the next record begins, if nothing is synced before it: then files are
  /// written in a row.
  private void stagePadding() {
    int padding = (int) (offset - stagedAt - stagedCount);
    if (padding <= staging.length - stagedCount) {
      Arrays.fill(staging, stagedCount, stagedCount + padding, (byte) 0);
      stagedCount += padding;
    }
  }

  private void stage(byte[] bytes) throws IOException {
    if (bytes.length > staging.length - stagedCount) {
      handOver();
    }
    if (bytes.length > staging.length) {
      current().writeFromAnyThread(bytes, 0, bytes.length, stagedAt);
      writtenBytes.addAndGet(bytes.length);
      isPartlyWritten = true;
      stagedAt += bytes.length;
    } else {
      System.arraycopy(bytes, 0, staging, stagedCount, bytes.length);
      stagedCount += bytes.length;
    }
  }

  /// Hands what is staged to the operating system.
  private void handOver() throws IOException {
    if (stagedCount > 0) {
      current().writeFromAnyThread(staging, 0, stagedCount, stagedAt);
      writtenBytes.addAndGet(stagedCount);
      isPartlyWritten = true;
      stagedAt += stagedCount;
      stagedCount = 0;
    }
  }

  /// Writes all records appended so far. Not durable before a sync.
  public void write() throws IOException {
    handOver();
    isPartlyWritten = false;
    writtenSequence = lastSequence;
    settle();
  }

  private void settle() {
    roomBehind = fileBytes - JournalLayout.align(offset, JournalLayout.BLOCK_BYTES);
    settledSequence = lastSequence;
  }

  /// Returns how much room the current file has for records if a commit is the newest one that was
  /// appended, or -1 if it is not known. Of use to whoever lets no other commit be appended
  /// meanwhile; from any thread.
  public long roomBehind(long sequence) {
    return settledSequence == sequence ? roomBehind : -1;
  }

  /// Writes all records appended so far, and makes them durable in the same step if nothing before
  /// them is left to be synced. Returns whether they are durable.
  public boolean writeThrough() throws IOException {
    if (stagedCount == 0 || isPartlyWritten || durableSequence != writtenSequence) {
      write();
      return durableSequence == writtenSequence;
    }
    current().writeThrough(staging, 0, stagedCount, stagedAt);
    writtenBytes.addAndGet(stagedCount);
    syncs.count();
    stagedCount = 0;
    writtenSequence = lastSequence;
    durableSequence = lastSequence;
    // Invariant 1: what comes next must not share a block with what was promised.
    offset = JournalLayout.align(offset, JournalLayout.BLOCK_BYTES);
    settle();
    return true;
  }

  private StorageFile current() {
    if (file == null) {
      throw new IllegalStateException("no journal file is open");
    }
    return file;
  }

  private void sealHeader(JournalRecord record) {
    headerFields.putLong(0, JournalLayout.RECORD_MAGIC);
    headerFields.putLong(JournalLayout.RECORD_SALT_OFFSET, salt);
    headerFields.putLong(JournalLayout.RECORD_SEQUENCE_OFFSET, record.sequence());
    headerFields.putLong(JournalLayout.RECORD_CHAIN_OFFSET, chain);
    headerFields.putLong(JournalLayout.RECORD_UUID_OFFSET, database.getMostSignificantBits());
    headerFields.putLong(JournalLayout.RECORD_UUID_OFFSET + 8, database.getLeastSignificantBits());
    headerFields.putLong(JournalLayout.RECORD_LENGTH_OFFSET, record.framesLength());
    headerFields.putLong(JournalLayout.RECORD_PAGE_COUNT_OFFSET, record.pageCount());
    headerFields.putLong(JournalLayout.RECORD_DURABLE_OFFSET, durableSequence);
    headerFields.putLong(JournalLayout.RECORD_HASH_OFFSET, record.hash());
    headerFields.putInt(JournalLayout.RECORD_FRAMES_OFFSET, record.frameCount());
    headerHash.reset();
    headerHash.update(header, 0, JournalLayout.RECORD_CRC_OFFSET);
    chain = headerHash.value(); // Its lower half is the header's checksum.
    headerFields.putInt(JournalLayout.RECORD_CRC_OFFSET, (int) chain);
  }

  /// Ends the current file and begins the oldest claimed one.
  private void beginFile() throws IOException {
    write();
    if (file != null) {
      if (durableSequence != writtenSequence) {
        file.sync(); // Invariant 2.
        syncs.count();
        durableSequence = writtenSequence;
      }
      file.close();
      file = null;
    }
    JournalFiles.Made next = files.begin();
    file = next.file();
    fileNumber = next.number();
    fileBytes = next.bytes();
    salt = files.newSalt();
    offset = JournalLayout.FILE_HEADER_BYTES;
    ByteBuffer block =
        ByteBuffer.allocate(JournalLayout.FILE_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    block.putLong(0, JournalLayout.FILE_MAGIC);
    block.putLong(JournalLayout.FILE_NUMBER_OFFSET, fileNumber);
    block.putLong(JournalLayout.FILE_UUID_OFFSET, database.getMostSignificantBits());
    block.putLong(JournalLayout.FILE_UUID_OFFSET + 8, database.getLeastSignificantBits());
    block.putLong(JournalLayout.FILE_SALT_OFFSET, salt);
    block.putLong(JournalLayout.FILE_FIRST_SEQUENCE_OFFSET, lastSequence + 1);
    block.putLong(JournalLayout.FILE_CHAIN_OFFSET, chain);
    crc.reset();
    crc.update(block.array(), 0, JournalLayout.FILE_CRC_OFFSET);
    block.putInt(JournalLayout.FILE_CRC_OFFSET, (int) crc.getValue());
    // Through, so that a later record that is written through finds nothing before it unsynced.
    next.file().writeThrough(block.array(), 0, block.capacity(), 0);
  }

  /// Something to be synced: everything written up to a moment.
  public final class SyncPoint {
    private final StorageFile target;
    private final long sequence;

    private SyncPoint(StorageFile target, long sequence) {
      this.target = target;
      this.sequence = sequence;
    }

    /// Returns the newest commit that the sync covers.
    public long sequence() {
      return sequence;
    }

    /// Makes it durable. Belongs on the lane of the journal; records may be written meanwhile.
    public void sync() throws IOException {
      target.sync();
      syncs.count();
      durableSequence = sequence;
    }
  }

  /// Returns what has to be synced to make everything written so far durable, or `null` if it is.
  /// Called with the turn to write; the sync itself needs none.
  public @Nullable SyncPoint syncPoint() {
    StorageFile target = file;
    if (target == null || durableSequence == writtenSequence) {
      return null;
    }
    // Invariant 1: what is written from now on must not share a block with what the sync covers.
    offset = JournalLayout.align(offset, JournalLayout.BLOCK_BYTES);
    return new SyncPoint(target, writtenSequence);
  }

  /// Closes the current file without syncing it. Idempotent.
  @Override
  public void close() throws IOException {
    StorageFile open = file;
    file = null;
    if (open != null) {
      open.close();
    }
  }
}
