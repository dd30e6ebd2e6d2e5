package dev.rookery.graph;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.io.StorageFileSystem;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random operations on a database and on [ReferenceGraph] beside it.
///
/// `-Dseed=` repeats one seed, `-Dscript=` plays a script as a failure prints it (steps divided by
/// semicolons), `-Dmodel.seeds=` says how many seeds there are.
final class GraphModelTest {
  private static final int SEED_COUNT = Integer.getInteger("model.seeds", 100);
  private static final int STEP_COUNT = 500;
  private static final int SHRINK_TRIALS = 300;

  @TempDir Path directory;

  private static StorageOptions options(long seed, boolean background) {
    long scratchBytes = seed % 3 == 0 ? 64 << 10 : 16 << 20;
    StorageOptions own =
        StorageOptions.defaults()
            .withScratchBytes(scratchBytes)
            .withBackgroundSyncMillis(5)
            .withJournalFileBytes(64 << 10);
    return background ? own : own.inline();
  }

  /// Makes the way to open one database again and again.
  private interface DatabaseMaker {
    Supplier<StorageFileSystem> make();
  }

  private static void run(
      long seed, StorageOptions options, boolean persists, DatabaseMaker maker) {
    String given = System.getProperty("script");
    GraphScript script =
        given == null ? GraphScript.random(seed, STEP_COUNT) : GraphScript.parse(given);
    try {
      play(script, options, persists, maker);
    } catch (RuntimeException | AssertionError e) {
      GraphScript shortest =
          script.shrink(shorter -> fails(shorter, options, persists, maker), SHRINK_TRIALS);
      throw new AssertionError("script:\n" + shortest, e);
    }
  }

  private static boolean fails(
      GraphScript script, StorageOptions options, boolean persists, DatabaseMaker maker) {
    try {
      play(script, options, persists, maker);
      return false;
    } catch (RuntimeException | AssertionError e) {
      return true;
    }
  }

  private static void play(
      GraphScript script, StorageOptions options, boolean persists, DatabaseMaker maker) {
    Supplier<StorageFileSystem> files = maker.make();
    try (GraphScriptRun run =
        new GraphScriptRun(
            () -> Graph.open(files.get(), options, Durability.BACKGROUND), persists)) {
      run.play(script).finish();
    }
  }

  @Test
  void randomOperations_inMemory_agreeWithTheModel() {
    TestSeeds.forEach(
        "GraphModelTest.memory",
        SEED_COUNT,
        seed -> run(seed, options(seed, false), false, () -> MemoryFileSystem::create));
  }

  @Test
  void randomOperations_onASimulatedDisk_agreeWithTheModel() {
    TestSeeds.forEach(
        "GraphModelTest.simulated",
        SEED_COUNT,
        seed ->
            run(
                seed + 1_000_000,
                options(seed, false),
                true,
                () -> new SimulatedDisk()::fileSystem));
  }

  @Test
  void randomOperations_onRealFiles_agreeWithTheModel() {
    TestSeeds.forEach(
        "GraphModelTest.real",
        Math.max(1, SEED_COUNT / 15),
        seed -> {
          int[] databases = new int[1];
          run(
              seed + 2_000_000,
              options(seed, seed % 4 != 0),
              true,
              () -> {
                Path database = directory.resolve("seed-" + seed + "-" + databases[0]++);
                return () -> DirectoryFileSystem.open(database, false);
              });
        });
  }
}
