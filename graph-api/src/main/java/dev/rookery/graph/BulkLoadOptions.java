package dev.rookery.graph;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/// How a graph is loaded in bulk. Immutable; begin with [#defaults] and change what differs.
///
/// @param memoryBytes how much memory the load may take for itself, at least 8 MiB; most of it on
///   the heap. By default 256 MiB, or a third of what the heap may have if that is less
/// @param threadCount how many threads sort and build, 1 or 2: one for each direction, or, of edges
///   with properties, one that sorts for the other
/// @param timeout after how much time the load is given up, if at all
/// @param listener is told of the progress now and then, by any of the load's threads
public record BulkLoadOptions(
    long memoryBytes,
    int threadCount,
    Optional<Duration> timeout,
    Consumer<BulkLoadProgress> listener) {
  private static final long MEMORY_BYTES_MIN = 8L << 20;
  private static final long MEMORY_BYTES_DEFAULT = 256L << 20;

  /// Checks the values.
  public BulkLoadOptions {
    if (memoryBytes < MEMORY_BYTES_MIN) {
      throw new IllegalArgumentException("memoryBytes is below 8 MiB memoryBytes=" + memoryBytes);
    }
    if (threadCount < 1 || threadCount > 2) {
      throw new IllegalArgumentException("threadCount is not 1 or 2 threadCount=" + threadCount);
    }
  }

  /// Returns the options when nothing is said.
  public static BulkLoadOptions defaults() {
    long memory = Math.min(MEMORY_BYTES_DEFAULT, Runtime.getRuntime().maxMemory() / 3);
    return new BulkLoadOptions(
        Math.max(MEMORY_BYTES_MIN, memory),
        Math.min(2, Runtime.getRuntime().availableProcessors()),
        Optional.empty(),
        _ -> {});
  }

  /// Returns these options with another budget.
  public BulkLoadOptions withMemoryBytes(long bytes) {
    return new BulkLoadOptions(bytes, threadCount, timeout, listener);
  }

  /// Returns these options with another number of threads.
  public BulkLoadOptions withThreadCount(int count) {
    return new BulkLoadOptions(memoryBytes, count, timeout, listener);
  }

  /// Returns these options with a time after which the load is given up.
  public BulkLoadOptions withTimeout(Duration time) {
    return new BulkLoadOptions(memoryBytes, threadCount, Optional.of(time), listener);
  }

  /// Returns these options with another listener.
  public BulkLoadOptions withListener(Consumer<BulkLoadProgress> told) {
    return new BulkLoadOptions(memoryBytes, threadCount, timeout, told);
  }
}
