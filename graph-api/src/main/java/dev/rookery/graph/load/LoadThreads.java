package dev.rookery.graph.load;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// A second thread for the second half of a work, or none. Belongs to the thread of the load.
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

  /// Does two things that do not touch each other, at once where there are two threads, and returns
  /// when both have ended. Throws what one of them has thrown.
  void both(Runnable one, Runnable other) {
    if (!hasSecond) {
      one.run();
      other.run();
      return;
    }
    Future<?> future = second.submit(other);
    Throwable failure = null;
    try {
      one.run();
    } catch (RuntimeException | Error e) {
      failure = e;
    }
    Throwable later = await(future);
    if (failure == null) {
      failure = later;
    } else if (later != null) {
      failure.addSuppressed(later);
    }
    switch (failure) {
      case null -> {}
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

  @Override
  public void close() {
    second.shutdown();
  }
}
