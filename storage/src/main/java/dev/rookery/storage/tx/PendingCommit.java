package dev.rookery.storage.tx;

import dev.rookery.storage.Durability;
import dev.rookery.storage.journal.JournalRecord;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.tx.EngineThread.IoTask;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Something on its way through the journal's queue: a commit with its record, a flush with a new
/// snapshot alone, a wish for a sync with neither, or work to be done on the journal's thread.
final class PendingCommit {
  private static final int SPIN_COUNT = 200;

  final @Nullable Snapshot snapshot;
  final @Nullable JournalRecord record;
  final Durability durability;

  /// Whether the record begins a journal file that was prepared for it.
  final boolean beginsFile;

  /// What to do on the journal's thread, in order with the commits.
  final @Nullable IoTask<?> task;

  private final Thread owner = Thread.currentThread();

  /// Published by the volatile write of `done`.
  private @Nullable Throwable failure;

  private volatile boolean done;

  PendingCommit(
      @Nullable Snapshot snapshot,
      @Nullable JournalRecord record,
      Durability durability,
      boolean beginsFile,
      @Nullable IoTask<?> task) {
    this.snapshot = snapshot;
    this.record = record;
    this.durability = durability;
    this.beginsFile = beginsFile;
    this.task = task;
  }

  static PendingCommit ofFlush(Snapshot snapshot) {
    return new PendingCommit(snapshot, null, Durability.NONE, false, null);
  }

  static PendingCommit ofSync() {
    return new PendingCommit(null, null, Durability.SYNC, false, null);
  }

  static PendingCommit ofTask(IoTask<?> task) {
    return new PendingCommit(null, null, Durability.NONE, false, task);
  }

  void complete(@Nullable Throwable cause) {
    failure = cause;
    done = true;
    LockSupport.unpark(owner);
  }

  /// Waits until the commit is what its durability promises, whatever interrupts the thread, and
  /// returns the failure if it is not.
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
