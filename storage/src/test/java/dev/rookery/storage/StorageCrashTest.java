package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.SimulatedCrash;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Crashes a random workload before and in every change that it makes to the disk, in all modes,
/// and again while it recovers and after.
///
/// What must hold after any chain of crashes: the state is exactly that after some commit, not
/// older than the last one that was promised; checksums and free-space map are in order; what was
/// found once is found again. `-Dcrash.points` is the budget.
final class StorageCrashTest {
  private static final int POINTS = Integer.getInteger("crash.points", 2000);
  private static final int PAGE_COUNT_MAX = 40;

  private int points;

  @Test
  void crash_beforeAnyChange_keepsThePromises() {
    // About a thousand points for each seed.
    StoreSeeds.forEach(
        "StorageCrashTest.before", Math.ceilDiv(POINTS, 1000), this::crashBeforeEveryChange);
    System.out.println("StorageCrashTest.before points=" + points);
  }

  @Test
  void crash_inTheMiddleOfAnyChange_keepsThePromises() {
    StoreSeeds.forEach(
        "StorageCrashTest.within",
        Math.max(10, POINTS / 20),
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          SimulatedDisk disk = newDisk(seed);
          new Life(disk, new StoreHistory(), random, 4).liveAndCrash(random.nextInt(250));
        });
    System.out.println("StorageCrashTest.within points=" + points);
  }

  private static SimulatedDisk newDisk(long seed) {
    return seed % 2 == 0 ? SimulatedDisk.journaling() : new SimulatedDisk();
  }

  private void crashBeforeEveryChange(long seed) {
    SimulatedDisk disk = newDisk(seed);
    Life life = new Life(disk, new StoreHistory(), new SplittableRandom(seed), 0);
    disk.observe(change -> {
      for (CrashMode mode : CrashMode.values()) {
        points++;
        SplittableRandom random =
            new SplittableRandom(seed * 1_000_003 + change * 11 + mode.ordinal());
        SimulatedDisk fork = disk.fork(random.nextLong(), mode);
        StoreHistory history = life.history.copy();
        history.crash(mode);
        try {
          new Life(fork, history, random, random.nextInt(3)).liveAndCrash(random.nextInt(60));
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError(
              "change=%d mode=%s history=%s".formatted(change, mode, history), e);
        }
      }
    });
    life.live(40);
  }

  /// A process that uses the database on a disk, until it ends or dies.
  private final class Life {
    private final SimulatedDisk disk;
    private final StoreHistory history;
    private final SplittableRandom random;
    private final int crashesLeft;
    private final StorageOptions options;

    Life(SimulatedDisk disk, StoreHistory history, SplittableRandom random, int crashesLeft) {
      this.disk = disk;
      this.history = history;
      this.random = random;
      this.crashesLeft = crashesLeft;
      long scratchBytes = random.nextBoolean() ? 64 << 10 : 1 << 20;
      this.options =
          StorageOptions.defaults()
              .withScratchBytes(scratchBytes)
              .withBackgroundSyncMillis(5)
              .withJournalFileBytes(64 << 10)
              .inline();
    }

    /// Lives until a change, crashes there, and lives on after it; or lives to a good end.
    void liveAndCrash(int changes) {
      if (crashesLeft == 0) {
        live(random.nextInt(6));
        reopen();
        return;
      }
      disk.stopAt(disk.operationCount() + changes);
      try {
        live(changes / 5 + 2);
      } catch (SimulatedCrash | StorageFailedException e) {
        assertThat(e instanceof SimulatedCrash || e.getCause() instanceof SimulatedCrash)
            .as(e.toString())
            .isTrue();
      }
      points++;
      CrashMode mode = CrashMode.values()[random.nextInt(CrashMode.values().length)];
      SimulatedDisk next = disk.crash(random.nextLong(), mode);
      history.crash(mode);
      new Life(next, history, random, crashesLeft - 1).liveAndCrash(random.nextInt(80));
    }

    /// Opens the database, uses it, closes it.
    void live(int steps) {
      StorageEnvironment environment = open();
      try (PageReadTransaction old = environment.beginRead()) {
        PageModel seen = history.newest();
        for (int i = 0; i < steps; i++) {
          environment = step(environment);
        }
        if (!old.isClosed()) {
          seen.assertSeenBy(old);
        }
      }
      environment.close();
    }

    private StorageEnvironment open() {
      StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), options);
      history.recovered(environment);
      return environment;
    }

    private StorageEnvironment step(StorageEnvironment environment) {
      switch (random.nextInt(16)) {
        case 0 -> {
          environment.checkpoint();
        }
        case 1 -> {
          environment.sync();
          history.synced();
        }
        case 2 -> {
          environment.close();
          history.synced();
          return open();
        }
        default -> transaction(environment);
      }
      return environment;
    }

    private void transaction(StorageEnvironment environment) {
      try (PageWriteTransaction tx = environment.beginWrite()) {
        PageModel after = history.newest().copy();
        after.change(tx, random, PAGE_COUNT_MAX);
        if (random.nextInt(6) == 0 || !tx.hasChanges()) {
          return;
        }
        history.begin(after);
        Durability durability = Durability.values()[random.nextInt(3)];
        tx.commit(durability);
        history.acknowledged(durability);
      }
    }

    private void reopen() {
      try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), options)) {
        history.recovered(environment);
      }
    }
  }
}
