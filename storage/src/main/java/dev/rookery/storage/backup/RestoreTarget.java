package dev.rookery.storage.backup;

import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.io.DatabaseLock;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import dev.rookery.storage.journal.JournalFiles;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.HeaderBlocks;
import dev.rookery.storage.page.HeaderBlocks.DurableEntry;
import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.UUID;

/// A database that is being restored.
///
/// The data file is made whole under another name, synced, and renamed: if we die before, the
/// directory holds an unfinished restore, which is refused as a database and replaced by the next
/// restore.
///
/// The database keeps its UUID, with which the checksums of its pages are salted. Its journal
/// begins anew with a chain hash drawn at random: no journal file of the earlier life can name that
/// as its predecessor's, so one that finds its way into the directory is refused or never looked
/// at. Its lineage is new, so that backups of both lives are told apart.
///
/// Threads: one at a time.
final class RestoreTarget {
  /// The name of the data file until it is whole.
  static final String NEW_NAME = "restore.new";

  private static final Set<String> LEFTOVERS = Set.of(NEW_NAME, JournalFiles.DIRECTORY);

  private final StorageFileSystem fileSystem;
  private final DatabaseLock lock;
  private final StorageFile file;

  private RestoreTarget(StorageFileSystem fileSystem, DatabaseLock lock, StorageFile file) {
    this.fileSystem = fileSystem;
    this.lock = lock;
    this.file = file;
  }

  /// Begins to restore into a directory that is absent or empty, but for what an unfinished restore
  /// has left.
  static RestoreTarget create(StorageFileSystem fileSystem) throws IOException {
    requireEmpty(fileSystem); // Looked at before: a foreign directory must not get a lock file.
    fileSystem.createRoot();
    DatabaseLock lock = fileSystem.lock();
    boolean done = false;
    try {
      requireEmpty(fileSystem);
      fileSystem.delete(NEW_NAME);
      StorageFile file = fileSystem.open(NEW_NAME, OpenMode.CREATE_NEW);
      done = true;
      return new RestoreTarget(fileSystem, lock, file);
    } catch (NoSpaceException e) {
      throw new DiskFullException("no room to restore to " + fileSystem.location(), e);
    } finally {
      if (!done) {
        lock.close();
      }
    }
  }

  private static void requireEmpty(StorageFileSystem fileSystem) throws IOException {
    for (String name : fileSystem.list("")) {
      if (!LEFTOVERS.contains(name)) {
        throw new IllegalArgumentException(
            "directory to restore into is not empty directory=%s entry=%s"
                .formatted(fileSystem.location(), name));
      }
    }
    if (!fileSystem.list(JournalFiles.DIRECTORY).isEmpty()) {
      throw new IllegalArgumentException(
          "directory to restore into holds a journal directory=" + fileSystem.location());
    }
  }

  void write(long firstPage, byte[] bytes, int from, int length) throws IOException {
    file.write(ByteBuffer.wrap(bytes, from, length), firstPage << PageLayout.PAGE_SHIFT);
  }

  /// Makes a database of what was written.
  void finish(ArchiveSummary state) throws IOException {
    long bytes = state.pageCount() << PageLayout.PAGE_SHIFT;
    if (file.size() < bytes) { // The last pages are free.
      file.write(ByteBuffer.allocate(1), bytes - 1);
    }
    long now = System.currentTimeMillis();
    UUID lineage = new UUID(fileSystem.randomBits(), fileSystem.randomBits());
    long chain = fileSystem.randomBits();
    DurableEntry entry = new DurableEntry(0, state.sequence(), state.pageCount(), 0, 0, chain, now);
    HeaderBlocks.writeIdentity(file, state.database(), lineage, now);
    HeaderBlocks.writeDurable(file, state.database(), entry);
    HeaderBlocks.writeDurable(file, state.database(), entry.repeated());
    file.sync();
    file.close();
    fileSystem.createDirectory(JournalFiles.DIRECTORY);
    fileSystem.rename(NEW_NAME, DataFile.NAME);
    fileSystem.syncDirectory("");
  }

  /// Releases the directory, and removes what was written unless it was finished.
  void close(boolean finished) throws IOException {
    try (lock) {
      file.close();
      if (!finished) {
        deleteUnfinished();
      }
    }
  }

  private void deleteUnfinished() {
    try {
      fileSystem.delete(NEW_NAME);
    } catch (IOException e) {
      // The next restore does it; what is told is the failure before.
    }
  }
}
