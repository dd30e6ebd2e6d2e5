package dev.rookery.storage.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(900)
final class SharedIoDeviceTest {
  private static final int TASKS = 40;

  private final Semaphore turns = new Semaphore(2, true);
  private final SharedIoDevice device = new SharedIoDevice(turns);

  /// Counts how many are inside at once.
  private static final class Crowd {
    final AtomicInteger inside = new AtomicInteger();
    final AtomicInteger most = new AtomicInteger();
    final AtomicInteger total = new AtomicInteger();

    Boolean visit() {
      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
      Thread.yield();
      total.incrementAndGet();
      inside.decrementAndGet();
      return true;
    }
  }

  private interface Use {
    void run() throws IOException;
  }

  private static void inThreads(int count, Use use) throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                try {
                  use.run();
                } catch (IOException e) {
                  throw new AssertionError(e);
                }
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  void flushes_ofAllDisks_takeTurns() throws InterruptedException {
    SharedIoDevice other = new SharedIoDevice(turns);
    Crowd crowd = new Crowd();
    AtomicInteger which = new AtomicInteger();

    inThreads(
        TASKS,
        () -> {
          SharedIoDevice mine = which.getAndIncrement() % 2 == 0 ? device : other;
          for (int i = 0; i < 50; i++) {
            var _ = mine.flush(crowd::visit);
          }
        });

    assertThat(crowd.total).hasValue(TASKS * 50);
    assertThat(crowd.most.get()).isBetween(1, 2);
  }

  @Test
  void syncs_ofOneDisk_takeTurns_andThoseOfAnotherDoNotWait() throws Exception {
    Crowd crowd = new Crowd();
    inThreads(
        TASKS,
        () -> {
          for (int i = 0; i < 50; i++) {
            var _ = device.sync(crowd::visit);
          }
        });
    assertThat(crowd.total).hasValue(TASKS * 50);
    assertThat(crowd.most.get()).isBetween(1, SharedIoDevice.SYNC_COUNT_MAX);

    CountDownLatch held = new CountDownLatch(SharedIoDevice.SYNC_COUNT_MAX);
    CountDownLatch release = new CountDownLatch(1);
    for (int i = 0; i < SharedIoDevice.SYNC_COUNT_MAX; i++) {
      Thread.ofPlatform().daemon().start(() -> holdSync(held, release));
    }
    held.await();
    assertThat(new SharedIoDevice(turns).sync(() -> 7)).isEqualTo(7);
    release.countDown();
  }

  private void holdSync(CountDownLatch held, CountDownLatch release) {
    try {
      var _ =
          device.sync(() -> {
            held.countDown();
            await(release);
            return true;
          });
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void flushes_haveTheirTurnsInTheOrderInWhichTheyCame() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    turns.acquire(1); // One turn is left.
    threads.add(flusher(() -> await(release)));
    waitUntil(() -> turns.availablePermits() == 0);
    for (int i = 0; i < 8; i++) {
      int number = i;
      threads.add(flusher(() -> order.add(number)));
      waitUntil(() -> turns.getQueueLength() == number + 1);
    }
    release.countDown();
    for (Thread thread : threads) {
      thread.join();
    }

    assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
  }

  private Thread flusher(Runnable work) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            var _ =
                device.flush(() -> {
                  work.run();
                  return true;
                });
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
  }

  private static void waitUntil(java.util.function.BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void turn_isGivenBackByATaskThatFails() throws IOException {
    for (int i = 0; i < 5; i++) {
      try {
        var _ =
            device.flush(() -> {
              throw new IOException("of the test");
            });
      } catch (IOException expected) {
        assertThat(expected).hasMessage("of the test");
      }
    }
    assertThat(device.flush(() -> 1)).isEqualTo(1);
    assertThat(turns.availablePermits()).isEqualTo(2);
  }

  @Test
  void pause_isShort_evenIfAJournalWritesForEver() {
    device.journalBegins();
    long begin = System.nanoTime();
    for (int i = 0; i < 5; i++) {
      device.betweenWrites(false);
    }
    assertThat(System.nanoTime() - begin)
        .isBetween(TimeUnit.MILLISECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(20));
    begin = System.nanoTime();
    device.betweenWrites(true);
    assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(20));
  }

  @Test
  void commitsSuffer_whenSyncsTakeSeveralTimesAsLongAsAtBest() {
    for (int i = 0; i < 100; i++) {
      end(1_000_000, true);
    }
    assertThat(device.commitsSuffer()).isFalse();
    for (int i = 0; i < 30; i++) {
      end(8_000_000, true);
    }
    assertThat(device.commitsSuffer()).isTrue();
    for (int i = 0; i < 30; i++) {
      end(1_200_000, true);
    }
    assertThat(device.commitsSuffer()).isFalse();
    // Noise far below what a disk takes is none of a flush's doing.
    for (int i = 0; i < 100; i++) {
      end(i < 50 ? 5_000 : 100_000, false);
    }
    assertThat(device.commitsSuffer()).isFalse();
  }

  @Test
  void floor_followsADiskThatBecameSlower() {
    for (int i = 0; i < 10; i++) {
      end(1_000_000, true);
    }
    for (int i = 0; i < 5000; i++) {
      end(6_000_000, true);
    }
    assertThat(device.commitsSuffer()).isFalse();
  }

  private void end(long nanos, boolean sync) {
    device.journalBegins();
    device.journalEnds(nanos, sync);
  }
}
