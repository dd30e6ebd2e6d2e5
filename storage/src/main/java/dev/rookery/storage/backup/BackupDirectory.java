package dev.rookery.storage.backup;

import dev.rookery.storage.error.CorruptBackupException;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.io.DatabaseLock;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A directory of the archives of one database: `backup-N.rkb`, N the commit that it holds, with 16
/// digits. Nothing else may be in it but the lock file and what is left of an archive that was not
/// finished.
///
/// An archive is written under another name, synced, and renamed: under its own name it is whole or
/// absent. There is no list of the archives to be kept in step with them: each says what it goes on
/// from, and its end says how long it is.
///
/// Threads: one at a time.
public final class BackupDirectory {
  /// The name of an archive until it is whole.
  public static final String NEW_NAME = "backup.new";

  private static final Pattern NAME = Pattern.compile("backup-[0-9]{16}\\.rkb");
  private static final int DIGITS_FROM = "backup-".length();

  private final StorageFileSystem fileSystem;

  /// Creates the view of a directory, which need not exist. Touches nothing.
  public BackupDirectory(StorageFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  static String nameOf(long sequence) {
    return "backup-%016d.rkb".formatted(sequence);
  }

  String location() {
    return fileSystem.location();
  }

  DatabaseLock lock() throws IOException {
    return fileSystem.lock();
  }

  /// Adds an archive of a snapshot: a full one if asked for or if there is no other, else one that
  /// goes on from the newest. Returns the newest one if nothing was committed since.
  ///
  /// @throws IllegalArgumentException if the directory holds something else, or backups of another
  ///   database, of another life of this one, or newer than it
  /// @throws DiskFullException if there is no room; what is there already stays
  /// @throws dev.rookery.storage.error.DatabaseLockedException if somebody else uses the directory
  /// @throws CorruptBackupException if the newest archive is damaged where an archive would have to
  ///   go on from it
  public ArchiveSummary add(HotBackup backup, boolean full) throws IOException {
    try {
      requireOwn();
      fileSystem.createRoot();
      try (DatabaseLock _ = lock()) {
        return addLocked(backup, full);
      }
    } catch (NoSpaceException e) {
      throw new DiskFullException("no room for a backup directory=" + location(), e);
    }
  }

  private ArchiveSummary addLocked(HotBackup backup, boolean full) throws IOException {
    List<Long> sequences = requireOwn();
    Optional<ArchiveSummary> newest = Optional.empty();
    if (!sequences.isEmpty()) {
      newest = Optional.of(readEnds(sequences.getLast()));
      backup.requireGoesOnFrom(newest.get());
      if (!full && newest.get().sequence() == backup.sequence()) {
        return newest.get();
      }
    }
    Optional<ArchiveSummary> base = full ? Optional.empty() : newest;
    fileSystem.delete(NEW_NAME);
    boolean done = false;
    try {
      ArchiveSummary summary = write(backup, base);
      fileSystem.rename(NEW_NAME, nameOf(summary.sequence()));
      fileSystem.syncDirectory("");
      done = true;
      return summary;
    } finally {
      if (!done) {
        deleteUnfinished();
      }
    }
  }

  private ArchiveSummary write(HotBackup backup, Optional<ArchiveSummary> base) throws IOException {
    try (StorageFile file = fileSystem.open(NEW_NAME, OpenMode.CREATE_NEW)) {
      var out = FileStreams.writing(file);
      ArchiveSummary summary =
          base.isPresent() ? backup.writeSince(base.get(), out) : backup.writeFull(out);
      file.sync();
      return summary;
    }
  }

  private void deleteUnfinished() {
    try {
      fileSystem.delete(NEW_NAME);
    } catch (IOException e) {
      // The next backup does it; what is told is the failure before.
    }
  }

  /// Returns the commits of the archives in order.
  ///
  /// @throws IllegalArgumentException if there is something else in the directory
  private List<Long> requireOwn() throws IOException {
    List<Long> sequences = new ArrayList<>();
    for (String name : fileSystem.list("")) {
      if (NAME.matcher(name).matches()) {
        sequences.add(Long.parseLong(name, DIGITS_FROM, DIGITS_FROM + 16, 10));
      } else if (!name.equals(NEW_NAME)) {
        throw new IllegalArgumentException(
            "directory holds something else than backups directory=%s entry=%s"
                .formatted(location(), name));
      }
    }
    return sequences; // Sorted, because the names are.
  }

  /// Fails by name if there is nothing to read, where taking the lock would fail without.
  void requireExisting() throws IOException {
    if (!fileSystem.exists("")) {
      throw new CorruptBackupException("there is no backup directory=" + location());
    }
  }

  /// Returns the commits of the archives that lead to the newest state, the full one first.
  ///
  /// @throws CorruptBackupException if there is none, or the chain is broken
  /// @throws IllegalArgumentException if there is something else in the directory
  List<Long> chain() throws IOException {
    List<Long> sequences = requireOwn();
    if (sequences.isEmpty()) {
      throw new CorruptBackupException("there is no backup directory=" + location());
    }
    Deque<Long> chain = new ArrayDeque<>();
    long sequence = sequences.getLast();
    while (true) {
      chain.addFirst(sequence);
      ArchiveSummary summary = readEnds(sequence);
      if (summary.isFull()) {
        return List.copyOf(chain);
      }
      // Smaller each time, as the header was judged: this ends.
      sequence = summary.baseSequence();
      if (!sequences.contains(sequence)) {
        throw new CorruptBackupException(
            "archive that another goes on from is missing directory=%s missing=%s"
                .formatted(location(), nameOf(sequence)));
      }
    }
  }

  /// Opens an archive for reading.
  StorageFile open(long sequence) throws IOException {
    return fileSystem.open(nameOf(sequence), OpenMode.READ);
  }

  /// Reads what an archive says about itself, at its beginning and at its end, which show that it
  /// was not cut. What is between is not looked at.
  private ArchiveSummary readEnds(long sequence) throws IOException {
    String name = nameOf(sequence);
    try (StorageFile file = open(sequence)) {
      byte[] headerBytes = new byte[ArchiveLayout.HEADER_BYTES];
      int length = file.read(ByteBuffer.wrap(headerBytes), 0);
      ByteBuffer end =
          ByteBuffer.allocate(ArchiveLayout.END_FRAME_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      long size = file.size();
      if (length < headerBytes.length
          || size < ArchiveLayout.HEADER_BYTES + ArchiveLayout.END_FRAME_BYTES
          || file.read(end, size - ArchiveLayout.END_FRAME_BYTES) < end.capacity()) {
        throw new CorruptBackupException("archive is too short archive=" + name);
      }
      ArchiveHeader header = ArchiveHeader.of(headerBytes, name);
      int at = ArchiveLayout.FRAME_HEADER_BYTES;
      if (end.getLong(at) != ArchiveLayout.END_MAGIC
          || end.getLong(at + ArchiveLayout.END_LENGTH_OFFSET) != size
          || header.sequence() != sequence) {
        throw new CorruptBackupException("archive was cut or renamed archive=" + name);
      }
      return header.summary(
          end.getLong(at + ArchiveLayout.END_STATE_OFFSET),
          end.getLong(at + ArchiveLayout.END_PAGES_OFFSET),
          size);
    }
  }
}
