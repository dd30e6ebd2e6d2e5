package dev.rookery.traversal.engine;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadFactory;
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
  /// @param onPool whether the caller only waits: an interrupt of it closes no file then
  /// @param failure takes the first failure: the others may look at it and end
  static void run(
      int workerCount,
      boolean onPool,
      AtomicReference<@Nullable Throwable> failure,
      IntConsumer body) {
    Future<?>[] others = new Future<?>[onPool ? workerCount : workerCount - 1];
    for (int i = 0; i < others.length; i++) {
      int worker = workerCount - others.length + i;
      others[i] = POOL.submit(() -> runOne(worker, body, failure));
    }
    if (!onPool) {
      runOne(0, body, failure);
    }
    boolean interrupted = false;
    for (Future<?> other : others) {
      interrupted |= await(other);
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

  /// Waits for a worker and returns whether the caller was interrupted meanwhile.
  private static boolean await(Future<?> other) {
    boolean interrupted = false;
    while (true) {
      try {
        other.get();
        return interrupted;
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new AssertionError(e); // Failures are caught inside.
      }
    }
  }
}
