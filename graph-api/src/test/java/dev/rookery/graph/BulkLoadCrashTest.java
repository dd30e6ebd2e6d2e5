package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.DiskChange;
import dev.rookery.storage.io.SeedWorkers;
import dev.rookery.storage.io.SimulatedDisk;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Crashes all through bulk loads: after each the graph is what it was before the load, or has all
/// of it, and can be loaded again.
///
/// `-Dload.crash.points=` says how many crashes there are, `-Dseed=` repeats one life, and with
/// `-Dcrash.change=` only the crash before that change of the disk.
final class BulkLoadCrashTest {
  private static final int POINT_COUNT = Integer.getInteger("load.crash.points", 1_000);
  private static final long CHANGE = Long.getLong("crash.change", -1);

  /// One of so many changes of the disk is a crash point.
  private static final int SAMPLING = 3;

  private static Graph open(SimulatedDisk disk, long seed) {
    StorageOptions options =
        StorageOptions.defaults()
            .withScratchBytes(seed % 2 == 0 ? 64 << 10 : 16 << 20)
            .withJournalFileBytes(64 << 10)
            .inline();
    return Graph.open(disk.fileSystem(), options, Durability.SYNC);
  }

  /// A life that is watched: before sampled changes of the disk, crashes are tried out on forks.
  private static final class Watched {
    private final long seed;
    private final AtomicLong points;
    private final SimulatedDisk disk;
    private BulkLoadLife life;

    Watched(long seed, AtomicLong points) {
      this.seed = seed;
      this.points = points;
      this.disk = seed % 4 == 3 ? SimulatedDisk.journaling() : new SimulatedDisk();
    }

    void live() {
      SplittableRandom random = new SplittableRandom(seed);
      long memoryBytes = random.nextBoolean() ? 8 << 10 : 8 << 20;
      try (Graph graph = open(disk, seed)) {
        life = new BulkLoadLife(seed, graph, new ReferenceGraph());
        disk.observe(this::beforeChange);
        life.change(random.nextInt(40));
        life.load(random.nextInt(80), random.nextInt(300), memoryBytes);
        life.change(random.nextInt(10));
        if (random.nextBoolean()) {
          graph.checkpoint();
        }
        life.load(random.nextInt(20), random.nextInt(200), memoryBytes);
        life.change(random.nextInt(10));
        disk.observe(_ -> {});
      }
    }

    private void beforeChange(DiskChange change) {
      SplittableRandom random = new SplittableRandom(seed * 1_000_003 + change.number());
      boolean isChosen = CHANGE < 0 ? random.nextInt(SAMPLING) == 0 : CHANGE == change.number();
      if (!isChosen) {
        return;
      }
      CrashMode mode = CrashMode.values()[random.nextInt(CrashMode.values().length)];
      points.incrementAndGet();
      try {
        verify(disk.fork(random.nextLong(), mode), random);
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "crash failed -Dcrash.change=%d mode=%s".formatted(change.number(), mode), e);
      }
    }

    private void verify(SimulatedDisk crashed, SplittableRandom random) {
      ReferenceGraph expected;
      try (Graph graph = open(crashed, seed)) {
        expected = life.afterCrash(graph.read(ReadTransaction::sequence));
        BulkLoadLife next = new BulkLoadLife(random.nextLong(), graph, expected);
        next.verify();
        next.load(random.nextInt(20), random.nextInt(60), 8 << 10);
        next.verify();
      }
      try (Graph graph = open(crashed, seed)) {
        new BulkLoadLife(1, graph, expected).verify();
      }
    }
  }

  @Test
  void crash_anywhere_leavesAllOrNothingOfALoad() {
    AtomicLong points = new AtomicLong();
    new SeedWorkers("BulkLoadCrashTest", points::get, POINT_COUNT)
        .play(seed -> new Watched(seed, points).live());
    assertThat(points.get()).isPositive();
  }
}
