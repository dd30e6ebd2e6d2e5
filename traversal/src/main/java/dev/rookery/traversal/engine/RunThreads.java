package dev.rookery.traversal.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// The threads that runs share: daemons, made when they are needed, gone a minute after.
final class RunThreads {
  private static final ThreadFactory FACTORY =
      Thread.ofPlatform().daemon().name("rookery-traversal-", 0).factory();

  private static final ExecutorService POOL = Executors.newCachedThreadPool(FACTORY);

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
    for (int i = 0; i < others.length; i++) {
      int worker = workerCount - others.length + i;
      others[i] = new Work(() -> runOne(worker, body, failure));
      POOL.execute(others[i]);
    }
    if (!onPool) {
      runOne(0, body, failure);
    }
    boolean interrupted = false;
    for (Work other : others) {
      interrupted |= (onPool || !other.withdraw()) && other.await();
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

  /// What another thread is to do, unless it is withdrawn before that thread begins.
  private static final class Work implements Runnable {
    /// For how long whoever waits looks again and again before it sleeps: about what waking costs.
    private static final long SPIN_NANOS = 20_000;

    private final Runnable body;
    private final AtomicBoolean isTaken = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);

    Work(Runnable body) {
      this.body = body;
    }

    @Override
    public void run() {
      if (isTaken.compareAndSet(false, true)) {
        try {
          body.run();
        } finally {
          done.countDown();
        }
      }
    }

    /// Takes the work back, and returns whether nobody has begun with it.
    boolean withdraw() {
      return isTaken.compareAndSet(false, true);
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
