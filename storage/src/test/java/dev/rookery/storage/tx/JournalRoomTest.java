package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import dev.rookery.storage.journal.JournalFiles;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.schedule.ForwardingScheduler;
import dev.rookery.storage.schedule.InlineIoScheduler;
import dev.rookery.storage.schedule.IoLane;
import dev.rookery.storage.schedule.IoScheduler;
import dev.rookery.storage.schedule.IoTask;
import dev.rookery.storage.schedule.SimulatedScheduler;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// How writers set room in the journal aside, and when they ask for the next file.
final class JournalRoomTest {
  private static final int FILE_BYTES = 1 << 20;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final CountingScheduler scheduler = new CountingScheduler();

  private StorageEnvironment open() {
    return open(scheduler);
  }

  private StorageEnvironment open(IoScheduler scheduler) {
    return open(disk, scheduler);
  }

  private static StorageEnvironment open(SimulatedDisk disk, IoScheduler scheduler) {
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
      assertFilesAreAsLongAsTheyWereMade(disk);
    }
  }

  private static void assertFilesAreAsLongAsTheyWereMade(SimulatedDisk disk) throws IOException {
    for (String name : disk.fileSystem().list(JournalFiles.DIRECTORY)) {
      String path = JournalFiles.DIRECTORY + "/" + name;
      try (var file = disk.fileSystem().open(path, OpenMode.READ)) {
        assertThat(file.size() % (64 << 10)).as(path).isZero();
      }
    }
  }

  /// The lane has made the file, or was to be asked for it, and there is no memory to say so.
  @ParameterizedTest
  @CsvSource({"0,-1", "1,-1", "2,-1", "3,-1", "-1,0", "-1,1", "-1,3", "-1,5", "-1,9", "1,2", "2,7"})
  void fileThatWasMade_whereMemoryRunsOutBehindIt_isNeitherLostNorTakenForAnother(
      int failedCall, int failedTask) throws IOException {
    SimulatedDisk made = new SimulatedDisk();
    CountingScheduler failing = new CountingScheduler();
    failing.failedCall = failedCall;
    failing.failedTask = failedTask;
    int errors = 0;
    long newest = 0;
    StorageEnvironment environment = open(made, failing); // Killed, not closed.
    SplittableRandom random = new SplittableRandom(failedCall * 31L + failedTask);
    for (int i = 1; i <= 2_000; i++) {
      PageWriteTransaction tx = changed(environment, i);
      if (random.nextInt(40) == 0) {
        fillPages(tx, random); // Some of the records need more than half a file.
      }
      try {
        tx.commit(i % 50 == 0 ? Durability.SYNC : Durability.NONE);
        newest = i;
      } catch (OutOfMemoryError e) {
        errors++;
      }
    }
    environment.sync();
    assertFilesAreAsLongAsTheyWereMade(made);
    assertThat(environment.stats().sequence()).isEqualTo(2_000 - errors);
    assertThat(errors).isEqualTo(failing.failedCallCount);
    SimulatedDisk killed = made.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    try (StorageEnvironment again = open(killed, new CountingScheduler());
        PageReadTransaction reader = again.beginRead()) {
      long found = reader.page(StorageEnvironment.ROOT_PAGE).get(PageLayout.LONG, 4_000);
      assertThat(found).isEqualTo(newest);
    }
  }

  private static void fillPages(PageWriteTransaction tx, SplittableRandom random) {
    for (int left = random.nextInt(FILE_BYTES / PageLayout.PAGE_BYTES); left > 0; left--) {
      MemorySegment page = tx.modify(tx.allocate(PageType.NODE_SLOTS, 1));
      for (long at = PageLayout.CONTENT_OFFSET; at < PageLayout.PAGE_BYTES; at += Long.BYTES) {
        page.set(PageLayout.LONG, at, random.nextLong());
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

  @Test
  void journalThatMayNotGrow_isUsedAgainByTheNextTransaction() {
    try (StorageEnvironment environment = open()) {
      long value = 0;
      while (environment.stats().journalBytes() < 4 * FILE_BYTES) {
        commit(environment, ++value, Durability.NONE);
      }
      disk.faults()
          .add(
              EnumSet.of(Operation.CREATE),
              name -> name.startsWith(JournalFiles.DIRECTORY),
              0,
              true,
              Fault.NO_SPACE);
      int refusedCount = 0;
      for (int i = 0; i < 20_000; i++) {
        try {
          commit(environment, ++value, Durability.NONE);
        } catch (DiskFullException e) {
          refusedCount++;
        }
      }
      // Each refusal has files given back, some of which hold thousands of such commits.
      assertThat(refusedCount).isBetween(1, 10);
      commit(environment, 42, Durability.SYNC);
      try (PageReadTransaction tx = environment.beginRead()) {
        assertThat(tx.page(StorageEnvironment.ROOT_PAGE).get(PageLayout.LONG, 4_000)).isEqualTo(42);
      }
    }
  }

  /// Counts what is handed to the lane that makes files.
  private static final class CountingScheduler extends ForwardingScheduler {
    int spaceTaskCount;

    /// The call whose answer does not come, and the task that is refused, if any.
    int failedCall = -1;

    int failedTask = -1;
    int callCount;
    int failedCallCount;

    CountingScheduler() {
      super(new InlineIoScheduler(), "rookery-space");
    }

    @Override
    protected IoLane changed(IoLane lane) {
      return new ForwardingLane(lane) {
        @Override
        public <T extends @Nullable Object> T call(IoTask<T> task) throws IOException {
          T answer = super.call(task);
          if (callCount++ == failedCall) {
            failedCallCount++;
            throw new OutOfMemoryError("of the test, behind a call");
          }
          return answer;
        }

        @Override
        public void execute(Runnable task) {
          if (spaceTaskCount++ == failedTask) {
            throw new OutOfMemoryError("of the test: no thread");
          }
          super.execute(task);
        }
      };
    }
  }
}
