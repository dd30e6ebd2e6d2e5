package dev.rookery.storage.journal;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// Counts syncs, and says how many there are in a second now.
///
/// The last ten whole seconds are remembered, each with its count.
///
/// Thread-safe.
public final class SyncMeter {
  private static final int SECONDS = 10;

  /// The second that is running has a bucket besides.
  private static final int BUCKETS = SECONDS + 1;

  private final LongSupplier nanoTime;
  private final long startNanos;
  private final long[] counts = new long[BUCKETS];
  private long second;
  private long total;

  /// Creates a meter that has counted nothing.
  ///
  /// @param nanoTime tells a time that only ever grows
  public SyncMeter(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
  }

  /// Counts one sync.
  synchronized void count() {
    moveOn();
    counts[(int) (second % BUCKETS)]++;
    total++;
  }

  /// Returns how many there were.
  public synchronized long total() {
    return total;
  }

  /// Returns how many there were in a second, on average over the last ten whole seconds or as many
  /// as there were; over the running one if it is the first.
  public synchronized double perSecond() {
    moveOn();
    long running = counts[(int) (second % BUCKETS)];
    if (second == 0) {
      return running;
    }
    return (double) (Arrays.stream(counts).sum() - running) / Math.min(second, SECONDS);
  }

  /// Empties the buckets of the seconds that have begun since the last call.
  private void moveOn() {
    long now = TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - startNanos);
    for (long next = Math.max(second + 1, now - SECONDS); next <= now; next++) {
      counts[(int) (next % BUCKETS)] = 0;
    }
    second = Math.max(second, now);
  }
}
