package dev.rookery.storage.journal;

import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Writes commits to the journal files.
///
/// Invariants:
/// 1. A record is written behind the end of the last one; a block that a sync has covered is never
///    written again, so a torn write cannot hurt what was promised.
/// 2. A file is synced whole before the next one gets its header: where a later file has one,
///    nothing is missing in the earlier.
/// 3. Room is made, with written zeros and a synced directory, before a record is queued: a full
///    disk is met while the transaction can still be rolled back (see [#prepareFile]).
/// 4. A file that recovery has read is never written to again.
///
/// Threads: all methods that touch files run on the journal's thread, one at a time.
public final class Journal implements AutoCloseable {
  /// The directory of the journal files.
  public static final String DIRECTORY = "journal";

  private static final int STAGING_BYTES_MAX = 1 << 20;
  private static final long FILE_BYTES_MIN = 256L << 10;
  private static final int RECYCLED_COUNT_MAX = 2;

  private final StorageFileSystem fileSystem;
  private final UUID database;
  private final long fileBytesMax;
  private final Arena arena = Arena.ofShared();
  private final ByteBuffer staging;

  /// Files with room, made but not begun, in the order of their numbers.
  private final ArrayDeque<Prepared> prepared = new ArrayDeque<>();

  /// Numbers and lengths of the finished files and the current one, in order.
  private final ArrayDeque<Finished> live = new ArrayDeque<>();

  private final ArrayDeque<Finished> recycled = new ArrayDeque<>();

  private @Nullable StorageFile file;
  private long fileNumber;
  private long salt;
  private long offset;
  private long chain;
  private long lastSequence;
  private volatile long durableSequence;
  private long nextFileNumber;
  private long nextFileBytes;
  private final AtomicLong totalBytes = new AtomicLong();
  private final AtomicLong syncCount = new AtomicLong();

  private record Prepared(long number, StorageFile file, long bytes) {}

  private record Finished(long number, long bytes) {}

  /// Creates a journal that goes on behind a position with a file of its own.
  ///
  /// @param end where recovery found the end; what is before it must be durable
  public Journal(StorageFileSystem fileSystem, UUID database, long fileBytesMax, JournalEnd end) {
    this.fileSystem = fileSystem;
    this.database = database;
    this.fileBytesMax = fileBytesMax;
    this.staging =
        arena
            .allocate(Math.min(STAGING_BYTES_MAX, fileBytesMax), 4096)
            .asByteBuffer()
            .order(ByteOrder.LITTLE_ENDIAN);
    this.nextFileBytes = Math.min(FILE_BYTES_MIN, fileBytesMax);
    this.chain = end.position().chain();
    this.fileNumber = end.position().file();
    this.offset = end.position().offset();
    this.lastSequence = end.sequence();
    this.durableSequence = end.sequence();
    this.nextFileNumber = end.nextFileNumber();
    for (JournalEnd.ExistingFile existing : end.files()) {
      live.add(new Finished(existing.number(), existing.bytes()));
      totalBytes.addAndGet(existing.bytes());
    }
  }

  /// Returns the newest commit that a sync has covered.
  public long durableSequence() {
    return durableSequence;
  }

  /// Returns the length of all journal files.
  public long totalBytes() {
    return totalBytes.get();
  }

  /// Returns how many times a file was synced.
  public long syncCount() {
    return syncCount.get();
  }

  /// Makes a file with room for at least `bytes`, to be begun later by a record that asks for it,
  /// and returns how much room it has for records.
  ///
  /// @throws dev.rookery.storage.io.NoSpaceException if the disk is full; nothing has changed then
  public long prepareFile(long bytes) throws IOException {
    long wanted =
        JournalLayout.align(
            Math.max(nextFileBytes, bytes + JournalLayout.FILE_HEADER_BYTES), 64 << 10);
    long number = nextFileNumber++;
    String name = JournalLayout.fileName(number);
    StorageFile created = takeRecycled(name, wanted);
    if (created == null) {
      created = fileSystem.open(name, OpenMode.CREATE_NEW);
    }
    boolean done = false;
    try {
      fillWithZeros(created, wanted);
      created.sync();
      fileSystem.syncDirectory(DIRECTORY);
      done = true;
    } finally {
      if (!done) {
        created.close();
        fileSystem.delete(name);
      }
    }
    long length = created.size();
    prepared.add(new Prepared(number, created, length));
    totalBytes.addAndGet(length);
    nextFileBytes = Math.min(Math.max(nextFileBytes * 2, FILE_BYTES_MIN), fileBytesMax);
    return length - JournalLayout.FILE_HEADER_BYTES;
  }

  /// Renames a file of an earlier life, whose blocks are allocated and written already.
  private @Nullable StorageFile takeRecycled(String name, long bytes) throws IOException {
    Finished candidate = recycled.peek();
    if (candidate == null || candidate.bytes() < bytes) {
      return null;
    }
    recycled.remove();
    totalBytes.addAndGet(-candidate.bytes());
    fileSystem.rename(JournalLayout.fileName(candidate.number()), name);
    return fileSystem.open(name, OpenMode.READ_WRITE);
  }

  /// Writes zeros from the end of the file on: blocks are allocated here, and a sync later moves
  /// data only.
  private void fillWithZeros(StorageFile target, long length) throws IOException {
    long position = target.size();
    zeroStaging();
    while (position < length) {
      int count = (int) Math.min(staging.capacity(), length - position);
      target.write(staging.clear().limit(count), position);
      position += count;
    }
  }

  private void zeroStaging() {
    staging.clear();
    while (staging.hasRemaining()) {
      staging.putLong(0);
    }
  }

  /// Writes one record and returns the position behind it. Not durable before [#sync].
  ///
  /// @param beginsFile whether the record begins the oldest prepared file
  public JournalPosition append(JournalRecord record, boolean beginsFile) throws IOException {
    if (record.sequence() != lastSequence + 1) {
      throw new IllegalStateException(
          "records out of order sequence=%d last=%d".formatted(record.sequence(), lastSequence));
    }
    if (beginsFile) {
      beginFile();
    }
    StorageFile target = current();
    long position = offset;
    staging.clear();
    putRecordHeader(record);
    for (byte[] frame : record.frames()) {
      int done = 0;
      while (done < frame.length) {
        int count = Math.min(staging.remaining(), frame.length - done);
        staging.put(frame, done, count);
        done += count;
        if (!staging.hasRemaining()) {
          position += writeStaging(target, position);
        }
      }
    }
    position += writeStaging(target, position);
    offset = JournalLayout.align(position, JournalLayout.ALIGNMENT);
    lastSequence = record.sequence();
    return new JournalPosition(fileNumber, offset, chain);
  }

  private int writeStaging(StorageFile target, long position) throws IOException {
    staging.flip();
    int count = staging.remaining();
    target.write(staging, position);
    staging.clear();
    return count;
  }

  private StorageFile current() {
    if (file == null) {
      throw new IllegalStateException("no journal file is open");
    }
    return file;
  }

  private void putRecordHeader(JournalRecord record) {
    ByteBuffer header =
        ByteBuffer.allocate(JournalLayout.RECORD_HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(0, JournalLayout.RECORD_MAGIC);
    header.putLong(JournalLayout.RECORD_SALT_OFFSET, salt);
    header.putLong(JournalLayout.RECORD_SEQUENCE_OFFSET, record.sequence());
    header.putLong(JournalLayout.RECORD_CHAIN_OFFSET, chain);
    header.putLong(JournalLayout.RECORD_UUID_OFFSET, database.getMostSignificantBits());
    header.putLong(JournalLayout.RECORD_UUID_OFFSET + 8, database.getLeastSignificantBits());
    header.putLong(JournalLayout.RECORD_LENGTH_OFFSET, record.framesLength());
    header.putLong(JournalLayout.RECORD_PAGE_COUNT_OFFSET, record.pageCount());
    header.putLong(JournalLayout.RECORD_DURABLE_OFFSET, durableSequence);
    header.putLong(JournalLayout.RECORD_HASH_OFFSET, record.hash());
    header.putInt(JournalLayout.RECORD_FRAMES_OFFSET, record.frames().size());
    CRC32C crc = new CRC32C();
    crc.update(header.array(), 0, JournalLayout.RECORD_CRC_OFFSET);
    header.putInt(JournalLayout.RECORD_CRC_OFFSET, (int) crc.getValue());
    chain = JournalLayout.HASH.hash(header.array(), 0, header.capacity(), salt);
    staging.put(header.array());
  }

  /// Ends the current file and begins the oldest prepared one.
  private void beginFile() throws IOException {
    if (file != null) {
      sync(); // Invariant 2.
      file.close();
      file = null;
    }
    Prepared next = prepared.remove();
    file = next.file();
    fileNumber = next.number();
    salt = fileSystem.randomBits();
    offset = JournalLayout.FILE_HEADER_BYTES;
    live.add(new Finished(next.number(), next.bytes()));
    zeroStaging();
    staging.clear().limit(JournalLayout.FILE_HEADER_BYTES);
    staging.putLong(0, JournalLayout.FILE_MAGIC);
    staging.putLong(JournalLayout.FILE_NUMBER_OFFSET, fileNumber);
    staging.putLong(JournalLayout.FILE_UUID_OFFSET, database.getMostSignificantBits());
    staging.putLong(JournalLayout.FILE_UUID_OFFSET + 8, database.getLeastSignificantBits());
    staging.putLong(JournalLayout.FILE_SALT_OFFSET, salt);
    staging.putLong(JournalLayout.FILE_FIRST_SEQUENCE_OFFSET, lastSequence + 1);
    staging.putLong(JournalLayout.FILE_CHAIN_OFFSET, chain);
    CRC32C crc = new CRC32C();
    crc.update(staging.duplicate().position(0).limit(JournalLayout.FILE_CRC_OFFSET));
    staging.putInt(JournalLayout.FILE_CRC_OFFSET, (int) crc.getValue());
    current().write(staging.position(0).limit(JournalLayout.FILE_HEADER_BYTES), 0);
  }

  /// Makes everything appended so far durable.
  public void sync() throws IOException {
    if (file == null || durableSequence == lastSequence) {
      return;
    }
    file.sync();
    syncCount.incrementAndGet();
    durableSequence = lastSequence;
    // Invariant 1: what comes next must not share a block with what was promised.
    offset = JournalLayout.align(offset, JournalLayout.BLOCK_BYTES);
  }

  /// Gives back the files that end before a position which a durable header names as the start of
  /// replay.
  public void release(JournalPosition replayStart) throws IOException {
    List<Finished> gone = new ArrayList<>();
    while (!live.isEmpty() && live.peek().number() < replayStart.file()) {
      gone.add(live.remove());
    }
    for (Finished finished : gone) {
      if (recycled.size() < RECYCLED_COUNT_MAX && finished.bytes() == fileBytesMax) {
        // It keeps its name, which is smaller than that of any file replay will look at.
        recycled.add(finished);
      } else {
        fileSystem.delete(JournalLayout.fileName(finished.number()));
        totalBytes.addAndGet(-finished.bytes());
      }
    }
    if (!gone.isEmpty()) {
      fileSystem.syncDirectory(DIRECTORY);
    }
  }

  /// Returns whether there are any files.
  public boolean hasFiles() {
    return totalBytes() > 0;
  }

  /// Deletes all files: nothing in them is needed, as a durable header says. The journal is closed
  /// afterwards.
  public void deleteAll() throws IOException {
    close();
    for (String name : fileSystem.list(DIRECTORY)) {
      if (JournalLayout.isFileName(name)) { // What others put there is theirs.
        fileSystem.delete(DIRECTORY + "/" + name);
      }
    }
    fileSystem.syncDirectory(DIRECTORY);
    totalBytes.set(0);
  }

  /// Closes the files without syncing them. Idempotent.
  @Override
  public void close() throws IOException {
    IOException first = null;
    for (StorageFile open : openFiles()) {
      try {
        open.close();
      } catch (IOException e) {
        first = e;
      }
    }
    file = null;
    prepared.clear();
    if (arena.scope().isAlive()) {
      arena.close();
    }
    if (first != null) {
      throw first;
    }
  }

  private List<StorageFile> openFiles() {
    List<StorageFile> files = new ArrayList<>();
    if (file != null) {
      files.add(file);
    }
    prepared.forEach(next -> files.add(next.file()));
    return files;
  }
}
