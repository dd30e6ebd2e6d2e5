package dev.rookery.storage.backup;

import dev.rookery.storage.io.DatabaseLock;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.schedule.IoLane;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/// Another file system, each of whose operations is a task of its own on a lane: so a backup that
/// takes hours shares the threads for files fairly with the flushes of open databases, and an
/// interrupt of the thread that makes it closes no channel.
///
/// Closing it closes both. Threads: one at a time.
public final class FilesOnLane implements StorageFileSystem {
  private final StorageFileSystem delegate;
  private final IoLane lane;

  /// Wraps a file system.
  public FilesOnLane(StorageFileSystem delegate, IoLane lane) {
    this.delegate = delegate;
    this.lane = lane;
  }

  /// Work without a result.
  @FunctionalInterface
  private interface Step {
    void run() throws IOException;
  }

  private void run(Step step) throws IOException {
    lane.call(() -> {
      step.run();
      return true;
    });
  }

  @Override
  public String location() {
    return delegate.location();
  }

  @Override
  public boolean isReadOnly() {
    return delegate.isReadOnly();
  }

  @Override
  public boolean isPersistent() {
    return delegate.isPersistent();
  }

  @Override
  public String bootId() {
    return delegate.bootId();
  }

  @Override
  public long randomBits() {
    return delegate.randomBits();
  }

  @Override
  public void createRoot() throws IOException {
    run(delegate::createRoot);
  }

  @Override
  public void createDirectory(String name) throws IOException {
    run(() -> delegate.createDirectory(name));
  }

  @Override
  public boolean exists(String name) throws IOException {
    return lane.call(() -> delegate.exists(name));
  }

  @Override
  public List<String> list(String directory) throws IOException {
    return lane.call(() -> delegate.list(directory));
  }

  @Override
  public StorageFile open(String name, OpenMode mode) throws IOException {
    return new FileOnLane(lane.call(() -> delegate.open(name, mode)));
  }

  @Override
  public StorageFile openDirect(String name) throws IOException {
    return new FileOnLane(lane.call(() -> delegate.openDirect(name)));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    run(() -> delegate.rename(from, to));
  }

  @Override
  public void delete(String name) throws IOException {
    run(() -> delegate.delete(name));
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    run(() -> delegate.syncDirectory(directory));
  }

  @Override
  public DatabaseLock lock() throws IOException {
    return lane.call(delegate::lock);
  }

  @Override
  public long mapChunkBytes() {
    return delegate.mapChunkBytes();
  }

  @Override
  public long holeBytesMin() {
    return delegate.holeBytesMin();
  }

  @Override
  public void close() {
    try (delegate) {
      lane.close();
    }
  }

  private final class FileOnLane implements StorageFile {
    private final StorageFile file;

    FileOnLane(StorageFile file) {
      this.file = file;
    }

    @Override
    public String name() {
      return file.name();
    }

    @Override
    public long fileKey() throws IOException {
      return lane.call(file::fileKey);
    }

    @Override
    public long size() throws IOException {
      return lane.call(file::size);
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      return lane.call(() -> file.read(target, position));
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      run(() -> file.write(source, position));
    }

    @Override
    public void writeFromAnyThread(byte[] source, int start, int count, long position)
        throws IOException {
      file.writeFromAnyThread(source, start, count, position);
    }

    @Override
    public void writeThrough(byte[] source, int start, int count, long position)
        throws IOException {
      file.writeThrough(source, start, count, position);
    }

    @Override
    public void sync() throws IOException {
      run(file::sync);
    }

    @Override
    public void truncate(long size) throws IOException {
      run(() -> file.truncate(size));
    }

    @Override
    public boolean punch(long position, long length) throws IOException {
      return lane.call(() -> file.punch(position, length));
    }

    @Override
    public OptionalLong allocatedBytes() throws IOException {
      return file.allocatedBytes();
    }

    @Override
    public MemorySegment map(long position, long length, Arena arena) throws IOException {
      return lane.call(() -> file.map(position, length, arena));
    }

    @Override
    public void close() throws IOException {
      run(file::close);
    }
  }
}
