package dev.rookery.storage.io;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/// Plays seeds 1, 2, 3, ... on a few threads until enough was tried, and says how fast that went.
/// With `-Dseed=...` it plays that seed alone. Each seed has one thread and shares nothing, so what
/// it does is the same however many threads there are.
public final class SeedWorkers {
  private static final int THREADS =
      Integer.getInteger("crash.threads", Math.min(2, Runtime.getRuntime().availableProcessors()));

  private final String test;
  private final LongSupplier tried;
  private final long wanted;
  private final AtomicLong nextSeed = new AtomicLong(1);
  private final AtomicLong cpuNanos = new AtomicLong();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();

  /// @param tried how many points were tried so far
  /// @param wanted how many are to be
  public SeedWorkers(String test, LongSupplier tried, long wanted) {
    this.test = test;
    this.tried = tried;
    this.wanted = wanted;
  }

  /// Plays the seeds; the first failure ends all and names the seed that repeats it.
  public void play(LongConsumer body) {
    long start = System.nanoTime();
    long before = tried.getAsLong();
    Long given = Long.getLong("seed");
    if (given != null) {
      tryOne(given, body);
    } else {
      playAll(body);
    }
    long points = tried.getAsLong() - before;
    double seconds = (System.nanoTime() - start) / 1e9;
    String seeds = given == null ? "1.." + (nextSeed.get() - 1) : given.toString();
    System.out.printf(
        Locale.ROOT,
        "%s seed=%s points=%d seconds=%.1f points/s=%.0f points/cpu-s=%.0f%n",
        test,
        seeds,
        points,
        seconds,
        points / seconds,
        points / Math.max(1e-3, cpuNanos.get() / 1e9));
    if (failure.get() != null) {
      throw new AssertionError(failure.get().getMessage(), failure.get());
    }
  }

  private void playAll(LongConsumer body) {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < THREADS; i++) {
      threads.add(Thread.ofPlatform().name(test + "-" + i).start(() -> work(body)));
    }
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void work(LongConsumer body) {
    while (tried.getAsLong() < wanted && failure.get() == null) {
      tryOne(nextSeed.getAndIncrement(), body);
    }
  }

  private void tryOne(long seed, LongConsumer body) {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    long cpu = threads.getCurrentThreadCpuTime();
    try {
      body.accept(seed);
    } catch (RuntimeException | Error e) {
      failure.compareAndSet(
          null, new AssertionError("failed, repeat with -Dseed=" + seed + " test=" + test, e));
    }
    cpuNanos.addAndGet(threads.getCurrentThreadCpuTime() - cpu);
  }
}
