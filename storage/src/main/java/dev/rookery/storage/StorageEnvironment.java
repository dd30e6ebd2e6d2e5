package dev.rookery.storage;

import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;

/// One open database of pages: the composition of everything below.
public abstract class StorageEnvironment implements AutoCloseable {

  /// The page that a new database begins with, all zero behind its header, for the user of the store to start from.
  public static final long ROOT_PAGE = dev.rookery.storage.page.PageLayout.FIRST_PAGE + 1;

  /// For the composition.
  protected StorageEnvironment() {}

  /// Opens or creates the database in a file system, which is closed with the environment.
  public static StorageEnvironment open(StorageFileSystem fileSystem, StorageOptions options) {
    throw new IllegalStateException();
  }

  /// Returns whether opening created the database.
  public abstract boolean wasCreated();

  /// Begins to read the newest committed state.
  public abstract PageReadTransaction beginRead();

  /// Begins to write when no other writer is at work.
  public abstract PageWriteTransaction beginWrite();

  /// Makes all commits so far durable.
  public abstract void sync();

  /// Flushes and syncs the data file and shortens the journal.
  public abstract void checkpoint();

  /// Returns figures about the store.
  public abstract StorageStats stats();

  /// Verifies the checksum of every page in use and the free-space map against the pages that were claimed.
  public abstract void check(
      PageReadTransaction snapshot, dev.rookery.storage.check.CheckReport report);

  @Override
  public abstract void close();
}
