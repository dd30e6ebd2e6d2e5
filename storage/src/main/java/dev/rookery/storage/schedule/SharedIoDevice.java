package dev.rookery.storage.schedule;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// A disk of the machine.
///
/// Journals are never held back. Flushes take turns with those of the whole process, syncs with
/// those of the same disk. Between its writes a flush lets a journal write that is under way
/// finish, and goes slower where commits take several times as long as at best; each wait is
/// bounded, so a flush always gets on.
///
/// Locks: a permit to flush is held during the writes, one to sync during the sync, never both, and
/// nothing is waited for while holding one but the disk (and the bounded pauses).
final class SharedIoDevice implements IoDevice {
  static final int SYNC_COUNT_MAX = 2;

  /// How long a flush waits for journal writes, for each MiB: at worst 250 MiB/s remain.
  private static final long YIELD_NANOS_MAX = 4_000_000;

  private static final long YIELD_STEP_NANOS = 100_000;

  /// How long it waits where commits suffer: 100 MiB/s remain.
  private static final long PACE_NANOS = 10_000_000;

  private final Semaphore flushTurns;
  private final Semaphore syncTurns = new Semaphore(SYNC_COUNT_MAX, true);
  private final AtomicInteger journalCount = new AtomicInteger();
  private final JournalLatency syncs = new JournalLatency();
  private final JournalLatency writes = new JournalLatency();

  /// Creates a disk.
  ///
  /// @param flushTurns one permit for each flush that may write at once; fair
  SharedIoDevice(Semaphore flushTurns) {
    this.flushTurns = flushTurns;
  }

  @Override
  public void journalBegins() {
    journalCount.incrementAndGet();
  }

  @Override
  public void journalEnds(long nanos, boolean wasSync) {
    journalCount.decrementAndGet();
    (wasSync ? syncs : writes).add(nanos);
  }

  /// Returns whether commits take several times as long as they could.
  boolean commitsSuffer() {
    return syncs.isSuffering() || writes.isSuffering();
  }

  @Override
  public <T extends @Nullable Object> T flush(IoTask<T> task) throws IOException {
    return run(flushTurns, task);
  }

  @Override
  public <T extends @Nullable Object> T sync(IoTask<T> task) throws IOException {
    return run(syncTurns, task);
  }

  private static <T extends @Nullable Object> T run(Semaphore turns, IoTask<T> task)
      throws IOException {
    turns.acquireUninterruptibly();
    try {
      return task.run();
    } finally {
      turns.release();
    }
  }

  @Override
  public void betweenWrites(boolean isUrgent) {
    if (isUrgent) {
      return;
    }
    if (commitsSuffer()) {
      LockSupport.parkNanos(this, PACE_NANOS);
      return;
    }
    long waited = 0;
    while (waited < YIELD_NANOS_MAX && journalCount.get() > 0) {
      LockSupport.parkNanos(this, YIELD_STEP_NANOS);
      waited += YIELD_STEP_NANOS;
    }
  }
}
