package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.error.StorageFailedException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.CrashWindow;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.journal.JournalForger;
import dev.rookery.storage.page.DataFileForger;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The faults that a store must stand, each by the number that docs/TESTING.md gives it; the table
/// there also names the tests of the faults that are not here.
final class FaultModelTest {
  private static final StorageOptions INLINE =
      StorageOptions.defaults()
          .withScratchBytes(256 << 10)
          .withBackgroundSyncMillis(5)
          .withJournalFileBytes(64 << 10)
          .inline();

  private static final Set<CrashWindow> CREATION =
      EnumSet.range(CrashWindow.CREATE_DIRECTORY, CrashWindow.CREATE_DIRECTORY_SYNC);

  private static final Set<CrashWindow> RECORDS =
      EnumSet.of(CrashWindow.RECORD_SHORT, CrashWindow.RECORD_LONG, CrashWindow.RECORD_SYNC);

  private static final Set<CrashWindow> RECOVERY =
      EnumSet.range(CrashWindow.OPEN_DIRECTORY_SYNC, CrashWindow.RECOVERY_FLUSH);

  private static final Set<CrashWindow> NAMES =
      EnumSet.of(
          CrashWindow.CREATE_DIRECTORY_SYNC,
          CrashWindow.JOURNAL_DIRECTORY_SYNC,
          CrashWindow.JOURNAL_ROOM_SYNC,
          CrashWindow.JOURNAL_FIRST_HEADER,
          CrashWindow.JOURNAL_RELEASE,
          CrashWindow.CLOSE_DIRECTORY_SYNC,
          CrashWindow.OPEN_DIRECTORY_SYNC);

  @TempDir Path directory;

  @Test
  void f01_processKilledInCreation_leavesADatabaseOrNone() {
    CrashesIn.windows(CREATION, CrashMode.KEEP_ALL, 60);
  }

  @Test
  void f01_processKilledInRecovery_isRecoveredOnceMore() {
    CrashesIn.windowsAfterAKill(RECOVERY, CrashMode.KEEP_ALL, 60);
  }

  @Test
  void f02_powerCut_losesNothingPromised() {
    CrashesIn.windows(RECORDS, CrashMode.LOSE_ALL_UNSYNCED, 120);
  }

  @Test
  void f03_tornAndReorderedPages_areRepairedByReplay() {
    Set<CrashWindow> flush =
        EnumSet.of(CrashWindow.DATA_PAGE, CrashWindow.DATA_PAGE_RUN, CrashWindow.CHECKPOINT_SYNC);
    CrashesIn.windows(flush, CrashMode.REORDER, 120);
    CrashesIn.windows(flush, CrashMode.PREFIX, 120);
  }

  @Test
  void f04_secondPowerCut_inRecovery_losesNothing() {
    for (CrashMode mode : CrashMode.values()) {
      CrashesIn.windowsAfterAKill(RECOVERY, mode, 40);
    }
  }

  @Test
  void f05_namesThatWereNotSynced_areNotReliedOn() {
    CrashesIn.windows(NAMES, CrashMode.LOSE_ALL_UNSYNCED, 80);
    CrashesIn.windows(NAMES, CrashMode.REORDER, 80);
  }

  /// Creation was cut short, and of its names only the data file's had reached the disk.
  @Test
  void f05_journalDirectoryThatWasLost_isMadeAgain() {
    CrashesIn.windows(EnumSet.of(CrashWindow.CREATE_DIRECTORY_SYNC), CrashMode.REORDER, 60);
  }

  @Test
  void f06_lengthThatIsNotDurable_isGrownAgain() {
    Set<CrashWindow> growth = EnumSet.of(CrashWindow.DATA_GROWTH, CrashWindow.CLOSE_CUT);
    CrashesIn.windows(growth, CrashMode.LOSE_ALL_UNSYNCED, 40);
    CrashesIn.windows(growth, CrashMode.REORDER, 80);
    CrashesIn.windowsAfterAKill(
        EnumSet.of(CrashWindow.RECOVERY_GROWTH, CrashWindow.RECOVERY_FLUSH), CrashMode.REORDER, 10);
  }

  @Test
  void f07_tornTail_isDroppedAndNothingBefore() {
    CrashesIn.windows(
        EnumSet.of(CrashWindow.RECORD_LONG, CrashWindow.RECORD_REST, CrashWindow.RECORD_SYNC),
        CrashMode.PREFIX,
        120);
  }

  @Test
  void f09_entriesOfAnEarlierUse_areNeverReplayed() {
    for (CrashMode mode : CrashMode.values()) {
      CrashesIn.windows(
          EnumSet.of(CrashWindow.JOURNAL_RECYCLE, CrashWindow.JOURNAL_RECYCLED_HEADER), mode, 6);
    }
  }

  /// Somebody else cuts the file under the mapping: what was there is an exception, not the end of
  /// the process; what was not is untouched.
  @Test
  void f15_dataFileCutUnderTheMapping_isNamed() throws IOException {
    Path database = directory.resolve("d");
    long first;
    try (StorageEnvironment environment = open(database)) {
      PageWriteTransaction tx = environment.beginWrite();
      first = tx.allocateRun(200, (byte) 1, 0);
      tx.commit(Durability.SYNC);
    }
    try (StorageEnvironment environment = open(database);
        PageReadTransaction tx = environment.beginRead()) {
      try (FileChannel file =
          FileChannel.open(database.resolve("data.rkd"), StandardOpenOption.WRITE)) {
        file.truncate((first + 10) << PageLayout.PAGE_SHIFT);
      }
      assertThat(tx.page(first + 5)).isNotNull();
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> tx.page(first + 150)).isInstanceOf(CorruptPageException.class);
      }
      CheckReport report = new CheckReport();
      environment.check(tx, report);
      assertThat(report.isClean()).isFalse();
    }
  }

  private static StorageEnvironment open(Path database) {
    return StorageEnvironment.open(
        DirectoryFileSystem.open(database, false), StorageOptions.defaults());
  }

  /// A write that was lost leaves an older version with a good checksum. Nothing tells a page from
  /// an earlier version of itself; but nothing crashes, hangs or throws what is not ours.
  @Test
  void f17_stalePage_isNamedOrAnswersAndHarmsNobody() {
    StoreSeeds.forEach(
        "FaultModelTest.stale",
        2,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          SimulatedDisk disk = new SimulatedDisk();
          grow(disk, random, true);
          byte[] old = bytesOf(disk);
          grow(disk, random, false);
          byte[] fresh = bytesOf(disk);
          int pages = Math.min(old.length, fresh.length) >>> PageLayout.PAGE_SHIFT;
          int told = 0;
          for (int page = (int) PageLayout.FIRST_PAGE; page < pages; page++) {
            byte[] mixed = fresh.clone();
            int offset = page << PageLayout.PAGE_SHIFT;
            System.arraycopy(old, offset, mixed, offset, PageLayout.PAGE_BYTES);
            SimulatedDisk stale = disk.fork(1, CrashMode.KEEP_ALL);
            stale.put("data.rkd", mixed);
            told += isTold(stale) ? 1 : 0;
          }
          System.out.printf("  stale pages=%d told=%d%n", pages, told);
          assertThat(told).isPositive();
        });
  }

  private static void grow(SimulatedDisk disk, SplittableRandom random, boolean create) {
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), INLINE)) {
      for (int i = 0; i < 4; i++) {
        try (PageWriteTransaction tx = environment.beginWrite()) {
          if (create && i == 0) {
            StructuresModel.create(tx);
          }
          new StructuresModel(tx).change(tx, random, 60);
          tx.commit(Durability.SYNC);
        }
      }
    }
  }

  private static byte[] bytesOf(SimulatedDisk disk) {
    try {
      return disk.read("data.rkd");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean isTold(SimulatedDisk disk) {
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), INLINE);
        PageReadTransaction tx = environment.beginRead()) {
      CheckReport report = new CheckReport();
      StructuresModel model = new StructuresModel(tx);
      model.check(tx, report);
      environment.check(tx, report);
      model.hash(tx);
      return !report.isClean();
    } catch (RookeryException e) {
      return true;
    }
  }

  /// A frame of the journal that claims to unpack to anything: refused before memory is taken.
  @Test
  void f19_frameThatClaimsTooMuch_isRefused() throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    StorageEnvironment environment =
        StorageEnvironment.open(disk.fileSystem(), INLINE.withScratchBytes(4 << 20));
    workUntilAnError(environment, new StoreHistory(), new SplittableRandom(2));
    for (int i = 0; i < 3; i++) {
      try (PageWriteTransaction tx = environment.beginWrite()) {
        tx.modify(StorageEnvironment.ROOT_PAGE).set(PageLayout.LONG, 40, i);
        tx.commit(Durability.SYNC);
      }
    }
    SimulatedDisk killed = disk.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    String newest = ""; // Replay may begin behind older ones.
    for (String name : killed.files()) {
      boolean isLater = name.startsWith("journal/") && name.compareTo(newest) > 0;
      newest = isLater && !JournalForger.records(killed.read(name)).isEmpty() ? name : newest;
    }
    String forged = newest;
    for (int claimed : new int[] {Integer.MAX_VALUE, 1 << 28, (1 << 20) + 1, 0, -1}) {
      assertThatThrownBy(() -> open(withFirstFrame(killed, forged, claimed)))
          .isInstanceOf(RookeryException.class);
    }
  }

  private static void open(SimulatedDisk disk) {
    StorageEnvironment.open(disk.fileSystem(), INLINE).close();
  }

  private static SimulatedDisk withFirstFrame(SimulatedDisk disk, String name, int rawLength)
      throws IOException {
    SimulatedDisk fork = disk.fork(1, CrashMode.KEEP_ALL);
    byte[] file = fork.read(name);
    List<Integer> records = JournalForger.records(file);
    for (int record : records) {
      ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putInt(record + 128, rawLength);
    }
    JournalForger.forge(file, records);
    fork.put(name, file);
    return fork;
  }

  /// Out of memory, or any other error, in the middle of anything: the transaction is rolled back
  /// or the store refuses all further work; what is found afterwards is the state of some commit.
  @Test
  void f20_errorInAnyChangeOfTheDisk_rollsBackOrPoisons() {
    boolean isThrough = false;
    for (int later = 0; !isThrough; later++) {
      SimulatedDisk disk = new SimulatedDisk();
      StoreHistory history = new StoreHistory();
      SplittableRandom random = new SplittableRandom(3);
      StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), INLINE);
      long failing = disk.operationCount() + later;
      disk.observe(change -> {
        if (change.number() == failing) {
          throw new OutOfMemoryError("of the test");
        }
      });
      isThrough = workUntilAnError(environment, history, random);
      disk.observe(_ -> {});
      try {
        environment.close();
      } catch (StorageFailedException e) {
        // Nothing more was promised.
      }
      try (StorageEnvironment again = StorageEnvironment.open(disk.fileSystem(), INLINE)) {
        history.recovered(again);
      }
      assertThat(later > 30 || !isThrough).isTrue();
      assertThat(later).isLessThan(1000);
    }
  }

  private static boolean workUntilAnError(
      StorageEnvironment environment, StoreHistory history, SplittableRandom random) {
    try {
      for (int i = 0; i < 12; i++) {
        try (PageWriteTransaction tx = environment.beginWrite()) {
          PageModel after = history.newest().copy();
          after.change(tx, random, 40);
          if (tx.hasChanges()) {
            history.begin(after);
            tx.commit(Durability.SYNC);
            history.acknowledged(Durability.SYNC);
          }
        }
        if (i % 4 == 3) {
          environment.checkpoint();
        }
      }
      return true;
    } catch (OutOfMemoryError | StorageFailedException e) {
      try (PageReadTransaction tx = environment.beginRead()) {
        history.state(tx.sequence()).assertSeenBy(tx);
      }
      return false;
    }
  }

  @Test
  void f23_copiedDirectory_opens() throws IOException {
    Path database = directory.resolve("original");
    long first;
    try (StorageEnvironment environment = open(database)) {
      PageWriteTransaction tx = environment.beginWrite();
      first = tx.allocate((byte) 1, 0);
      tx.commit(Durability.SYNC);
    }
    Path copy = directory.resolve("copy");
    Files.createDirectory(copy);
    Files.copy(database.resolve("data.rkd"), copy.resolve("data.rkd")); // No empty directory.

    try (StorageEnvironment original = open(database);
        StorageEnvironment copied = open(copy);
        PageReadTransaction tx = copied.beginRead()) {
      assertThat(tx.page(first)).isNotNull();
      PageWriteTransaction write = copied.beginWrite();
      write.modify(first);
      write.rollback();
      assertThat(original.stats().sequence()).isEqualTo(copied.stats().sequence());
    }
  }

  /// An old data file among newer journals, or newer data without its journals: an exception, or
  /// the state of some commit where the journals still reach back so far.
  @Test
  void f23_oldFileRestoredAmongNewOnes_isNamedOrReplayed() throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    StoreHistory history = new StoreHistory();
    SplittableRandom random = new SplittableRandom(5);
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), INLINE);
    byte[] old = null;
    for (int i = 0; i < 30; i++) {
      workUntilAnError(environment, history, random);
      old = i == 3 ? disk.read("data.rkd") : old;
    }
    SimulatedDisk killed = disk.crash(1, CrashMode.KEEP_ALL);
    killed.put("data.rkd", old);

    assertThatThrownBy(() -> StorageEnvironment.open(killed.fileSystem(), INLINE))
        .isInstanceOf(RookeryException.class);
  }

  /// No logic of the format depends on a clock: times in headers are for people.
  @Test
  void f23_timesInTheHeader_doNotMatter() throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    grow(disk, new SplittableRandom(1), true);
    byte[] file = bytesOf(disk);
    for (int block = 0; block < 3; block++) {
      ByteBuffer.wrap(file).putLong(block * 4096 + (block == 0 ? 48 : 56), Long.MAX_VALUE);
      DataFileForger.forge(file, block * 4096L, DataFileForger.database(file));
    }
    disk.put("data.rkd", file);

    assertThat(isTold(disk)).isFalse();
  }
}
