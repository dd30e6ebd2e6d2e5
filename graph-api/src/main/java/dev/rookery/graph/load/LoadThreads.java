package dev.rookery.graph.load;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A second thread for a part of the work, or none. Belongs to the thread of the load.
final class LoadThreads implements AutoCloseable {
  private final ExecutorService second;
  private final boolean hasSecond;

  LoadThreads(int threadCount) {
    this.hasSecond = threadCount > 1;
    // Makes its thread when the first task comes.
    this.second =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("rookery-load").factory());
  }

  /// Returns whether there is a second thread.
  boolean hasSecond() {
    return hasSecond;
  }

  /// Work that was begun. Belongs to the thread of the load.
  static final class Begun {
    private static final Begun NOTHING = new Begun(null);

    private @Nullable Future<?> future;

    private Begun(@Nullable Future<?> future) {
      this.future = future;
    }

    /// Returns work that has ended.
    static Begun nothing() {
      return NOTHING;
    }

    /// Returns when the work has ended, and throws what it has thrown, the first time.
    void end() {
      Throwable failure = failure();
      if (failure != null) {
        rethrow(failure);
      }
    }

    private @Nullable Throwable failure() {
      Future<?> begun = future;
      future = null;
      return begun == null ? null : await(begun);
    }
  }

  /// Begins work on the second thread, behind what was begun there before; without a second thread
  /// it is done when this returns. What it touches is not to be touched before it has ended.
  Begun begin(Runnable work) {
    if (!hasSecond) {
      work.run();
      return Begun.nothing();
    }
    return new Begun(second.submit(work));
  }

  /// Does two things that do not touch each other, at once where there are two threads, and returns
  /// when both have ended. Throws what one of them has thrown.
  void both(Runnable one, Runnable other) {
    if (!hasSecond) {
      one.run();
      other.run();
      return;
    }
    Begun begun = begin(other);
    Throwable failure = null;
    try {
      one.run();
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    Throwable later = begun.failure();
    if (failure == null) {
      failure = later;
    } else if (later != null) {
      failure.addSuppressed(later);
    }
    if (failure != null) {
      rethrow(failure);
    }
  }

  private static void rethrow(Throwable failure) {
    switch (failure) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }

  private static @Nullable Throwable await(Future<?> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          future.get();
          return null;
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          return e.getCause();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// Returns when all that was begun has ended: what it works on may be given back then.
  @Override
  public void close() {
    second.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = second.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
