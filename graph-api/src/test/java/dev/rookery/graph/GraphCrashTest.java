package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.GraphScriptRun.Survivors;
import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.DiskChange;
import dev.rookery.storage.io.SeedWorkers;
import dev.rookery.storage.io.SimulatedCrash;
import dev.rookery.storage.io.SimulatedDisk;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Crashes in the middle of random scripts: after each the database opens, is sound, and is what it
/// was after some commit, not older than the last one that was promised to be durable.
///
/// `-Dcrash.points=` says how many crashes there are, `-Dseed=` repeats one script, and with
/// `-Dcrash.change=` only the crash before that change of the disk.
final class GraphCrashTest {
  private static final int POINT_COUNT = Integer.getInteger("crash.points", 4_000);
  private static final long CHANGE = Long.getLong("crash.change", -1);
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
    Graph graph = Graph.open(disk.fileSystem(), options(seed), Durability.SYNC);
    if (hasFeed(seed) && graph.changeFeed().bytesMax().isEmpty()) {
      graph.changeFeed().enable(1 << 30);
    }
    return graph;
  }

  private static boolean hasFeed(long seed) {
    return seed % 8 == 1; // A copy costs more than all else.
  }

  /// A script that is watched: before sampled changes of the disk, crashes are tried out on forks.
  private static final class Watched {
    private final long seed;
    private final AtomicLong points;
    private final SimulatedDisk disk;
    private GraphScriptRun run;

    Watched(long seed, AtomicLong points) {
      this.seed = seed;
      this.points = points;
      this.disk = seed % 4 == 3 ? SimulatedDisk.journaling() : new SimulatedDisk();
    }

    void play() {
      GraphScript script = GraphScript.random(seed, STEP_COUNT);
      try (GraphScriptRun watched = new GraphScriptRun(() -> open(disk, seed), true)) {
        run = watched;
        disk.observe(this::beforeChange);
        watched.play(script).finish();
      }
    }

    private void beforeChange(DiskChange change) {
      SplittableRandom random = new SplittableRandom(seed * 1_000_003 + change.number());
      boolean isChosen = CHANGE < 0 ? random.nextInt(SAMPLING) == 0 : CHANGE == change.number();
      if (isChosen) {
        crashBefore(change, random);
      }
    }

    private void crashBefore(DiskChange change, SplittableRandom random) {
      CrashMode mode = CrashMode.values()[random.nextInt(CrashMode.values().length)];
      long crashSeed = random.nextLong();
      points.incrementAndGet();
      try {
        verify(disk.fork(crashSeed, mode), run.survivors(), random);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "crash failed -Dcrash.change=%d mode=%s".formatted(change.number(), mode), e);
      }
    }

    private void verify(SimulatedDisk crashed, Survivors survivors, SplittableRandom random) {
      SimulatedDisk disk = crashed;
      for (int i = random.nextInt(3); i > 0; i--) {
        disk = crashInRecovery(disk, random);
      }
      long found;
      try (Graph graph = open(disk, seed)) {
        found = verify(graph, survivors);
        disk = random.nextBoolean() ? disk : disk.fork(seed, CrashMode.KEEP_ALL);
      }
      try (Graph graph = open(disk, seed)) {
        // Closing may have cut free pages off the end, by one commit more.
        try (ReadTransaction tx = graph.beginRead()) {
          assertThat(tx.sequence()).isBetween(found, found + 1);
          survivors.states().get(found).assertSeenBy(tx);
        }
        graph.execute(tx -> tx.addNode("AfterTheCrash"));
        assertThat(graph.check()).isEmpty();
      }
    }

    private SimulatedDisk crashInRecovery(SimulatedDisk crashed, SplittableRandom random) {
      points.incrementAndGet();
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
        if (hasFeed(seed)) {
          verifyFeed(graph, survivors.states().get(tx.sequence()));
        }
        return tx.sequence();
      }
    }
  }

  private static void verifyFeed(Graph graph, ReferenceGraph expected) {
    try (FeedMirror mirror = new FeedMirror(graph.changeFeed().oldest().orElseThrow())) {
      while (mirror.pull(graph.changeFeed()) >= 0) {
        // All that there is.
      }
      try (ReadTransaction tx = mirror.beginRead()) {
        expected.assertContentSeenBy(tx);
      }
    }
  }

  @Test
  void crash_anywhere_leavesWhatSomeCommitMade() {
    AtomicLong points = new AtomicLong();
    new SeedWorkers("GraphCrashTest", points::get, POINT_COUNT)
        .play(seed -> new Watched(seed, points).play());
  }
}
