package dev.rookery.storage.tx;

import dev.rookery.storage.Durability;
import dev.rookery.storage.journal.JournalRecord;
import dev.rookery.storage.mvcc.Snapshot;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Something on its way through the journal's queue: a commit with its record, a flush with a new
/// snapshot alone, or a wish for a sync with neither.
final class PendingCommit {
  private static final int SPIN_COUNT = 200;

  final @Nullable Snapshot snapshot;
  final @Nullable JournalRecord record;
  final Durability durability;

  /// Whether the record begins a journal file that was claimed for it. Set before it is queued.
  boolean beginsFile;

  /// The newest commit that has to be durable. Set when it is written, if durability asks for it.
  long awaitedSequence;

  private final Thread owner = Thread.currentThread();

  /// Guarded by this object's lock.
  private @Nullable CompletableFuture<Void> future;

  /// Published by the volatile write of `done`.
  private @Nullable Throwable failure;

  private volatile boolean done;

  PendingCommit(
      @Nullable Snapshot snapshot, @Nullable JournalRecord record, Durability durability) {
    this.snapshot = snapshot;
    this.record = record;
    this.durability = durability;
  }

  static PendingCommit ofFlush(Snapshot snapshot) {
    return new PendingCommit(snapshot, null, Durability.NONE);
  }

  static PendingCommit ofSync() {
    return new PendingCommit(null, null, Durability.SYNC);
  }

  /// Returns whether it waits for a sync.
  boolean wantsSync() {
    return durability == Durability.SYNC;
  }

  /// Returns how long its record is.
  long bytes() {
    return record == null ? 0 : record.bytesMax();
  }

  boolean isDone() {
    return done;
  }

  /// Acknowledges it and wakes its owner. Returns whether somebody else is to be told, by
  /// [#tellOthers].
  boolean complete(@Nullable Throwable cause) {
    boolean hasOthers;
    synchronized (this) {
      failure = cause;
      done = true;
      hasOthers = future != null;
    }
    if (Thread.currentThread().threadId() != owner.threadId()) {
      LockSupport.unpark(owner);
    }
    return hasOthers;
  }

  /// Tells those who hang on its future, which runs code of the user: never with a lock.
  void tellOthers() {
    CompletableFuture<Void> waiting;
    synchronized (this) {
      waiting = future;
    }
    if (waiting != null) {
      finish(waiting, failure);
    }
  }

  private static void finish(CompletableFuture<Void> waiting, @Nullable Throwable cause) {
    if (cause == null) {
      waiting.complete(null);
    } else {
      waiting.completeExceptionally(cause);
    }
  }

  /// Returns a future that completes with it.
  CompletableFuture<Void> future() {
    CompletableFuture<Void> waiting;
    synchronized (this) {
      waiting = future;
      if (waiting == null) {
        waiting = new CompletableFuture<>();
        future = waiting;
      }
      if (!done) {
        return waiting;
      }
    }
    finish(waiting, failure);
    return waiting;
  }

  /// Waits until the commit is what its durability promises, whatever interrupts the thread, and
  /// returns the failure if it is not. For the thread that made it.
  @Nullable Throwable await() {
    boolean interrupted = false;
    for (int i = 0; !done && i < SPIN_COUNT; i++) {
      Thread.onSpinWait();
    }
    while (!done) {
      LockSupport.park(this);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return failure;
  }
}
