package dev.rookery.storage.tx;

import dev.rookery.storage.Durability;
import dev.rookery.storage.error.DatabaseClosedException;
import dev.rookery.storage.event.JournalSyncEvent;
import dev.rookery.storage.event.JournalWriteEvent;
import dev.rookery.storage.journal.CompressionChoice;
import dev.rookery.storage.journal.Journal;
import dev.rookery.storage.journal.JournalPosition;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.schedule.IoDevice;
import dev.rookery.storage.schedule.IoLane;
import dev.rookery.storage.schedule.IoScheduler;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// From a queued record to an acknowledged commit: writing, publication, syncs.
///
/// Whoever holds the *turn* takes everything that is queued, writes it in one go, makes the newest
/// snapshot visible and acknowledges. A committer that finds the turn free takes it itself, so a
/// commit alone costs no change of threads; what comes while the turn is taken is written together
/// by the lane of the journal. Syncs that are not part of a write run on that lane beside the turn:
/// a BACKGROUND commit does not wait for them.
///
/// Invariants:
/// 1. Commits are written, made visible and acknowledged in the order of their sequences.
/// 2. After a failed write or sync nothing is acknowledged any more and nothing is made visible; a
///    failed sync is not tried again.
/// 3. Whoever gives the turn back looks at the queue afterwards, and whoever queues tries the turn
///    afterwards: so nothing is left lying.
///
/// Locks: the turn, and inside it the queue lock for moments. The lane never waits for a thread
/// that holds the turn and waits for the lane: a holder who is not on the lane does no I/O there.
final class CommitQueue {
  /// More than that is written on the lane, to keep the turn short for others.
  private static final long LIGHT_BYTES = 48 << 10;

  private final SnapshotBoard board;
  private final Journal journal;
  private final FailureSlot failure;
  private final CompressionChoice compression;
  private final IoScheduler scheduler;
  private final IoLane lane;
  private final IoDevice device;
  private final long backgroundSyncNanos;

  private final ReentrantLock turn = new ReentrantLock();
  private final ReentrantLock queueLock = new ReentrantLock();

  /// Guarded by the queue lock.
  private ArrayDeque<PendingCommit> queue = new ArrayDeque<>();

  private final AtomicBoolean drainIsRequested = new AtomicBoolean();
  private volatile int queueSize;
  private boolean stopping;

  /// Written and not acknowledged, in order: the first waits for a sync. Guarded by the turn.
  private final ArrayDeque<PendingCommit> unacknowledged = new ArrayDeque<>();

  /// Whether a sync of BACKGROUND commits is scheduled. Guarded by the turn.
  private boolean timerIsSet;

  /// Acknowledged, with futures to be completed in this order, on a lane of their own.
  private final ConcurrentLinkedQueue<PendingCommit> toldLater = new ConcurrentLinkedQueue<>();

  private final IoLane callbacks;

  /// What the turn works on. Guarded by the turn.
  private ArrayDeque<PendingCommit> batch = new ArrayDeque<>();

  CommitQueue(
      SnapshotBoard board,
      Journal journal,
      FailureSlot failure,
      CompressionChoice compression,
      StoreLanes lanes,
      long backgroundSyncMillis) {
    this.board = board;
    this.journal = journal;
    this.failure = failure;
    this.compression = compression;
    this.scheduler = lanes.scheduler();
    this.lane = lanes.journal();
    this.callbacks = lanes.callbacks();
    this.device = lanes.device();
    this.backgroundSyncNanos = TimeUnit.MILLISECONDS.toNanos(backgroundSyncMillis);
  }

  /// Queues something. It happens when its maker calls [#await] or [#hasten].
  void add(PendingCommit pending) {
    queueLock.lock();
    try {
      if (stopping) {
        throw new DatabaseClosedException("database is closed");
      }
      queue.add(pending);
      queueSize = queue.size();
    } finally {
      queueLock.unlock();
    }
  }

  /// Waits until something queued by this thread has been acknowledged, and returns why not if not.
  @Nullable Throwable await(PendingCommit pending) {
    if (turn.tryLock()) {
      boolean isUnfinished;
      try {
        if (takeLight()) {
          process();
        }
        isUnfinished = !unacknowledged.isEmpty();
      } finally {
        giveTurnBack();
      }
      if (isUnfinished || queueSize > 0) {
        requestDrain();
      }
    }
    if (!pending.isDone()) {
      scheduler.runUntil(pending::isDone);
    }
    return pending.await();
  }

  /// Sees to it that what is queued is written soon, without waiting.
  void hasten() {
    requestDrain();
  }

  private void requestDrain() {
    if (drainIsRequested.compareAndSet(false, true)) {
      try {
        lane.execute(this::drain);
      } catch (OutOfMemoryError e) {
        // No thread is to be had. Those who found the drain requested would wait for ever.
        drainIsRequested.set(false);
        failure.fail(e);
        writeQueued(); // Refuses all.
      }
    }
  }

  /// Takes everything queued if a thread that is not the lane's may write it: short, and no change
  /// of files.
  private boolean takeLight() {
    queueLock.lock();
    try {
      long bytes = 0;
      for (PendingCommit pending : queue) {
        bytes += pending.bytes();
        if (pending.beginsFile || bytes > LIGHT_BYTES) {
          return false;
        }
      }
      take();
      return true;
    } finally {
      queueLock.unlock();
    }
  }

  /// Makes the queue the batch, which is empty. Takes no memory, so that no Error may come between
  /// a commit and whoever tells that it failed. Called with the turn and the queue lock.
  private void take() {
    ArrayDeque<PendingCommit> taken = queue;
    queue = batch;
    batch = taken;
    queueSize = 0;
  }

  /// The lane's work: writes what is queued, and syncs what waits for it.
  private void drain() {
    drainIsRequested.set(false);
    do {
      writeQueued();
      sync(false);
    } while (queueSize > 0);
  }

  private void writeQueued() {
    turn.lock();
    try {
      queueLock.lock();
      try {
        take();
      } finally {
        queueLock.unlock();
      }
      process();
    } finally {
      giveTurnBack();
    }
  }

  /// Syncs until nobody waits for it any more.
  ///
  /// @param always whether to sync even if nobody waits
  private void sync(boolean always) {
    boolean wanted = always;
    while (true) {
      Journal.SyncPoint point;
      turn.lock();
      try {
        acknowledgeDurable();
        if (failure.hasFailed() || !(wanted || !unacknowledged.isEmpty())) {
          refuseAllIfFailed();
          return;
        }
        point = journal.syncPoint();
        if (point == null) {
          acknowledgeDurable();
          refuseAllIfFailed(); // It may have failed since it was looked at.
          return;
        }
      } finally {
        giveTurnBack();
      }
      wanted = false;
      if (queueSize > 0) {
        writeQueued(); // Invariant 3, before the sync: who met the turn taken must not wait for it.
      }
      if (journal.durableSequence() >= point.sequence()) {
        continue; // A record among those began a file, so the one of the point was synced and
        // closed.
      }
      try {
        sync(point);
      } catch (IOException | RuntimeException | Error e) {
        failure.fail(e);
      }
    }
  }

  private void sync(Journal.SyncPoint point) throws IOException {
    JournalSyncEvent event = new JournalSyncEvent();
    event.begin();
    long start = scheduler.nanoTime();
    device.journalBegins();
    try {
      point.sync();
    } finally {
      device.journalEnds(scheduler.nanoTime() - start, true);
    }
    event.end();
    if (event.shouldCommit()) {
      event.database = failure.location();
      event.sequence = point.sequence();
      event.commit();
    }
  }

  private void complete(PendingCommit pending, @Nullable Throwable cause) {
    if (pending.complete(cause)) {
      toldLater.add(pending);
    }
  }

  /// Gives the turn back, and then has those told who wait for futures: what they do is not ours to
  /// know, and may be another commit.
  private void giveTurnBack() {
    boolean tells = !toldLater.isEmpty();
    turn.unlock();
    if (tells) {
      callbacks.execute(this::tellOthers);
    }
  }

  private void tellOthers() {
    PendingCommit pending;
    while ((pending = toldLater.poll()) != null) {
      pending.tellOthers();
    }
  }

  private void refuseAllIfFailed() {
    if (failure.hasFailed()) {
      Throwable cause = failure.exception();
      unacknowledged.forEach(pending -> complete(pending, cause));
      unacknowledged.clear();
    }
  }

  /// Acknowledges, in order, what no longer waits.
  private void acknowledgeDurable() {
    if (failure.hasFailed()) {
      return;
    }
    long durable = journal.durableSequence();
    PendingCommit first;
    while ((first = unacknowledged.peek()) != null && first.awaitedSequence <= durable) {
      unacknowledged.remove();
      complete(first, null);
    }
  }

  /// Writes the batch and acknowledges what can be. Called with the turn.
  private void process() {
    try {
      if (failure.hasFailed()) {
        refuse(failure.exception());
        return;
      }
      write();
      acknowledge();
    } catch (IOException | RuntimeException | Error e) {
      failure.fail(e);
      refuse(failure.exception());
    } finally {
      batch.clear();
    }
  }

  private void refuse(Throwable cause) {
    refuseAllIfFailed();
    for (PendingCommit pending : batch) {
      if (!pending.isDone()) {
        complete(pending, cause);
      }
    }
  }

  private void write() throws IOException {
    JournalWriteEvent event = new JournalWriteEvent();
    event.begin();
    long start = scheduler.nanoTime();
    long bytes = 0;
    int commits = 0;
    boolean wantsSync = false;
    Snapshot newest = null;
    JournalPosition position = board.visible().journalEnd();
    boolean isDurable = false;
    device.journalBegins();
    try {
      for (PendingCommit pending : batch) {
        if (pending.record != null) {
          position = journal.append(pending.record, pending.beginsFile);
          bytes += pending.bytes();
          commits++;
        }
        if (pending.snapshot != null) {
          newest = pending.snapshot.at(position);
        }
        wantsSync |= pending.wantsSync();
      }
      if (wantsSync) {
        isDurable = journal.writeThrough();
      } else {
        journal.write();
      }
    } finally {
      device.journalEnds(scheduler.nanoTime() - start, isDurable);
    }
    event.end();
    if (bytes > 0 && event.shouldCommit()) {
      event.database = failure.location();
      event.commits = commits;
      event.bytes = bytes;
      event.durable = isDurable;
      event.commit();
    }
    compression.written(bytes, scheduler.nanoTime() - start);
    if (newest != null) {
      board.publish(newest);
    }
  }

  private void acknowledge() {
    boolean isDurable = journal.durableSequence() == journal.lastSequence();
    for (PendingCommit pending : batch) {
      if (pending.wantsSync() && !isDurable) {
        pending.awaitedSequence = journal.lastSequence();
      }
      unacknowledged.add(pending);
      if (pending.durability == Durability.BACKGROUND && !isDurable && !timerIsSet) {
        timerIsSet = true;
        lane.schedule(this::syncInBackground, backgroundSyncNanos);
      }
    }
    acknowledgeDurable();
  }

  private void syncInBackground() {
    turn.lock();
    try {
      timerIsSet = false;
    } finally {
      giveTurnBack();
    }
    sync(true);
    if (queueSize > 0) { // Invariant 3: a committer may have found the turn taken.
      requestDrain();
    }
  }

  /// Refuses what is queued from now on.
  void stop() {
    queueLock.lock();
    try {
      stopping = true;
    } finally {
      queueLock.unlock();
    }
  }
}
