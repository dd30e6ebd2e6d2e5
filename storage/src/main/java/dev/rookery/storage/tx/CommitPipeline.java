package dev.rookery.storage.tx;

import dev.rookery.storage.Durability;
import dev.rookery.storage.error.DatabaseClosedException;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.NestedWriteException;
import dev.rookery.storage.io.NoSpaceException;
import dev.rookery.storage.journal.CompressionChoice;
import dev.rookery.storage.journal.Journal;
import dev.rookery.storage.journal.JournalFiles;
import dev.rookery.storage.journal.JournalPosition;
import dev.rookery.storage.journal.JournalRecord;
import dev.rookery.storage.journal.OverflowFiles;
import dev.rookery.storage.journal.RecordBuilder;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.mvcc.SpillWriter;
import dev.rookery.storage.page.DataFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// From a finished transaction to an acknowledged commit.
///
/// ```
/// writer, under the writer lock          whoever has the turn (see CommitQueue)
/// seal pages, build the record
/// reserve room in the journal
/// head = state after the commit
/// queue the record             ------->  take everything that is queued
/// release the writer lock                write the records in one go
///                                        make the newest snapshot visible
/// wait                         <-------  acknowledge
/// ```
///
/// Invariants:
/// 1. The head is the state the next writer builds on; it may be newer than the visible one, never
///    older.
/// 2. Nothing that can fail for want of room happens after the head has moved.
/// 3. A claimed journal file is begun by the commit that claimed it, or the store has failed: what
///    happens between the two cannot fail otherwise. Else the next record would be reckoned to lie
///    in one file and be written to another.
///
/// Locks: the writer lock (fair) is held from the beginning of a write transaction to the queueing
/// of its record.
public final class CommitPipeline implements AutoCloseable {
  private final SnapshotBoard board;
  private final FailureSlot failure;
  private final ScratchBudget budget;
  private final StoreLanes lanes;
  private final @Nullable JournalFiles files;
  private final @Nullable Journal journal;
  private final @Nullable CommitQueue queue;
  private final FreeSpaceMap freeSpace = new FreeSpaceMap();
  private final ReentrantLock writerLock = new ReentrantLock(true);
  private final PageSealer sealer;

  /// The state that the next writer builds on. Guarded by the writer lock.
  private Snapshot head;

  /// Room that the newest journal file has for records not queued yet. Guarded by the writer lock.
  private long journalRoom;

  /// With less room than this the next file is asked for. Guarded by the writer lock.
  private long standbyRoom;

  private final AtomicBoolean standbyIsRequested = new AtomicBoolean();

  /// Whether the last file that a commit asked for could not be made, the disk being full.
  private volatile boolean lacksJournalRoom;

  private LongConsumer onCommit = _ -> {};
  private UnseenSpace.@Nullable Disk unseenDisk;
  private volatile boolean closed;
  private final AtomicLong commitCount = new AtomicLong();

  /// Where commits go; both `null` for a store that nothing outlives.
  record Journals(@Nullable JournalFiles files, @Nullable Journal journal) {}

  /// What transactions may take for their pages and records.
  ///
  /// @param files where a long record goes, if not on the heap
  /// @param recordBytes how much of a record may be on the heap
  record Scratch(ScratchBudget budget, @Nullable OverflowFiles files, long recordBytes) {}

  /// Creates a pipeline on top of a recovered state.
  CommitPipeline(
      SnapshotBoard board,
      Journals journals,
      FailureSlot failure,
      StoreLanes lanes,
      UUID database,
      Scratch scratch,
      long backgroundSyncMillis) {
    this.board = board;
    this.files = journals.files();
    this.journal = journals.journal();
    this.failure = failure;
    this.budget = scratch.budget();
    this.lanes = lanes;
    this.head = board.visible();
    // What is measured with a clock would not repeat on the simulated disk.
    CompressionChoice compression =
        lanes.scheduler().isRepeatable()
            ? CompressionChoice.always()
            : CompressionChoice.measured();
    RecordBuilder builder = new RecordBuilder(compression, scratch.files(), scratch.recordBytes());
    this.sealer = new PageSealer(lanes.seal(), builder, compression, database);
    this.queue =
        journals.journal() == null
            ? null
            : new CommitQueue(
                board, journals.journal(), failure, compression, lanes, backgroundSyncMillis);
  }

  /// Says where loads write their pages. Before the first transaction.
  void unseenDisk(
      DataFile dataFile, UUID database, OverflowFiles overflow, UnseenSpace.DataSync sync) {
    unseenDisk = new UnseenSpace.Disk(dataFile, lanes, failure, database, overflow, sync);
  }

  UnseenSpace.Disk unseenDisk() {
    return Objects.requireNonNull(unseenDisk);
  }

  /// Names who is told the sequence of each commit on its way, under the writer lock. Before the
  /// first transaction.
  void onCommit(LongConsumer listener) {
    onCommit = listener;
  }

  SnapshotBoard board() {
    return board;
  }

  /// Returns where the store is, for events.
  String location() {
    return failure.location();
  }

  ScratchBudget budget() {
    return budget;
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
  PendingCommit submit(PageWriteTransaction tx, Durability durability, CommitObserver observer) {
    failure.check();
    Snapshot after;
    PendingCommit pending;
    JournalRecord record = null;
    boolean sealed = false;
    try {
      record = seal(tx);
      after = tx.result();
      pending = new PendingCommit(after, journal == null ? null : record, durability);
      if (files != null && journal != null) {
        reserve(files, journal, pending); // Last, for invariant 3.
      }
      sealed = true;
    } finally {
      if (!sealed) {
        sealer.reset();
        release(record);
      }
    }
    try {
      observer.sealed();
      tx.supersede();
      head = after;
      unseenDisk().dataFile().reachTo(after.pageCount());
      commitCount.incrementAndGet();
      onCommit.accept(after.sequence());
      enqueue(pending);
      return pending;
    } catch (RuntimeException | Error e) {
      // Out of memory in the middle: the head cannot be trusted any more.
      failure.fail(e);
      throw failure.exception();
    }
  }

  private JournalRecord seal(PageWriteTransaction tx) {
    try {
      return tx.seal(sealer);
    } catch (UncheckedIOException e) {
      throw scratchFailed(e.getCause() == null ? new IOException(e) : e.getCause());
    } catch (IOException e) {
      throw scratchFailed(e);
    }
  }

  private RuntimeException scratchFailed(IOException cause) {
    if (cause instanceof NoSpaceException) {
      return new DiskFullException("no room for what does not fit into memory", cause);
    }
    failure.fail(cause);
    return failure.exception();
  }

  private void release(@Nullable JournalRecord record) {
    try {
      if (record != null) {
        record.release();
      }
    } catch (IOException e) {
      failure.fail(e);
    }
  }

  /// Sets room in the journal aside, claiming a file where needed, which the record then begins.
  private void reserve(JournalFiles target, Journal written, PendingCommit pending) {
    long bytes = pending.bytes();
    // What was set aside for blocks that no sync has left half full.
    journalRoom = Math.max(journalRoom, written.roomBehind(head.sequence()));
    if (journalRoom < bytes) {
      journalRoom = claim(target, bytes);
      standbyRoom = journalRoom / 2;
      pending.beginsFile = true;
    }
    journalRoom -= bytes;
    if (journalRoom < standbyRoom && standbyIsRequested.compareAndSet(false, true)) {
      // Again when half of the rest is used: the disk may have been full, or the file given back.
      standbyRoom = journalRoom / 2;
      requestStandby(target);
    }
  }

  private long claim(JournalFiles target, long bytes) {
    try {
      long room;
      // Claimed here and not on the lane: whatever keeps the lane's answer from coming leaves a
      // file that is claimed by nobody.
      while ((room = target.claimStandby(bytes)) < 0) {
        lanes
            .space()
            .call(() -> {
              target.makeStandby(bytes);
              return true;
            });
      }
      lacksJournalRoom = false;
      return room;
    } catch (NoSpaceException e) {
      lacksJournalRoom = true;
      throw new DiskFullException("no room for the journal", e);
    } catch (IOException e) {
      failure.fail(e);
      throw failure.exception();
    }
  }

  private void requestStandby(JournalFiles target) {
    try {
      lanes.space().execute(() -> makeStandby(target));
    } catch (OutOfMemoryError e) {
      standbyIsRequested.set(false); // No thread. The commit that needs the file has it made.
    }
  }

  /// Returns whether a commit was refused because the disk had no room for a journal file, and none
  /// got one since.
  boolean lacksJournalRoom() {
    return lacksJournalRoom;
  }

  private void makeStandby(JournalFiles target) {
    try {
      if (!failure.hasFailed()) {
        target.makeStandby(0);
      }
    } catch (NoSpaceException e) {
      // The commit that needs the file asks again, and is told.
    } catch (IOException | RuntimeException | Error e) {
      failure.fail(e);
    } finally {
      standbyIsRequested.set(false);
    }
  }

  private void enqueue(PendingCommit pending) {
    if (queue != null) {
      queue.add(pending);
      return;
    }
    if (pending.snapshot != null) {
      board.publish(pending.snapshot);
    }
    pending.complete(null);
  }

  /// Waits until something queued by this thread is what its durability promises.
  void await(PendingCommit pending) {
    Throwable cause = queue == null ? null : queue.await(pending);
    if (cause != null) {
      failure.fail(cause);
      throw failure.exception();
    }
  }

  /// Sees to it that what is queued happens soon, without waiting.
  void hasten() {
    if (queue != null) {
      queue.hasten();
    }
  }

  /// Makes everything committed so far durable.
  void sync() {
    failure.check();
    if (queue != null) {
      PendingCommit wish = PendingCommit.ofSync();
      enqueue(wish);
      await(wish);
    }
  }

  /// Returns a stage that completes when a commit is durable, and asks for a sync if it is not.
  CompletableFuture<Void> durable(long sequence) {
    if (failure.hasFailed() && !isDurable(sequence)) {
      return CompletableFuture.failedFuture(failure.exception());
    }
    if (isDurable(sequence)) {
      return CompletableFuture.completedFuture(null);
    }
    PendingCommit wish = PendingCommit.ofSync();
    CompletableFuture<Void> future = wish.future();
    try {
      enqueue(wish);
    } catch (DatabaseClosedException e) {
      return CompletableFuture.failedFuture(e);
    }
    hasten();
    return future;
  }

  private boolean isDurable(long sequence) {
    return journal == null || journal.durableSequence() >= sequence;
  }

  /// Gives back the journal files that end before the start of replay. On the files' lane.
  void releaseJournal(JournalPosition replayStart) {
    if (files != null) {
      try {
        files.release(replayStart);
      } catch (IOException e) {
        failure.fail(e);
        throw failure.exception();
      }
    }
  }

  /// Makes sure that everything up to a commit is durable.
  void syncUpTo(long sequence) {
    if (!isDurable(sequence)) {
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

  /// Names the copies of a spill in the translation table, where the pages were not changed since.
  void publishSpill(SpillWriter spill) {
    PendingCommit pending;
    writerLock.lock();
    try {
      if (failure.hasFailed() || spill.count() == 0) {
        spill.undo();
        return;
      }
      var table = head.table().edit();
      long version = head.version() + 1;
      for (int i = 0; i < spill.count(); i++) {
        if (table.lookup(spill.page(i)) == spill.from(i)) {
          table.put(spill.page(i), spill.to(i));
          board.pool().setBorn(spill.to(i), version);
        }
      }
      Snapshot before = head;
      head =
          new Snapshot(
              version,
              head.sequence(),
              table.finish(),
              head.mapping(),
              board.pool().slabs(),
              head.pageCount(),
              head.journalEnd());
      // Only now: what is superseded by a version must not be named by it, whatever fails between.
      for (int i = 0; i < spill.count(); i++) {
        if (before.table().lookup(spill.page(i)) == spill.from(i)) {
          board.superseded().add(spill.from(i), version);
        } else {
          board.pool().free(spill.to(i));
        }
      }
      pending = PendingCommit.ofFlush(head);
      enqueue(pending);
    } finally {
      writerLock.unlock();
    }
    await(pending);
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

  /// Ends what happens behind the queue, after what is in it; what comes later is refused.
  @Override
  public void close() {
    if (queue != null) {
      queue.stop();
    }
    lanes.closeJournal();
  }
}
