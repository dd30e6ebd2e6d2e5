package dev.rookery.storage.mvcc;

import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import dev.rookery.storage.journal.OverflowFiles;
import dev.rookery.storage.schedule.IoLane;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/// Makes the files below `scratch/` that hold what memory is not to hold.
///
/// A file loses its name as soon as it is open, so it is gone with the process, however that ends;
/// what a crash in between leaves is deleted when the database is opened. Nothing in these files
/// ever matters to another process, and none is ever synced.
///
/// Threads: any; files are made on a lane.
public final class SpillFiles implements OverflowFiles {
  /// The directory.
  public static final String DIRECTORY = "scratch";

  private final StorageFileSystem fileSystem;
  private final IoLane lane;
  private final long bytesMax;
  private final AtomicLong number = new AtomicLong();

  /// @param lane where files are made
  /// @param bytesMax how much pages may take in all files together
  public SpillFiles(StorageFileSystem fileSystem, IoLane lane, long bytesMax) {
    this.fileSystem = fileSystem;
    this.lane = lane;
    this.bytesMax = bytesMax;
  }

  /// Deletes what an earlier process left. Belongs on a lane.
  public void deleteLeftovers() throws IOException {
    for (String name : fileSystem.list(DIRECTORY)) {
      fileSystem.delete(DIRECTORY + "/" + name);
    }
  }

  long bytesMax() {
    return bytesMax;
  }

  /// Returns how long a file may be so that it can be mapped in one piece.
  long fileBytesMax() {
    return fileSystem.mapChunkBytes();
  }

  @Override
  public StorageFile create() throws IOException {
    return create(1);
  }

  /// Makes a file of a length, full of zeros that take no room on the disk.
  ///
  /// @throws dev.rookery.storage.io.NoSpaceException if the disk is full
  StorageFile create(long bytes) throws IOException {
    return lane.call(() -> {
      String name = DIRECTORY + "/" + number.incrementAndGet();
      fileSystem.createDirectory(DIRECTORY);
      StorageFile file = fileSystem.open(name, OpenMode.CREATE_NEW);
      boolean done = false;
      try {
        // The way in for writes from any thread is opened by its name: so before that goes.
        file.writeFromAnyThread(new byte[1], 0, 1, bytes - 1);
        fileSystem.delete(name);
        done = true;
        return file;
      } finally {
        if (!done) {
          file.close();
          fileSystem.delete(name);
        }
      }
    });
  }
}
