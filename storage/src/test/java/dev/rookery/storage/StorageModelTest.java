package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.schedule.InlineIoScheduler;
import dev.rookery.storage.schedule.IoScheduler;
import dev.rookery.storage.schedule.SharedIoScheduler;
import dev.rookery.storage.schedule.SimulatedScheduler;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random transactions beside a model: what is committed is seen, by each reader as of its
/// beginning, whatever is flushed, checkpointed and reopened meanwhile.
final class StorageModelTest {
  private static final int PAGE_COUNT_MAX = 120;

  @TempDir Path directory;

  @Test
  void randomTransactions_onASimulatedDisk_agreeWithTheModel() {
    StoreSeeds.forEach(
        "StorageModelTest.simulated",
        200,
        seed -> {
          SimulatedDisk disk = new SimulatedDisk();
          new Run(seed, disk::fileSystem, false, true).run(100);
          SimulatedDisk timed = new SimulatedDisk();
          new Run(timed::fileSystem, new SimulatedScheduler(seed), seed).run(100);
        });
  }

  @Test
  void randomTransactions_inMemory_agreeWithTheModel() {
    StoreSeeds.forEach(
        "StorageModelTest.memory",
        200,
        seed -> new Run(seed, MemoryFileSystem::create, seed % 2 == 0, false).run(100));
  }

  @Test
  void randomTransactions_onRealFiles_agreeWithTheModel() {
    StoreSeeds.forEach(
        "StorageModelTest.real",
        12,
        seed -> {
          Path database = directory.resolve("database-" + seed);
          new Run(seed, () -> DirectoryFileSystem.open(database, false), seed % 3 != 0, true)
              .run(120);
          assertThat(fileBytes(database)).isLessThan((PAGE_COUNT_MAX + 200L) * 8192);
        });
  }

  private static long fileBytes(Path database) {
    try (var files = Files.walk(database)) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// One store, its model, and the readers that are kept open.
  private static final class Run {
    private final SplittableRandom random;
    private final Supplier<StorageFileSystem> files;
    private final boolean reopens;
    private final SimulatedScheduler pumped;
    private final StorageOptions options;
    private final List<OldReader> readers = new ArrayList<>();
    private StorageEnvironment environment;
    private PageModel model = PageModel.ofNew();
    private long sequence;

    private record OldReader(PageReadTransaction tx, PageModel model, long sequence) {}

    Run(long seed, Supplier<StorageFileSystem> files, boolean background, boolean reopens) {
      this(
          seed,
          files,
          background ? SharedIoScheduler.instance() : new InlineIoScheduler(),
          null,
          reopens);
    }

    /// Timers, flushes and checkpoints come when the seed says.
    Run(Supplier<StorageFileSystem> files, SimulatedScheduler scheduler, long seed) {
      this(seed, files, scheduler, scheduler, true);
    }

    private Run(
        long seed,
        Supplier<StorageFileSystem> files,
        IoScheduler scheduler,
        SimulatedScheduler pumped,
        boolean reopens) {
      this.random = new SplittableRandom(seed);
      this.files = files;
      this.reopens = reopens;
      this.pumped = pumped;
      long scratchBytes = random.nextBoolean() ? 64 << 10 : 16L << 20;
      this.options =
          StorageOptions.defaults()
              .withScratchBytes(scratchBytes)
              .withBackgroundSyncMillis(5)
              .withJournalFileBytes(64 << 10)
              .withScheduler(scheduler);
      this.environment = StorageEnvironment.open(files.get(), options);
    }

    void run(int operations) {
      assertThat(environment.wasCreated()).isTrue();
      for (int i = 0; i < operations; i++) {
        step();
      }
      readers.forEach(this::verify);
      readers.forEach(reader -> reader.tx().close());
      verifyNewest();
      environment.checkpoint();
      assertThat(environment.stats().scratchPageCount()).isZero();
      verifyNewest();
      environment.close();
      if (reopens) {
        environment = StorageEnvironment.open(files.get(), options);
        assertThat(environment.wasCreated()).isFalse();
        verifyNewest();
        environment.close();
      }
    }

    private void step() {
      if (pumped != null) {
        pumped.pump(random.nextInt(3));
      }
      switch (random.nextInt(20)) {
        case 0 -> environment.checkpoint();
        case 1 -> environment.sync();
        case 2, 3 -> openReader();
        case 4, 5 -> closeReader();
        case 6 -> verifyNewest();
        case 7 -> {
          if (reopens && random.nextInt(6) == 0) {
            reopen();
          }
        }
        default -> transaction();
      }
    }

    private void transaction() {
      PageModel after = model.copy();
      try (PageWriteTransaction tx = environment.beginWrite()) {
        after = NestedChanges.make(tx, after, random, PAGE_COUNT_MAX);
        if (random.nextInt(4) == 0) {
          after.assertSeenBy(tx);
        }
        if (random.nextInt(5) > 0) {
          boolean changed = tx.hasChanges();
          tx.commit(Durability.values()[random.nextInt(3)]);
          model = after;
          sequence += changed ? 1 : 0;
        }
      }
      if (random.nextInt(4) == 0) {
        try (PageReadTransaction tx = environment.beginRead()) {
          assertThat(tx.sequence()).isEqualTo(sequence);
          model.assertSeenBy(tx);
        }
      }
    }

    private void openReader() {
      if (readers.size() < 6) {
        readers.add(new OldReader(environment.beginRead(), model, sequence));
      }
    }

    private void closeReader() {
      if (!readers.isEmpty()) {
        OldReader reader = readers.remove(random.nextInt(readers.size()));
        verify(reader);
        reader.tx().close();
      }
    }

    private void verify(OldReader reader) {
      assertThat(reader.tx().sequence()).isEqualTo(reader.sequence());
      reader.model().assertSeenBy(reader.tx());
    }

    private void verifyNewest() {
      try (PageReadTransaction tx = environment.beginRead()) {
        assertThat(tx.sequence()).isEqualTo(sequence);
        model.assertSeenBy(environment, tx);
      }
    }

    private void reopen() {
      readers.forEach(reader -> reader.tx().close());
      readers.clear();
      environment.close();
      environment = StorageEnvironment.open(files.get(), options);
      verifyNewest();
    }
  }
}
