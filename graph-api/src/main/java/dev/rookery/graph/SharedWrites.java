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
/// that wait, one after the other, commits once, and gives each thread its result. What comes
/// meanwhile it runs as the next group, so no change of threads lies between one sync and the next;
/// after a while another thread takes its place. Where functions take long, the next thread becomes
/// the runner as soon as the commit is queued, and its transaction is at work while this one is
/// being synced. With one thread a transaction is as always.
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

  /// A runner begins no further group after that: its own caller waits.
  private static final long LEAD_NANOS = 2_000_000;

  /// From here on it is worth a change of threads to run the next group beside a sync.
  private static final long LONG_NANOS = 500_000;

  private final Supplier<StoredWriteTransaction> begin;
  private final Runnable afterwards;
  private final Object lock = new Object();

  /// In the order in which they came. Guarded by the lock.
  private final ArrayDeque<Request> waiting = new ArrayDeque<>();

  /// Guarded by the lock.
  private boolean hasRunner;

  /// @param begin begins a write transaction
  /// @param afterwards is run by each thread that was the runner, when it is no more: what it does
  ///   may be to write
  SharedWrites(Supplier<StoredWriteTransaction> begin, Runnable afterwards) {
    this.begin = begin;
    this.afterwards = afterwards;
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
      lead();
      afterwards.run();
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

    /// Those whose threads its own wakes when it has been woken. Published by `done`.
    private List<Request> wokenByIt = List.of();

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
      if (done) {
        wokenByIt.forEach(Request::wake);
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
        int before = tx.changePosition();
        result = work.apply(tx);
        tx.releaseSavepoints(); // The next function must not find them.
        if (!tx.isBroken()) {
          tx.askListeners(before);
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

    /// Ends it. Its thread goes on when it is woken, and wakes those of others.
    void end(@Nullable Throwable cause, List<Request> others) {
      if (failure == null) {
        failure = cause;
      }
      wokenByIt = others;
      done = true;
    }

    void wake() {
      if (Thread.currentThread().threadId() == thread.threadId()) {
        wokenByIt.forEach(Request::wake);
      } else {
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

  /// What the runner does: one group after the other, until nobody waits or another thread is made
  /// the runner.
  private void lead() {
    long start = System.nanoTime();
    Handover handover = new Handover();
    do {
      run(handover);
    } while (!handover.isDone && System.nanoTime() - start < LEAD_NANOS && hasWaiting());
    handover.run();
  }

  private boolean hasWaiting() {
    synchronized (lock) {
      return !waiting.isEmpty();
    }
  }

  private void run(Handover handover) {
    List<Request> group = new ArrayList<>();
    Throwable failure = null;
    try {
      runGroup(group, handover);
    } catch (RuntimeException | Error e) {
      failure = e;
      Request first = group.isEmpty() ? poll() : null;
      if (first != null) { // No transaction could be begun for it.
        group.add(first);
      }
    }
    end(group, failure);
  }

  /// Ends all of a group. To wake a thread takes a few microseconds, in which this one would rather
  /// go on, so it wakes two, and these wake a half each.
  private static void end(List<Request> group, @Nullable Throwable failure) {
    int size = group.size();
    int half = (size + 1) / 2;
    for (int i = size - 1; i >= 0; i--) {
      int end = i == 0 ? half : i == half ? size : i + 1;
      group.get(i).end(failure, group.subList(Math.min(i + 1, end), end));
    }
    if (size > 0) {
      group.get(0).wake();
    }
    if (half < size) {
      group.get(half).wake();
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
          end(List.of(group.removeLast()), null);
          tx = repeat(group);
        }
      }
      if (!group.isEmpty()) {
        boolean takesLong = System.nanoTime() - start > LONG_NANOS;
        tx.endShared(strongest(group), takesLong ? handover : () -> {});
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
      end(List.of(group.remove(failed)), null);
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
