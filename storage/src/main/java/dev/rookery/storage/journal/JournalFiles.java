package dev.rookery.storage.journal;

import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The files of a journal: made before they are needed, recycled or deleted when a checkpoint has
/// passed them.
///
/// ```
/// made (standby) --claim--> claimed --begin--> live --release--> recycled --make--> made
///                                                        `-----> deleted
/// ```
///
/// Invariants:
/// 1. A file is claimed only when its blocks are written, synced, and its name is durable: records
///    then move data only, and a full disk is met while the transaction can still be rolled back.
/// 2. Files are begun in the order of their numbers; a standby that is too small is deleted.
/// 3. A file that recovery has read is never written to again.
///
/// Threads: making and claiming happen on one lane, releasing on another, beginning under the turn
/// to write; what they share is guarded by this object's lock, which is never held during I/O.
public final class JournalFiles implements AutoCloseable {
  /// The directory of the journal files.
  public static final String DIRECTORY = "journal";

  /// Not more: the system caches a file in pieces as long as the writes that made it, and a short
  /// write into a piece of 1 MiB takes it 1 µs longer than one into a piece of 64 KiB.
  private static final int ZEROS_BYTES = 64 << 10;

  private static final long FILE_BYTES_MIN = 256L << 10;

  /// So many files are kept for later, however few the last checkpoint gave back.
  private static final int RECYCLED_COUNT_MIN = 2;

  private final StorageFileSystem fileSystem;
  private final long fileBytesMax;

  /// Claimed and not begun, in order.
  private final ArrayDeque<Made> claimed = new ArrayDeque<>();

  /// Begun, in order; the last one is written to.
  private final ArrayDeque<Finished> live = new ArrayDeque<>();

  /// As many as the last checkpoint gave back: what was written between two checkpoints will be
  /// written again, while writers are as busy as they were. They take no more of the disk than the
  /// journal did before that checkpoint.
  private final ArrayDeque<Finished> recycled = new ArrayDeque<>();

  private @Nullable Made standby;
  private long nextNumber;
  private long nextBytes;
  private final AtomicLong totalBytes = new AtomicLong();
  private final AtomicLong recycledBytes = new AtomicLong();

  /// A file with room, not begun yet.
  record Made(long number, StorageFile file, long bytes) {
    long room() {
      return bytes - JournalLayout.FILE_HEADER_BYTES;
    }
  }

  private record Finished(long number, long bytes) {}

  /// Creates the files of a journal that goes on behind what recovery found.
  public JournalFiles(StorageFileSystem fileSystem, long fileBytesMax, JournalEnd end) {
    this.fileSystem = fileSystem;
    this.fileBytesMax = fileBytesMax;
    this.nextBytes = Math.min(FILE_BYTES_MIN, fileBytesMax);
    this.nextNumber = end.nextFileNumber();
    for (JournalEnd.ExistingFile existing : end.files()) {
      live.add(new Finished(existing.number(), existing.bytes()));
      totalBytes.addAndGet(existing.bytes());
    }
  }

  /// Returns the length of all journal files.
  public long totalBytes() {
    return totalBytes.get();
  }

  /// Returns the length of the journal files that are in use or about to be.
  public long usedBytes() {
    return totalBytes.get() - recycledBytes.get();
  }

  /// Returns whether there are any files.
  public boolean hasFiles() {
    return totalBytes() > 0;
  }

  /// Makes a file for later with room for at least `bytes`, unless there is one. On one lane.
  ///
  /// @throws dev.rookery.storage.io.NoSpaceException if the disk is full; nothing has changed then,
  ///   but that a file with less room is gone
  public void makeStandby(long bytes) throws IOException {
    Made small;
    synchronized (this) {
      small = standby;
      if (small != null && small.room() >= bytes) {
        return;
      }
      standby = null;
    }
    if (small != null) {
      discard(small);
    }
    Made made = make(bytes);
    synchronized (this) {
      standby = made;
    }
  }

  /// Claims the standby if there is one with room for `bytes`, to be begun by the record that asks
  /// for it, without any I/O, and returns its room for records, or -1.
  public synchronized long claimStandby(long bytes) {
    Made made = standby;
    if (made == null || made.room() < bytes) {
      return -1;
    }
    standby = null;
    claimed.add(made);
    return made.room();
  }

  private void discard(Made made) throws IOException {
    made.file().close();
    fileSystem.delete(JournalLayout.fileName(made.number()));
    totalBytes.addAndGet(-made.bytes());
  }

  private Made make(long bytes) throws IOException {
    long wanted;
    long number;
    synchronized (this) {
      wanted =
          JournalLayout.align(
              Math.max(nextBytes, bytes + JournalLayout.FILE_HEADER_BYTES), 64 << 10);
      number = nextNumber++;
    }
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
    totalBytes.addAndGet(length);
    synchronized (this) {
      nextBytes = Math.min(Math.max(nextBytes * 2, FILE_BYTES_MIN), fileBytesMax);
    }
    return new Made(number, created, length);
  }

  /// Renames a file of an earlier life, whose blocks are allocated and written already.
  private @Nullable StorageFile takeRecycled(String name, long bytes) throws IOException {
    Finished candidate;
    synchronized (this) {
      candidate = recycled.peek();
      if (candidate == null || candidate.bytes() < bytes) {
        return null;
      }
      recycled.remove();
      recycledBytes.addAndGet(-candidate.bytes());
    }
    totalBytes.addAndGet(-candidate.bytes());
    fileSystem.rename(JournalLayout.fileName(candidate.number()), name);
    return fileSystem.open(name, OpenMode.READ_WRITE);
  }

  /// Writes zeros from the end of the file on: blocks are allocated here, and a sync later moves
  /// data only.
  private static void fillWithZeros(StorageFile target, long length) throws IOException {
    long position = target.size();
    if (position >= length) {
      return;
    }
    ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(ZEROS_BYTES, length - position));
    while (position < length) {
      int count = (int) Math.min(zeros.capacity(), length - position);
      target.write(zeros.clear().limit(count), position);
      position += count;
    }
  }

  /// Returns a salt for a file that begins.
  long newSalt() {
    return fileSystem.randomBits();
  }

  /// Takes the oldest claimed file to be written to.
  synchronized Made begin() {
    Made next = claimed.remove();
    live.add(new Finished(next.number(), next.bytes()));
    return next;
  }

  /// Gives back the files that end before a position which a durable header names as the start of
  /// replay.
  public void release(JournalPosition replayStart) throws IOException {
    List<Finished> gone = new ArrayList<>();
    synchronized (this) {
      int released = 0;
      while (!live.isEmpty() && live.peek().number() < replayStart.file()) {
        Finished finished = live.remove();
        released++;
        if (finished.bytes() == fileBytesMax) {
          // It keeps its name, which is smaller than that of any file replay will look at.
          recycled.add(finished);
          recycledBytes.addAndGet(finished.bytes());
        } else {
          gone.add(finished);
        }
      }
      while (recycled.size() > Math.max(RECYCLED_COUNT_MIN, released)) {
        Finished surplus = recycled.remove();
        recycledBytes.addAndGet(-surplus.bytes());
        gone.add(surplus);
      }
    }
    for (Finished finished : gone) {
      fileSystem.delete(JournalLayout.fileName(finished.number()));
      totalBytes.addAndGet(-finished.bytes());
    }
    if (!gone.isEmpty()) {
      fileSystem.syncDirectory(DIRECTORY);
    }
  }

  /// Deletes files that wait to be used, because nothing is written for the time being; later ones
  /// begin short again.
  public void trim() throws IOException {
    List<Finished> gone;
    Made unused;
    synchronized (this) {
      gone = new ArrayList<>(recycled);
      recycled.clear();
      recycledBytes.set(0);
      unused = standby;
      standby = null;
      nextBytes = Math.min(FILE_BYTES_MIN, fileBytesMax);
    }
    if (unused != null) {
      discard(unused);
    }
    for (Finished finished : gone) {
      fileSystem.delete(JournalLayout.fileName(finished.number()));
      totalBytes.addAndGet(-finished.bytes());
    }
  }

  /// Deletes all files: nothing in them is needed, as a durable header says. They are closed
  /// already.
  public void deleteAll() throws IOException {
    for (String name : fileSystem.list(DIRECTORY)) {
      if (JournalLayout.isFileName(name)) { // What others put there is theirs.
        fileSystem.delete(DIRECTORY + "/" + name);
      }
    }
    fileSystem.syncDirectory(DIRECTORY);
    totalBytes.set(0);
    recycledBytes.set(0);
  }

  /// Closes the files that were made and not begun. Idempotent.
  @Override
  public void close() throws IOException {
    List<Made> open = new ArrayList<>();
    synchronized (this) {
      open.addAll(claimed);
      claimed.clear();
      if (standby != null) {
        open.add(standby);
        standby = null;
      }
    }
    IOException first = null;
    for (Made made : open) {
      try {
        made.file().close();
      } catch (IOException e) {
        first = e;
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
