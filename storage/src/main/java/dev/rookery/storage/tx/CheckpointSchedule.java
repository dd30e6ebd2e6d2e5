package dev.rookery.storage.tx;

import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.journal.JournalFiles;
import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// When to flush, and when to checkpoint.
///
/// ```
/// flush        64 MiB or a quarter of scratch are     asked for by the writer that sees it
///              dirty, whichever is more, but half
///              of scratch at most
///              nothing was committed for a second     by the timer
/// checkpoint   the setting's time has passed since the first commit behind the last one,
///              or the journal is longer than the setting says       by either
/// ```
///
/// The timer is a task of the files' lane. It is set by the commit that makes a clean store dirty
/// and sets itself anew until the store is clean again: an idle database ends up clean, with a
/// short journal, and costs nothing from then on.
///
/// Flushes and checkpoints happen on the files' lane alone, so never two at once. A writer waits
/// for one only when scratch is full.
///
/// Publication: `submittedSequence` is written before the timer is looked at, and read after the
/// timer has been taken away; so a commit either finds that it must set the timer, or is seen.
final class CheckpointSchedule {
  /// So much may be dirty before it is flushed, or a quarter of scratch if that is more. A page
  /// that every transaction changes is written once for all that came before the flush.
  private static final long DIRTY_BYTES_MIN = 64L << 20;

  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /// After a flush that could do nothing, because of a reader, so many commits pass without another
  /// attempt.
  private static final int FUTILE_COMMITS = 64;

  private final Checkpointer checkpointer;
  private final StoreLanes lanes;
  private final FailureSlot failure;
  private final @Nullable JournalFiles journalFiles;
  private final long scratchBytes;
  private final long flushBytes;
  private final long checkpointBytes;
  private final long checkpointNanos;
  private final AtomicBoolean flushIsQueued = new AtomicBoolean();
  private final AtomicBoolean timerIsSet = new AtomicBoolean();

  /// How many threads wait for what the lane does.
  private final AtomicInteger waitingCount = new AtomicInteger();

  private volatile boolean isClosed;

  /// The newest commit on its way, visible or not.
  private volatile long submittedSequence;

  private volatile boolean isDirty;
  private volatile long dirtySinceNanos;

  /// No attempt to flush before this commit.
  private volatile long retrySequence;

  /// The newest commit when the timer came last. Files' lane only.
  private long sequenceAtTimer = -1;

  CheckpointSchedule(
      Checkpointer checkpointer,
      StoreLanes lanes,
      FailureSlot failure,
      @Nullable JournalFiles journalFiles,
      StorageOptions options) {
    this.checkpointer = checkpointer;
    this.lanes = lanes;
    this.failure = failure;
    this.journalFiles = journalFiles;
    this.scratchBytes = options.scratchBytes();
    this.flushBytes = Math.min(scratchBytes / 2, Math.max(DIRTY_BYTES_MIN, scratchBytes / 4));
    this.checkpointBytes = options.checkpointBytes();
    this.checkpointNanos = TimeUnit.MILLISECONDS.toNanos(options.checkpointMillis());
  }

  /// Starts the timer if what was opened is not clean.
  void opened() {
    if (journalFiles != null && !checkpointer.isClean()) {
      committed(checkpointer.visibleSequence());
    }
  }

  /// Is called before a write transaction begins, without any lock. Does not wait: see
  /// [ScratchRoom] for writers that outrun the disk.
  void beforeWrite() {
    if (flushIsDue() || checkpointIsDue()) {
      requestFlush();
    }
  }

  /// Is called for each commit on its way, under the writer lock. Costs two volatile accesses.
  void committed(long sequence) {
    submittedSequence = sequence;
    if (!isDirty) {
      dirtySinceNanos = lanes.scheduler().nanoTime();
      isDirty = true;
    }
    setTimer(firstDelay());
  }

  private long firstDelay() {
    return Math.min(IDLE_NANOS, checkpointNanos);
  }

  private void setTimer(long delayNanos) {
    if (!timerIsSet.get() && timerIsSet.compareAndSet(false, true)) {
      lanes.files().schedule(this::timer, delayNanos);
    }
  }

  private boolean scratchIsOver(long bytes) {
    return (long) checkpointer.unflushedCount() << PageLayout.PAGE_SHIFT > bytes;
  }

  private boolean flushIsDue() {
    return scratchIsOver(flushBytes) && submittedSequence >= retrySequence;
  }

  private boolean checkpointIsDue() {
    return journalFiles != null
        && !checkpointer.isSettled()
        && (journalFiles.usedBytes() > checkpointBytes || untilCheckpoint() <= 0);
  }

  /// Returns how long a checkpoint can wait, if the journal is short.
  private long untilCheckpoint() {
    long now = lanes.scheduler().nanoTime();
    long sinceDirty = isDirty ? now - dirtySinceNanos : 0;
    return checkpointNanos - Math.min(sinceDirty, now - checkpointer.lastCheckpointNanos());
  }

  private void requestFlush() {
    if (flushIsQueued.compareAndSet(false, true)) {
      lanes
          .files()
          .execute(() -> {
            flushIsQueued.set(false);
            flushOrCheckpoint();
          });
    }
  }

  /// Flushes, or checkpoints if that is due, for somebody who waits, on the files' lane. Returns
  /// why not if the disk is full: nothing is lost then, the pages stay in scratch and the journal.
  @Nullable DiskFullException flushNow() {
    try {
      if (checkpointIsDue()) {
        checkpoint();
      } else {
        flush();
      }
      return null;
    } catch (DiskFullException e) {
      return e;
    }
  }

  /// Runs something on the files' lane and waits for it. A flush that is under way hurries.
  void call(Runnable task) {
    waitingCount.incrementAndGet();
    try {
      lanes
          .files()
          .call(() -> {
            task.run();
            return true;
          });
    } catch (IOException e) {
      failure.fail(e);
      throw failure.exception();
    } finally {
      waitingCount.decrementAndGet();
    }
  }

  /// Flushes, syncs, and moves the start of replay. On the files' lane.
  void checkpoint() {
    checkpointer.checkpoint(this::isUrgent);
  }

  /// Whether somebody waits, or soon will.
  private boolean isUrgent() {
    return waitingCount.get() > 0 || isClosed || scratchIsOver(scratchBytes / 2);
  }

  private void flushOrCheckpoint() {
    if (checkpointIsDue()) {
      attempt(this::checkpoint);
    } else if (flushIsDue()) {
      attempt(this::flush);
    }
  }

  private void flush() {
    boolean wasFutile = !checkpointer.flush(this::isUrgent);
    retrySequence = wasFutile ? submittedSequence + FUTILE_COMMITS : 0;
  }

  private void attempt(Runnable work) {
    if (isClosed || failure.hasFailed()) {
      return;
    }
    try {
      work.run();
    } catch (DiskFullException e) {
      // Nothing is lost: the pages stay in scratch and the journal, and the next request tries
      // again.
    } catch (RuntimeException | Error e) {
      failure.fail(e); // Nobody else would hear of it.
    }
  }

  /// Runs on the files' lane some time after a commit.
  private void timer() {
    timerIsSet.set(false);
    if (isClosed || failure.hasFailed()) {
      return;
    }
    long newest = submittedSequence;
    boolean isIdle = newest == sequenceAtTimer;
    sequenceAtTimer = newest;
    flushOrCheckpoint();
    if (isIdle && checkpointer.unflushedCount() > 0) {
      attempt(() -> checkpointer.flush(this::isUrgent));
    }
    if (failure.hasFailed()) {
      return;
    }
    if (checkpointer.isClean() && checkpointer.settledSequence() >= submittedSequence) {
      isDirty = false;
      if (isIdle) {
        attempt(this::trimJournal);
      }
      // A commit that came between the two found the store dirty and did not note the time.
      if (submittedSequence != newest) {
        committed(submittedSequence);
      } else if (!isIdle) {
        setTimer(firstDelay()); // Once more, to trim the journal if nothing follows.
      }
      return;
    }
    boolean canWait = isIdle && checkpointer.unflushedCount() == 0;
    setTimer(canWait ? Math.max(1, untilCheckpoint()) : firstDelay());
  }

  private void trimJournal() {
    if (journalFiles != null) {
      try {
        journalFiles.trim();
      } catch (IOException e) {
        failure.fail(e);
      }
    }
  }

  /// Lets nothing begin any more.
  void close() {
    isClosed = true;
  }
}
