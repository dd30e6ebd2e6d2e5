package dev.rookery.graph.load;

import java.util.concurrent.atomic.AtomicLong;

/// What a load has of memory, against what it may have: arrays, frames and buffers are entered
/// here, by their bytes, when they are made. Thread-safe.
public final class LoadMemory {
  private final long limitBytes;
  private final AtomicLong usedBytes = new AtomicLong();
  private final AtomicLong peakBytes = new AtomicLong();

  /// Creates an account with nothing on it.
  public LoadMemory(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /// Returns how much there may be.
  public long limitBytes() {
    return limitBytes;
  }

  /// Enters memory that is about to be taken.
  public void take(long bytes) {
    long now = usedBytes.addAndGet(bytes);
    peakBytes.accumulateAndGet(now, Math::max);
  }

  /// Strikes out memory that was given back.
  public void giveBack(long bytes) {
    usedBytes.addAndGet(-bytes);
  }

  /// Returns whether so much more would be too much: a little is always kept for what nobody asks
  /// for.
  public boolean isShortOf(long bytes) {
    return usedBytes.get() + bytes > limitBytes - limitBytes / 32;
  }

  /// Returns the most that there ever was.
  public long peakBytes() {
    return peakBytes.get();
  }
}
