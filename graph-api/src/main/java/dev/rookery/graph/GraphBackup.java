package dev.rookery.graph;

import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.backup.ArchiveSummary;
import dev.rookery.storage.backup.BackupDirectory;
import dev.rookery.storage.backup.BackupReader;
import dev.rookery.storage.backup.FilesOnLane;
import dev.rookery.storage.backup.HotBackup;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.schedule.IoScheduler.Work;
import dev.rookery.storage.schedule.SharedIoScheduler;
import dev.rookery.storage.tx.PageReadTransaction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// Verifies the backups that [Graph#backup(Path)] makes, and makes databases of them.
///
/// A backup directory holds archives named `backup-N.rkb`: a full one, and others with what has
/// changed since the one before. A stream holds a full archive and, one behind the other, any
/// number that go on from it. Archives may be copied and moved with ordinary tools.
///
/// A restored database opens at once. It keeps the ids of nodes and edges and the number of its
/// newest commit, but begins a lineage of its own: what it saves later belongs into another
/// directory.
///
/// Threads: any. Memory is about 4 bytes for each page in use.
public final class GraphBackup {
  private GraphBackup() {}

  /// Makes a database of the newest state in a backup directory, in a directory that is absent or
  /// empty. It appears there whole or not at all.
  ///
  /// @throws IllegalArgumentException if the target is not empty
  /// @throws dev.rookery.storage.error.CorruptBackupException if anything about the backup is not
  ///   as it should be
  /// @throws dev.rookery.storage.error.FormatVersionException if a newer version made the backup
  /// @throws dev.rookery.storage.error.DiskFullException if there is no room
  public static BackupSummary restore(Path backups, Path directory) throws IOException {
    try (StorageFileSystem from = files(backups, true);
        StorageFileSystem to = files(directory, false)) {
      return summary(BackupReader.restore(new BackupDirectory(from), to));
    }
  }

  /// Makes a database of a stream of archives, as [#restore(Path, Path)]. The stream is read to its
  /// end by the calling thread and stays open.
  public static BackupSummary restore(InputStream archives, Path directory) throws IOException {
    try (StorageFileSystem to = files(directory, false)) {
      return summary(BackupReader.restore(archives, to));
    }
  }

  /// Reads every byte that restoring the newest state of a backup directory would read, and returns
  /// what the archives hold, in order. O(backup).
  ///
  /// @throws dev.rookery.storage.error.CorruptBackupException if anything is not as it should be
  /// @throws dev.rookery.storage.error.FormatVersionException if a newer version made the backup
  public static List<BackupSummary> verify(Path backups) throws IOException {
    try (StorageFileSystem from = files(backups, true)) {
      return BackupReader.verify(new BackupDirectory(from)).stream()
          .map(GraphBackup::summary)
          .toList();
    }
  }

  /// As [#verify(Path)], for a stream of archives, which is read to its end and stays open.
  public static List<BackupSummary> verify(InputStream archives) throws IOException {
    return BackupReader.verify(archives).stream().map(GraphBackup::summary).toList();
  }

  static BackupSummary toDirectory(StorageEnvironment environment, Path directory, boolean full)
      throws IOException {
    try (StorageFileSystem to = files(directory, false);
        PageReadTransaction pages = environment.beginRead()) {
      return summary(new BackupDirectory(to).add(durable(environment, pages), full));
    }
  }

  static BackupSummary toStream(StorageEnvironment environment, OutputStream out)
      throws IOException {
    try (PageReadTransaction pages = environment.beginRead()) {
      return summary(durable(environment, pages).writeFull(out));
    }
  }

  static BackupSummary toStream(
      StorageEnvironment environment, OutputStream out, BackupSummary since) throws IOException {
    try (PageReadTransaction pages = environment.beginRead()) {
      return summary(durable(environment, pages).writeSince(archive(since), out));
    }
  }

  /// The commits of a snapshot are synced before anything goes on from their numbers.
  private static HotBackup durable(StorageEnvironment environment, PageReadTransaction pages) {
    environment.sync();
    return new HotBackup(pages, environment.database(), environment.lineage());
  }

  private static StorageFileSystem files(Path directory, boolean readOnly) {
    return new FilesOnLane(
        DirectoryFileSystem.open(directory, readOnly),
        SharedIoScheduler.instance().lane("rookery-backup", Work.DATA));
  }

  private static BackupSummary summary(ArchiveSummary archive) {
    return new BackupSummary(
        archive.database(),
        archive.lineage(),
        archive.isFull(),
        archive.baseSequence(),
        archive.sequence(),
        archive.storedPageCount(),
        archive.archiveBytes(),
        Instant.ofEpochMilli(archive.createdMillis()),
        archive.baseState(),
        archive.state(),
        archive.pageCount());
  }

  private static ArchiveSummary archive(BackupSummary summary) {
    return new ArchiveSummary(
        summary.database(),
        summary.lineage(),
        summary.full(),
        summary.baseSequence(),
        summary.baseState(),
        summary.sequence(),
        summary.state(),
        summary.databasePages(),
        summary.pages(),
        summary.bytes(),
        summary.created().toEpochMilli());
  }
}
