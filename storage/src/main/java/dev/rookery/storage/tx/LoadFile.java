package dev.rookery.storage.tx;

import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.journal.OverflowFiles;
import dev.rookery.storage.schedule.IoLane;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;

/// A file for what a load does not keep in memory: nameless, gone when it is closed or the process
/// ends. It grows only; stretches that were set aside are written and read by any thread.
///
/// A failure here harms the load alone, not the database.
public final class LoadFile implements AutoCloseable {
  private final StorageFile file;
  private final IoLane lane;
  private final AtomicLong end = new AtomicLong(1);

  private LoadFile(StorageFile file, IoLane lane) {
    this.file = file;
    this.lane = lane;
  }

  static LoadFile create(OverflowFiles files, IoLane lane) {
    try {
      return new LoadFile(files.create(), lane);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static RookeryException failed(IOException cause) {
    return cause instanceof NoSpaceException
        ? new DiskFullException("no room for the runs of a load", cause)
        : new StorageFailedException("runs of a load cannot be written or read: " + cause, cause);
  }

  /// Sets a stretch aside and returns where it begins.
  public long reserve(long bytes) {
    return end.getAndAdd(bytes);
  }

  /// Returns how many bytes were set aside.
  public long bytes() {
    return end.get();
  }

  /// Writes bytes.
  ///
  /// @throws DiskFullException if the disk is full
  public void write(byte[] source, int count, long position) {
    try {
      file.writeFromAnyThread(source, 0, count, position);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// Reads what was written; as much as there is room for.
  public void read(ByteBuffer target, long position) {
    try {
      int wanted = target.remaining();
      int found = lane.call(() -> file.read(target, position));
      if (found != wanted) {
        throw new IOException("file ends early position=" + position);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// Gives the space back.
  @Override
  public void close() {
    try {
      lane.call(() -> {
        file.close();
        return true;
      });
    } catch (IOException e) {
      throw failed(e);
    }
  }
}
