package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.StorageStats;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.error.ScratchFullException;
import dev.rookery.storage.error.SnapshotExpiredException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What happens when changed pages are more than memory should hold.
final class SpillTest {
  private static final int PAGE_COUNT = 400;
  private static final StorageOptions OPTIONS =
      StorageOptions.defaults()
          .withScratchBytes(32L * PageLayout.PAGE_BYTES)
          .withBackgroundSyncMillis(5)
          .withJournalFileBytes(256 << 10)
          .inline();

  private final SimulatedDisk disk = new SimulatedDisk();
  private final SplittableRandom random = new SplittableRandom(Long.getLong("seed", 1));
  private long first;

  /// What each page holds in the newest commit.
  private final long[] values = new long[PAGE_COUNT];

  private StorageEnvironment open(StorageOptions options) {
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), options);
    if (environment.wasCreated()) {
      for (int i = 0; i < PAGE_COUNT; i += 10) {
        try (PageWriteTransaction tx = environment.beginWrite()) {
          long run = tx.allocateRun(10, (byte) 1, 0);
          first = i == 0 ? run : first;
          assertThat(run).isEqualTo(first + i);
          tx.commit(Durability.NONE);
        }
      }
      environment.checkpoint();
    }
    return environment;
  }

  private void set(PageWriteTransaction tx, int index, long value) {
    tx.modify(first + index).set(PageLayout.LONG, 64L + 8 * (value & 7), value);
    tx.modify(first + index).set(PageLayout.LONG, 40, value);
  }

  private void writeOne(StorageEnvironment environment, int index) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      long value = values[index] + 1;
      set(tx, index, value);
      tx.commit(Durability.NONE);
      values[index] = value;
    }
  }

  private void assertSeen(PageReader pages, long[] expected) {
    for (int i = 0; i < PAGE_COUNT; i++) {
      assertThat(pages.page(first + i).get(PageLayout.LONG, 40))
          .as("page " + i)
          .isEqualTo(expected[i]);
    }
  }

  private void assertNewest(StorageEnvironment environment) {
    try (PageReadTransaction tx = environment.beginRead()) {
      assertSeen(tx, values);
    }
  }

  @Test
  void hotWrites_besideLongReaders_takePagesTimesSnapshotsAndNoMore() {
    record Old(PageReadTransaction tx, long[] seen) {}
    try (StorageEnvironment environment = open(OPTIONS)) {
      List<Old> readers = new ArrayList<>();
      for (int i = 0; i < 4_500; i++) {
        if (i % 1500 == 100) {
          readers.add(new Old(environment.beginRead(), values.clone()));
        }
        writeOne(environment, random.nextInt(random.nextInt(10) > 0 ? 20 : PAGE_COUNT));
        StorageStats stats = environment.stats();
        int snapshots = readers.size() + 1;
        assertThat(stats.scratchPageCount() + stats.spilledPageCount())
            .as("step " + i)
            .isLessThanOrEqualTo((long) PAGE_COUNT * snapshots + 40);
        // What an early reader sees in memory stays there; all else is spilled.
        assertThat(stats.scratchPageCount())
            .as("step " + i)
            .isLessThanOrEqualTo(32 + 40L * snapshots);
      }
      assertThat(environment.stats().spilledPageCount()).isGreaterThan(PAGE_COUNT / 2);
      readers.forEach(old -> assertSeen(old.tx(), old.seen()));
      assertNewest(environment);
      readers.forEach(old -> old.tx().close());
      environment.checkpoint();
      assertThat(environment.stats().spilledPageCount()).isZero();
      assertThat(environment.stats().scratchPageCount()).isZero();
      assertNewest(environment);
    }
    assertThat(disk.files()).containsExactly("data.rkd");
    try (StorageEnvironment environment = open(OPTIONS)) {
      assertNewest(environment);
    }
  }

  @Test
  void usedUpScratch_refusesWritersNamingTheReader_untilItEnds() {
    StorageOptions options =
        OPTIONS.withSpillBytes(64L * PageLayout.PAGE_BYTES).withRecordReaderOrigins(true);
    try (StorageEnvironment environment = open(options)) {
      PageReadTransaction reader = environment.beginRead();
      assertThatThrownBy(() -> writeAll(environment))
          .isInstanceOf(ScratchFullException.class)
          .hasMessageContaining("oldest reader sequence=40 ")
          .hasMessageContaining("thread=" + Thread.currentThread().getName())
          .hasMessageContaining("origin=");
      assertThatThrownBy(environment::beginWrite).isInstanceOf(ScratchFullException.class);
      assertThat(reader.page(first).get(PageLayout.LONG, 40)).isZero();
      assertNewest(environment);
      reader.close();
      writeAll(environment);
      assertNewest(environment);
    }
  }

  private void writeAll(StorageEnvironment environment) {
    for (int i = 0; i < PAGE_COUNT; i++) {
      writeOne(environment, i);
    }
  }

  @Test
  void usedUpScratch_withTheOption_takesTheSnapshotFromTheOldestReader() {
    StorageOptions options =
        OPTIONS
            .withSpillBytes(64L * PageLayout.PAGE_BYTES)
            .withLongReaderMillis(1)
            .withExpireLongReaders(true);
    try (StorageEnvironment environment = open(options)) {
      PageReadTransaction oldest = environment.beginRead();
      writeOne(environment, 0);
      PageReadTransaction younger = environment.beginRead();
      long[] seen = values.clone();
      while (environment.stats().oldestReader().orElseThrow().ageMillis() < 2) {
        Thread.onSpinWait();
      }
      for (int i = 1; !oldest.isClosed(); i++) {
        assertThat(i).isLessThan(PAGE_COUNT);
        writeOne(environment, i);
      }
      assertThatThrownBy(() -> oldest.page(first))
          .isInstanceOf(SnapshotExpiredException.class)
          .hasMessageContaining("sequence=40");
      assertThatThrownBy(oldest::checkNotExpired).isInstanceOf(SnapshotExpiredException.class);
      if (!younger.isClosed()) {
        assertSeen(younger, seen);
      }
      oldest.close();
      writeAll(environment);
      younger.close();
      assertNewest(environment);
      assertThat(environment.stats().activeReaderCount()).isZero();
    }
  }

  @Test
  void transactionLargerThanAll_isRolledBackByName() {
    StorageOptions options = OPTIONS.withSpillBytes(64L * PageLayout.PAGE_BYTES);
    try (StorageEnvironment environment = open(options)) {
      PageWriteTransaction tx = environment.beginWrite();
      assertThatThrownBy(() -> changeAll(tx)).isInstanceOf(ScratchFullException.class);
      assertThatThrownBy(() -> tx.commit(Durability.SYNC))
          .isInstanceOf(TransactionClosedException.class)
          .hasMessageContaining("was rolled back already");
      assertThat(environment.stats().scratchPageCount()).isZero();
      assertThat(environment.stats().spilledPageCount()).isZero();
      writeAll(environment);
      assertNewest(environment);
    }
  }

  private void changeAll(PageWriteTransaction tx) {
    for (int i = 0; i < PAGE_COUNT; i++) {
      set(tx, i, values[i] + 1);
      tx.relieve();
    }
  }

  @Test
  void transactionLargerThanMemory_isKeptInSpillFiles() {
    try (StorageEnvironment environment = open(OPTIONS)) {
      try (PageWriteTransaction tx = environment.beginWrite()) {
        for (int round = 0; round < 3; round++) {
          changeAll(tx);
          for (int i = 0; i < PAGE_COUNT; i++) {
            values[i]++;
          }
          assertThat(environment.stats().scratchPageCount()).isLessThanOrEqualTo(33);
          assertSeen(tx, values);
        }
        PageSavepoint savepoint = tx.savepoint();
        changeAll(tx);
        assertThat(environment.stats().scratchPageCount()).isLessThanOrEqualTo(33);
        assertThat(environment.stats().spilledPageCount()).isGreaterThan(2 * PAGE_COUNT - 40);
        tx.rollbackTo(savepoint);
        assertThat(environment.stats().spilledPageCount()).isLessThanOrEqualTo(PAGE_COUNT);
        assertSeen(tx, values);
        tx.commit(Durability.SYNC);
      }
      assertNewest(environment);
      // Dies here: recovery replays a record that is larger than its memory.
      SimulatedDisk after = disk.fork(7, CrashMode.LOSE_ALL_UNSYNCED);
      try (StorageEnvironment recovered = StorageEnvironment.open(after.fileSystem(), OPTIONS)) {
        assertNewest(recovered);
        assertThat(recovered.stats().scratchPageCount()).isLessThanOrEqualTo(40);
      }
    }
  }

  @Test
  void fullDisk_whileSpilling_rollsBackAndLosesNothing() {
    try (StorageEnvironment environment = open(OPTIONS)) {
      writeAll(environment);
      for (Operation operation : List.of(Operation.CREATE, Operation.WRITE)) {
        int failures = 0;
        while (isRefused(environment, operation, failures * failures)) {
          failures++;
          writeOne(environment, random.nextInt(PAGE_COUNT));
          assertNewest(environment);
          environment.checkpoint();
          assertThat(environment.stats().spilledPageCount()).isZero();
          assertThat(environment.stats().scratchPageCount()).isZero();
        }
        assertThat(failures).isGreaterThan(3);
        assertNewest(environment);
      }
    }
  }

  /// Makes a large transaction on a disk that becomes full after some operations, and returns
  /// whether that made it fail.
  private boolean isRefused(StorageEnvironment environment, Operation operation, int skipped) {
    disk.faults()
        .add(
            EnumSet.of(operation),
            name -> name.startsWith("scratch"),
            skipped,
            true,
            Fault.NO_SPACE);
    try (PageWriteTransaction tx = environment.beginWrite()) {
      try {
        changeAll(tx);
        changeAll(tx);
        tx.commit(Durability.SYNC);
        for (int i = 0; i < PAGE_COUNT; i++) {
          values[i]++;
        }
        return false;
      } catch (DiskFullException e) {
        assertThat(tx.isClosed()).isTrue();
        return true;
      }
    } finally {
      disk.faults().clear();
    }
  }

  @Test
  void fullDisk_besideALongReader_refusesWritersUntilThereIsRoom() {
    try (StorageEnvironment environment = open(OPTIONS)) {
      PageReadTransaction reader = environment.beginRead();
      disk.faults()
          .add(
              EnumSet.of(Operation.CREATE, Operation.WRITE),
              name -> name.startsWith("scratch"),
              0,
              true,
              Fault.NO_SPACE);
      RookeryException refused = null;
      for (int i = 0; refused == null; i++) {
        try {
          writeOne(environment, i);
        } catch (RookeryException e) {
          refused = e;
        }
      }
      assertThat(refused).isInstanceOf(DiskFullException.class);
      assertThat(environment.stats().scratchPageCount()).isLessThan(40);
      disk.faults().clear();
      writeAll(environment);
      assertNewest(environment);
      reader.close();
    }
  }
}
