package dev.rookery.storage.system;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The functions of the C library, each null where it may not or cannot be called.
///
/// All of them may block, so none is linked as one that never does. What they set `errno` to is not
/// looked at: all that anybody wants to know is whether something was done.
final class NativeFunctions {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  /// Machines whose constants are known, each with its `O_NOFOLLOW`.
  private static final Map<String, Integer> NO_FOLLOW_FLAGS =
      Map.of("amd64", 0x20000, "aarch64", 0x8000);

  private static final int NO_FOLLOW_FLAG =
      NO_FOLLOW_FLAGS.getOrDefault(System.getProperty("os.arch", ""), 0);

  /// Never begins to look for functions where that would print a warning.
  private static final boolean IS_GRANTED =
      NativeFunctions.class.getModule().isNativeAccessEnabled()
          && !System.getProperty("dev.rookery.nativeCalls", "").equals("false")
          && System.getProperty("os.name", "").equals("Linux")
          && NO_FOLLOW_FLAG != 0;

  /// `O_RDWR | O_CLOEXEC | O_NOFOLLOW`.
  static final int OPEN_FLAGS = 0x2 | 0x80000 | NO_FOLLOW_FLAG;

  /// `int open(const char *path, int flags, ...)`, without the mode.
  static final @Nullable MethodHandle OPEN =
      find(
          "open",
          FunctionDescriptor.of(INT, ValueLayout.ADDRESS, INT),
          Linker.Option.firstVariadicArg(2));

  /// `int close(int descriptor)`.
  static final @Nullable MethodHandle CLOSE = find("close", FunctionDescriptor.of(INT, INT));

  /// `int fallocate(int descriptor, int mode, off_t offset, off_t length)`.
  static final @Nullable MethodHandle FALLOCATE =
      find("fallocate", FunctionDescriptor.of(INT, INT, INT, LONG, LONG));

  /// `int statx(int directory, const char *path, int flags, unsigned mask, struct statx *answer)`.
  static final @Nullable MethodHandle STATX =
      find(
          "statx",
          FunctionDescriptor.of(INT, INT, ValueLayout.ADDRESS, INT, INT, ValueLayout.ADDRESS));

  /// `int madvise(void *address, size_t length, int advice)`.
  static final @Nullable MethodHandle MADVISE =
      find("madvise", FunctionDescriptor.of(INT, ValueLayout.ADDRESS, LONG, INT));

  private NativeFunctions() {}

  @SuppressWarnings("restricted") // Granted, or not come to.
  private static @Nullable MethodHandle find(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    if (!IS_GRANTED) {
      return null;
    }
    try {
      Linker linker = Linker.nativeLinker();
      return linker
          .defaultLookup()
          .find(name)
          .map(address -> linker.downcallHandle(address, descriptor, options))
          .orElse(null);
    } catch (UnsupportedOperationException | IllegalCallerException e) {
      return null; // A JVM without a linker, or one that thinks otherwise about what is granted.
    }
  }

  /// Turns what a handle is declared to throw, and never throws, into something unchecked.
  static IllegalStateException failed(Throwable cause) {
    if (cause instanceof Error e) {
      throw e;
    }
    if (cause instanceof RuntimeException e) {
      throw e; // The memory that was handed in is closed.
    }
    return new IllegalStateException("native call failed", cause);
  }
}
