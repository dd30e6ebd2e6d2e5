package dev.rookery.storage.io;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;

/// An open file of a real file system.
final class DirectoryFile implements StorageFile {
  private final String name;
  private final FileChannel channel;

  /// Never writable: mapping behind the end of a file through a writable channel extends the file
  /// without a word. The same as `channel` if that is not writable either.
  private final FileChannel mapChannel;

  DirectoryFile(String name, FileChannel channel, FileChannel mapChannel) {
    this.name = name;
    this.channel = channel;
    this.mapChannel = mapChannel;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long size() throws IOException {
    return channel.size();
  }

  @Override
  public int read(ByteBuffer target, long position) throws IOException {
    int begin = target.position();
    long next = position;
    while (target.hasRemaining()) {
      int count;
      try {
        count = channel.read(target, next);
      } catch (IOException e) {
        throw failure("read", next, e);
      }
      if (count < 0) {
        break;
      }
      next += count;
    }
    return target.position() - begin;
  }

  @Override
  public void write(ByteBuffer source, long position) throws IOException {
    long next = position;
    while (source.hasRemaining()) {
      try {
        next += channel.write(source, next);
      } catch (IOException e) {
        throw FullDisk.translated(
            failure("write", next, e), "disk is full file=%s offset=%d".formatted(name, next));
      }
    }
  }

  /// A data sync is enough for the length too: the system has to sync what is needed to read the
  /// data back, and leaves out no more than the times of the file.
  @Override
  public void sync() throws IOException {
    try {
      channel.force(false);
    } catch (IOException e) {
      // Not told as a full disk even if it was one: what a failed sync leaves behind is unknown.
      throw failure("sync", 0, e);
    }
  }

  @Override
  public void truncate(long size) throws IOException {
    try {
      channel.truncate(size);
    } catch (IOException e) {
      throw failure("truncate", size, e);
    }
  }

  @Override
  public MemorySegment map(long position, long length, Arena arena) throws IOException {
    MapBounds.check(this, position, length, DirectoryFileSystem.MAP_CHUNK_BYTES);
    return mapChannel.map(FileChannel.MapMode.READ_ONLY, position, length, arena);
  }

  @Override
  public void close() throws IOException {
    try (mapChannel) {
      channel.close();
    }
  }

  /// Adds to a failure, which never says more than "Input/output error", what failed.
  private IOException failure(String action, long offset, IOException cause) {
    return cause instanceof ClosedChannelException
        ? cause
        : new IOException(
            "%s failed file=%s offset=%d: %s".formatted(action, name, offset, cause.getMessage()),
            cause);
  }
}
