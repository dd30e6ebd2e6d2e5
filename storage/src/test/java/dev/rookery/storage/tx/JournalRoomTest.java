package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import dev.rookery.storage.journal.JournalFiles;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.schedule.InlineIoScheduler;
import dev.rookery.storage.schedule.IoDevice;
import dev.rookery.storage.schedule.IoLane;
import dev.rookery.storage.schedule.IoScheduler;
import dev.rookery.storage.schedule.IoTask;
import dev.rookery.storage.schedule.SimulatedScheduler;
import java.io.IOException;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// How writers set room in the journal aside, and when they ask for the next file.
final class JournalRoomTest {
  private static final int FILE_BYTES = 1 << 20;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final CountingScheduler scheduler = new CountingScheduler();

  private StorageEnvironment open() {
    return open(scheduler);
  }

  private StorageEnvironment open(IoScheduler scheduler) {
    return StorageEnvironment.open(
        disk.fileSystem(),
        StorageOptions.defaults()
            .withJournalFileBytes(FILE_BYTES)
            .withCheckpointBytes(64L << 20)
            .withScheduler(scheduler));
  }

  private static void commit(StorageEnvironment environment, long value, Durability durability) {
    changed(environment, value).commit(durability);
  }

  private static PageWriteTransaction changed(StorageEnvironment environment, long value) {
    PageWriteTransaction tx = environment.beginWrite();
    long page = StorageEnvironment.ROOT_PAGE;
    tx.modify(page, 4_000, Long.BYTES).set(PageLayout.LONG, 4_000, value);
    return tx;
  }

  @Test
  void smallCommits_thatNobodySyncs_lieCloseTogether() {
    try (StorageEnvironment environment = open()) {
      for (int i = 1; i <= 2_500; i++) {
        commit(environment, i, Durability.NONE);
      }
      // 2,500 records of 256 bytes or less; begun in short files.
      assertThat(environment.stats().journalBytes()).isLessThan(2 * FILE_BYTES);
    }
  }

  @Test
  void filesOfMixedCommits_areNeverWrittenBehindTheirEnds() throws IOException {
    long seed = Long.getLong("seed", 1);
    System.out.println("JournalRoomTest seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    try (StorageEnvironment environment = open(new SimulatedScheduler(seed))) {
      for (int i = 1; i <= 12_000; i++) {
        PageWriteTransaction tx = changed(environment, i);
        Durability durability = Durability.values()[random.nextInt(3)];
        if (i / 300 % 2 == 0 && random.nextInt(50) > 0) {
          tx.submit(
              durability, new CommitObserver() {}); // The lane comes to it when chance has it.
        } else {
          tx.commit(durability);
        }
      }
      environment.sync();
      assertThat(environment.stats().journalBytes()).isGreaterThan(4 * FILE_BYTES);
      for (String name : disk.fileSystem().list(JournalFiles.DIRECTORY)) {
        String path = JournalFiles.DIRECTORY + "/" + name;
        try (var file = disk.fileSystem().open(path, OpenMode.READ)) {
          // As it was made: half as long as the next, up to the limit.
          assertThat(Long.bitCount(file.size())).as(path).isEqualTo(1);
        }
      }
    }
  }

  @Test
  void nextFile_whileOneIsWrittenTo_isAskedForAFewTimes() {
    try (StorageEnvironment environment = open()) {
      for (int i = 1; environment.stats().journalBytes() < 3 * FILE_BYTES; i++) {
        commit(environment, i, Durability.NONE);
      }
      int before = scheduler.spaceTaskCount;
      for (int i = 1; i <= 4_000; i++) {
        commit(environment, i, Durability.NONE);
      }
      assertThat(scheduler.spaceTaskCount - before).isBetween(1, 30);
    }
  }

  /// Counts what is handed to the lane that makes files.
  private static final class CountingScheduler implements IoScheduler {
    private final InlineIoScheduler inline = new InlineIoScheduler();
    int spaceTaskCount;

    @Override
    public IoLane lane(String name, Work work) {
      IoLane lane = inline.lane(name, work);
      return name.equals("rookery-space") ? new CountingLane(lane) : lane;
    }

    @Override
    public IoDevice device(String name) {
      return inline.device(name);
    }

    @Override
    public long nanoTime() {
      return inline.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
      return inline.currentTimeMillis();
    }

    @Override
    public boolean isRepeatable() {
      return true;
    }

    private final class CountingLane implements IoLane {
      private final IoLane lane;

      CountingLane(IoLane lane) {
        this.lane = lane;
      }

      @Override
      public <T extends @Nullable Object> T call(IoTask<T> task) throws IOException {
        return lane.call(task);
      }

      @Override
      public void execute(Runnable task) {
        spaceTaskCount++;
        lane.execute(task);
      }

      @Override
      public void schedule(Runnable task, long delayNanos) {
        lane.schedule(task, delayNanos);
      }

      @Override
      public void close() {
        lane.close();
      }
    }
  }
}
