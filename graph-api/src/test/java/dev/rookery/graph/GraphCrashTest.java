package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.GraphScriptRun.Survivors;
import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.SimulatedCrash;
import dev.rookery.storage.io.SimulatedDisk;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Crashes in the middle of random scripts: after each the database opens, is sound, and is what it
/// was after some commit, not older than the last one that was promised to be durable.
///
/// `-Dcrash.points=` says how many crashes there are, `-Dseed=` repeats one script.
final class GraphCrashTest {
  private static final int POINT_COUNT = Integer.getInteger("crash.points", 1_200);
  private static final int STEP_COUNT = 120;

  /// One of so many changes of the disk is a crash point.
  private static final int SAMPLING = 6;

  private static StorageOptions options(long seed) {
    long scratchBytes = seed % 2 == 0 ? 64 << 10 : 16 << 20;
    return StorageOptions.defaults()
        .withScratchBytes(scratchBytes)
        .withBackgroundSyncMillis(5)
        .withJournalFileBytes(64 << 10)
        .inline();
  }

  private static Graph open(SimulatedDisk disk, long seed) {
    return Graph.open(disk.fileSystem(), options(seed), Durability.SYNC);
  }

  /// A script that is watched: before sampled changes of the disk, crashes are tried out on forks.
  private static final class Watched {
    private final long seed;
    private final SplittableRandom random;
    private final SimulatedDisk disk;
    private GraphScriptRun run;
    private int pointCount;

    Watched(long seed) {
      this.seed = seed;
      this.random = new SplittableRandom(seed);
      this.disk = seed % 4 == 3 ? SimulatedDisk.journaling() : new SimulatedDisk();
    }

    /// Plays the script and returns how many crashes there were.
    int play() {
      GraphScript script = GraphScript.random(seed, STEP_COUNT);
      try (GraphScriptRun watched = new GraphScriptRun(() -> open(disk, seed), true)) {
        run = watched;
        disk.observe(this::beforeChange);
        watched.play(script).finish();
      }
      return pointCount;
    }

    private void beforeChange(long operation) {
      if (random.nextInt(SAMPLING) != 0) {
        return;
      }
      CrashMode mode = CrashMode.values()[random.nextInt(CrashMode.values().length)];
      long crashSeed = random.nextLong();
      pointCount++;
      try {
        verify(disk.fork(crashSeed, mode), run.survivors());
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "crash failed seed=%d operation=%d mode=%s".formatted(seed, operation, mode), e);
      }
    }

    private void verify(SimulatedDisk crashed, Survivors survivors) {
      SimulatedDisk disk = crashed;
      if (random.nextInt(3) == 0) {
        disk = crashInRecovery(crashed);
      }
      long found;
      try (Graph graph = open(disk, seed)) {
        found = verify(graph, survivors);
        disk = random.nextBoolean() ? disk : disk.fork(seed, CrashMode.KEEP_ALL);
      }
      try (Graph graph = open(disk, seed)) {
        assertThat(verify(graph, survivors)).isEqualTo(found);
        graph.execute(tx -> tx.addNode("AfterTheCrash"));
        assertThat(graph.check()).isEmpty();
      }
    }

    private SimulatedDisk crashInRecovery(SimulatedDisk crashed) {
      crashed.stopAt(random.nextInt(20));
      try (Graph graph = open(crashed, seed)) {
        graph.execute(tx -> tx.deleteEdges("NONE", 1, 1));
      } catch (SimulatedCrash e) {
        // As planned.
      } catch (RuntimeException e) {
        assertThat(e).hasRootCauseInstanceOf(SimulatedCrash.class);
      }
      CrashMode mode = CrashMode.values()[random.nextInt(CrashMode.values().length)];
      return crashed.crash(random.nextLong(), mode);
    }

    private long verify(Graph graph, Survivors survivors) {
      try (ReadTransaction tx = graph.beginRead()) {
        assertThat(tx.sequence()).isBetween(survivors.durable(), survivors.newest());
        survivors.states().get(tx.sequence()).assertSeenBy(tx);
        assertThat(graph.check()).isEmpty();
        return tx.sequence();
      }
    }
  }

  @Test
  void crash_anywhere_leavesWhatSomeCommitMade() {
    int[] points = new int[1];
    Long given = Long.getLong("seed");
    for (long seed = given == null ? 1 : given; points[0] < POINT_COUNT; seed++) {
      points[0] += new Watched(seed).play();
      if (given != null) {
        break;
      }
    }
    System.out.printf(
        "GraphCrashTest seed=%s points=%d%n", given == null ? "1.." : given, points[0]);
  }
}
