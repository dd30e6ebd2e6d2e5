package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.CrashLife.Chain;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.CrashTally;
import dev.rookery.storage.io.DiskChange;
import dev.rookery.storage.io.SeedWorkers;
import dev.rookery.storage.io.SimulatedDisk;
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

  @Test
  void crash_anywhere_keepsThePromises() {
    CrashTally tally = new CrashTally();
    new SeedWorkers("StorageCrashTest.before", tally::points, POINTS * 4 / 5)
        .play(seed -> crashBeforeEveryChange(seed, tally));
    new SeedWorkers("StorageCrashTest.within", tally::points, POINTS)
        .play(seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          Chain chain = new Chain(tally, null, 0, 4);
          new CrashLife(newDisk(seed), new StoreHistory(), random, chain)
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
    CrashLife first = new CrashLife(disk, history, random, Chain.none());
    disk.observe(changes::add);
    first.live(30);
    SimulatedDisk next = disk.crash(seed, CrashMode.REORDER);
    history.crash(CrashMode.REORDER);
    CrashLife second = new CrashLife(next, history, random, Chain.none());
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
    CrashLife life = new CrashLife(disk, new StoreHistory(), new SplittableRandom(seed), none);
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

  private static void crashBefore(DiskChange change, CrashMode mode, long seed, CrashLife life) {
    life.chain.tally().add(life.watch, mode, null, 0);
    SplittableRandom random =
        new SplittableRandom(seed * 1_000_003 + change.number() * 11 + mode.ordinal());
    SimulatedDisk fork = life.disk.fork(random.nextLong(), mode);
    StoreHistory history = life.history.copy();
    history.crash(mode);
    try {
      Chain chain = new Chain(life.chain.tally(), mode, 1, 1 + random.nextInt(3));
      new CrashLife(fork, history, random, chain).liveAndCrash(CrashLife.nextCrash(random));
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(
          "-Dcrash.change=%d -Dcrash.mode=%s window=%s history=%s"
              .formatted(change.number(), mode, life.watch.last(), history),
          e);
    }
  }
}
