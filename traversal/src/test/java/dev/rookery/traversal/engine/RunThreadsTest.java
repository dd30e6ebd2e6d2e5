package dev.rookery.traversal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Runs that follow each other closely, beside others, so that threads get work while they watch,
/// while they go to sleep, and when they sleep.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // No interrupt ends a pass.
final class RunThreadsTest {
  private static final int PART_COUNT = 40;

  /// Does the parts of one pass, and returns when that is over.
  private static void pass(SplittableRandom random) {
    int workers = 1 + random.nextInt(5);
    boolean onPool = random.nextBoolean();
    int length = random.nextInt(2_000);
    AtomicInteger next = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    AtomicInteger inside = new AtomicInteger();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    RunThreads.run(
        workers,
        onPool,
        failure,
        worker -> {
          assertThat(worker).isBetween(0, workers - 1);
          inside.incrementAndGet();
          for (int part = next.getAndIncrement();
              part < PART_COUNT;
              part = next.getAndIncrement()) {
            for (int i = 0; i < length; i++) {
              Thread.onSpinWait();
            }
            done.incrementAndGet();
          }
          inside.decrementAndGet();
        });
    assertThat(inside.get()).as("workers that are still at it").isZero();
    assertThat(done.get()).isEqualTo(PART_COUNT);
  }

  @Test
  void passes_thatFollowEachOther_areWholeWhenTheyEnd() throws Exception {
    long seed = Long.getLong("seed", 17);
    System.out.println("RunThreadsTest seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    try (ExecutorService callers = Executors.newFixedThreadPool(3)) {
      List<Future<Void>> all = new ArrayList<>();
      for (int caller = 0; caller < 3; caller++) {
        SplittableRandom own = random.split();
        Callable<Void> passes =
            () -> {
              for (int i = 0; i < 1_000; i++) {
                pass(own);
                if (own.nextInt(4) == 0) {
                  // About as long as a thread watches.
                  TimeUnit.MICROSECONDS.sleep(own.nextInt(200));
                }
              }
              return null;
            };
        all.add(callers.submit(passes));
      }
      for (Future<Void> one : all) {
        one.get();
      }
    }
  }

  @Test
  void failureOfOneWorker_isThrown_andTheThreadsGoOn() {
    for (int i = 0; i < 100; i++) {
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      assertThatThrownBy(() ->
              RunThreads.run(
                  3,
                  true,
                  failure,
                  worker -> {
                    if (worker == 1) {
                      throw new IllegalStateException("enough");
                    }
                  }))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("enough");
      pass(new SplittableRandom(i));
    }
  }
}
