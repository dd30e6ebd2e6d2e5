package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.journal.CompressionChoice;
import dev.rookery.storage.journal.RecordBuilder;
import dev.rookery.storage.journal.RecordHashes;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.schedule.ForwardingScheduler;
import dev.rookery.storage.schedule.InlineIoScheduler;
import dev.rookery.storage.schedule.IoLane;
import dev.rookery.storage.schedule.IoScheduler;
import dev.rookery.storage.schedule.SharedIoScheduler;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Commits of many pages, which two threads seal: every page is sealed once, whenever the second
/// thread comes and goes, and what was committed is there after a crash.
final class PageSealerTest {
  private static final long SEED = Long.getLong("seed", 5);
  private static final int ROUNDS = Integer.getInteger("seal.rounds", 2);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// What becomes of a task for the thread that helps.
  enum Help {
    AT_ONCE(new InlineIoScheduler(), Runnable::run),
    NEVER(new InlineIoScheduler(), _ -> {}),
    NO_THREAD(
        new InlineIoScheduler(),
        _ -> {
          throw new OutOfMemoryError("of the test: no thread");
        }),
    BESIDE(SharedIoScheduler.instance(), task -> Thread.startVirtualThread(task)),
    LATE(
        SharedIoScheduler.instance(),
        task ->
            Thread.startVirtualThread(() -> {
              LockSupport.parkNanos(2_000_000);
              task.run();
            }));

    private final IoScheduler scheduler;
    private final Consumer<Runnable> helper;

    Help(IoScheduler scheduler, Consumer<Runnable> helper) {
      this.scheduler = scheduler;
      this.helper = helper;
    }

    IoScheduler scheduler() {
      return new ForwardingScheduler(scheduler, "rookery-seal") {
        @Override
        protected IoLane changed(IoLane lane) {
          return with(lane);
        }
      };
    }

    IoLane with(IoLane lane) {
      return new ForwardingScheduler.ForwardingLane(lane) {
        @Override
        public void execute(Runnable task) {
          helper.accept(task);
        }
      };
    }
  }

  private final SimulatedDisk disk = new SimulatedDisk();

  @ParameterizedTest
  @EnumSource
  void largeCommit_whoeverSeals_isThereAfterACrash(Help help) {
    System.out.println("PageSealerTest seed=" + SEED);
    SplittableRandom random = new SplittableRandom(SEED);
    Map<Long, Long> model = new HashMap<>();
    SimulatedDisk current = disk;
    for (int round = 0; round < ROUNDS; round++) {
      // Little scratch: some of the pages are spilled before they are sealed.
      StorageOptions options =
          StorageOptions.defaults().withScheduler(help.scheduler()).withScratchBytes(8 << 20);
      StorageEnvironment environment = StorageEnvironment.open(current.fileSystem(), options);
      assertTimeoutPreemptively(PATIENCE, () -> change(environment, random, model));
      current = current.crash(SEED + round, CrashMode.LOSE_ALL_UNSYNCED);
      check(current, model, "seed=%d round=%d help=%s".formatted(SEED, round, help));
    }
  }

  /// Changes, adds and frees more pages than are sealed in one go.
  private static void change(
      StorageEnvironment environment, SplittableRandom random, Map<Long, Long> model) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      for (Long page : List.copyOf(model.keySet())) {
        int choice = random.nextInt(8);
        if (choice == 0) {
          tx.free(page);
          model.remove(page);
        } else if (choice < 6) {
          model.put(page, write(tx, page, random, choice > 2));
        }
        tx.relieve();
      }
      for (int i = random.nextInt(1_200, 2_400); i > 0; i--) {
        long page = tx.allocate(PageType.NODE_SLOTS, 1);
        model.put(page, write(tx, page, random, true));
        tx.relieve();
      }
      tx.commit(Durability.SYNC);
    }
  }

  private static long write(
      PageWriteTransaction tx, long page, SplittableRandom random, boolean whole) {
    long value = random.nextLong();
    long from = PageLayout.CONTENT_OFFSET;
    long length = whole ? PageLayout.PAGE_BYTES - from : 2 * Long.BYTES;
    MemorySegment segment = tx.modify(page, from, length);
    for (long at = from; at < from + length; at += 2 * Long.BYTES) {
      segment.set(PageLayout.LONG, at, value);
    }
    return value;
  }

  private static void check(SimulatedDisk from, Map<Long, Long> model, String replay) {
    StorageOptions inline = StorageOptions.defaults().inline();
    try (StorageEnvironment again = StorageEnvironment.open(from.fileSystem(), inline)) {
      try (PageReadTransaction tx = again.beginRead()) {
        model.forEach((page, value) ->
            assertThat(tx.page(page).get(PageLayout.LONG, PageLayout.CONTENT_OFFSET))
                .as(replay + " page=" + page)
                .isEqualTo(value));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void parts_whoeverSeals_areSealedOnceAndRecordedInOrder(Help help) {
    int count = 40_007;
    AtomicIntegerArray sealed = new AtomicIntegerArray(count);
    assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          long hash = seal(help, count, (from, to, tools) -> note(sealed, from, to, tools));
          long alone = seal(Help.NEVER, count, PageSealerTest::free);
          assertThat(hash).isEqualTo(alone);
        });
    for (int i = 0; i < count; i++) {
      assertThat(sealed.get(i)).isEqualTo(1);
    }
  }

  /// Returns the hash of the record.
  private static long seal(Help help, int count, PageSealer.Pages pages) throws IOException {
    PageSealer sealer = sealer(help.with(inlineLane()));
    sealer.seal(count, pages);
    return RecordHashes.of(sealer.finish(1, 100_000));
  }

  private static IoLane inlineLane() {
    return new InlineIoScheduler().lane("of the test", IoScheduler.Work.JOURNAL);
  }

  private static PageSealer sealer(IoLane lane) {
    CompressionChoice compression = CompressionChoice.always();
    RecordBuilder builder = new RecordBuilder(compression, null, Long.MAX_VALUE);
    return new PageSealer(lane, builder, compression, new UUID(1, 2));
  }

  private static void note(AtomicIntegerArray sealed, int from, int to, PageSealer.Tools tools) {
    for (int i = from; i < to; i++) {
      sealed.incrementAndGet(i);
    }
    free(from, to, tools);
  }

  private static void free(int from, int to, PageSealer.Tools tools) {
    for (int i = from; i < to; i++) {
      tools.frames().addFreed(i);
    }
  }

  @ParameterizedTest
  @EnumSource
  void seal_thatFails_isOverForBothThreadsAndLeavesNothingForTheNext(Help help) {
    for (int failing = 0; failing < 24; failing++) {
      int failed = failing;
      assertTimeoutPreemptively(PATIENCE, () -> failOnce(help, failed));
    }
  }

  private static void failOnce(Help help, int failing) throws IOException {
    AtomicInteger left = new AtomicInteger(failing);
    AtomicInteger inside = new AtomicInteger();
    PageSealer sealer = sealer(help.with(inlineLane()));
    PageSealer.Pages pages =
        (from, to, tools) -> {
          inside.incrementAndGet();
          try {
            free(from, to, tools);
            if (left.getAndDecrement() == 0) {
              throw new InternalError("of the test: unreadable page");
            }
          } finally {
            inside.decrementAndGet();
          }
        };
    assertThatThrownBy(() -> sealer.seal(40_007, pages)).isInstanceOf(InternalError.class);
    assertThat(inside.get()).isZero();
    sealer.reset();
    sealer.seal(40_007, pages);
    assertThat(RecordHashes.of(sealer.finish(1, 100_000)))
        .isEqualTo(seal(Help.NEVER, 40_007, PageSealerTest::free));
  }

  @Test
  void seal_byAnInterruptedThread_endsAndKeepsTheInterrupt() {
    List<Boolean> interrupted = new ArrayList<>();
    assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          Thread.currentThread().interrupt();
          seal(
              Help.BESIDE,
              40_007,
              (from, to, tools) -> {
                LockSupport.parkNanos(100_000);
                free(from, to, tools);
              });
          interrupted.add(Thread.interrupted());
        });
    assertThat(interrupted).containsExactly(true);
  }
}
