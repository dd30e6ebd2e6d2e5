package dev.rookery.storage.tx;

import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.mvcc.ReaderTable.ActiveReader;
import dev.rookery.storage.mvcc.ScratchPool;
import dev.rookery.storage.schedule.IoScheduler;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Makes room for changed pages before a writer begins: by flushes, where those stall by spilling,
/// and in the end by taking snapshots away from long readers or by refusing. Has a checkpoint made
/// where the disk had no room for a journal file. And gives memory back that is not needed any
/// more.
///
/// Thread-safe. What touches files runs on the files' lane, one attempt at a time.
final class ScratchRoom {
  /// An attempt that freed nothing is not repeated before memory has grown by this part of its
  /// budget, or this time has passed.
  private static final int GROWTH_PART = 16;

  private static final long RETRY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /// How long reads may last that are under way when their snapshot is taken away.
  private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  /// How often memory is looked at that may not be needed any more, as long as there is some.
  private static final long TRIM_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// After so many looks that gave nothing back there are no more before the next writer.
  private static final int FUTILE_TRIMS = 3;

  private final StoreLanes lanes;
  private final IoScheduler scheduler;
  private final CommitPipeline pipeline;
  private final SnapshotBoard board;
  private final ScratchPool pool;
  private final ScratchBudget budget;
  private final CheckpointSchedule schedule;
  private final CommittedSpill spill;
  private final ReaderWatch watch;
  private final FailureSlot failure;
  private final boolean expires;
  private final AtomicBoolean trimIsQueued = new AtomicBoolean();
  private volatile int futileTrimCount;
  private volatile boolean closed;

  /// How much memory was in use after the last attempt, and when that was.
  private volatile long attemptPages;

  private volatile long attemptNanos;

  /// @param expires whether a long reader loses its snapshot rather than a writer is refused
  ScratchRoom(
      StoreLanes lanes,
      CommitPipeline pipeline,
      CheckpointSchedule schedule,
      ReaderWatch watch,
      FailureSlot failure,
      boolean expires) {
    this.lanes = lanes;
    this.scheduler = lanes.scheduler();
    this.pipeline = pipeline;
    this.board = pipeline.board();
    this.pool = board.pool();
    this.budget = pipeline.budget();
    this.schedule = schedule;
    this.spill = new CommittedSpill(pipeline, scheduler);
    this.watch = watch;
    this.failure = failure;
    this.expires = expires;
    this.attemptNanos = scheduler.nanoTime() - RETRY_NANOS;
  }

  /// Makes room for a writer that is about to begin. Called outside the writer lock, so that the
  /// writer waits here rather than outrun the disk without bound.
  ///
  /// @throws dev.rookery.storage.error.ScratchFullException if a reader stands in the way
  /// @throws DiskFullException if the disk does
  void make() {
    if (pipeline.lacksJournalRoom()) {
      schedule.call(this::recycleJournal);
    }
    if (budget.isUsedUp() || (budget.memoryIsOver(1) && attemptIsDue())) {
      schedule.call(this::attempt);
    } else {
      schedule.beforeWrite();
    }
    while (budget.isUsedUp()) {
      failure.check();
      if (!expires || !expireOldest()) {
        throw budget.refusal();
      }
      schedule.call(this::attempt);
    }
    if (pool.hasSpare()) {
      futileTrimCount = 0;
      queueTrim();
    }
  }

  /// Where no journal file can be made, those that a checkpoint gives back are used again.
  private void recycleJournal() {
    if (closed || failure.hasFailed()) {
      return;
    }
    try {
      schedule.checkpoint();
    } catch (DiskFullException e) {
      // The commit that needs the file asks again, and is told.
    } catch (RookeryException e) {
      failure.fail(e);
    }
  }

  private boolean attemptIsDue() {
    return scheduler.isRepeatable()
        || pool.usedCount() > attemptPages + budget.memoryPages() / GROWTH_PART
        || scheduler.nanoTime() - attemptNanos > RETRY_NANOS;
  }

  private void attempt() {
    if (closed || failure.hasFailed()) {
      return;
    }
    try {
      DiskFullException diskFull = schedule.flushNow();
      budget.attempted(budget.memoryIsOver(1) ? spill(diskFull) : null);
    } catch (IOException | RookeryException e) {
      failure.fail(e);
    }
    attemptPages = pool.usedCount();
    attemptNanos = scheduler.nanoTime();
  }

  /// Spills what could not be flushed. Returns why memory is still over its budget if the disk is
  /// the reason.
  private @Nullable DiskFullException spill(@Nullable DiskFullException flushing)
      throws IOException {
    try {
      spill.run(budget.memoryPages() / 2);
      return budget.memoryIsOver(1) ? flushing : null;
    } catch (NoSpaceException e) {
      return new DiskFullException("no room for spill files", e);
    }
  }

  private void queueTrim() {
    if (!trimIsQueued.get() && trimIsQueued.compareAndSet(false, true)) {
      lanes.files().schedule(this::trim, TRIM_NANOS);
    }
  }

  private void trim() {
    trimIsQueued.set(false);
    if (closed) {
      return;
    }
    try {
      futileTrimCount = pool.trim() ? 0 : futileTrimCount + 1;
    } catch (IOException e) {
      failure.fail(e);
    }
    if (pool.hasSpare() && futileTrimCount < FUTILE_TRIMS) {
      queueTrim();
    }
  }

  /// Takes the snapshot away from the oldest reader if it is a long one. Returns whether it was.
  private boolean expireOldest() {
    Optional<ActiveReader> oldest = watch.oldest().filter(watch::isLong);
    if (oldest.isEmpty()) {
      return false;
    }
    ActiveReader reader = oldest.get();
    reader.takeAway(true);
    if (!scheduler.isRepeatable()) {
      LockSupport.parkNanos(GRACE_NANOS);
    }
    board.end(reader);
    return true;
  }

  /// Makes no more attempts.
  void close() {
    closed = true;
  }
}
