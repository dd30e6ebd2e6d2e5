package dev.rookery.storage.backup;

import dev.rookery.storage.error.CorruptBackupException;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.io.DatabaseLock;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// The way back: verifies backups, and makes databases of them.
///
/// Everything that is read is verified before it is believed; see [CorruptBackupException]. A
/// stream may hold a full archive and, behind it, any number that go on from it. Memory is 4 bytes
/// for each page in use, and a few MiB. Files are touched through the file systems given, on
/// whatever thread these use (see [FilesOnLane]).
public final class BackupReader {
  private BackupReader() {}

  /// Reads a stream of archives to its end and returns what they hold, the newest state last.
  ///
  /// @throws CorruptBackupException if anything is not as it should be
  /// @throws dev.rookery.storage.error.FormatVersionException if it cannot be read by this version
  public static List<ArchiveSummary> verify(InputStream in) throws IOException {
    ChainReader chain = new ChainReader((page, bytes, from, length) -> {});
    readAll(chain, in);
    return chain.summaries();
  }

  /// Reads the archives that lead to the newest state of a directory, as [#verify(InputStream)].
  public static List<ArchiveSummary> verify(BackupDirectory backups) throws IOException {
    ChainReader chain = new ChainReader((page, bytes, from, length) -> {});
    readAll(chain, backups);
    return chain.summaries();
  }

  /// Makes a database of a stream of archives, in a directory that is absent or empty.
  ///
  /// @throws IllegalArgumentException if the directory is not empty
  /// @throws CorruptBackupException if anything is not as it should be; no database is made then
  /// @throws DiskFullException if there is no room; no database is made then
  public static ArchiveSummary restore(InputStream in, StorageFileSystem target)
      throws IOException {
    return restore(chain -> readAll(chain, in), target);
  }

  /// Makes a database of the newest state in a directory of backups, as [#restore(InputStream,
  /// StorageFileSystem)].
  public static ArchiveSummary restore(BackupDirectory backups, StorageFileSystem target)
      throws IOException {
    return restore(chain -> readAll(chain, backups), target);
  }

  /// Reads all there is.
  @FunctionalInterface
  private interface Source {
    void readInto(ChainReader chain) throws IOException;
  }

  private static ArchiveSummary restore(Source source, StorageFileSystem target)
      throws IOException {
    RestoreTarget database = RestoreTarget.create(target);
    boolean done = false;
    try {
      ChainReader chain = new ChainReader(database::write);
      source.readInto(chain);
      ArchiveSummary newest = chain.summaries().getLast();
      database.finish(newest);
      done = true;
      return newest;
    } catch (NoSpaceException e) {
      throw new DiskFullException("no room to restore to directory=" + target.location(), e);
    } finally {
      database.close(done);
    }
  }

  private static void readAll(ChainReader chain, InputStream in) throws IOException {
    while (chain.read(in, "stream")) {
      // The next one, if there is one, begins where this one has ended.
    }
    if (chain.summaries().isEmpty()) {
      throw new CorruptBackupException("there is no archive in the stream");
    }
  }

  private static void readAll(ChainReader chain, BackupDirectory backups) throws IOException {
    backups.requireExisting();
    try (DatabaseLock _ = backups.lock()) {
      for (long sequence : backups.chain()) {
        String name = BackupDirectory.nameOf(sequence);
        try (StorageFile file = backups.open(sequence)) {
          InputStream in = FileStreams.reading(file);
          if (!chain.read(in, name) || in.read() >= 0) {
            throw new CorruptBackupException("file is not one archive archive=" + name);
          }
        }
      }
    }
  }
}
