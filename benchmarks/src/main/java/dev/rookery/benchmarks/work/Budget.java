package dev.rookery.benchmarks.work;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Objects;
import java.util.function.Supplier;

/// How long a work is to be done for, and by which clock reads are timed. Immutable.
///
/// @param seconds for how long; a work of fixed size is done at least once
/// @param cpuTime whether reads are timed by the CPU time of their thread: on a machine that others
///   use as well, that is what they would take alone, as long as nothing is read from the disk
record Budget(double seconds, boolean cpuTime) {
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /// Returns this budget with times by the wall clock: what several threads do has no other.
  Budget byWallClock() {
    return new Budget(seconds, false);
  }

  /// Repeats a pass over the same queries until the time is over.
  ///
  /// @throws IllegalStateException if two passes give different answers
  Outcome repeat(Supplier<Outcome.Pass> work) {
    long begin = now();
    Outcome.Pass first = work.get();
    long units = first.units();
    double elapsed = (now() - begin) / 1e9;
    while (elapsed < seconds) {
      Outcome.Pass pass = work.get();
      if (!Objects.equals(pass, first)) {
        throw new IllegalStateException("answers differ first=" + first + " later=" + pass);
      }
      units += pass.units();
      elapsed = (now() - begin) / 1e9;
    }
    return Outcome.of(units / elapsed, first.answer());
  }

  private long now() {
    return cpuTime ? THREADS.getCurrentThreadCpuTime() : System.nanoTime();
  }
}
