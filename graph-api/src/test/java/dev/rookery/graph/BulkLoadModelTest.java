package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.io.StorageFileSystem;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Random graphs, loaded in bulk into empty graphs and on top of what is there, against
/// [ReferenceGraph], which is built edge by edge. Memory is so short that everything spills.
///
/// `-Dseed=` repeats one seed, `-Dload.seeds=` says how many there are.
final class BulkLoadModelTest {
  private static final int SEED_COUNT = Integer.getInteger("load.seeds", 60);

  private static StorageOptions options(long seed) {
    return StorageOptions.defaults()
        .withScratchBytes(seed % 3 == 0 ? 64 << 10 : 16 << 20)
        .withJournalFileBytes(64 << 10)
        .inline();
  }

  private static void live(long seed, StorageFileSystem first, StorageFileSystem again) {
    SplittableRandom random = new SplittableRandom(seed);
    long memoryBytes = random.nextBoolean() ? 8 << 10 : 8 << 20;
    int threadCount = 1 + (int) (seed & 1);
    ReferenceGraph reference;
    try (Graph graph = Graph.open(first, options(seed), Durability.BACKGROUND)) {
      BulkLoadLife life = new BulkLoadLife(seed, graph, new ReferenceGraph());
      if (random.nextBoolean()) {
        life.change(random.nextInt(120));
      }
      life.change(0);
      life.load(random.nextInt(300), random.nextInt(1500), memoryBytes, threadCount);
      life.verify();
      life.change(random.nextInt(100));
      life.verify();
      if (random.nextBoolean()) {
        graph.checkpoint();
      }
      life.load(random.nextInt(40), random.nextInt(400), memoryBytes, threadCount);
      life.verify();
      life.change(100);
      life.verify();
      reference = life.reference();
    }
    if (again != null) {
      try (Graph graph = Graph.open(again, options(seed), Durability.BACKGROUND);
          ReadTransaction tx = graph.beginRead()) {
        reference.assertSeenBy(tx);
        assertThat(graph.check()).isEmpty();
      }
    }
  }

  @Test
  void randomLoads_inMemory_agreeWithTheModel() {
    TestSeeds.forEach(
        "BulkLoadModelTest.memory",
        SEED_COUNT,
        seed -> live(seed, MemoryFileSystem.create(), null));
  }

  @Test
  void randomLoads_onDisk_agreeWithTheModel() {
    TestSeeds.forEach(
        "BulkLoadModelTest.disk",
        SEED_COUNT,
        seed -> {
          SimulatedDisk disk = new SimulatedDisk();
          live(seed, disk.fileSystem(), disk.fileSystem());
        });
  }
}
