package dev.rookery.traversal.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/// Finds out whether a run has to wait for pages that it touches, so that it is worth while to
/// announce them: whether the process has had to have some read since the run began. Once it has,
/// it stays so: pages that are announced in vain cost some microseconds for each MiB.
///
/// Thread-safe.
final class FaultWatch {
  /// So many faults are made by a class that is loaded, or a program that was swapped out.
  static final long FAULTS_MIN = 16;

  private static final long INTERVAL_NANOS = 20_000_000;

  private final LongSupplier majorFaults;
  private final Runnable onCold;
  private final long before;
  private final AtomicLong asked = new AtomicLong(System.nanoTime());
  private final AtomicBoolean wasFound = new AtomicBoolean();
  private volatile boolean isCold;

  /// @param majorFaults says how many pages were read when they were touched, -1 if nobody knows
  /// @param before what it said when the run began
  /// @param onCold is run once, when that is found out, by whoever does
  FaultWatch(LongSupplier majorFaults, long before, Runnable onCold) {
    this.majorFaults = majorFaults;
    this.before = before;
    this.onCold = onCold;
  }

  /// Returns whether pages have to be waited for. Asks the system at most once in 20 ms.
  boolean isCold() {
    if (isCold || before < 0) {
      return isCold;
    }
    long last = asked.get();
    long time = System.nanoTime();
    if (time - last >= INTERVAL_NANOS && asked.compareAndSet(last, time)) {
      if (majorFaults.getAsLong() - before >= FAULTS_MIN && wasFound.compareAndSet(false, true)) {
        isCold = true; // First: others need not wait for what follows.
        onCold.run();
      }
    }
    return isCold;
  }

  /// Returns whether it was found out, once nobody asks [#isCold] any more.
  boolean wasCold() {
    return isCold;
  }
}
