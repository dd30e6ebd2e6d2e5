package dev.rookery.storage.tx;

import dev.rookery.storage.error.DatabaseClosedException;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// A thread of the engine's own on which files are touched: an interrupt of a caller's thread would
/// close the channel for everybody. Or, for stores that touch no channel, the calling thread
/// itself, one at a time.
public final class EngineThread implements AutoCloseable {
  private final @Nullable ExecutorService executor;
  private final ReentrantLock inlineLock = new ReentrantLock();

  private EngineThread(@Nullable ExecutorService executor) {
    this.executor = executor;
  }

  /// Starts a daemon thread of that name.
  public static EngineThread start(String name) {
    return new EngineThread(
        Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name(name).factory()));
  }

  /// Returns an engine that works on the calling thread.
  public static EngineThread inline() {
    return new EngineThread(null);
  }

  /// Work that touches files.
  @FunctionalInterface
  public interface IoTask<T extends @Nullable Object> {
    /// Does the work.
    T run() throws IOException;
  }

  /// Runs a task and waits for it, whatever interrupts the caller: the interrupt is kept for later.
  public <T extends @Nullable Object> T call(IoTask<T> task) throws IOException {
    if (executor == null) {
      inlineLock.lock();
      try {
        return task.run();
      } finally {
        inlineLock.unlock();
      }
    }
    Future<T> future;
    try {
      future = executor.submit(task::run);
    } catch (RejectedExecutionException e) {
      throw new DatabaseClosedException("database is closed", e);
    }
    return await(future);
  }

  private static <T extends @Nullable Object> T await(Future<T> future) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } catch (ExecutionException e) {
      throw rethrow(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static IOException rethrow(@Nullable Throwable cause) {
    return switch (cause) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> throw new IllegalStateException(cause);
    };
  }

  /// Runs a task some time soon, or never if the engine is closed.
  public void execute(Runnable task) {
    if (executor == null) {
      inlineLock.lock();
      try {
        task.run();
      } finally {
        inlineLock.unlock();
      }
    } else {
      try {
        executor.execute(task);
      } catch (RejectedExecutionException e) {
        // Closed meanwhile: nobody waits for the task.
      }
    }
  }

  /// Ends the thread after what was handed to it. An interrupt of the caller is not passed on: it
  /// would close channels.
  @Override
  public void close() {
    if (executor == null) {
      return;
    }
    executor.shutdown();
    boolean interrupted = false;
    while (true) {
      try {
        if (executor.awaitTermination(1, TimeUnit.HOURS)) {
          break;
        }
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
