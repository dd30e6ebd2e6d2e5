package dev.rookery.graph;

import dev.rookery.graph.change.ChangeBatch;
import dev.rookery.graph.store.Changes;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;

/// Tells the listeners of a graph what is to be committed and what was.
///
/// A commit is queued when it is certain, in the order of commits, and told of when it is visible,
/// by whoever comes along first; one thread at a time tells. Thread-safe.
final class CommitNotices {
  private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<ChangeBatch> certain = new ConcurrentLinkedQueue<>();

  /// How often somebody wanted to tell since nobody did.
  private final AtomicInteger tellers = new AtomicInteger();

  private final LongSupplier visible;
  private final Runnable anyCommit;

  /// @param visible the newest commit that readers see
  /// @param anyCommit is run after commits, listeners or not
  CommitNotices(LongSupplier visible, Runnable anyCommit) {
    this.visible = visible;
    this.anyCommit = anyCommit;
  }

  void add(CommitListener listener) {
    listeners.add(listener);
  }

  void remove(CommitListener listener) {
    listeners.remove(listener);
  }

  boolean hasListeners() {
    return !listeners.isEmpty();
  }

  /// Asks the listeners; the first who throws refuses.
  void ask(ReadTransaction tx, long sequence, Changes changes) {
    ChangeBatch batch = new ChangeBatch(sequence, changes.isComplete(), changes.list());
    for (CommitListener listener : listeners) {
      listener.beforeCommit(tx, batch);
    }
  }

  /// Queues a commit. Called in the order of commits.
  void certain(long sequence, Changes changes) {
    certain.add(new ChangeBatch(sequence, changes.isComplete(), changes.list()));
  }

  /// Tells of all commits that are visible, unless another thread is at it and will.
  void tell() {
    anyCommit.run();
    if (certain.isEmpty() || tellers.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      tellVisible();
      seen = tellers.addAndGet(-seen);
    } while (seen != 0);
  }

  private void tellVisible() {
    long newest = visible.getAsLong();
    ChangeBatch batch;
    while ((batch = certain.peek()) != null && batch.sequence() <= newest) {
      certain.remove();
      for (CommitListener listener : listeners) {
        try {
          listener.afterCommit(batch);
        } catch (RuntimeException | Error e) {
          Thread thread = Thread.currentThread();
          thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
        }
      }
    }
  }
}
