package dev.rookery.benchmarks.study;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/// Work in threads of its own, and what the calling thread has used. Without state.
final class Threads {
  private static final ThreadMXBean BEAN = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private Threads() {}

  /// Something that goes on until it is told to end.
  interface Loop {
    /// Goes on as long as `running` is true, and returns how often it did its work.
    long run(AtomicBoolean running) throws Exception;
  }

  /// Does something, with a loop going on in another thread meanwhile, and returns how often a
  /// second that loop did its work.
  static double beside(Loop loop, Runnable work) {
    AtomicBoolean running = new AtomicBoolean(true);
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      long begin = System.nanoTime();
      Future<Long> count = executor.submit(() -> loop.run(running));
      try {
        work.run();
      } finally {
        running.set(false);
      }
      return result(count) / ((System.nanoTime() - begin) / 1e9);
    }
  }

  /// Does the same in as many threads as asked for, and returns what each gave.
  static <T> List<T> each(int threadCount, Callable<T> work) {
    try (ExecutorService executor = Executors.newFixedThreadPool(threadCount)) {
      List<Future<T>> futures = new ArrayList<>();
      for (int thread = 0; thread < threadCount; thread++) {
        futures.add(executor.submit(work));
      }
      return futures.stream().map(Threads::result).toList();
    }
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a thread failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /// Returns the nanoseconds for which the calling thread had a core.
  static long cpuNanos() {
    return BEAN.getCurrentThreadCpuTime();
  }

  /// Returns the bytes that the calling thread has allocated on the heap.
  static long allocatedBytes() {
    return BEAN.getCurrentThreadAllocatedBytes();
  }
}
