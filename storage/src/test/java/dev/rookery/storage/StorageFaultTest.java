package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.io.FaultPlan;
import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.FaultyFileSystem;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Lets operations of the disk fail: what was promised stays, nothing is promised after a failure,
/// readers go on, and opening again mends everything. `-Dfault.seeds` is the number of workloads.
final class StorageFaultTest {
  private static final StorageOptions OPTIONS =
      StorageOptions.defaults()
          .withScratchBytes(64 << 10)
          .withBackgroundSyncMillis(5)
          .withJournalFileBytes(64 << 10)
          .inline();

  private static final StorageOptions BACKGROUND =
      StorageOptions.defaults()
          .withScratchBytes(64 << 10)
          .withBackgroundSyncMillis(5)
          .withJournalFileBytes(64 << 10);

  private static final int SEEDS = Integer.getInteger("fault.seeds", 1);

  /// So long a scenario of milliseconds may take before it counts as hanging.
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Operation.class)
  void anyOperation_thatFailsOnce_keepsThePromises(Operation operation) {
    failEach(operation, false, OPTIONS);
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void anyOperation_thatFailsForEver_keepsThePromises(Operation operation) {
    failEach(operation, true, OPTIONS);
  }

  @ParameterizedTest
  @EnumSource(names = {"WRITE", "SYNC"})
  void anyOperation_thatFailsOnceOnTheEnginesThreads_keepsThePromises(Operation operation) {
    failEach(operation, false, BACKGROUND);
  }

  @ParameterizedTest
  @EnumSource(names = {"WRITE", "SYNC"})
  void anyOperation_thatFailsForEverOnTheEnginesThreads_keepsThePromises(Operation operation) {
    failEach(operation, true, BACKGROUND);
  }

  /// Every operation of its kind in a workload fails once, in each way.
  private static void failEach(Operation operation, boolean forever, StorageOptions options) {
    StoreSeeds.forEach(
        "StorageFaultTest." + operation,
        SEEDS,
        seed -> {
          Scenario dry = new Scenario(seed, options);
          dry.work();
          long count = dry.disk.faults().count(operation);
          assertThat(count).isPositive();
          for (long skipped = 0; skipped < count; skipped++) {
            for (Fault fault : faultsAt(skipped, options)) {
              Scenario scenario = new Scenario(seed, options);
              scenario.disk.faults().add(EnumSet.of(operation), _ -> true, skipped, forever, fault);
              try {
                assertTimeoutPreemptively(PATIENCE, () -> scenario.run(fault));
              } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(
                    "skipped=%d fault=%s history=%s".formatted(skipped, fault, scenario.history),
                    e);
              }
            }
          }
          System.out.printf("  %s forever=%s count=%d%n", operation, forever, count);
        });
  }

  /// With threads, where a scenario takes longer, the faults take turns.
  private static List<Fault> faultsAt(long operation, StorageOptions options) {
    List<Fault> all = List.of(Fault.values());
    int turn = (int) (operation % all.size());
    return options.equals(BACKGROUND) && SEEDS == 1 ? all.subList(turn, turn + 1) : all;
  }

  /// A workload that meets a fault somewhere.
  private static final class Scenario {
    final SimulatedDisk disk = new SimulatedDisk();
    final StoreHistory history = new StoreHistory();
    final SplittableRandom random;
    private final StorageOptions options;

    Scenario(long seed, StorageOptions options) {
      this.random = new SplittableRandom(seed);
      this.options = options;
    }

    void run(Fault fault) {
      try {
        work();
      } catch (DiskFullException e) {
        assertThat(fault).isEqualTo(Fault.NO_SPACE);
      } catch (StorageFailedException e) {
        // What the environment did after it was judged in the work itself.
      } catch (OutOfMemoryError e) {
        assertThat(fault).isEqualTo(Fault.NO_MEMORY); // Opening or closing.
      }
      disk.faults().clear();
      // In the same process, then after a power failure: recovery must have made durable what it
      // found, even where a failed sync has left the system thinking that it was.
      open().close();
      StorageEnvironment environment = open();
      transaction(environment, Durability.SYNC);
      SimulatedDisk after = disk.crash(random.nextLong(), CrashMode.LOSE_ALL_UNSYNCED);
      history.crash(CrashMode.LOSE_ALL_UNSYNCED);
      try (StorageEnvironment last = StorageEnvironment.open(after.fileSystem(), options)) {
        history.recovered(last);
      }
    }

    void work() {
      for (int life = 0; life < 2; life++) {
        StorageEnvironment environment = open();
        PageReadTransaction old = environment.beginRead();
        PageModel seen = history.newest();
        try {
          for (int i = 0; i < 13; i++) {
            if (i == 5) { // From here on checkpoints get further, and journal files come free.
              seen.assertSeenBy(old);
              old.close();
            }
            step(environment, i);
          }
        } catch (StorageFailedException e) {
          if (!old.isClosed()) {
            seen.assertSeenBy(old);
          }
          assertFailed(environment);
          throw e;
        }
        close(environment);
        history.synced();
      }
    }

    private static void close(StorageEnvironment environment) {
      try {
        environment.close();
      } catch (OutOfMemoryError e) {
        environment.close(); // Nothing of it is in the way of the next one.
        throw e;
      }
    }

    private StorageEnvironment open() {
      StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), options);
      history.recovered(environment);
      return environment;
    }

    private void step(StorageEnvironment environment, int i) {
      if (i % 4 == 3) {
        try {
          environment.checkpoint();
        } catch (DiskFullException | OutOfMemoryError e) {
          // Nothing is lost.
        }
      }
      try {
        transaction(environment, Durability.values()[random.nextInt(3)]);
      } catch (OutOfMemoryError e) {
        // Rolled back, and what comes next is as good as ever.
        try (PageReadTransaction tx = environment.beginRead()) {
          assertThat(tx.sequence()).isEqualTo(history.newestSequence());
        }
      }
    }

    private void transaction(StorageEnvironment environment, Durability durability) {
      PageWriteTransaction begun;
      try {
        begun = environment.beginWrite();
      } catch (DiskFullException e) {
        return; // Memory is used up, and there is no disk to flush or spill to.
      }
      try (PageWriteTransaction tx = begun) {
        PageModel after = history.newest().copy();
        after.change(tx, random, 40);
        if (history.newestSequence() % 5 == 4) {
          after.rewrite(tx, random); // So that a journal file is not enough.
        }
        history.begin(after);
        if (!tx.hasChanges()) {
          history.rolledBack();
          return;
        }
        try {
          tx.commit(durability);
          history.acknowledged(durability);
        } catch (DiskFullException | OutOfMemoryError e) {
          history.rolledBack();
          assertThat(tx.isClosed()).isTrue();
        }
      }
      try (PageReadTransaction tx = environment.beginRead()) {
        history.newest().assertSeenBy(environment, tx);
      }
    }

    /// Everything that changes is refused, readers go on, no sync is tried again, and closing says
    /// once what had happened.
    private void assertFailed(StorageEnvironment environment) {
      long syncs = disk.faults().count(Operation.SYNC);
      disk.faults().clear(); // Even a disk that works again must not lead to a promise.
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(environment::beginWrite).isInstanceOf(StorageFailedException.class);
        assertThatThrownBy(environment::sync).isInstanceOf(StorageFailedException.class);
        assertThatThrownBy(environment::checkpoint).isInstanceOf(StorageFailedException.class);
      }
      try (PageReadTransaction tx = environment.beginRead()) {
        history.state(tx.sequence()).assertSeenBy(environment, tx);
        assertThat(environment.stats().sequence()).isEqualTo(tx.sequence());
      }
      assertThatThrownBy(environment::close).isInstanceOf(StorageFailedException.class);
      environment.close();
      // With threads, one may have been under way when the failure was met.
      long underWay = options.equals(BACKGROUND) ? 1 : 0;
      assertThat(disk.faults().count(Operation.SYNC)).isBetween(syncs, syncs + underWay);
    }
  }

  @Test
  void commit_onAFullDisk_isRolledBackAndWorksLater() {
    SimulatedDisk disk = new SimulatedDisk();
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
      disk.faults()
          .add(
              EnumSet.of(Operation.WRITE, Operation.CREATE),
              name -> name.startsWith("journal"),
              0,
              true,
              Fault.NO_SPACE);

      PageWriteTransaction tx = environment.beginWrite();
      long page = tx.allocate((byte) 1, 0);
      assertThatThrownBy(() -> tx.commit(Durability.SYNC)).isInstanceOf(DiskFullException.class);
      assertThat(tx.isClosed()).isTrue();
      assertThat(environment.stats().sequence()).isZero();
      assertThat(environment.stats().scratchPageCount()).isZero();

      disk.faults().clear();
      PageWriteTransaction second = environment.beginWrite();
      assertThat(second.allocate((byte) 1, 0)).isEqualTo(page);
      second.commit(Durability.SYNC);
      assertThat(environment.stats().sequence()).isEqualTo(1);
    }
    assertThat(disk.files()).containsExactly("data.rkd");
  }

  @Test
  void flush_onAFullDisk_losesNothingAndWorksLater() {
    SimulatedDisk disk = new SimulatedDisk();
    StoreHistory history = new StoreHistory();
    SplittableRandom random = new SplittableRandom(1);
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
    disk.faults().add(EnumSet.of(Operation.WRITE), "data.rkd"::equals, 0, true, Fault.NO_SPACE);
    for (int i = 0; i < 30; i++) {
      commit(environment, history, random);
    }
    assertThatThrownBy(environment::checkpoint).isInstanceOf(DiskFullException.class);
    try (PageReadTransaction tx = environment.beginRead()) {
      history.newest().assertSeenBy(environment, tx);
    }

    disk.faults().clear();
    environment.checkpoint();
    assertThat(environment.stats().scratchPageCount()).isZero();
    commit(environment, history, random);
    disk.faults().add(EnumSet.of(Operation.WRITE), "data.rkd"::equals, 0, true, Fault.NO_SPACE);
    assertThatThrownBy(environment::close).isInstanceOf(DiskFullException.class);
    disk.faults().clear();
    try (StorageEnvironment again = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
      history.recovered(again);
    }
  }

  @Test
  void open_onAFullDisk_recoversAndReads() {
    SimulatedDisk disk = new SimulatedDisk();
    StoreHistory history = new StoreHistory();
    SplittableRandom random = new SplittableRandom(2);
    StorageOptions large =
        StorageOptions.defaults()
            .withScratchBytes(16 << 20)
            .withBackgroundSyncMillis(5)
            .withJournalFileBytes(64 << 10)
            .inline();
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), large);
    for (int i = 0; i < 60; i++) {
      commit(environment, history, random);
    }
    SimulatedDisk full = disk.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    full.faults().add(EnumSet.of(Operation.CREATE), _ -> true, 0, true, Fault.NO_SPACE);
    full.faults().add(EnumSet.of(Operation.WRITE), "data.rkd"::equals, 0, true, Fault.NO_SPACE);

    StorageEnvironment again = StorageEnvironment.open(full.fileSystem(), OPTIONS);
    history.recovered(again);
    assertThat(full.faults().hitCount()).isPositive();
    // Recovery took more memory than there should be, and nothing can take it away.
    assertThatThrownBy(again::beginWrite).isInstanceOf(DiskFullException.class);
    full.faults().clear();
    commit(again, history, random);
    again.checkpoint();
    again.close();
    try (StorageEnvironment last = StorageEnvironment.open(full.fileSystem(), OPTIONS)) {
      history.recovered(last);
    }
  }

  private static void commit(
      StorageEnvironment environment, StoreHistory history, SplittableRandom random) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      PageModel after = history.newest().copy();
      after.change(tx, random, 80);
      if (tx.hasChanges()) {
        history.begin(after);
        tx.commit(Durability.SYNC);
        history.acknowledged(Durability.SYNC);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"journal", "data.rkd"})
  void sync_thatFailsOnRealFiles_failsTheStoreUntilItIsReopened(String file) {
    FaultPlan faults = new FaultPlan();
    Path database = directory.resolve("database");
    StorageEnvironment environment =
        StorageEnvironment.open(
            new FaultyFileSystem(DirectoryFileSystem.open(database, false), faults), BACKGROUND);
    long page = allocate(environment);
    faults.add(EnumSet.of(Operation.SYNC), name -> name.startsWith(file), 0, false, Fault.IO_ERROR);

    assertThatThrownBy(
            () -> {
              set(environment, page, 1, Durability.SYNC);
              environment.checkpoint();
            })
        .isInstanceOf(StorageFailedException.class)
        .hasMessageContaining("fault of the test");

    assertThatThrownBy(environment::beginWrite).isInstanceOf(StorageFailedException.class);
    try (PageReadTransaction tx = environment.beginRead()) {
      assertThat(tx.page(page).get(PageLayout.LONG, 32)).isBetween(0L, 1L);
    }
    assertThatThrownBy(environment::close).isInstanceOf(StorageFailedException.class);
    environment.close();
    try (StorageEnvironment again =
        StorageEnvironment.open(DirectoryFileSystem.open(database, false), BACKGROUND)) {
      set(again, page, 2, Durability.SYNC);
    }
  }

  @Test
  void backgroundSync_thatFails_failsTheNextCommitAndEndsQuietly() {
    FaultPlan faults = new FaultPlan();
    StorageEnvironment environment =
        StorageEnvironment.open(
            new FaultyFileSystem(DirectoryFileSystem.open(directory.resolve("d"), false), faults),
            BACKGROUND);
    long page = allocate(environment);
    long syncs = faults.count(Operation.SYNC);
    faults.failFrom(Operation.SYNC, 0, Fault.IO_ERROR);

    set(environment, page, 1, Durability.BACKGROUND);
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    RookeryException refused = null;
    while (refused == null && System.nanoTime() < deadline) {
      try {
        environment.beginWrite().close();
        Thread.onSpinWait();
      } catch (StorageFailedException e) {
        refused = e;
      }
    }

    assertThat(refused).isNotNull();
    assertThat(faults.count(Operation.SYNC)).isEqualTo(syncs + 1);
    assertThatThrownBy(environment::close).isInstanceOf(StorageFailedException.class);
  }

  private static long allocate(StorageEnvironment environment) {
    PageWriteTransaction tx = environment.beginWrite();
    long page = tx.allocate((byte) 1, 0);
    tx.commit(Durability.SYNC);
    return page;
  }

  private static void set(
      StorageEnvironment environment, long page, long value, Durability durability) {
    PageWriteTransaction tx = environment.beginWrite();
    tx.modify(page).set(PageLayout.LONG, 32, value);
    tx.commit(durability);
  }
}
