package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.CrashTally;
import dev.rookery.storage.io.CrashWatch;
import dev.rookery.storage.io.CrashWatch.Phase;
import dev.rookery.storage.io.DiskChange;
import dev.rookery.storage.io.SeedWorkers;
import dev.rookery.storage.io.SimulatedCrash;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Crashes a random workload before and in every change that it makes to the disk, in all modes,
/// and again while it recovers and after.
///
/// What must hold after any chain of crashes: the state is exactly that after some commit, not
/// older than the last one that was promised; checksums and free-space map are in order; what was
/// found once is found again.
///
/// `-Dcrash.points` is the budget. A failure names its seed, and the change and mode of the first
/// crash: `-Dseed=... -Dcrash.change=... -Dcrash.mode=...` repeats that chain alone.
final class StorageCrashTest {
  private static final long POINTS = Long.getLong("crash.points", 20_000);
  private static final long CHANGE = Long.getLong("crash.change", -1);
  private static final String MODE = System.getProperty("crash.mode", "");
  private static final int PAGE_COUNT_MAX = 40;

  @Test
  void crash_anywhere_keepsThePromises() {
    CrashTally tally = new CrashTally();
    new SeedWorkers("StorageCrashTest.before", tally::points, POINTS * 4 / 5)
        .play(seed -> crashBeforeEveryChange(seed, tally));
    new SeedWorkers("StorageCrashTest.within", tally::points, POINTS)
        .play(seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          Chain chain = new Chain(tally, null, 0, 4);
          new Life(newDisk(seed), new StoreHistory(), random, chain)
              .liveAndCrash(random.nextInt(250));
        });
    System.out.println("StorageCrashTest " + tally);
    if (tally.points() >= 20_000) {
      assertThat(tally.missed()).as("windows in which nothing crashed").isEmpty();
      assertThat(tally.inRecovery()).isGreaterThan(tally.points() / 20);
      assertThat(tally.hasAllPairsOfModes()).isTrue();
    }
  }

  @Test
  void sameSeed_repeatsEveryChange() {
    StoreSeeds.forEach(
        "StorageCrashTest.repeat",
        3,
        seed -> assertThat(changes(seed)).hasSizeGreaterThan(100).isEqualTo(changes(seed)));
  }

  /// Returns all changes that a life and the one after its crash make.
  private static List<DiskChange> changes(long seed) {
    List<DiskChange> changes = new ArrayList<>();
    SimulatedDisk disk = newDisk(seed);
    StoreHistory history = new StoreHistory();
    SplittableRandom random = new SplittableRandom(seed);
    Life first = new Life(disk, history, random, new Chain(new CrashTally(), null, 0, 0));
    disk.observe(changes::add);
    first.live(30);
    SimulatedDisk next = disk.crash(seed, CrashMode.REORDER);
    history.crash(CrashMode.REORDER);
    Life second = new Life(next, history, random, new Chain(new CrashTally(), null, 0, 0));
    next.observe(changes::add);
    second.live(30);
    return changes;
  }

  private static SimulatedDisk newDisk(long seed) {
    return seed % 2 == 0 ? SimulatedDisk.journaling() : new SimulatedDisk();
  }

  private static void crashBeforeEveryChange(long seed, CrashTally tally) {
    SimulatedDisk disk = newDisk(seed);
    Chain none = new Chain(tally, null, 0, 0);
    Life life = new Life(disk, new StoreHistory(), new SplittableRandom(seed), none);
    disk.observe(change -> {
      life.watch.see(change);
      if (CHANGE < 0 || CHANGE == change.number()) {
        for (CrashMode mode : CrashMode.values()) {
          if (MODE.isEmpty() || MODE.equals(mode.name())) {
            crashBefore(change, mode, seed, life);
          }
        }
      }
    });
    life.live(40);
  }

  private static void crashBefore(DiskChange change, CrashMode mode, long seed, Life life) {
    life.chain.tally.add(life.watch, mode, null, 0);
    SplittableRandom random =
        new SplittableRandom(seed * 1_000_003 + change.number() * 11 + mode.ordinal());
    SimulatedDisk fork = life.disk.fork(random.nextLong(), mode);
    StoreHistory history = life.history.copy();
    history.crash(mode);
    try {
      Chain chain = new Chain(life.chain.tally, mode, 1, 1 + random.nextInt(3));
      new Life(fork, history, random, chain).liveAndCrash(nextCrash(random));
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "-Dcrash.change=%d -Dcrash.mode=%s window=%s history=%s"
              .formatted(change.number(), mode, life.watch.last(), history),
          e);
    }
  }

  /// Returns after how many changes the next crash comes: often so soon that it hits recovery.
  private static int nextCrash(SplittableRandom random) {
    return random.nextInt(random.nextInt(3) == 0 ? 6 : 70);
  }

  /// Which crash of several in a row is the next.
  ///
  /// @param before how the life before ended, `null` if this is the first
  /// @param depth how many crashes there were
  /// @param end how many there are to be
  private record Chain(CrashTally tally, CrashMode before, int depth, int end) {}

  /// A process that uses the database on a disk, until it ends or dies.
  private static final class Life {
    private final SimulatedDisk disk;
    private final StoreHistory history;
    private final SplittableRandom random;
    private final Chain chain;
    private final StorageOptions options;
    private final CrashWatch watch = new CrashWatch();
    private final boolean reopens;
    private PageReadTransaction reading;
    private PageModel seen;

    Life(SimulatedDisk disk, StoreHistory history, SplittableRandom random, Chain chain) {
      this.disk = disk;
      this.history = history;
      this.random = random;
      this.chain = chain;
      this.reopens = random.nextBoolean();
      long scratchBytes = random.nextBoolean() ? 64 << 10 : 1 << 20;
      this.options =
          StorageOptions.defaults()
              .withScratchBytes(scratchBytes)
              .withBackgroundSyncMillis(5)
              .withJournalFileBytes(64 << 10)
              .inline();
      disk.observe(watch::see);
    }

    /// Lives until a change, crashes there, and lives on after it; or lives to a good end.
    void liveAndCrash(int changes) {
      if (chain.depth == chain.end) {
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
      CrashMode mode = CrashMode.values()[random.nextInt(CrashMode.values().length)];
      chain.tally.add(watch, mode, chain.before, chain.depth);
      SimulatedDisk next = disk.crash(random.nextLong(), mode);
      history.crash(mode);
      Chain longer = new Chain(chain.tally, mode, chain.depth + 1, chain.end);
      new Life(next, history, random, longer).liveAndCrash(nextCrash(random));
    }

    /// Opens the database, uses it, closes it.
    void live(int steps) {
      StorageEnvironment environment = open();
      for (int i = 0; i < steps; i++) {
        environment = step(environment);
      }
      close(environment);
    }

    private StorageEnvironment open() {
      watch.enter(Phase.OPENING);
      StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), options);
      watch.enter(Phase.WORKING);
      history.recovered(environment);
      return environment;
    }

    private void close(StorageEnvironment environment) {
      endReading();
      watch.enter(Phase.CLOSING);
      environment.close();
      history.synced();
    }

    private StorageEnvironment step(StorageEnvironment environment) {
      switch (random.nextInt(18)) {
        case 0, 1 -> environment.checkpoint();
        case 2 -> {
          environment.sync();
          history.synced();
        }
        case 3 -> {
          if (reopens) {
            close(environment);
            return open();
          }
        }
        case 4 -> {
          endReading();
          reading = environment.beginRead();
          seen = history.newest();
        }
        case 5, 6 -> endReading();
        default -> transaction(environment);
      }
      return environment;
    }

    private void endReading() {
      if (reading != null) {
        seen.assertSeenBy(reading);
        reading.close();
        reading = null;
      }
    }

    private void transaction(StorageEnvironment environment) {
      try (PageWriteTransaction tx = environment.beginWrite()) {
        PageModel after = history.newest().copy();
        after = NestedChanges.make(tx, after, random, PAGE_COUNT_MAX);
        if (random.nextInt(12) == 0) {
          after.rewrite(tx, random); // A record longer than what the journal writes in one piece.
        }
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
