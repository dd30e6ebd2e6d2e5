package dev.rookery.traversal.engine;

import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The threads that runs share: daemons, made when they are needed, gone a minute after.
///
/// A run has many short passes, and to wake a thread that sleeps takes longer than some of them. So
/// a thread that has done its work *watches* for the next one for a moment before it sleeps, as
/// long as there is a processor for it, and whoever has work looks for one that watches first.
final class RunThreads {
  private static final ThreadFactory FACTORY =
      Thread.ofPlatform().daemon().name("rookery-traversal-", 0).factory();

  private static final ExecutorService POOL = Executors.newCachedThreadPool(FACTORY);

  /// For how long a thread watches: some times what waking takes, and what a run takes to end and
  /// the next one to begin.
  private static final long WATCH_NANOS = 100_000;

  /// For how long a caller looks again and again before it sleeps: about what waking costs.
  private static final long SPIN_NANOS = 50_000;

  /// Threads that watch, those that have come last in front. Some may have gone to sleep by now.
  private static final ConcurrentLinkedDeque<Seat> WATCHING = new ConcurrentLinkedDeque<>();

  /// Permits to watch: one processor is for the caller.
  private static final Semaphore PROCESSORS =
      new Semaphore(Runtime.getRuntime().availableProcessors() - 1);

  private RunThreads() {}

  /// Runs something as so many workers at once and waits for all of them, whatever interrupts the
  /// caller, who is worker 0, unless all are to be threads of our own.
  ///
  /// Short work is over before another thread has woken: where the caller has come to the end, a
  /// worker that has not begun does not begin any more. So the body must do all that there is to do
  /// however many begin, once its worker 0 returns.
  ///
  /// @param onPool whether the caller only waits: an interrupt of it closes no file then
  /// @param failure takes the first failure: the others may look at it and end
  static void run(
      int workerCount,
      boolean onPool,
      AtomicReference<@Nullable Throwable> failure,
      IntConsumer body) {
    Work[] others = new Work[onPool ? workerCount : workerCount - 1];
    int handedOut = 0;
    try {
      for (; handedOut < others.length; handedOut++) {
        int worker = workerCount - others.length + handedOut;
        others[handedOut] = new Work(() -> runOne(worker, body, failure));
        handOut(others[handedOut]);
      }
    } catch (OutOfMemoryError e) { // No thread is to be had; those who have begun are waited for.
      failure.compareAndSet(null, e);
    }
    if (!onPool && handedOut == others.length) {
      runOne(0, body, failure);
    }
    boolean interrupted = false;
    for (int i = 0; i < handedOut; i++) {
      interrupted |= (onPool || !others[i].withdraw()) && others[i].await();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    switch (failure.get()) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  private static void runOne(
      int worker, IntConsumer body, AtomicReference<@Nullable Throwable> failure) {
    try {
      body.accept(worker);
    } catch (Throwable e) { // Whatever it is, the first one is thrown to the caller.
      failure.compareAndSet(null, e);
    }
  }

  private static void handOut(Work work) {
    Seat seat = WATCHING.pollFirst();
    while (seat != null && !seat.take(work)) {
      seat = WATCHING.pollFirst();
    }
    if (seat == null) {
      POOL.execute(() -> runAndWatch(work));
    }
  }

  private static void runAndWatch(Work first) {
    Work work = first;
    while (work != null) {
      var _ = Thread.interrupted(); // Meant for a run that is over, if for any.
      work.run();
      work = watch();
    }
  }

  /// Returns work that came while a thread watched, or null.
  private static @Nullable Work watch() {
    if (!PROCESSORS.tryAcquire()) {
      return null;
    }
    try {
      Seat seat = new Seat();
      WATCHING.addFirst(seat);
      Work found = seat.watch();
      if (found == null) {
        WATCHING.remove(seat);
      }
      return found;
    } finally {
      PROCESSORS.release();
    }
  }

  /// Where a thread that watches gets work: once at most, and not after it has gone.
  private static final class Seat {
    /// Stands for the thread having gone.
    private static final Work GONE = new Work(() -> {});

    private final AtomicReference<@Nullable Work> work = new AtomicReference<>();

    /// Hands work to the thread that watches, and returns whether it was still there.
    boolean take(Work given) {
      return work.compareAndSet(null, given);
    }

    /// Returns work that comes within a moment, or null: then none will come.
    @Nullable Work watch() {
      long begin = System.nanoTime();
      while (work.get() == null && System.nanoTime() - begin < WATCH_NANOS) {
        Thread.onSpinWait();
      }
      return work.compareAndSet(null, GONE) ? null : work.get();
    }
  }

  /// What another thread is to do, unless it is withdrawn before that thread begins.
  private static final class Work {
    /// Null when it was run or withdrawn: a thread that goes from work to work may remember the
    /// first one, and should not keep the memory of its run.
    private @Nullable Runnable body;

    private final AtomicBoolean isTaken = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);

    Work(Runnable body) {
      this.body = body;
    }

    void run() {
      if (isTaken.compareAndSet(false, true)) {
        try {
          Objects.requireNonNull(body).run();
        } finally {
          body = null;
          done.countDown();
        }
      }
    }

    /// Takes the work back, and returns whether nobody has begun with it.
    boolean withdraw() {
      if (!isTaken.compareAndSet(false, true)) {
        return false;
      }
      body = null;
      return true;
    }

    /// Waits until it is done, and returns whether the caller was interrupted meanwhile.
    boolean await() {
      long begin = System.nanoTime();
      while (done.getCount() > 0 && System.nanoTime() - begin < SPIN_NANOS) {
        Thread.onSpinWait();
      }
      boolean interrupted = false;
      while (true) {
        try {
          done.await();
          return interrupted;
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    }
  }
}
