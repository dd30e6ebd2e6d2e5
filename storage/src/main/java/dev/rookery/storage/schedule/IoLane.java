package dev.rookery.storage.schedule;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A row of tasks, run one at a time and in order. Files are touched here, because an interrupt of
/// a caller's thread would close the channel for everybody.
///
/// Thread-safe.
public interface IoLane extends AutoCloseable {

  /// Runs a task and waits for it, whatever interrupts the caller: the interrupt is kept for later.
  /// A task must not call its own lane.
  ///
  /// @throws dev.rookery.storage.error.DatabaseClosedException if the lane is closed
  <T extends @Nullable Object> T call(IoTask<T> task) throws IOException;

  /// Runs a task some time soon, or never if the lane is closed.
  void execute(Runnable task);

  /// Runs a task after a delay, or never if the lane is closed before.
  void schedule(Runnable task, long delayNanos);

  /// Ends the lane after what was handed to it; what is still delayed is dropped. An interrupt of
  /// the caller is kept for later. Idempotent.
  @Override
  void close();
}
