package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.rookery.storage.Commit;
import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.schedule.ForwardingScheduler;
import dev.rookery.storage.schedule.IoLane;
import dev.rookery.storage.schedule.IoScheduler;
import dev.rookery.storage.schedule.SharedIoScheduler;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/// What happens to commits for which the lane of the journal gets no thread: nobody may wait for
/// ever, and nothing promised may be lost.
final class CommitQueueTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final ThreadlessJournal scheduler = new ThreadlessJournal();

  private StorageEnvironment open(SimulatedDisk from, IoScheduler lanes) {
    return StorageEnvironment.open(
        from.fileSystem(), StorageOptions.defaults().withScheduler(lanes));
  }

  /// A record that is too long for its committer to write.
  private static PageWriteTransaction changed(StorageEnvironment environment, long value) {
    SplittableRandom random = new SplittableRandom(value);
    PageWriteTransaction tx = environment.beginWrite();
    tx.modify(StorageEnvironment.ROOT_PAGE, 4_000, Long.BYTES).set(PageLayout.LONG, 4_000, value);
    for (int i = 0; i < 8; i++) {
      MemorySegment page = tx.modify(tx.allocate(PageType.NODE_SLOTS, 1));
      for (long at = PageLayout.CONTENT_OFFSET; at < PageLayout.PAGE_BYTES; at += Long.BYTES) {
        page.set(PageLayout.LONG, at, random.nextLong());
      }
    }
    return tx;
  }

  @Test
  void commit_withoutAThreadForTheJournal_failsTheStoreAndEndsForAll() {
    StorageEnvironment environment = open(disk, scheduler);
    changed(environment, 1).commit(Durability.SYNC);
    scheduler.hasThreads = false;

    assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          Commit submitted =
              changed(environment, 2).submit(Durability.SYNC, new CommitObserver() {});
          assertThatThrownBy(() -> submitted.durable().toCompletableFuture().join())
              .isInstanceOf(CompletionException.class)
              .hasCauseInstanceOf(StorageFailedException.class);
          assertThatThrownBy(() -> changed(environment, 3).commit(Durability.NONE))
              .isInstanceOf(StorageFailedException.class);
          assertThatThrownBy(environment::sync).isInstanceOf(StorageFailedException.class);
        });

    SimulatedDisk killed = disk.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    try (StorageEnvironment again = open(killed, SharedIoScheduler.instance());
        PageReadTransaction reader = again.beginRead()) {
      MemorySegment root = reader.page(StorageEnvironment.ROOT_PAGE);
      assertThat(root.get(PageLayout.LONG, 4_000)).isEqualTo(1);
    }
  }

  /// The lanes of the process, of which that of the journal gets no thread from some time on.
  private static final class ThreadlessJournal extends ForwardingScheduler {
    volatile boolean hasThreads = true;

    ThreadlessJournal() {
      super(SharedIoScheduler.instance(), "rookery-journal");
    }

    @Override
    protected IoLane changed(IoLane lane) {
      return new ForwardingLane(lane) {
        @Override
        public void execute(Runnable task) {
          if (!hasThreads) {
            throw new OutOfMemoryError("of the test: no thread");
          }
          super.execute(task);
        }
      };
    }
  }
}
