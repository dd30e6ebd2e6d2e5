package dev.rookery.storage.schedule;

import java.util.function.BooleanSupplier;

/// Gives the store threads and time.
///
/// Three implementations exist: [SharedIoScheduler], the threads of the process;
/// [InlineIoScheduler], the calling thread alone; and the seeded one of the tests.
///
/// Thread-safe.
public interface IoScheduler {

  /// Opens a lane: its tasks run one at a time, in the order in which they came.
  ///
  /// @param name for messages and thread names
  /// @param work what the lane is for, which says how many of its kind may run at once
  IoLane lane(String name, Work work);

  /// Returns a disk, the same one for the same name.
  ///
  /// @param name as [dev.rookery.storage.io.StorageFileSystem#device] says
  IoDevice device(String name);

  /// Is called by a thread that is about to wait for something that lanes do. A scheduler without
  /// threads of its own does it now, until the condition holds; others return at once.
  default void runUntil(BooleanSupplier isDone) {
    // There are threads that do it.
  }

  /// Returns a time that only ever grows, as `System.nanoTime()`.
  long nanoTime();

  /// Returns the time of day, for people: nothing decides by it.
  long currentTimeMillis();

  /// Returns whether everything that happens repeats when it is run again: what is measured with a
  /// clock of the machine must then not decide anything.
  boolean isRepeatable();

  /// What a lane is for.
  enum Work {
    /// Journal writes and syncs, which commits wait for: never held back.
    JOURNAL,
    /// Flushes, checkpoints, making files: may wait for others of its kind.
    DATA
  }
}
