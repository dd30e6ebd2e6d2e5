package dev.rookery.storage.io;

import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalLong;

/// Another file system, some of whose operations fail by a [FaultPlan].
///
/// A sync that fails leaves the wrapped file as it is; what a failed sync does to a disk is
/// modelled by [SimulatedDisk] alone, which understands the same plans.
public final class FaultyFileSystem implements StorageFileSystem {
  private final StorageFileSystem delegate;
  private final FaultPlan faults;

  /// Wraps a file system, which is closed with this one.
  public FaultyFileSystem(StorageFileSystem delegate, FaultPlan faults) {
    this.delegate = delegate;
    this.faults = faults;
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
  public String device() {
    return delegate.device();
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
    faults.check(Operation.CREATE_DIRECTORY, "");
    delegate.createRoot();
  }

  @Override
  public void createDirectory(String name) throws IOException {
    faults.check(Operation.CREATE_DIRECTORY, name);
    delegate.createDirectory(name);
  }

  @Override
  public boolean exists(String name) throws IOException {
    faults.check(Operation.LIST, name);
    return delegate.exists(name);
  }

  @Override
  public List<String> list(String directory) throws IOException {
    faults.check(Operation.LIST, directory);
    return delegate.list(directory);
  }

  @Override
  public StorageFile open(String name, OpenMode mode) throws IOException {
    faults.check(mode == OpenMode.CREATE_NEW ? Operation.CREATE : Operation.OPEN, name);
    return new FaultyFile(delegate.open(name, mode));
  }

  @Override
  public StorageFile openDirect(String name) throws IOException {
    faults.check(Operation.OPEN, name);
    return new FaultyFile(delegate.openDirect(name));
  }

  @Override
  public void rename(String from, String to) throws IOException {
    faults.check(Operation.RENAME, from);
    delegate.rename(from, to);
  }

  @Override
  public void delete(String name) throws IOException {
    faults.check(Operation.DELETE, name);
    delegate.delete(name);
  }

  @Override
  public void syncDirectory(String directory) throws IOException {
    faults.check(Operation.SYNC_DIRECTORY, directory);
    delegate.syncDirectory(directory);
  }

  @Override
  public DatabaseLock lock() throws IOException {
    faults.check(Operation.LOCK, "");
    return delegate.lock();
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
    delegate.close();
  }

  private final class FaultyFile implements StorageFile {
    private final StorageFile file;

    FaultyFile(StorageFile file) {
      this.file = file;
    }

    @Override
    public String name() {
      return file.name();
    }

    @Override
    public long fileKey() throws IOException {
      return file.fileKey();
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
      faults.check(Operation.READ, name());
      return file.read(target, position);
    }

    @Override
    public void write(ByteBuffer source, long position) throws IOException {
      Fault fault = faults.next(Operation.WRITE, name());
      if (fault != null) {
        int byteCount = fault.bytesWritten(source.remaining());
        file.write(source.slice(source.position(), byteCount), position);
        throw fault.exception(Operation.WRITE, name());
      }
      file.write(source, position);
    }

    @Override
    public void writeFromAnyThread(byte[] source, int start, int count, long position)
        throws IOException {
      Fault fault = faults.next(Operation.WRITE, name());
      if (fault != null) {
        file.writeFromAnyThread(source, start, fault.bytesWritten(count), position);
        throw fault.exception(Operation.WRITE, name());
      }
      file.writeFromAnyThread(source, start, count, position);
    }

    /// A write and a sync, each of which may fail.
    @Override
    public void writeThrough(byte[] source, int start, int count, long position)
        throws IOException {
      Fault fault = faults.next(Operation.WRITE, name());
      if (fault != null) {
        file.writeFromAnyThread(source, start, fault.bytesWritten(count), position);
        throw fault.exception(Operation.WRITE, name());
      }
      fault = faults.next(Operation.SYNC, name());
      if (fault != null) {
        file.writeFromAnyThread(source, start, count, position);
        throw fault.exception(Operation.SYNC, name());
      }
      file.writeThrough(source, start, count, position);
    }

    @Override
    public void sync() throws IOException {
      faults.check(Operation.SYNC, name());
      file.sync();
    }

    @Override
    public void truncate(long size) throws IOException {
      faults.check(Operation.TRUNCATE, name());
      file.truncate(size);
    }

    @Override
    public boolean punch(long position, long length) throws IOException {
      Fault fault = faults.next(Operation.PUNCH, name());
      if (fault == null) {
        return file.punch(position, length);
      }
      if (fault == Fault.NO_MEMORY) {
        throw fault.exception(Operation.PUNCH, name());
      }
      int byteCount = fault.bytesWritten(Math.toIntExact(length));
      if (byteCount > 0) {
        var _ = file.punch(position, byteCount);
      }
      return false;
    }

    @Override
    public OptionalLong allocatedBytes() throws IOException {
      return file.allocatedBytes();
    }

    @Override
    public MemorySegment map(long position, long length, Arena arena) throws IOException {
      faults.check(Operation.MAP, name());
      return file.map(position, length, arena);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
