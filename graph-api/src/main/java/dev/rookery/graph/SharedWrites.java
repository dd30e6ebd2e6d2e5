package dev.rookery.graph;

import dev.rookery.storage.Durability;
import dev.rookery.storage.error.StorageFailedException;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Runs the functions that many threads want to write with in common transactions.
///
/// One of the threads is the *runner*: it begins a transaction, runs its own function and those
/// that wait, one after the other, commits once, and gives each thread its result. When the commit
/// is queued the next waiting thread becomes the runner, so the next transaction is at work while
/// this one is being synced. With one thread a transaction is as always.
///
/// A function that throws is cut out: the transaction is rolled back, and those that ran before it
/// run again without it. (The merging of transactions is RavenDB's.)
///
/// Invariants:
/// 1. There is a runner exactly as long as a thread waits or runs; it is the one that waits
///    longest.
/// 2. A request is ended once, after its changes are committed or thrown away.
///
/// Thread-safe.
final class SharedWrites {
  /// No transaction takes more functions than that, and none when it has run for so long: the first
  /// ones wait for the last.
  private static final int COUNT_MAX = 256;

  private static final long NANOS_MAX = 2_000_000;

  private final Supplier<StoredWriteTransaction> begin;
  private final Object lock = new Object();

  /// In the order in which they came. Guarded by the lock.
  private final ArrayDeque<Request> waiting = new ArrayDeque<>();

  /// Guarded by the lock.
  private boolean hasRunner;

  /// @param begin begins a write transaction
  SharedWrites(Supplier<StoredWriteTransaction> begin) {
    this.begin = begin;
  }

  /// Runs a function in a transaction, alone or with others, commits and returns its result.
  @SuppressWarnings({"unchecked", "NullAway"}) // The result is what the function returned.
  <T> T write(Durability durability, Function<? super WriteTransaction, T> work) {
    Request request = new Request(durability, work);
    boolean runs;
    synchronized (lock) {
      waiting.add(request);
      runs = !hasRunner;
      hasRunner = true;
    }
    if (runs || request.awaitTurn()) {
      run(request);
    }
    T result = (T) request.result();
    return result;
  }

  /// What a thread wants to be done.
  private static final class Request {
    final Durability durability;
    final Function<? super WriteTransaction, ?> work;
    private final Thread thread = Thread.currentThread();
    private @Nullable Object result;
    private @Nullable Throwable failure;

    /// Publishes the fields above.
    private volatile boolean done;

    private volatile boolean mayRun;

    Request(Durability durability, Function<? super WriteTransaction, ?> work) {
      this.durability = durability;
      this.work = work;
    }

    /// Waits until somebody has done it (false) or its thread is to be the runner (true), whatever
    /// interrupts the thread.
    boolean awaitTurn() {
      boolean interrupted = false;
      while (!done && !mayRun) {
        LockSupport.park(this);
        interrupted |= Thread.interrupted();
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
      return !done;
    }

    void makeRunner() {
      mayRun = true;
      LockSupport.unpark(thread);
    }

    /// Runs the function and returns whether its changes can be committed.
    boolean run(StoredWriteTransaction tx) {
      try {
        result = work.apply(tx);
        tx.releaseSavepoints(); // The next function must not find them.
        if (!tx.isBroken()) {
          return true;
        }
        failure =
            new StorageFailedException(
                "transaction was broken by an earlier exception and can only be rolled back");
      } catch (Throwable e) { // Whatever it is, it belongs to the thread that asked for the work.
        failure = e;
      }
      return false;
    }

    void end(@Nullable Throwable cause) {
      if (failure == null) {
        failure = cause;
      }
      done = true;
      if (Thread.currentThread().threadId() != thread.threadId()) {
        LockSupport.unpark(thread);
      }
    }

    @Nullable Object result() {
      return switch (failure) {
        case null -> result;
        case RuntimeException e -> throw e;
        case Error e -> throw e;
        default -> throw new UndeclaredThrowableException(failure);
      };
    }
  }

  private void run(Request own) {
    List<Request> group = new ArrayList<>();
    Handover handover = new Handover();
    Throwable failure = null;
    try {
      runGroup(group, handover);
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      if (group.isEmpty() && !own.done) { // No transaction could be begun.
        poll();
        group.add(own);
      }
      handover.run();
      for (Request request : group) {
        request.end(failure);
      }
    }
  }

  private void runGroup(List<Request> group, Handover handover) {
    StoredWriteTransaction tx = begin.get().share();
    long start = System.nanoTime();
    try {
      Request next;
      while (mayGrow(group, start) && (next = poll()) != null) {
        group.add(next);
        if (!next.run(tx)) {
          tx.abandonShared();
          group.removeLast().end(null);
          tx = repeat(group);
        }
      }
      if (!group.isEmpty()) {
        tx.endShared(strongest(group), handover);
      }
    } finally {
      tx.abandonShared();
    }
  }

  private static boolean mayGrow(List<Request> group, long start) {
    return group.isEmpty() || (group.size() < COUNT_MAX && System.nanoTime() - start < NANOS_MAX);
  }

  /// Runs a group again, in a new transaction that holds its changes when this returns. What fails
  /// now leaves the group too.
  private StoredWriteTransaction repeat(List<Request> group) {
    while (true) {
      StoredWriteTransaction tx = begin.get().share();
      int failed = firstFailure(tx, group);
      if (failed < 0) {
        return tx;
      }
      tx.abandonShared();
      group.remove(failed).end(null);
    }
  }

  private static int firstFailure(StoredWriteTransaction tx, List<Request> group) {
    for (int i = 0; i < group.size(); i++) {
      if (!group.get(i).run(tx)) {
        return i;
      }
    }
    return -1;
  }

  private @Nullable Request poll() {
    synchronized (lock) {
      return waiting.poll();
    }
  }

  private static Durability strongest(List<Request> group) {
    Durability strongest = Durability.NONE;
    for (Request request : group) {
      if (request.durability.compareTo(strongest) < 0) { // Declared from strong to weak.
        strongest = request.durability;
      }
    }
    return strongest;
  }

  /// Makes the thread that has waited longest the runner. Does it once.
  private final class Handover implements Runnable {
    private boolean isDone;

    @Override
    public void run() {
      if (isDone) {
        return;
      }
      isDone = true;
      Request next;
      synchronized (lock) {
        next = waiting.peek();
        hasRunner = next != null;
      }
      if (next != null) {
        next.makeRunner();
      }
    }
  }
}
