package dev.rookery.storage.io;

import dev.rookery.storage.error.DatabaseLockedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The lock of a database directory: a lock of the operating system on the file `lock`, and a
/// registry of the directories that this process has locked.
///
/// Invariants:
/// 1. The lock file is only opened when the registry does not know the directory. The lock of a
///    POSIX process goes when *any* of its channels of that file is closed, so an attempt that
///    reaches the file would set free what it was refused.
/// 2. A directory is known by its file key, whatever path or link leads to it.
/// 3. The file stays for ever: its existence says nothing, and deleting it would let two openers
///    lock two files of the same name.
///
/// Threads: any.
final class DirectoryLock implements DatabaseLock {
  /// The locked byte lies far behind the text, which systems with mandatory locks leave readable.
  private static final long LOCKED_BYTE = 1L << 30;

  /// The directories that are locked by this process; guards itself and all `Holding` objects.
  private static final Map<Object, Holding> HOLDINGS = new HashMap<>();

  /// Channels of lock files that a copy of this class (of another class loader) has locked. They
  /// stay open for the reason of invariant 1, and serve the next attempt.
  private static final Map<Object, FileChannel> LOCKED_ELSEWHERE = new HashMap<>();

  private final Object key;
  private final Holding holding;
  private boolean isClosed;

  private DirectoryLock(Object key, Holding holding) {
    this.key = key;
    this.holding = holding;
  }

  /// Takes the lock, at once or not at all.
  ///
  /// @param shared whether to hold it together with others that share it
  /// @param fileAttributes of a lock file that is created
  static DirectoryLock acquire(Path directory, boolean shared, FileAttribute<?>... fileAttributes)
      throws IOException {
    synchronized (HOLDINGS) {
      Object key = keyOf(directory);
      Holding holding = HOLDINGS.get(key);
      if (holding == null) {
        holding = lockFile(directory, key, shared, fileAttributes);
        HOLDINGS.put(key, holding);
      } else if (!shared || !holding.shared) {
        throw new DatabaseLockedException(
            "database is open in this process already location=%s pid=%d since=%s"
                .formatted(directory, holding.holder.pid(), holding.holder.since()));
      }
      holding.count++;
      return new DirectoryLock(key, holding);
    }
  }

  @Override
  public void close() {
    synchronized (HOLDINGS) {
      if (isClosed) {
        return;
      }
      isClosed = true;
      holding.count--;
      if (holding.count == 0) {
        HOLDINGS.remove(key);
        holding.release();
      }
    }
  }

  private static Object keyOf(Path directory) throws IOException {
    Object key = Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
    return key != null ? key : directory.toRealPath();
  }

  private static Holding lockFile(
      Path directory, Object key, boolean shared, FileAttribute<?>... fileAttributes)
      throws IOException {
    FileChannel channel = LOCKED_ELSEWHERE.remove(key);
    if (channel == null) {
      Path file = directory.resolve(FileNames.LOCK);
      channel = shared ? openExisting(file) : openOrCreate(file, fileAttributes);
    }
    if (channel == null) {
      return new Holding(null, true);
    }
    FileLock lock;
    try {
      lock = channel.tryLock(LOCKED_BYTE, 1, shared);
    } catch (OverlappingFileLockException e) {
      LOCKED_ELSEWHERE.put(key, channel);
      throw new DatabaseLockedException(
          "database is open in this process already location=" + directory, e);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
    if (lock == null) {
      String message = "database is open in another process location=" + directory;
      message += readHolder(channel);
      channel.close();
      throw new DatabaseLockedException(message);
    }
    return new Holding(channel, shared);
  }

  /// Opens the file for a shared lock, `null` if that is impossible: such an opener never writes,
  /// so it cannot create the file, and it must be able to read a database on a read-only medium.
  private static @Nullable FileChannel openExisting(Path file) throws IOException {
    try {
      requireRegular(file);
      return FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException | AccessDeniedException e) {
      return null;
    }
  }

  private static FileChannel openOrCreate(Path file, FileAttribute<?>... fileAttributes)
      throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      requireRegular(file);
    }
    Set<OpenOption> options =
        Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);
    return FileChannel.open(file, options, fileAttributes);
  }

  private static void requireRegular(Path file) throws IOException {
    DirectoryFileSystem.requireRegular(file);
  }

  private static String readHolder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(LockHolder.TEXT_BYTES_MAX);
    channel.read(text, 0);
    return LockHolder.parse(text.flip())
        .map(holder -> " pid=%d since=%s".formatted(holder.pid(), holder.since()))
        .orElse("");
  }

  /// What this process holds of one directory.
  private static final class Holding {
    private final @Nullable FileChannel channel;
    private final boolean shared;
    private final LockHolder holder = LockHolder.current();
    private int count;

    Holding(@Nullable FileChannel channel, boolean shared) {
      this.channel = channel;
      this.shared = shared;
      if (!shared) {
        write(holder.toText());
      }
    }

    void release() {
      if (!shared) {
        // A file that names nobody is better than one that names a process which lives on.
        write(ByteBuffer.allocate(0));
      }
      try {
        if (channel != null) {
          channel.close();
        }
      } catch (IOException e) {
        // The descriptor is gone all the same, and with it the lock; nothing was written.
      }
    }

    private void write(ByteBuffer text) {
      try {
        if (channel != null) {
          channel.truncate(0);
          channel.write(text, 0);
        }
      } catch (IOException e) {
        // The text is for messages only, and a database on a full disk must open.
      }
    }
  }
}
