package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.backup.ArchiveSummary;
import dev.rookery.storage.backup.BackupDirectory;
import dev.rookery.storage.backup.BackupReader;
import dev.rookery.storage.backup.HotBackup;
import dev.rookery.storage.error.CorruptBackupException;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Random commits with backups in between: what is restored is exactly the state of the commit that
/// was saved, whatever was flushed, freed, reopened or written meanwhile.
final class BackupModelTest {
  private static final int PAGE_COUNT_MAX = 120;

  @TempDir Path directory;

  @Test
  void randomBackups_restored_agreeWithTheModel() {
    StoreSeeds.forEach("BackupModelTest", 150, seed -> new Run(seed).run(60));
  }

  /// One store with a directory and a stream that it is saved to.
  private static final class Run {
    private final SplittableRandom random;
    private SimulatedDisk disk = new SimulatedDisk();
    private final SimulatedDisk backups = new SimulatedDisk();
    private final ByteArrayOutputStream stream = new ByteArrayOutputStream();
    private final StorageOptions options;
    private final List<PageReadTransaction> readers = new ArrayList<>();
    private StorageEnvironment environment;
    private PageModel model = PageModel.ofNew();
    private PageModel saved = PageModel.ofNew();
    private PageModel streamed = PageModel.ofNew();
    private Optional<ArchiveSummary> lastStreamed = Optional.empty();
    private long lastSaved = -1;

    Run(long seed) {
      random = new SplittableRandom(seed);
      options =
          StorageOptions.defaults()
              .withScratchBytes(64 << 10)
              .withJournalFileBytes(64 << 10)
              .inline();
      environment = StorageEnvironment.open(disk.fileSystem(), options);
    }

    void run(int operations) {
      try {
        for (int i = 0; i < operations; i++) {
          step();
        }
        save(false);
        verifyDirectory();
        stream();
        verifyStream();
        goOnFromRestored();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      readers.forEach(PageReadTransaction::close);
      environment.close();
    }

    private void step() throws IOException {
      switch (random.nextInt(16)) {
        case 0 -> environment.checkpoint();
        case 1 -> readers.add(environment.beginRead());
        case 2 -> {
          if (!readers.isEmpty()) {
            readers.remove(random.nextInt(readers.size())).close();
          }
        }
        case 3 -> reopen();
        case 4, 5 -> save(random.nextInt(4) == 0);
        case 6 -> stream();
        case 7 -> {
          if (random.nextInt(3) == 0 && lastSaved >= 0) {
            verifyDirectory();
          }
        }
        default -> commit();
      }
    }

    private void commit() {
      PageModel after = model.copy();
      try (PageWriteTransaction tx = environment.beginWrite()) {
        after.change(tx, random, PAGE_COUNT_MAX);
        tx.commit(Durability.values()[random.nextInt(3)]);
        model = after;
      }
    }

    private void reopen() {
      readers.forEach(PageReadTransaction::close);
      readers.clear();
      environment.close();
      environment = StorageEnvironment.open(disk.fileSystem(), options);
    }

    private HotBackup hot(PageReadTransaction tx) {
      return new HotBackup(tx, environment.database(), environment.lineage());
    }

    private void save(boolean full) throws IOException {
      try (PageReadTransaction tx = environment.beginRead()) {
        ArchiveSummary summary = new BackupDirectory(backups.fileSystem()).add(hot(tx), full);
        assertThat(summary.sequence()).isEqualTo(tx.sequence());
        if (lastSaved >= 0 && lastSaved < tx.sequence()) {
          assertThat(summary.isFull()).isEqualTo(full);
          assertThat(summary.baseSequence()).isEqualTo(full ? 0 : lastSaved);
        }
        lastSaved = tx.sequence();
        saved = model;
      }
    }

    private void stream() throws IOException {
      try (PageReadTransaction tx = environment.beginRead()) {
        if (lastStreamed.isEmpty()) {
          lastStreamed = Optional.of(hot(tx).writeFull(stream));
        } else if (lastStreamed.get().sequence() < tx.sequence()) {
          lastStreamed = Optional.of(hot(tx).writeSince(lastStreamed.get(), stream));
        }
        streamed = model;
      }
    }

    private void verifyDirectory() throws IOException {
      List<ArchiveSummary> found =
          BackupReader.verify(new BackupDirectory(backups.readOnlyFileSystem()));
      assertThat(found.getLast().sequence()).isEqualTo(lastSaved);
      assertThat(found.getFirst().isFull()).isTrue();
      SimulatedDisk target = new SimulatedDisk();
      BackupReader.restore(new BackupDirectory(backups.readOnlyFileSystem()), target.fileSystem());
      assertRestored(target, lastSaved, saved);
    }

    private void verifyStream() throws IOException {
      byte[] bytes = stream.toByteArray();
      assertThat(BackupReader.verify(new ByteArrayInputStream(bytes)).getLast())
          .isEqualTo(lastStreamed.orElseThrow());
      SimulatedDisk target = new SimulatedDisk();
      BackupReader.restore(new ByteArrayInputStream(bytes), target.fileSystem());
      assertRestored(target, lastStreamed.orElseThrow().sequence(), streamed);
    }

    private void assertRestored(SimulatedDisk target, long sequence, PageModel expected) {
      try (StorageEnvironment restored = StorageEnvironment.open(target.fileSystem(), options);
          PageReadTransaction tx = restored.beginRead()) {
        assertThat(restored.wasCreated()).isFalse();
        assertThat(restored.database()).isEqualTo(environment.database());
        assertThat(restored.lineage()).isNotEqualTo(environment.lineage());
        assertThat(tx.sequence()).isEqualTo(sequence);
        expected.assertSeenBy(restored, tx);
      }
    }

    /// A restored database lives on, and its backups are kept apart from those of its earlier life.
    private void goOnFromRestored() throws IOException {
      SimulatedDisk target = new SimulatedDisk();
      BackupReader.restore(new BackupDirectory(backups.readOnlyFileSystem()), target.fileSystem());
      environment.close();
      disk = target;
      environment = StorageEnvironment.open(disk.fileSystem(), options);
      model = saved;
      for (int i = 0; i < 5; i++) {
        commit();
        reopen();
      }
      try (PageReadTransaction tx = environment.beginRead()) {
        model.assertSeenBy(environment, tx);
        assertThatThrownBy(() -> new BackupDirectory(backups.fileSystem()).add(hot(tx), true))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("restored");
        assertThatThrownBy(() -> hot(tx).writeSince(lastStreamed.orElseThrow(), stream))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void backup_besideABusyWriter_isTheStateOfOneCommit() throws Exception {
    Map<Long, PageModel> states = new ConcurrentHashMap<>();
    states.put(0L, PageModel.ofNew());
    AtomicBoolean stop = new AtomicBoolean();
    StorageOptions options =
        StorageOptions.defaults().withScratchBytes(64 << 10).withJournalFileBytes(64 << 10);
    SplittableRandom random = new SplittableRandom(Long.getLong("seed", 11));
    Path database = directory.resolve("database");
    int restoredCount = 0;
    try (StorageEnvironment environment =
        StorageEnvironment.open(DirectoryFileSystem.open(database, false), options)) {
      Thread writer = Thread.ofPlatform().start(() -> write(environment, states, random, stop));
      BackupDirectory target =
          new BackupDirectory(DirectoryFileSystem.open(directory.resolve("backups"), false));
      for (int i = 0; i < 12; i++) {
        long before;
        try (PageReadTransaction tx = environment.beginRead()) {
          environment.sync();
          before = tx.sequence();
          HotBackup backup = new HotBackup(tx, environment.database(), environment.lineage());
          target.add(backup, i == 6);
        }
        Path restored = directory.resolve("restored-" + i);
        ArchiveSummary summary =
            BackupReader.restore(target, DirectoryFileSystem.open(restored, false));
        assertThat(summary.sequence()).isEqualTo(before);
        try (StorageEnvironment copy =
                StorageEnvironment.open(DirectoryFileSystem.open(restored, false), options);
            PageReadTransaction tx = copy.beginRead()) {
          states.get(before).assertSeenBy(copy, tx);
          restoredCount++;
        }
        long waitFor = before + 5;
        while (environment.stats().sequence() < waitFor && writer.isAlive()) {
          Thread.onSpinWait();
        }
      }
      stop.set(true);
      writer.join();
    }
    assertThat(restoredCount).isEqualTo(12);
    assertThat(states).hasSizeGreaterThan(60);
  }

  private static void write(
      StorageEnvironment environment,
      Map<Long, PageModel> states,
      SplittableRandom random,
      AtomicBoolean stop) {
    PageModel model = PageModel.ofNew();
    while (!stop.get()) {
      PageModel after = model.copy();
      try (PageWriteTransaction tx = environment.beginWrite()) {
        after.change(tx, random, PAGE_COUNT_MAX);
        if (tx.hasChanges()) {
          states.put(tx.sequence(), after);
          tx.commit(random.nextInt(4) == 0 ? Durability.SYNC : Durability.NONE);
          model = after;
        }
      }
    }
  }

  @Test
  void copies_thatWentApart_areNotMixed() throws IOException {
    StoreSeeds.forEach(
        "BackupModelTest.copies",
        20,
        seed -> {
          try {
            mixTwoCopies(seed);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  /// Two plain copies of one database share everything but what they committed since: an increment
  /// of the one is refused on top of a backup of the other.
  private static void mixTwoCopies(long seed) throws IOException {
    Run one = new Run(seed);
    for (int i = 0; i < 10; i++) {
      one.commit();
    }
    one.environment.close();
    Run other = new Run(seed);
    other.environment.close();
    other.disk.put("data.rkd", one.disk.read("data.rkd"));
    for (Run run : List.of(one, other)) {
      run.environment = StorageEnvironment.open(run.disk.fileSystem(), run.options);
    }
    other.model = one.model;
    for (int i = 0; i < 5; i++) {
      one.commit();
    }
    while (other.environment.stats().sequence() < one.environment.stats().sequence() + 5
        || other.environment.stats().pageCount() < one.environment.stats().pageCount()) {
      other.commit();
    }
    one.save(false);

    try (PageReadTransaction tx = other.environment.beginRead()) {
      new BackupDirectory(one.backups.fileSystem()).add(other.hot(tx), false);
    }

    BackupDirectory mixed = new BackupDirectory(one.backups.readOnlyFileSystem());
    SimulatedDisk target = new SimulatedDisk();
    try {
      BackupReader.restore(mixed, target.fileSystem());
      // Everything that the first copy had changed was changed by the other one too.
      other.assertRestored(target, other.environment.stats().sequence(), other.model);
    } catch (CorruptBackupException e) {
      assertThat(target.files()).isEmpty();
    }
    one.environment.close();
    other.environment.close();
  }
}
