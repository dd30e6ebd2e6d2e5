package dev.rookery.traversal.run;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// How a run over many regions goes about it. Immutable; begin with [#defaults] and change what
/// differs. Results depend on none of these.
///
/// @param workerCount how many threads work, the caller's included; a write transaction is always
///   read by one
/// @param memoryBytes how much memory the run may take for its state and its buffers, at least
///   [#MEMORY_BYTES_MIN]. State that does not fit is kept in a nameless file, and the system
///   decides how much of that is in memory. What the mapping of the data file takes is the
///   system's, and not counted
/// @param pages how pages are read
/// @param timeout after how much time the run is given up, if at all
/// @param cancelled is asked again and again, by any worker, whether to give up
/// @param listener is told of the progress after each round, by the caller's thread
public record RunOptions(
    int workerCount,
    long memoryBytes,
    PageAccess pages,
    Optional<Duration> timeout,
    BooleanSupplier cancelled,
    Consumer<RunReport> listener) {

  /// A run takes at least so much.
  public static final long MEMORY_BYTES_MIN = 1L << 20;

  private static final int WORKER_COUNT_MAX = 1 << 10;
  private static final long MEMORY_BYTES_DEFAULT = 1L << 30;

  /// Checks the values.
  public RunOptions {
    if (workerCount < 1 || workerCount > WORKER_COUNT_MAX) {
      throw new IllegalArgumentException(
          "workerCount is not 1 to " + WORKER_COUNT_MAX + " workerCount=" + workerCount);
    }
    if (memoryBytes < MEMORY_BYTES_MIN) {
      throw new IllegalArgumentException("memoryBytes is below 1 MiB memoryBytes=" + memoryBytes);
    }
    Objects.requireNonNull(pages);
    Objects.requireNonNull(timeout);
    Objects.requireNonNull(cancelled);
    Objects.requireNonNull(listener);
  }

  /// Returns the options to begin with: a worker for each processor, 1 GiB, mapped pages, no
  /// timeout, never cancelled, nobody told.
  public static RunOptions defaults() {
    return new RunOptions(
        Math.min(WORKER_COUNT_MAX, Runtime.getRuntime().availableProcessors()),
        MEMORY_BYTES_DEFAULT,
        PageAccess.MAPPED,
        Optional.empty(),
        () -> false,
        _ -> {});
  }

  /// Returns these options with another number of workers.
  public RunOptions withWorkerCount(int count) {
    return new RunOptions(count, memoryBytes, pages, timeout, cancelled, listener);
  }

  /// Returns these options with another budget.
  public RunOptions withMemoryBytes(long bytes) {
    return new RunOptions(workerCount, bytes, pages, timeout, cancelled, listener);
  }

  /// Returns these options with another way to read pages.
  public RunOptions withPages(PageAccess access) {
    return new RunOptions(workerCount, memoryBytes, access, timeout, cancelled, listener);
  }

  /// Returns these options with a time after which the run is given up.
  public RunOptions withTimeout(Duration time) {
    return new RunOptions(workerCount, memoryBytes, pages, Optional.of(time), cancelled, listener);
  }

  /// Returns these options that ask somebody else whether to give up.
  public RunOptions withCancelled(BooleanSupplier asked) {
    return new RunOptions(workerCount, memoryBytes, pages, timeout, asked, listener);
  }

  /// Returns these options with another listener.
  public RunOptions withListener(Consumer<RunReport> told) {
    return new RunOptions(workerCount, memoryBytes, pages, timeout, cancelled, told);
  }
}
