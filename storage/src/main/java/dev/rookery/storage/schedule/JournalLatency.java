package dev.rookery.storage.schedule;

import java.util.concurrent.atomic.AtomicLong;

/// How long journal writes of one kind take of late, against how long they take at best.
///
/// Thread-safe. An update that races with another may be lost, which does no harm: it is one sample
/// of many.
final class JournalLatency {
  /// Below that, noise of the machine is larger than anything a flush does.
  static final long FLOOR_NANOS_MIN = 50_000;

  private static final int SUFFERING_FACTOR = 4;
  private static final int WEIGHT_SHIFT = 3;

  /// The floor rises by a 1,024th with each sample, so that it follows a disk that became slower.
  private static final int RISE_SHIFT = 10;

  private final AtomicLong average = new AtomicLong();
  private final AtomicLong floor = new AtomicLong(Long.MAX_VALUE / 2);

  void add(long nanos) {
    long old = average.getOpaque();
    average.setOpaque(old == 0 ? nanos : old + ((nanos - old) >> WEIGHT_SHIFT));
    long least = floor.getOpaque();
    floor.setOpaque(Math.min(nanos, least + (least >> RISE_SHIFT) + 1));
  }

  /// Returns whether commits take several times as long as they could.
  boolean isSuffering() {
    return average.getOpaque()
        > SUFFERING_FACTOR * Math.max(FLOOR_NANOS_MIN, Math.min(floor.getOpaque(), 1L << 40));
  }

  long averageNanos() {
    return average.getOpaque();
  }
}
