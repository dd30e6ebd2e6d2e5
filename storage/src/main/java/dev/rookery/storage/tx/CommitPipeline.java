package dev.rookery.storage.tx;

import dev.rookery.storage.Durability;
import dev.rookery.storage.error.DatabaseClosedException;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.NestedWriteException;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.journal.CompressionChoice;
import dev.rookery.storage.journal.Journal;
import dev.rookery.storage.journal.JournalPosition;
import dev.rookery.storage.journal.JournalRecord;
import dev.rookery.storage.journal.RecordBuilder;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.PageChecksum;
import dev.rookery.storage.tx.EngineThread.IoTask;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// From a finished transaction to an acknowledged commit.
///
/// ```
/// writer, under the writer lock          journal's thread
/// seal pages, build the record
/// reserve room in the journal
/// head = state after the commit
/// queue the record             ------->  take everything that is queued
/// release the writer lock                write the records
///                                        make the newest snapshot visible
/// wait                         <-------  acknowledge BACKGROUND and NONE
/// wait                         <-------  sync once if anyone asks; acknowledge SYNC
/// ```
///
/// Invariants:
/// 1. The head is the state the next writer builds on; it may be newer than the visible one, never
///    older.
/// 2. Commits are written, made visible and acknowledged in the order of their sequences.
/// 3. After a failed write or sync nothing is acknowledged any more, and the head is never made
///    visible.
/// 4. Nothing that can fail for want of room happens after the head has moved.
///
/// Locks: the writer lock (fair) is held from the beginning of a write transaction to the queueing
/// of its record; the queue lock is held for moments only and taken after it.
public final class CommitPipeline implements AutoCloseable {
  private static final long SPIN_NANOS = 20_000;

  private final SnapshotBoard board;
  private final @Nullable Journal journal;
  private final FailureSlot failure;
  private final long backgroundSyncNanos;
  private final FreeSpaceMap freeSpace = new FreeSpaceMap();
  private final ReentrantLock writerLock = new ReentrantLock(true);
  private final CompressionChoice compression;
  private final RecordBuilder builder;
  private final PageChecksum checksum;

  /// The state that the next writer builds on. Guarded by the writer lock.
  private Snapshot head;

  /// Room that the journal has for records not queued yet. Guarded by the writer lock.
  private long journalRoom;

  private volatile boolean closed;

  private final ReentrantLock queueLock = new ReentrantLock();
  private final Condition queued = queueLock.newCondition();
  private ArrayDeque<PendingCommit> queue = new ArrayDeque<>();
  private boolean stopping;
  private volatile int queueSize;
  private @Nullable Thread thread;

  private final AtomicLong commitCount = new AtomicLong();
  private long unsyncedSinceNanos;
  private boolean syncIsDue;

  /// Creates a pipeline on top of a recovered state.
  ///
  /// @param journal where commits go, or `null` for a store that nothing outlives
  /// @param background whether the journal has a thread of its own
  CommitPipeline(
      SnapshotBoard board,
      @Nullable Journal journal,
      FailureSlot failure,
      boolean background,
      UUID database,
      long backgroundSyncMillis) {
    this.board = board;
    this.journal = journal;
    this.failure = failure;
    this.head = board.visible();
    // What is measured with a clock would not repeat on the simulated disk.
    this.compression = background ? CompressionChoice.measured() : CompressionChoice.always();
    this.builder = new RecordBuilder(compression);
    this.checksum = new PageChecksum(database);
    this.backgroundSyncNanos = TimeUnit.MILLISECONDS.toNanos(backgroundSyncMillis);
    if (journal != null && background) {
      thread = Thread.ofPlatform().daemon().name("rookery-journal").start(this::run);
    }
  }

  SnapshotBoard board() {
    return board;
  }

  FreeSpaceMap freeSpace() {
    return freeSpace;
  }

  long commitCount() {
    return commitCount.get();
  }

  /// Begins a write transaction when no other is open.
  PageWriteTransaction beginWrite() {
    checkNotNested();
    writerLock.lock();
    try {
      if (closed) {
        throw new DatabaseClosedException("database is closed");
      }
      failure.check();
      return new PageWriteTransaction(this, head);
    } catch (RuntimeException | Error e) {
      writerLock.unlock();
      throw e;
    }
  }

  /// Throws if this thread has a write transaction open.
  void checkNotNested() {
    if (writerLock.isHeldByCurrentThread()) {
      throw new NestedWriteException("this thread has a write transaction open already");
    }
  }

  void unlockWriter() {
    writerLock.unlock();
  }

  /// Queues the commit of a transaction that holds the writer lock.
  PendingCommit submit(PageWriteTransaction tx, Durability durability) {
    failure.check();
    Snapshot after;
    PendingCommit pending;
    boolean sealed = false;
    try {
      JournalRecord record = tx.seal(builder, checksum);
      boolean beginsFile = journal != null && reserve(journal, record.bytesMax());
      after = tx.result();
      pending =
          new PendingCommit(after, journal == null ? null : record, durability, beginsFile, null);
      sealed = true;
    } finally {
      if (!sealed) {
        builder.reset();
      }
    }
    try {
      tx.supersede();
      head = after;
      commitCount.incrementAndGet();
      enqueue(pending);
      return pending;
    } catch (RuntimeException | Error e) {
      // Out of memory in the middle: the head cannot be trusted any more.
      failure.fail(e);
      throw failure.exception();
    }
  }

  /// Sets room in the journal aside, making a file where needed. Returns whether the record begins
  /// that file.
  private boolean reserve(Journal target, long bytes) {
    if (journalRoom >= bytes) {
      journalRoom -= bytes;
      return false;
    }
    journalRoom = onJournal(() -> target.prepareFile(bytes)) - bytes;
    return true;
  }

  private void enqueue(PendingCommit pending) {
    queueLock.lock();
    try {
      if (stopping) {
        throw new DatabaseClosedException("database is closed");
      }
      if (thread == null) {
        process(List.of(pending));
      } else {
        queue.add(pending);
        queueSize = queue.size();
        queued.signal();
      }
    } finally {
      queueLock.unlock();
    }
  }

  /// Waits until a commit is what its durability promises.
  void await(PendingCommit pending) {
    Throwable cause = pending.await();
    if (cause != null) {
      failure.fail(cause);
      throw failure.exception();
    }
  }

  /// Makes everything committed so far durable.
  void sync() {
    failure.check();
    if (journal == null) {
      return;
    }
    PendingCommit wish = PendingCommit.ofSync();
    enqueue(wish);
    await(wish);
  }

  /// Waits until everything queued so far has been published.
  void drain() {
    if (journal == null) {
      return;
    }
    onJournal(() -> true);
  }

  /// Runs a task on the journal's thread, behind everything queued so far, and returns its result.
  /// A full disk is the task's own failure; any other failure is the store's.
  private <T> T onJournal(IoTask<T> task) {
    AtomicReference<Object> result = new AtomicReference<>();
    PendingCommit pending =
        PendingCommit.ofTask(() -> {
          try {
            result.set(task.run());
          } catch (NoSpaceException e) {
            result.set(e);
          }
          return result;
        });
    enqueue(pending);
    await(pending);
    if (result.get() instanceof NoSpaceException e) {
      throw new DiskFullException("no room for the journal", e);
    }
    @SuppressWarnings("unchecked") // Set by the task alone.
    T value = (T) Objects.requireNonNull(result.get());
    return value;
  }

  /// Gives back the journal files that end before the start of replay.
  void releaseJournal(JournalPosition replayStart) {
    Journal target = journal;
    if (target != null) {
      onJournal(() -> {
        target.release(replayStart);
        return true;
      });
    }
  }

  /// Makes sure that everything up to a commit is durable.
  void syncUpTo(long sequence) {
    if (journal != null && journal.durableSequence() < sequence) {
      sync();
    }
  }

  /// Takes pages that a flush has written out of the translation table, if they were not changed
  /// since.
  void publishFlush(Snapshot flushed, DataFile dataFile) {
    PendingCommit pending;
    writerLock.lock();
    try {
      var table = head.table().edit();
      long version = head.version() + 1;
      List<Long> gone = new ArrayList<>();
      flushed
          .table()
          .forEach((pageNumber, location) -> {
            if (table.lookup(pageNumber) == location) {
              table.put(pageNumber, 0);
              gone.add(location);
            }
          });
      if (gone.isEmpty()) {
        return;
      }
      head =
          new Snapshot(
              version,
              head.sequence(),
              table.finish(),
              dataFile.mapping(),
              board.pool().slabs(),
              head.pageCount(),
              head.journalEnd());
      for (long location : gone) {
        board.superseded().add(location, version);
      }
      pending = PendingCommit.ofFlush(head);
      enqueue(pending);
    } finally {
      writerLock.unlock();
    }
    await(pending);
  }

  private void run() {
    while (true) {
      try {
        List<PendingCommit> batch = take();
        if (batch.isEmpty()) {
          return;
        }
        process(batch);
      } catch (RuntimeException | Error e) {
        // Out of memory, most likely. The thread must live on, to refuse what is queued.
        failure.fail(e);
      }
    }
  }

  /// Takes everything that is queued; waits for something, or for a background sync to fall due. An
  /// empty list means the end.
  private List<PendingCommit> take() {
    long spinUntil = System.nanoTime() + SPIN_NANOS;
    while (queueSize == 0 && System.nanoTime() < spinUntil) {
      Thread.onSpinWait();
    }
    queueLock.lock();
    try {
      while (queue.isEmpty() && !stopping) {
        if (!syncIsDue) {
          queued.awaitUninterruptibly();
          continue;
        }
        long left = unsyncedSinceNanos + backgroundSyncNanos - System.nanoTime();
        if (left <= 0) {
          return List.of(PendingCommit.ofSync());
        }
        awaitQueued(left);
      }
      List<PendingCommit> batch = new ArrayList<>(queue);
      queue.clear();
      queueSize = 0;
      return batch;
    } finally {
      queueLock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // The caller loops.
  private void awaitQueued(long nanos) {
    try {
      queued.awaitNanos(nanos);
    } catch (InterruptedException e) {
      // Nobody interrupts this thread on purpose; the loop goes on.
    }
  }

  private void process(List<PendingCommit> batch) {
    if (failure.hasFailed()) {
      syncIsDue = false; // A failed sync is not tried again.
      Throwable cause = failure.exception();
      batch.forEach(pending -> pending.complete(cause));
      return;
    }
    int acknowledged = 0;
    try {
      long start = System.nanoTime();
      long bytes = write(batch);
      boolean sync = false;
      for (PendingCommit pending : batch) {
        sync |= pending.durability == Durability.SYNC;
      }
      if (!sync) {
        noteUnsynced(batch);
      } else if (journal != null) {
        acknowledged = acknowledgeUntilSync(batch);
        journal.sync();
        syncIsDue = false;
      }
      compression.written(bytes, System.nanoTime() - start);
      for (int i = acknowledged; i < batch.size(); i++) {
        batch.get(i).complete(null);
      }
    } catch (IOException | RuntimeException | Error e) {
      failure.fail(e);
      syncIsDue = false;
      for (int i = acknowledged; i < batch.size(); i++) {
        batch.get(i).complete(e);
      }
    }
  }

  /// Writes the records of a batch, publishes its newest snapshot, and returns how many bytes were
  /// written.
  private long write(List<PendingCommit> batch) throws IOException {
    long bytes = 0;
    Snapshot newest = null;
    JournalPosition position = board.visible().journalEnd();
    for (PendingCommit pending : batch) {
      if (pending.task != null) {
        if (newest != null) {
          board.publish(newest);
          newest = null;
        }
        pending.task.run();
      }
      if (pending.record != null && journal != null) {
        position = journal.append(pending.record, pending.beginsFile);
        bytes += pending.record.bytesMax();
      }
      if (pending.snapshot != null) {
        newest = pending.snapshot.at(position);
      }
    }
    if (newest != null) {
      board.publish(newest);
    }
    return bytes;
  }

  /// Acknowledges what need not wait for the sync, as far as order allows, and returns how many
  /// that were.
  private static int acknowledgeUntilSync(List<PendingCommit> batch) {
    int count = 0;
    while (count < batch.size() && batch.get(count).durability != Durability.SYNC) {
      batch.get(count++).complete(null);
    }
    return count;
  }

  private void noteUnsynced(List<PendingCommit> batch) {
    for (PendingCommit pending : batch) {
      if (pending.durability == Durability.BACKGROUND && !syncIsDue) {
        syncIsDue = true;
        unsyncedSinceNanos = System.nanoTime();
      }
    }
  }

  /// Waits for the running writer and lets no other begin.
  void closeForWriters() {
    checkNotNested();
    writerLock.lock();
    try {
      closed = true;
    } finally {
      writerLock.unlock();
    }
  }

  /// Ends the journal's thread after what is queued; what comes later is refused.
  @Override
  public void close() {
    queueLock.lock();
    try {
      stopping = true;
      queued.signal();
    } finally {
      queueLock.unlock();
    }
    Thread running = thread;
    if (running == null) {
      return;
    }
    boolean interrupted = false;
    while (true) {
      try {
        running.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
