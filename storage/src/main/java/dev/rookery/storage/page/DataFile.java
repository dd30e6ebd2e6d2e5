package dev.rookery.storage.page;

import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/// `data.rkd`, the file that holds all pages: read through a mapping, written through the file, by
/// the checkpointer, and behind the last page of every state by a load ([#writeUnseen]).
///
/// Invariants:
/// 1. Nothing unjournaled is ever written to a page that a state of the database has (see
///    [#writePages]); replay relies on it.
/// 2. The file grows before a page is written to its new part, by writing zeros, so that a full
///    disk is met here and never later under a mapping.
/// 3. The file is never shortened where it is mapped.
/// 4. A page becomes part of a hole ([#punch]) only if it is free in the state that the file holds.
/// 5. While a load writes behind the last page, growing for other pages ends before the load's
///    first one: zeros must not fall on what the load has written.
///
/// Threads: one flush at a time, and one load beside it; what both change is guarded by a lock.
public final class DataFile implements AutoCloseable {
  /// The name of the file.
  public static final String NAME = "data.rkd";

  /// The name under which a database is made before it exists under its real one.
  public static final String NEW_NAME = "data.new";

  private static final long NO_LOAD = Long.MAX_VALUE;
  private static final int STAGING_BYTES_MAX = 1 << 20;
  private static final long GROWTH_BYTES_MIN = 64L << 10;
  private static final long GROWTH_BYTES_MAX = 1L << 30;

  private final StorageFileSystem fileSystem;
  private final StorageFile file;
  private final UUID database;
  private final Arena arena = Arena.ofShared();

  /// How much is written at once. The memory for it is taken for each flush: an idle database has
  /// none.
  private final long stagingBytes;

  private final PageChecksum checksum;
  private final PageMapping.Bounds newest = new PageMapping.Bounds();

  /// Guards growth, and the three fields below.
  private final ReentrantLock growth = new ReentrantLock();

  private volatile long fileBytes;

  /// Only grows.
  private final AtomicLong reach = new AtomicLong();

  private volatile PageMapping mapping;

  /// How many readers read here and there. Guarded by this object's lock.
  private int scatteredCount;

  /// Guarded by this object's lock: nobody may be telling the system about memory that is unmapped.
  private boolean isClosed;

  /// First page that a load may write, or [#NO_LOAD].
  private long unseenFrom = NO_LOAD;

  /// How many loads have begun.
  private long loadCount;

  private DataFile(StorageFileSystem fileSystem, StorageFile file, UUID database)
      throws IOException {
    this.fileSystem = fileSystem;
    this.file = file;
    this.database = database;
    this.stagingBytes = Math.min(STAGING_BYTES_MAX, fileSystem.mapChunkBytes());
    this.checksum = new PageChecksum(database);
    this.fileBytes = file.size();
    int chunkShift = Long.numberOfTrailingZeros(fileSystem.mapChunkBytes());
    PageMapping empty =
        new PageMapping(
            location(),
            database,
            newest,
            chunkShift,
            new MemorySegment[0],
            new long[0][],
            new long[0][]);
    this.mapping = remap(empty);
    this.reach.set(mapping.pageCount());
  }

  /// Opens the data file of an existing database.
  public static DataFile open(StorageFileSystem fileSystem, UUID database) throws IOException {
    OpenMode mode = fileSystem.isReadOnly() ? OpenMode.READ : OpenMode.READ_WRITE;
    StorageFile file = fileSystem.open(NAME, mode);
    try {
      return new DataFile(fileSystem, file, database);
    } catch (IOException | RuntimeException | Error e) {
      file.close();
      throw e;
    }
  }

  private String location() {
    return fileSystem.location() + "/" + NAME;
  }

  /// Returns the open file, for the header blocks.
  public StorageFile file() {
    return file;
  }

  /// Returns the length of the file.
  public long fileBytes() {
    return fileBytes;
  }

  /// Returns the newest mapping.
  public PageMapping mapping() {
    return mapping;
  }

  /// Is told by one more reader that it is going to read pages here and there, or no more: as long
  /// as there is such a one, a page that is missing under the mapping is read alone. What is mapped
  /// meanwhile, because the file grows, is left out.
  public synchronized void expectScatteredReads(boolean begins) {
    int before = scatteredCount;
    scatteredCount += begins ? 1 : -1;
    if (isClosed) {
      return;
    }
    if (before == 0 || scatteredCount == 0) {
      mapping.expectScatteredReads(begins);
    }
  }

  /// Says up to which commit the file was known when it was opened. A newer page that was not
  /// written since belongs to a history that the journal does not know any more.
  public void openedAt(long sequence) {
    newest.atOpening().set(sequence);
    newest.now().set(sequence);
  }

  /// Says which commit is the newest that pages are written of from now on.
  public void expectUpTo(long sequence) {
    // Never back: a load may have written pages of a later commit than an old reader lets flush.
    newest.now().accumulateAndGet(sequence, Math::max);
  }

  /// Makes room for `pageCount` pages and maps it.
  ///
  /// @param pause is called between writes of at most a MiB
  /// @throws dev.rookery.storage.io.NoSpaceException if the disk is full; the file is as good as
  ///   before then
  public void ensurePages(long pageCount, Runnable pause) throws IOException {
    long needed = pageCount << PageLayout.PAGE_SHIFT;
    growth.lock();
    try {
      if (needed > fileBytes) {
        long step = Math.clamp(fileBytes / 4, GROWTH_BYTES_MIN, GROWTH_BYTES_MAX);
        long wished = unseenFrom == NO_LOAD ? fileBytes + step : needed;
        grow(needed, Math.max(needed, wished), pause);
      }
      if (mapping.pageCount() < pageCount) {
        mapping = remap(mapping);
      }
    } finally {
      growth.unlock();
    }
  }

  /// Begins a load, which writes pages from the given one on: behind the last page of every state
  /// of the database. Returns what [#endUnseen] knows it by.
  public long beginUnseen(long firstPage) {
    growth.lock();
    try {
      unseenFrom = firstPage;
      return ++loadCount;
    } finally {
      growth.unlock();
    }
  }

  /// Writes sealed neighbouring pages that no state of the database has: not durable before
  /// [#sync], and not mapped before [#adoptUnseen]. From any thread, of several at once.
  ///
  /// @throws NoSpaceException if the disk is full
  public void writeUnseen(byte[] pages, int length, long firstPage) throws IOException {
    long position = firstPage << PageLayout.PAGE_SHIFT;
    file.writeFromAnyThread(pages, 0, length, position);
    growth.lock();
    try {
      fileBytes = Math.max(fileBytes, position + length);
    } finally {
      growth.unlock();
    }
  }

  /// Reads a page that [#writeUnseen] has written. On a lane.
  public void readUnseen(ByteBuffer target, long pageNumber) throws IOException {
    file.read(target, pageNumber << PageLayout.PAGE_SHIFT);
  }

  /// Maps what a load has written, for the commit that is to make it visible.
  ///
  /// @param sequence of that commit
  /// @param endPage behind the last page
  public void adoptUnseen(long sequence, long endPage) throws IOException {
    growth.lock();
    try {
      newest.now().accumulateAndGet(sequence, Math::max);
      long needed = endPage << PageLayout.PAGE_SHIFT;
      if (needed > fileBytes) {
        grow(needed, needed, () -> {});
      }
      if (mapping.pageCount() < endPage) {
        mapping = remap(mapping);
      }
      reach.accumulateAndGet(endPage, Math::max);
      for (long page = unseenFrom; page < endPage; page++) {
        mapping.noteWritten(page);
      }
    } finally {
      growth.unlock();
    }
  }

  /// Ends a load. Where it was given up before it was mapped, the file gets back the length it had.
  /// Does nothing if it has ended, or another one has begun. On a lane.
  public void endUnseen(long load) throws IOException {
    growth.lock();
    try {
      if (load != loadCount || unseenFrom == NO_LOAD) {
        return;
      }
      long first = unseenFrom;
      unseenFrom = NO_LOAD;
      long kept = Math.max(mapping.pageCount(), first) << PageLayout.PAGE_SHIFT;
      if (file.size() > kept) { // More than was told of, if a write failed half way.
        file.truncate(kept);
      }
      fileBytes = file.size();
    } finally {
      growth.unlock();
    }
  }

  /// Punches a hole where pages are free in the state that the file holds. Returns whether it did;
  /// where it did not, the pages may hold anything.
  ///
  /// A load beside this is not disturbed: it writes behind [#reach], and so behind that state.
  public boolean punch(long firstPage, long count) throws IOException {
    mapping.forget(firstPage, count);
    return file.punch(firstPage << PageLayout.PAGE_SHIFT, count << PageLayout.PAGE_SHIFT);
  }

  /// Returns how many pages a hole must have at least, 0 if there can be none.
  public int holePagesMin() {
    return (int) Math.ceilDiv(fileSystem.holeBytesMin(), PageLayout.PAGE_BYTES);
  }

  /// Returns how many bytes of the disk the file takes: fewer than it is long where it has holes.
  /// Its length where nobody tells.
  public long allocatedBytes() {
    try {
      return file.allocatedBytes().orElse(fileBytes);
    } catch (IOException e) {
      return fileBytes; // Never needed to be right.
    }
  }

  private void grow(long needed, long target, Runnable pause) throws IOException {
    long aligned = (target + PageLayout.PAGE_BYTES - 1) & -PageLayout.PAGE_BYTES;
    try (Arena flush = Arena.ofConfined()) {
      ByteBuffer zeros =
          flush.allocate(Math.min(stagingBytes, aligned - fileBytes), 4096).asByteBuffer();
      long position = fileBytes;
      while (position < aligned) {
        int length = (int) Math.min(zeros.capacity(), aligned - position);
        try {
          file.write(zeros.clear().limit(length), position);
        } catch (NoSpaceException e) {
          long reached = file.size() & -PageLayout.PAGE_BYTES;
          if (reached < needed) {
            throw e;
          }
          aligned = reached; // Not all that was wished for, but all that is needed.
        }
        position += length;
        pause.run();
      }
    }
    fileBytes = aligned;
  }

  /// Maps what the file has grown by. Only the last chunk of the old mapping, if it was not whole,
  /// is mapped again; its old mapping lives on for the snapshots that use it.
  private PageMapping remap(PageMapping old) throws IOException {
    long chunkBytes = fileSystem.mapChunkBytes();
    int chunkShift = Long.numberOfTrailingZeros(chunkBytes);
    long usable = fileBytes & -PageLayout.PAGE_BYTES;
    int count = (int) ((usable + chunkBytes - 1) >>> chunkShift);
    MemorySegment[] chunks = Arrays.copyOf(old.chunks(), count);
    long[][] verified = Arrays.copyOf(old.verifiedBits(), count);
    long[][] written = Arrays.copyOf(old.writtenBits(), count);
    for (int i = 0; i < count; i++) {
      long position = (long) i << chunkShift;
      long length = Math.min(chunkBytes, usable - position);
      if (i >= old.chunks().length || chunks[i].byteSize() < length) {
        chunks[i] = file.map(position, length, arena);
      }
      if (i >= old.verifiedBits().length) {
        verified[i] = new long[(int) (chunkBytes >>> PageLayout.PAGE_SHIFT >>> 6) + 1];
        written[i] = new long[verified[i].length];
      }
    }
    return new PageMapping(location(), database, newest, chunkShift, chunks, verified, written);
  }

  /// Writes pages from scratch to the file, through the operating system's cache: not durable
  /// before [#sync]. Each is verified once more on the way.
  ///
  /// @param pageNumbers sorted, each with its version in `source` at the same index
  /// @param pause is called whenever another MiB was written
  public void writePages(long[] pageNumbers, int count, ScratchSource source, Runnable pause)
      throws IOException {
    write(pageNumbers, count, source, pause, true);
  }

  /// As [#writePages], for pages in the middle of a replay: they may be a mixture of old and new,
  /// which the rest of the replay makes whole.
  public void writeUnfinishedPages(long[] pageNumbers, int count, ScratchSource source)
      throws IOException {
    write(pageNumbers, count, source, () -> {}, false);
  }

  /// Returns how many pages of any state the file holds, or may be given by a flush or a replay
  /// yet: behind them is nothing that a reader or a crash could ask for, whatever the page count of
  /// the newest state.
  public long reach() {
    return reach.get();
  }

  /// Says that a state spans so many pages, which a flush of that state, or a replay that passes
  /// it, may write at any time.
  public void reachTo(long pageCount) {
    if (pageCount > reach.get()) {
      reach.accumulateAndGet(pageCount, Math::max);
    }
  }

  private void write(
      long[] pageNumbers, int count, ScratchSource source, Runnable pause, boolean verify)
      throws IOException {
    if (count == 0) {
      return;
    }
    reach.accumulateAndGet(pageNumbers[count - 1] + 1, Math::max);
    try (Arena flush = Arena.ofConfined()) {
      MemorySegment staging =
          flush.allocate(Math.min(stagingBytes, (long) count << PageLayout.PAGE_SHIFT), 4096);
      ByteBuffer buffer = staging.asByteBuffer();
      long sincePause = 0;
      int start = 0;
      while (start < count) {
        int end = endOfRun(pageNumbers, start, count);
        for (int i = start; i < end; i++) {
          mapping.noteWritten(pageNumbers[i]);
          // Copied before it is looked at: a spilled page is mapped.
          long offset = (long) (i - start) << PageLayout.PAGE_SHIFT;
          MemorySegment.copy(source.page(i), 0, staging, offset, PageLayout.PAGE_BYTES);
          if (verify) {
            verify(pageNumbers[i], staging.asSlice(offset, PageLayout.PAGE_BYTES));
          }
        }
        int length = (end - start) << PageLayout.PAGE_SHIFT;
        file.write(buffer.clear().limit(length), pageNumbers[start] << PageLayout.PAGE_SHIFT);
        start = end;
        sincePause += length;
        if (sincePause >= stagingBytes) {
          sincePause = 0;
          pause.run();
        }
      }
    }
  }

  /// Returns where the neighbours end that one write takes.
  private int endOfRun(long[] pageNumbers, int start, int count) {
    int end = start + 1;
    while (end < count
        && pageNumbers[end] == pageNumbers[end - 1] + 1
        && (long) (end - start + 1) << PageLayout.PAGE_SHIFT <= stagingBytes) {
      end++;
    }
    return end;
  }

  private void verify(long pageNumber, MemorySegment page) {
    // Verified once more on the way out: what memory damaged must not reach the disk with a good
    // name.
    int stored = page.get(PageLayout.INT, PageLayout.CHECKSUM_OFFSET);
    int sum = checksum.of(page);
    if (stored != sum || page.get(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET) != pageNumber) {
      throw new CorruptPageException("scratch", pageNumber, "checksum " + sum, "" + stored);
    }
  }

  /// Makes everything written so far durable.
  public void sync() throws IOException {
    file.sync();
  }

  /// Unmaps and closes the file. Segments of the mapping throw from then on.
  @Override
  public void close() throws IOException {
    try (file) {
      synchronized (this) {
        isClosed = true;
        arena.close();
      }
    }
  }

  /// Cuts the file, once closed, to `pageCount` pages where it is longer.
  public void cut(long pageCount) throws IOException {
    long needed = pageCount << PageLayout.PAGE_SHIFT;
    if (needed < fileBytes) {
      try (StorageFile unmapped = fileSystem.open(NAME, OpenMode.READ_WRITE)) {
        unmapped.truncate(needed);
      }
    }
  }

  /// Gives the pages that [#writePages] writes.
  @FunctionalInterface
  public interface ScratchSource {
    /// Returns the page at an index.
    MemorySegment page(int index);
  }
}
