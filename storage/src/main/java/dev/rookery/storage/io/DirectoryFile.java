package dev.rookery.storage.io;

import dev.rookery.storage.system.SystemFile;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// An open file of a real file system.
final class DirectoryFile implements StorageFile {
  private final String name;
  private final FileChannel channel;

  /// Never writable: mapping behind the end of a file through a writable channel extends the file
  /// without a word. The same as `channel` if that is not writable either.
  private final FileChannel mapChannel;

  private final Path path;

  /// For writes that no interrupt may disturb; opened when they are first asked for. Guarded by
  /// this object's lock, because the position belongs to the file.
  private @Nullable RandomAccessFile plain;

  /// Where `plain` stands, or -1 where that is not known: what is written in a row needs no seek.
  private long plainPosition = -1;

  /// The same, where each write is durable before it returns (O_DSYNC).
  private @Nullable RandomAccessFile through;

  /// Which file this is, if that is worth knowing: only the same one may be opened once more.
  private final SystemFile.@Nullable Identity identity;

  /// For holes; opened when the first is asked for. Guarded by this object's lock.
  private @Nullable SystemFile system;

  private boolean isClosed;

  DirectoryFile(String name, Path path, FileChannel channel, FileChannel mapChannel) {
    this.name = name;
    this.path = path;
    this.channel = channel;
    this.mapChannel = mapChannel;
    this.identity = channel.equals(mapChannel) ? null : identify(path);
  }

  private static SystemFile.@Nullable Identity identify(Path path) {
    if (!SystemFile.isAvailable()) {
      return null;
    }
    try {
      Map<String, Object> attributes =
          Files.readAttributes(path, "unix:dev,ino", LinkOption.NOFOLLOW_LINKS);
      return attributes.get("dev") instanceof Long device
              && attributes.get("ino") instanceof Long inode
          ? new SystemFile.Identity(device, inode)
          : null;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return null; // Gone already, or in a file system of Java's own making.
    }
  }

  @Override
  public String name() {
    return name;
  }

  /// Made of the number of the inode and the time of its birth: numbers begin anew on each file
  /// system. Where no birth is known, systems answer with the last change.
  @Override
  public long fileKey() throws IOException {
    try {
      Map<String, Object> inode =
          Files.readAttributes(
              path, "unix:ino,creationTime,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
      Object birth = inode.get("creationTime");
      return birth == null || birth.equals(inode.get("lastModifiedTime"))
          ? 0
          : 31L * Objects.hashCode(inode.get("ino")) + ((long) birth.hashCode() << Integer.SIZE);
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return 0; // Another kind of system.
    }
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

  @Override
  public synchronized void writeFromAnyThread(byte[] source, int start, int count, long position)
      throws IOException {
    RandomAccessFile file = plain;
    if (file == null) {
      file = reopened("rw");
      plain = file;
    }
    boolean isInRow = position == plainPosition;
    plainPosition = -1;
    write(file, source, start, count, position, isInRow);
    plainPosition = position + count;
  }

  @Override
  public synchronized void writeThrough(byte[] source, int start, int count, long position)
      throws IOException {
    RandomAccessFile file = through;
    if (file == null) {
      file = reopened("rwd");
      through = file;
    }
    write(file, source, start, count, position, false);
  }

  /// Opens the file once more in a way that interrupts do not close: a channel would be closed.
  private RandomAccessFile reopened(String mode) throws IOException {
    if (isClosed) {
      throw new ClosedChannelException();
    }
    if (channel.equals(mapChannel)) {
      throw new NonWritableChannelException();
    }
    DirectoryFileSystem.requireRegular(path);
    return new RandomAccessFile(path.toFile(), mode);
  }

  private void write(
      RandomAccessFile file, byte[] source, int start, int count, long position, boolean isInRow)
      throws IOException {
    try {
      if (!isInRow) {
        file.seek(position);
      }
      file.write(source, start, count);
    } catch (IOException e) {
      if (isClosed) {
        throw new ClosedChannelException();
      }
      throw FullDisk.translated(
          failure("write", position, e),
          "disk is full file=%s offset=%d".formatted(name, position));
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
  public boolean punch(long position, long length) throws IOException {
    if (position < 0 || length < 1 || position + length > size()) {
      throw new IllegalArgumentException(
          "hole is not inside the file=%s position=%d length=%d".formatted(name, position, length));
    }
    SystemFile file = systemFile();
    return file != null && file.punch(position, length);
  }

  private synchronized @Nullable SystemFile systemFile() throws IOException {
    if (isClosed) {
      throw new ClosedChannelException();
    }
    if (channel.equals(mapChannel)) {
      throw new NonWritableChannelException();
    }
    if (system == null && identity != null) {
      system = SystemFile.open(path, identity);
    }
    return system;
  }

  @Override
  public OptionalLong allocatedBytes() {
    return SystemFile.allocatedBytes(path);
  }

  @Override
  public MemorySegment map(long position, long length, Arena arena) throws IOException {
    MapBounds.check(this, position, length, DirectoryFileSystem.MAP_CHUNK_BYTES);
    return mapChannel.map(FileChannel.MapMode.READ_ONLY, position, length, arena);
  }

  @Override
  public synchronized void close() throws IOException {
    isClosed = true;
    try (mapChannel;
        RandomAccessFile _ = plain;
        RandomAccessFile _ = through;
        SystemFile _ = system) {
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
