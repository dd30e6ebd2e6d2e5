package dev.rookery.storage;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.DatabaseClosedException;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.NestedWriteException;
import dev.rookery.storage.error.NotADatabaseException;
import dev.rookery.storage.error.ReadOnlyException;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.DatabaseLock;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.OpenStore;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import dev.rookery.storage.tx.StagedPages;
import dev.rookery.storage.tx.StoreLanes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;

/// One open database of pages: the composition of everything below.
///
/// Thread-safe. One write transaction at a time, any number of read transactions.
public final class StorageEnvironment implements AutoCloseable {

  /// The page that a new database begins with, all zero behind its header, for the user of the
  /// store to start from.
  public static final long ROOT_PAGE = PageLayout.FIRST_PAGE + 1;

  private final StorageFileSystem fileSystem;
  private final StoreLanes lanes;
  private final OpenStore store;
  private final ReentrantLock closing = new ReentrantLock();
  private boolean isClosed;

  private StorageEnvironment(StorageFileSystem fileSystem, StoreLanes lanes, OpenStore store) {
    this.fileSystem = fileSystem;
    this.lanes = lanes;
    this.store = store;
  }

  /// Opens or creates the database in a file system, which is closed with the environment (and at
  /// once if opening fails). Costs O(journal behind the last checkpoint), nothing of the size of
  /// the database.
  ///
  /// @throws NotADatabaseException if there is something else, or nothing and it must not be
  ///   created
  /// @throws dev.rookery.storage.error.DatabaseLockedException if somebody has it open
  /// @throws dev.rookery.storage.error.FormatVersionException if it cannot be read by this version
  public static StorageEnvironment open(StorageFileSystem fileSystem, StorageOptions options) {
    StoreLanes lanes = StoreLanes.open(options.scheduler(), fileSystem.device());
    try {
      OpenStore store = lanes.files().call(() -> openStore(fileSystem, options, lanes));
      return new StorageEnvironment(fileSystem, lanes, store);
    } catch (NotDirectoryException e) {
      close(lanes, fileSystem);
      throw new NotADatabaseException(
          "there is no directory, but a file location=" + fileSystem.location());
    } catch (NoSpaceException e) {
      close(lanes, fileSystem);
      throw new DiskFullException("no room to open " + fileSystem.location(), e);
    } catch (IOException e) {
      close(lanes, fileSystem);
      throw new StorageFailedException("cannot open " + fileSystem.location() + ": " + e, e);
    } catch (RuntimeException | Error e) {
      close(lanes, fileSystem);
      throw e;
    }
  }

  private static void close(StoreLanes lanes, StorageFileSystem fileSystem) {
    try (fileSystem) {
      lanes.close();
    }
  }

  private static OpenStore openStore(
      StorageFileSystem fileSystem, StorageOptions options, StoreLanes lanes) throws IOException {
    // Looked at before the lock is taken, because a foreign directory must not get a lock file.
    if (!OpenStore.isDatabase(fileSystem)) {
      if (!options.createIfMissing()) {
        throw new NotADatabaseException("there is no database location=" + fileSystem.location());
      }
      if (fileSystem.isReadOnly()) {
        throw new ReadOnlyException(
            "there is no database, and none can be made location=" + fileSystem.location());
      }
      fileSystem.createRoot();
    }
    DatabaseLock lock = fileSystem.lock();
    try {
      return OpenStore.open(fileSystem, options, lanes, lock);
    } catch (IOException | RuntimeException | Error e) {
      lock.close();
      throw e;
    }
  }

  /// Returns whether opening created the database.
  public boolean wasCreated() {
    return store.wasCreated();
  }

  /// Returns what was lost when opening salvaged a damaged journal: present only if
  /// [StorageOptions#salvageJournal] was set and the journal was damaged.
  public Optional<SalvageReport> salvageReport() {
    return store.salvageReport();
  }

  /// Returns where the database is, for messages.
  public String location() {
    return fileSystem.location();
  }

  /// Returns the UUID that the database has had since it was created.
  public UUID database() {
    return store.database();
  }

  /// Returns the id that the database got when it was created or restored: commits of the same
  /// number are the same commit only within one lineage.
  public UUID lineage() {
    return store.lineage();
  }

  /// Begins to read the newest committed state.
  public PageReadTransaction beginRead() {
    return store.beginRead();
  }

  /// Returns zeros that lie in a nameless file, readable and writable by any thread, gone when
  /// nobody refers to the segment any more. The room on the disk is taken at once. For a database
  /// in memory they lie there.
  ///
  /// @throws DiskFullException if there is no room
  public MemorySegment stateFile(long bytes) {
    return store.stateFile(bytes);
  }

  /// Has the system read neighbouring pages of the data file into memory, as much at once as it
  /// can, and waits for that. For whoever is going to read them through the mapping.
  public void loadPages(long firstPage, long count) {
    store.loadPages(firstPage, count);
  }

  /// Says that somebody is going to read pages of the data file here and there, or, once for each
  /// time, no more: meanwhile the system reads nothing around a page that is missing, where it can
  /// be told. Others who read the same mapping front to back are slower as long, if what they read
  /// is not in memory. Microseconds.
  public void expectScatteredReads(boolean begins) {
    store.expectScatteredReads(begins);
  }

  /// Returns how much of the data file the system has in memory, or nothing where it does not tell;
  /// of a large file an estimate. Takes some milliseconds.
  public OptionalLong residentBytes() {
    return store.residentBytes();
  }

  /// Returns the pages of a snapshot for work that reads them in large pieces, into memory of its
  /// own. Close it.
  ///
  /// @param frameCount how many pages are to lie in memory
  /// @param isDirect whether they are read past what the system keeps of files in memory, where it
  ///   can do so
  public StagedPages stage(PageReadTransaction tx, int frameCount, boolean isDirect) {
    return store.stage(tx, frameCount, isDirect);
  }

  /// Begins to write when no other writer is at work.
  ///
  /// @throws NestedWriteException if this thread has a write transaction open
  /// @throws ReadOnlyException if the database was opened read-only
  /// @throws DatabaseClosedException if it was closed
  /// @throws StorageFailedException if a write or a sync has failed
  public PageWriteTransaction beginWrite() {
    return store.beginWrite();
  }

  /// Throws if this thread has a write transaction open.
  ///
  /// @throws NestedWriteException if so
  public void checkNotNested() {
    store.checkNotNested();
  }

  /// Makes all commits so far durable.
  public void sync() {
    store.sync();
  }

  /// Flushes and syncs the data file and shortens the journal, as far as the oldest reader allows.
  ///
  /// @throws DiskFullException if the data file cannot grow; nothing is lost
  public void checkpoint() {
    store.checkpoint();
  }

  /// Returns figures about the store.
  public StorageStats stats() {
    return store.stats();
  }

  /// Has a listener told about read transactions that stay open too long, by the option
  /// `longReaderMillis`. Those that were reported already are not told again. A database in memory
  /// never tells, because it has no thread to do so.
  public void addLongReaderListener(LongReaderListener listener) {
    store.addLongReaderListener(listener);
  }

  /// Has a listener told no more.
  public void removeLongReaderListener(LongReaderListener listener) {
    store.removeLongReaderListener(listener);
  }

  /// Verifies the checksum of every page in use, and the free-space map against the pages that were
  /// claimed. O(database).
  public void check(PageReadTransaction snapshot, CheckReport report) {
    store.check(snapshot, report);
  }

  /// Waits for a running write transaction, makes everything durable, and releases files and
  /// memory. Read transactions that are still open throw from then on. Idempotent.
  ///
  /// @throws NestedWriteException if this thread has a write transaction open; nothing is closed
  /// @throws StorageFailedException if that failed, now or earlier; the database is closed all the
  ///   same, and recovers when it is opened again
  /// @throws DiskFullException if the data file cannot grow; the database is closed all the same,
  ///   and nothing is lost
  @Override
  public void close() {
    // Outside the lock: somebody who closes may be waiting for this thread's write transaction.
    store.checkNotNested();
    closing.lock();
    try {
      if (!isClosed) {
        isClosed = true;
        closeOnce();
      }
    } finally {
      closing.unlock();
    }
  }

  private void closeOnce() {
    try {
      store.close();
    } finally {
      close(lanes, fileSystem);
    }
  }
}
