package dev.rookery.storage.system;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// A file that is open a second time, by a descriptor of the system, for what Java's channels
/// cannot do.
///
/// The descriptor belongs to this object alone. Calls exclude each other and the end: a number that
/// was closed may be another file's a moment later.
///
/// Thread-safe. An interrupt of the calling thread has no effect.
public final class SystemFile implements AutoCloseable {
  /// `FALLOC_FL_KEEP_SIZE | FALLOC_FL_PUNCH_HOLE`.
  private static final int PUNCH_HOLE = 0x1 | 0x2;

  /// `AT_EMPTY_PATH`: the descriptor itself is asked about.
  private static final int EMPTY_PATH = 0x1000;

  /// `AT_FDCWD` and `AT_SYMLINK_NOFOLLOW`: a path is asked about, and not what a link leads to.
  private static final int NO_DIRECTORY = -100;

  private static final int NO_FOLLOW = 0x100;

  /// `STATX_BASIC_STATS`.
  private static final int BASIC_STATS = 0x7FF;

  /// Length of the answer of `statx`, and where in it something is said.
  private static final int STATX_BYTES = 256;

  private static final int STATX_INODE = 32;
  private static final int STATX_BLOCKS = 48;
  private static final int STATX_DEVICE_MAJOR = 136;
  private static final int STATX_DEVICE_MINOR = STATX_DEVICE_MAJOR + Integer.BYTES;

  /// What the system counts blocks in, whatever those of the file system are.
  private static final long BLOCK_BYTES = 512;

  private static final int CLOSED = -1;

  private int descriptor;

  private SystemFile(int descriptor) {
    this.descriptor = descriptor;
  }

  /// Which file of the machine one is.
  ///
  /// @param device where it lies, as Java's `unix:dev` says it
  /// @param inode its number there
  public record Identity(long device, long inode) {}

  /// Returns whether files can be opened here at all.
  public static boolean isAvailable() {
    return NativeFunctions.OPEN != null
        && NativeFunctions.CLOSE != null
        && NativeFunctions.STATX != null
        && NativeFunctions.FALLOCATE != null;
  }

  /// Opens a file for writing, if it is the one that is expected: somebody may have put another one
  /// in its place. Returns null if it is not, or where there is no such call.
  public static @Nullable SystemFile open(Path path, Identity expected) {
    if (NativeFunctions.OPEN == null || !isAvailable()) {
      return null;
    }
    int descriptor;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path.toString());
      descriptor = (int) NativeFunctions.OPEN.invokeExact(name, NativeFunctions.OPEN_FLAGS);
    } catch (Throwable e) {
      throw NativeFunctions.failed(e);
    }
    if (descriptor < 0) {
      return null;
    }
    SystemFile file = new SystemFile(descriptor);
    if (expected.equals(file.identity())) {
      return file;
    }
    file.close();
    return null;
  }

  /// Gives the room that a part of the file takes back to the disk: the part then reads as zeros,
  /// and the file is as long as before. Returns whether that was done; if not, some of it may have
  /// been. Blocks of the disk that the part has only a piece of are kept, with zeros in that piece.
  public synchronized boolean punch(long position, long length) {
    if (descriptor == CLOSED || NativeFunctions.FALLOCATE == null) {
      return false;
    }
    try {
      return (int) NativeFunctions.FALLOCATE.invokeExact(descriptor, PUNCH_HOLE, position, length)
          == 0;
    } catch (Throwable e) {
      throw NativeFunctions.failed(e);
    }
  }

  /// Returns how many bytes of the disk a file takes, or nothing where nobody tells.
  public static OptionalLong allocatedBytes(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = ask(NO_DIRECTORY, path.toString(), NO_FOLLOW, arena);
      return answer == null
          ? OptionalLong.empty()
          : OptionalLong.of(answer.get(ValueLayout.JAVA_LONG, STATX_BLOCKS) * BLOCK_BYTES);
    }
  }

  private synchronized @Nullable Identity identity() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = ask(descriptor, "", EMPTY_PATH, arena);
      return answer == null
          ? null
          : new Identity(
              deviceOf(
                  answer.get(ValueLayout.JAVA_INT, STATX_DEVICE_MAJOR),
                  answer.get(ValueLayout.JAVA_INT, STATX_DEVICE_MINOR)),
              answer.get(ValueLayout.JAVA_LONG, STATX_INODE));
    }
  }

  /// Puts the two parts of a device's number together as the C library does (`makedev`).
  private static long deviceOf(long major, long minor) {
    return (major & 0xFFFF_F000L) << 32
        | (major & 0xFFFL) << 8
        | (minor & 0xFFFF_FF00L) << 12
        | (minor & 0xFFL);
  }

  /// Asks the system about a file; null if it does not answer.
  private static @Nullable MemorySegment ask(int directory, String path, int flags, Arena arena) {
    if (NativeFunctions.STATX == null) {
      return null;
    }
    MemorySegment name = arena.allocateFrom(path);
    MemorySegment answer = arena.allocate(STATX_BYTES, Long.BYTES);
    try {
      int result =
          (int) NativeFunctions.STATX.invokeExact(directory, name, flags, BASIC_STATS, answer);
      return result == 0 ? answer : null;
    } catch (Throwable e) {
      throw NativeFunctions.failed(e);
    }
  }

  /// Closes the descriptor. Idempotent.
  @Override
  public synchronized void close() {
    int closed = descriptor;
    descriptor = CLOSED;
    if (closed == CLOSED || NativeFunctions.CLOSE == null) {
      return;
    }
    try {
      var _ = (int) NativeFunctions.CLOSE.invokeExact(closed);
    } catch (Throwable e) {
      throw NativeFunctions.failed(e);
    }
  }
}
