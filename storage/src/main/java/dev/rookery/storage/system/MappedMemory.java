package dev.rookery.storage.system;

import java.lang.foreign.MemorySegment;

/// What the system should know about memory that shows a file. Nothing that is read depends on it.
///
/// The memory begins at a page of the system, as mappings do. Thread-safe.
public final class MappedMemory {
  /// `MADV_NORMAL`.
  private static final int NORMAL = 0;

  /// `MADV_RANDOM`.
  private static final int RANDOM = 1;

  private MappedMemory() {}

  /// Says whether the memory is going to be read here and there: then a page that is missing is
  /// read alone, without megabytes around it that nobody asked for. Returns whether that was heard.
  ///
  /// @throws IllegalStateException if it is not mapped any more
  public static boolean expectScatteredReads(MemorySegment mapped, boolean isScattered) {
    if (NativeFunctions.MADVISE == null) {
      return false;
    }
    try {
      int advice = isScattered ? RANDOM : NORMAL;
      return (int) NativeFunctions.MADVISE.invokeExact(mapped, mapped.byteSize(), advice) == 0;
    } catch (Throwable e) {
      throw NativeFunctions.failed(e);
    }
  }
}
