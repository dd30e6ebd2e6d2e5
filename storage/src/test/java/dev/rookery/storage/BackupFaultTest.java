package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import dev.rookery.storage.backup.ArchiveSummary;
import dev.rookery.storage.backup.BackupDirectory;
import dev.rookery.storage.backup.BackupReader;
import dev.rookery.storage.backup.HotBackup;
import dev.rookery.storage.error.CorruptBackupException;
import dev.rookery.storage.error.CorruptJournalException;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.NotADatabaseException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.SimulatedCrash;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Backups and restores that fail or die half way: the database lives on, nothing unfinished bears
/// a final name, and the next try succeeds.
final class BackupFaultTest {
  private static final StorageOptions OPTIONS =
      StorageOptions.defaults().withScratchBytes(64 << 10).withJournalFileBytes(64 << 10).inline();
  private static final int PAGE_COUNT_MAX = 80;

  private final SplittableRandom random = new SplittableRandom(Long.getLong("seed", 3));
  private final SimulatedDisk disk = new SimulatedDisk();
  private PageModel model = PageModel.ofNew();

  @BeforeAll
  static void printSeed() {
    System.out.println("BackupFaultTest seed=" + Long.getLong("seed", 3));
  }

  private StorageEnvironment open() {
    return StorageEnvironment.open(disk.fileSystem(), OPTIONS);
  }

  private void commit(StorageEnvironment environment, int count) {
    for (int i = 0; i < count; i++) {
      PageModel after = model.copy();
      try (PageWriteTransaction tx = environment.beginWrite()) {
        after.change(tx, random, PAGE_COUNT_MAX);
        tx.commit(Durability.SYNC);
        model = after;
      }
    }
  }

  private static HotBackup hot(StorageEnvironment environment, PageReadTransaction tx) {
    return new HotBackup(tx, environment.database(), environment.lineage());
  }

  private static ArchiveSummary save(
      StorageEnvironment environment, SimulatedDisk backups, boolean full) throws IOException {
    try (PageReadTransaction tx = environment.beginRead()) {
      return new BackupDirectory(backups.fileSystem()).add(hot(environment, tx), full);
    }
  }

  private static byte[] stream(StorageEnvironment environment) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (PageReadTransaction tx = environment.beginRead()) {
      hot(environment, tx).writeFull(out);
    }
    return out.toByteArray();
  }

  private void assertIsModel(SimulatedDisk target) {
    try (StorageEnvironment restored = StorageEnvironment.open(target.fileSystem(), OPTIONS);
        PageReadTransaction tx = restored.beginRead()) {
      assertThat(restored.wasCreated()).isFalse();
      model.assertSeenBy(restored, tx);
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void backup_ontoAFailingDisk_leavesDatabaseAndBackupsAlone(Operation operation)
      throws IOException {
    try (StorageEnvironment environment = open()) {
      SimulatedDisk backups = new SimulatedDisk();
      commit(environment, 5);
      save(environment, backups, false);
      for (Fault fault : Fault.OF_DISKS) {
        for (int skipped = 0; skipped < 6; skipped++) {
          commit(environment, 2);
          backups.faults().failFrom(operation, skipped, fault);
          try {
            save(environment, backups, skipped % 2 == 0);
          } catch (DiskFullException e) {
            assertThat(fault).isEqualTo(Fault.NO_SPACE);
          } catch (IOException e) {
            assertThat(fault).isNotEqualTo(Fault.NO_SPACE);
          }
          backups.faults().clear();
          // Whatever is there under its final name is whole.
          BackupReader.verify(new BackupDirectory(backups.fileSystem()));
          save(environment, backups, false);
          assertThat(backups.files()).allMatch(name -> name.matches("backup-\\d{16}\\.rkb"));
          SimulatedDisk target = new SimulatedDisk();
          BackupReader.restore(new BackupDirectory(backups.fileSystem()), target.fileSystem());
          assertIsModel(target);
        }
      }
    }
  }

  @Test
  void backup_intoAFailingStream_leavesTheDatabaseAlone() throws IOException {
    try (StorageEnvironment environment = open()) {
      commit(environment, 20);
      int length = stream(environment).length;
      for (int room = 0; room < length; room += 1 + length / 50) {
        int left = room;
        OutputStream failing =
            new OutputStream() {
              private int taken;

              @Override
              public void write(int value) throws IOException {
                if (taken++ >= left) {
                  throw new IOException("stream is full");
                }
              }
            };
        try (PageReadTransaction tx = environment.beginRead()) {
          assertThatThrownBy(() -> hot(environment, tx).writeFull(failing))
              .isInstanceOf(IOException.class)
              .hasMessage("stream is full");
        }
        commit(environment, 1);
      }
      assertThat(environment.stats().activeReaderCount()).isZero();
    }
    assertIsModel(disk);
  }

  @Test
  void backup_ofADatabaseThatIsClosedMeanwhile_endsByName() {
    StorageEnvironment environment = open();
    commit(environment, 20);
    PageReadTransaction tx = environment.beginRead();
    HotBackup backup = hot(environment, tx);
    OutputStream closing =
        new OutputStream() {
          @Override
          public void write(int value) {
            environment.close();
          }
        };

    assertThatThrownBy(() -> backup.writeFull(closing))
        .isInstanceOf(TransactionClosedException.class);
  }

  @Test
  void backup_ofADamagedPage_namesItAndLeavesNoArchive() throws IOException {
    SimulatedDisk backups = new SimulatedDisk();
    try (StorageEnvironment environment = open()) {
      commit(environment, 20);
    }
    byte[] data = disk.read("data.rkd");
    int at = data.length - 9000;
    disk.overwrite("data.rkd", at, new byte[] {(byte) (data[at] ^ 1)});
    try (StorageEnvironment environment = open()) {
      assertThatThrownBy(() -> save(environment, backups, false))
          .isInstanceOf(CorruptPageException.class);
    }
    assertThat(backups.files()).isEmpty();
  }

  @Test
  void backup_withOpenWriter_waitsForNobody() throws IOException {
    try (StorageEnvironment environment = open()) {
      commit(environment, 10);
      try (PageWriteTransaction tx = environment.beginWrite()) {
        model.copy().change(tx, random, PAGE_COUNT_MAX);
        SimulatedDisk backups = new SimulatedDisk();
        save(environment, backups, false);
        SimulatedDisk target = new SimulatedDisk();
        BackupReader.restore(new BackupDirectory(backups.fileSystem()), target.fileSystem());
        assertIsModel(target);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(CrashMode.class)
  void backup_thatDies_leavesWholeArchivesOnly(CrashMode mode) throws IOException {
    try (StorageEnvironment environment = open()) {
      commit(environment, 6);
      SimulatedDisk before = new SimulatedDisk();
      long saved = save(environment, before, false).sequence();
      PageModel old = model;
      commit(environment, 6);
      int[] found = new int[2];
      for (boolean full : new boolean[] {true, false}) {
        before.observe(change -> {
          for (int i = 0; i < 4; i++) {
            SimulatedDisk after = before.fork(random.nextLong(), mode);
            PageModel newest = model;
            try {
              boolean isOld =
                  BackupReader.verify(new BackupDirectory(after.fileSystem())).getLast().sequence()
                      == saved;
              found[isOld ? 0 : 1]++;
              SimulatedDisk target = new SimulatedDisk();
              BackupReader.restore(new BackupDirectory(after.fileSystem()), target.fileSystem());
              model = isOld ? old : newest;
              assertIsModel(target);
              model = newest;
              save(environment, after, false);
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          }
        });
        save(environment, before, full);
        before.observe(change -> {});
      }
      assertThat(found[0]).isPositive();
      assertThat(BackupReader.verify(new BackupDirectory(before.fileSystem()))).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(CrashMode.class)
  void restore_thatDies_leavesADatabaseOrNone(CrashMode mode) throws IOException {
    byte[] archive;
    try (StorageEnvironment environment = open()) {
      commit(environment, 25);
      archive = stream(environment);
    }
    SimulatedDisk target = new SimulatedDisk();
    int[] found = new int[2];
    target.observe(change -> {
      for (int i = 0; i < 3; i++) {
        SimulatedDisk after = target.fork(random.nextLong(), mode);
        boolean whole = after.files().contains("data.rkd");
        found[whole ? 1 : 0]++;
        if (!whole) {
          if (after.files().contains("restore.new")) {
            assertThatThrownBy(() -> StorageEnvironment.open(after.fileSystem(), OPTIONS))
                .isInstanceOf(NotADatabaseException.class)
                .hasMessageContaining("restore.new");
          }
          restore(archive, after);
        }
        assertIsModel(after);
      }
    });
    restore(archive, target);
    target.observe(change -> {});
    assertThat(found[0]).isPositive();
    // What restore has promised, no power failure takes back.
    assertIsModel(target.crash(random.nextLong(), mode));
  }

  private static void restore(byte[] archive, SimulatedDisk target) {
    try {
      BackupReader.restore(new ByteArrayInputStream(archive), target.fileSystem());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// The process itself dies, so that nobody cleans up.
  @Test
  void restore_killedInAnyChange_canBeRepeated() throws IOException {
    byte[] archive;
    try (StorageEnvironment environment = open()) {
      commit(environment, 25);
      archive = stream(environment);
    }
    for (int change = 0; ; change++) {
      SimulatedDisk target = new SimulatedDisk();
      target.stopAt(change);
      try {
        restore(archive, target);
        assertThat(change).isGreaterThan(5);
        break;
      } catch (SimulatedCrash e) {
        // As was planned.
      }
      SimulatedDisk after = target.crash(random.nextLong(), CrashMode.KEEP_ALL);
      if (!after.files().contains("data.rkd")) {
        restore(archive, after);
      }
      assertIsModel(after);
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void restore_ontoAFailingDisk_leavesNoDatabase(Operation operation) throws IOException {
    byte[] archive;
    try (StorageEnvironment environment = open()) {
      commit(environment, 25);
      archive = stream(environment);
    }
    for (Fault fault : Fault.OF_DISKS) {
      for (int skipped = 0; skipped < 8; skipped++) {
        SimulatedDisk target = new SimulatedDisk();
        target.faults().failOnce(operation, skipped, fault);
        boolean done = true;
        try {
          BackupReader.restore(new ByteArrayInputStream(archive), target.fileSystem());
        } catch (IOException | DiskFullException e) {
          done = false;
        }
        target.faults().clear();
        if (!target.files().contains("data.rkd")) {
          assertThat(done).isFalse();
          restore(archive, target);
        }
        assertIsModel(target);
      }
    }
  }

  @Test
  void restore_intoADirectoryInUse_isRefused() throws IOException {
    byte[] archive;
    try (StorageEnvironment environment = open()) {
      commit(environment, 3);
      archive = stream(environment);
      assertThatThrownBy(
              () -> BackupReader.restore(new ByteArrayInputStream(archive), disk.fileSystem()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("not empty");
    }
    assertIsModel(disk);
    SimulatedDisk foreign = new SimulatedDisk();
    foreign.fileSystem().createRoot();
    foreign.put("letter", new byte[3]);
    assertThatThrownBy(
            () -> BackupReader.restore(new ByteArrayInputStream(archive), foreign.fileSystem()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(foreign.files()).containsExactly("letter");
  }

  /// Journal files of the life before a restore, put into the directory of the life after, at any
  /// of its moments: never taken for its own.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void journalOfTheEarlierLife_inARestoredDirectory_isNeverReplayed(int laterCommits)
      throws IOException {
    // Twelve lives, in which the backup is taken at different distances from the journal's parts.
    for (int commits = 0; commits < 12; commits++) {
      SimulatedDisk old = new SimulatedDisk();
      model = PageModel.ofNew();
      StorageEnvironment earlier = StorageEnvironment.open(old.fileSystem(), OPTIONS);
      commit(earlier, commits);
      byte[] archive = stream(earlier);
      List<PageModel> states = new ArrayList<>(List.of(model));
      long first = earlier.stats().sequence();
      commit(earlier, 1 + random.nextInt(20));
      SimulatedDisk killed = old.crash(random.nextLong(), CrashMode.KEEP_ALL);
      SimulatedDisk target = new SimulatedDisk();
      restore(archive, target);
      model = states.getFirst();
      SimulatedDisk later = laterCommits == 0 ? target : live(target, laterCommits, states);
      for (String name : killed.files()) {
        if (name.startsWith("journal/")) {
          later.put(name, killed.read(name));
        }
      }
      assertRefusedOrOwnState(later, states, first);
    }
  }

  /// Makes commits after a restore, remembers their states, and is killed.
  private SimulatedDisk live(SimulatedDisk target, int laterCommits, List<PageModel> states) {
    StorageEnvironment life = StorageEnvironment.open(target.fileSystem(), OPTIONS);
    for (int i = 0; i < laterCommits * 3; i++) {
      long before = life.stats().sequence();
      commit(life, 1);
      if (life.stats().sequence() > before) {
        states.add(model);
      }
      if (i == laterCommits && laterCommits % 2 == 0) {
        life.checkpoint();
      }
    }
    return target.crash(random.nextLong(), CrashMode.KEEP_ALL);
  }

  /// Where a file of the earlier life has taken the place of its own, commits are lost; but what is
  /// found is a state of this life, whole.
  private static void assertRefusedOrOwnState(
      SimulatedDisk later, List<PageModel> states, long first) {
    try (StorageEnvironment mixed = StorageEnvironment.open(later.fileSystem(), OPTIONS);
        PageReadTransaction tx = mixed.beginRead()) {
      assertThat(tx.sequence()).isBetween(first, first + states.size() - 1);
      states.get((int) (tx.sequence() - first)).assertSeenBy(tx);
    } catch (CorruptJournalException | CorruptPageException e) {
      // Refused by name.
    }
  }

  @Test
  void database_atRest_isCopiedFileByFile() throws IOException {
    try (StorageEnvironment environment = open()) {
      commit(environment, 30);
    }
    SimulatedDisk copy = new SimulatedDisk();
    copy.fileSystem().createRoot();
    for (String name : disk.files()) {
      if (name.startsWith("journal/")) {
        fail("a closed database has no journal file=" + name);
      }
      copy.put(name, disk.read(name));
    }

    assertIsModel(copy);
  }

  @Test
  void verify_ofNothing_isRefused() {
    assertThatThrownBy(
            () -> BackupReader.verify(new BackupDirectory(new SimulatedDisk().fileSystem())))
        .isInstanceOf(CorruptBackupException.class);
    assertThatThrownBy(() -> BackupReader.verify(new ByteArrayInputStream(new byte[0])))
        .isInstanceOf(CorruptBackupException.class);
  }
}
