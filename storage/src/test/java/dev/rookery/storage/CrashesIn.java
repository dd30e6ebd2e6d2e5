package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.CrashLife.Chain;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.CrashWindow;
import dev.rookery.storage.io.SimulatedCrash;
import dev.rookery.storage.io.SimulatedDisk;
import java.util.Set;
import java.util.SplittableRandom;

/// Crashes a random life of a store in chosen windows only, until that has happened often enough.
final class CrashesIn {
  private static final int SEEDS_MAX = 600;

  private CrashesIn() {}

  /// Crashes so many times before a change of such a kind, and lives on after each.
  static void windows(Set<CrashWindow> windows, CrashMode mode, int wanted) {
    int crashes = 0;
    for (long seed = 1; crashes < wanted; seed++) {
      assertThat(seed).as("seeds in which nothing crashed in %s", windows).isLessThan(SEEDS_MAX);
      SimulatedDisk disk = seed % 2 == 0 ? SimulatedDisk.journaling() : new SimulatedDisk();
      CrashLife life =
          new CrashLife(disk, new StoreHistory(), new SplittableRandom(seed), Chain.none());
      crashes += live(life, 30, windows, mode, seed);
    }
  }

  /// As [#windows], in a process that was killed before and is opening again.
  static void windowsAfterAKill(Set<CrashWindow> windows, CrashMode mode, int wanted) {
    int crashes = 0;
    for (long seed = 1; crashes < wanted; seed++) {
      assertThat(seed).as("seeds in which nothing crashed in %s", windows).isLessThan(SEEDS_MAX);
      SplittableRandom random = new SplittableRandom(seed);
      StoreHistory history = new StoreHistory();
      SimulatedDisk disk = new SimulatedDisk();
      disk.stopAt(20 + random.nextInt(150));
      try {
        new CrashLife(disk, history, random, Chain.none()).live(40);
      } catch (SimulatedCrash e) {
        // As planned.
      } catch (StorageFailedException e) {
        assertThat(e).hasRootCauseInstanceOf(SimulatedCrash.class);
      }
      CrashMode first = random.nextBoolean() ? CrashMode.KEEP_ALL : CrashMode.REORDER;
      history.crash(first);
      CrashLife life =
          new CrashLife(disk.crash(random.nextLong(), first), history, random, Chain.none());
      crashes += live(life, 2, windows, mode, seed);
    }
  }

  private static int live(
      CrashLife life, int steps, Set<CrashWindow> windows, CrashMode mode, long seed) {
    int[] crashes = new int[1];
    life.disk.observe(change -> {
      life.watch.see(change);
      if (windows.contains(life.watch.last())) {
        crashes[0]++;
        SplittableRandom random = new SplittableRandom(seed * 1_000_003 + change.number());
        StoreHistory history = life.history.copy();
        history.crash(mode);
        SimulatedDisk fork = life.disk.fork(random.nextLong(), mode);
        new CrashLife(fork, history, random, Chain.none()).live(3);
      }
    });
    try {
      life.live(steps);
    } catch (AssertionError e) {
      throw new AssertionError("seed=%d mode=%s %s".formatted(seed, mode, windows), e);
    }
    return crashes[0];
  }
}
