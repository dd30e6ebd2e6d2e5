package dev.rookery.storage.schedule;

import dev.rookery.storage.error.DatabaseClosedException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A lane on threads that it shares with others: it holds one of them as long as it has work.
///
/// Invariant: at most one thread runs tasks of the lane, from `isRunning` set to `isRunning`
/// cleared.
final class SerialLane implements IoLane {
  private final String name;
  private final Executor threads;
  private final ScheduledExecutorService timer;
  private final Object lock = new Object();
  private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
  private final CountDownLatch ended = new CountDownLatch(1);

  /// What is delayed, so that a closed lane is not held by it. Few at a time.
  private final List<Future<?>> delayed = new ArrayList<>();

  private boolean isRunning;
  private boolean isClosed;

  /// The thread that runs tasks now. Guarded by the lock.
  private @Nullable Thread runner;

  SerialLane(String name, Executor threads, ScheduledExecutorService timer) {
    this.name = name;
    this.threads = threads;
    this.timer = timer;
  }

  @Override
  public <T extends @Nullable Object> T call(IoTask<T> task) throws IOException {
    FutureTask<T> future = new FutureTask<>(task::run);
    if (!offer(future)) {
      throw new DatabaseClosedException("database is closed");
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

  @Override
  public void execute(Runnable task) {
    offer(task); // Closed meanwhile: nobody waits for the task.
  }

  @Override
  public void schedule(Runnable task, long delayNanos) {
    synchronized (lock) {
      if (!isClosed) {
        delayed.removeIf(Future::isDone);
        delayed.add(timer.schedule(() -> execute(task), delayNanos, TimeUnit.NANOSECONDS));
      }
    }
  }

  private boolean offer(Runnable task) {
    synchronized (lock) {
      if (isClosed) {
        return false;
      }
      waiting.add(task);
      if (isRunning) {
        return true;
      }
      isRunning = true;
    }
    boolean started = false;
    try {
      threads.execute(this::run);
      started = true;
    } finally {
      if (!started) { // No memory for a thread: the lane must not look busy for ever.
        synchronized (lock) {
          isRunning = false;
        }
      }
    }
    return true;
  }

  private void run() {
    Thread thread = Thread.currentThread();
    String before = thread.getName();
    thread.setName(name);
    synchronized (lock) {
      runner = thread;
    }
    try {
      Runnable task;
      while ((task = next()) != null) {
        runOne(task);
      }
    } finally {
      thread.setName(before);
    }
  }

  @SuppressWarnings("CatchAndPrintStackTrace")
  private static void runOne(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      // The tasks behind it have to run all the same; tasks report their own failures.
      Thread thread = Thread.currentThread();
      thread.getThreadGroup().uncaughtException(thread, e);
    }
  }

  private @Nullable Runnable next() {
    synchronized (lock) {
      Runnable task = waiting.poll();
      if (task == null) {
        runner = null;
        isRunning = false;
        if (isClosed) {
          ended.countDown();
        }
      }
      return task;
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      isClosed = true;
      delayed.forEach(task -> task.cancel(false));
      delayed.clear();
      if (!isRunning && waiting.isEmpty()) {
        ended.countDown();
      }
      if (Thread.currentThread().equals(runner)) {
        return; // Code of the user, run here, closes the store: it must not wait for itself.
      }
    }
    boolean interrupted = false;
    while (true) {
      try {
        ended.await();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "SerialLane[" + name + "]";
  }
}
