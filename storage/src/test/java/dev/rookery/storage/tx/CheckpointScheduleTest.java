package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.schedule.SimulatedScheduler;
import java.util.EnumSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// Flushes and checkpoints that nobody asks for, in simulated time.
final class CheckpointScheduleTest {
  private final SimulatedDisk disk = new SimulatedDisk();
  private final SimulatedScheduler scheduler = new SimulatedScheduler(1);
  private final StorageOptions options =
      StorageOptions.defaults()
          .withScratchBytes(4 << 20)
          .withJournalFileBytes(256 << 10)
          .withCheckpointMillis(60_000)
          .withScheduler(scheduler);

  private StorageEnvironment open() {
    return StorageEnvironment.open(disk.fileSystem(), options);
  }

  private static long commit(StorageEnvironment environment) {
    PageWriteTransaction tx = environment.beginWrite();
    tx.modify(StorageEnvironment.ROOT_PAGE).set(PageLayout.LONG, 40, tx.sequence());
    return tx.commit(Durability.BACKGROUND).sequence();
  }

  private void pass(long millis) {
    scheduler.settle(TimeUnit.MILLISECONDS.toNanos(millis));
  }

  private long dataSyncs() {
    return disk.faults().count(Operation.SYNC);
  }

  @Test
  void idleStore_isFlushedSoonAndCheckpointedInTime() {
    try (StorageEnvironment environment = open()) {
      commit(environment);
      assertThat(environment.stats().scratchPageCount()).isEqualTo(1);

      pass(2500);
      assertThat(environment.stats().scratchPageCount()).isZero();
      assertThat(environment.stats().flushCount()).isEqualTo(1);
      long syncs = dataSyncs();
      pass(50_000);
      assertThat(dataSyncs()).isEqualTo(syncs);
      pass(10_000);
      assertThat(dataSyncs()).isEqualTo(syncs + 2); // The pages, then the header.
      pass(2000);
      assertThat(scheduler.delayedCount()).isZero();
    }
  }

  @Test
  void cleanStore_hasNoTimer() {
    try (StorageEnvironment environment = open()) {
      assertThat(scheduler.delayedCount()).isZero();
      commit(environment);
      assertThat(scheduler.delayedCount()).isEqualTo(2); // The sync in the background, the timer.
      environment.checkpoint();
      pass(120_000);
      assertThat(scheduler.delayedCount()).isZero();
      long tasks = scheduler.taskCount();
      pass(3_600_000);
      assertThat(scheduler.taskCount()).isEqualTo(tasks);

      commit(environment);
      pass(62_000);
      assertThat(environment.stats().scratchPageCount()).isZero();
    }
    assertThat(scheduler.delayedCount()).isZero();
  }

  @Test
  void busyStore_isCheckpointedWithinTheSetting() {
    try (StorageEnvironment environment = open()) {
      long syncs = 0;
      for (int second = 0; second < 200; second++) {
        for (int i = 0; i < 5; i++) {
          commit(environment);
          pass(200);
        }
        if (second == 58) {
          syncs = environment.stats().syncCount();
          assertThat(dataSyncs()).isLessThan(syncs + 20);
        }
      }
      // Of the data file: three checkpoints in 200 seconds, each with two syncs.
      SimulatedDisk killed = disk.fork(1, CrashMode.LOSE_ALL_UNSYNCED);
      byte[] header = killed.read("data.rkd");
      long revision = Math.max(longAt(header, 4096 + 8), longAt(header, 8192 + 8));
      assertThat(revision).isBetween(1L + 3, 1L + 4);
    } catch (java.nio.file.NoSuchFileException e) {
      throw new AssertionError(e);
    }
  }

  private static long longAt(byte[] bytes, int offset) {
    return java.nio.ByteBuffer.wrap(bytes).order(java.nio.ByteOrder.LITTLE_ENDIAN).getLong(offset);
  }

  @Test
  void idleStore_givesUpJournalFilesThatWait() {
    try (StorageEnvironment environment = open()) {
      for (int i = 0; i < 4000; i++) {
        commit(environment);
        if (i % 500 == 0) {
          environment.checkpoint();
        }
      }
      assertThat(environment.stats().journalBytes()).isGreaterThan(2 * 256 << 10);
      pass(120_000);
      assertThat(environment.stats().journalBytes()).isLessThanOrEqualTo(256 << 10);
      commit(environment);
    }
  }

  @Test
  void recoveredStore_endsUpCleanWithoutACommit() {
    StorageEnvironment environment = open();
    long sequence = commit(environment);
    environment.sync();
    SimulatedDisk killed = disk.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    SimulatedScheduler after = new SimulatedScheduler(2);
    try (StorageEnvironment again =
        StorageEnvironment.open(killed.fileSystem(), options.withScheduler(after))) {
      assertThat(again.stats().sequence()).isEqualTo(sequence);
      assertThat(again.stats().scratchPageCount()).isEqualTo(1);
      after.settle(TimeUnit.SECONDS.toNanos(62));
      assertThat(again.stats().scratchPageCount()).isZero();
      assertThat(after.delayedCount()).isZero();
    }
  }

  @Test
  void longReader_doesNotKeepTheTimerBusy() {
    try (StorageEnvironment environment = open()) {
      PageReadTransaction reader = environment.beginRead();
      commit(environment);
      pass(5000);
      long tasks = scheduler.taskCount();
      pass(600_000);
      assertThat(scheduler.taskCount() - tasks).isLessThan(700);
      reader.close();
      pass(62_000);
      assertThat(environment.stats().scratchPageCount()).isZero();
    }
  }

  @Test
  void checkpointInTheBackground_thatFails_failsTheStore() {
    StorageEnvironment environment = open();
    commit(environment);
    pass(3000);
    disk.faults().add(EnumSet.of(Operation.SYNC), "data.rkd"::equals, 0, true, Fault.IO_ERROR);
    pass(60_000);
    assertThatThrownBy(environment::beginWrite).isInstanceOf(StorageFailedException.class);
    assertThat(scheduler.delayedCount()).isZero();
    assertThatThrownBy(environment::close).isInstanceOf(StorageFailedException.class);
  }

  @Test
  void flushInTheBackground_onAFullDisk_isTriedAgain() {
    try (StorageEnvironment environment = open()) {
      PageWriteTransaction tx = environment.beginWrite();
      tx.allocateRun(64, (byte) 1, 0);
      tx.commit(Durability.SYNC);
      disk.faults().add(EnumSet.of(Operation.WRITE), "data.rkd"::equals, 0, true, Fault.NO_SPACE);
      pass(10_000);
      assertThat(environment.stats().scratchPageCount()).isPositive();
      disk.faults().clear();
      pass(62_000);
      assertThat(environment.stats().scratchPageCount()).isZero();
    }
  }

  @Test
  void transactionsInTheMiddleOfACheckpoint_areNotLost() {
    try (StorageEnvironment environment = open()) {
      commit(environment);
      int[] visits = new int[1];
      scheduler.visit(() -> {
        visits[0]++;
        commit(environment);
      });
      environment.checkpoint();
      scheduler.visit(() -> {});
      assertThat(visits[0]).isGreaterThan(3);
      assertThat(environment.stats().sequence()).isEqualTo(1 + visits[0]);
      SimulatedDisk killed = disk.fork(1, CrashMode.KEEP_ALL);
      try (StorageEnvironment again =
              StorageEnvironment.open(killed.fileSystem(), options.inline());
          PageReadTransaction read = again.beginRead()) {
        assertThat(read.page(StorageEnvironment.ROOT_PAGE).get(PageLayout.LONG, 40))
            .isEqualTo(1 + visits[0]);
      }
    }
  }
}
