package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptJournalException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.SimulatedCrash;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Databases whose journal is damaged in the middle, opened without the rest of it: what was before
/// comes back whole or not at all, and nothing is deleted.
final class JournalSalvageTest {
  private static final long RECORD_MAGIC = 0x4452_4F43_4552_4B52L;
  private static final int COMMITS = 60;
  private static final StorageOptions OPTIONS =
      StorageOptions.defaults().withScratchBytes(16 << 20).withJournalFileBytes(64 << 10).inline();
  private static final StorageOptions SALVAGING = OPTIONS.withSalvageJournal(true);

  /// Room for so little that commits are flushed.
  private static final StorageOptions SMALL = OPTIONS.withScratchBytes(64 << 10);

  /// Returns a disk with commits behind a checkpoint, after a power cut.
  private static SimulatedDisk make(StorageOptions options, CrashMode mode) {
    SimulatedDisk disk = new SimulatedDisk();
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), options);
    for (int i = 0; i < COMMITS; i++) {
      commit(environment);
      if (i == 3) {
        environment.checkpoint();
      }
    }
    return disk.crash(1, mode);
  }

  /// Each commit brings a page, and writes its number into the root page and into another.
  private static void commit(StorageEnvironment environment) {
    PageWriteTransaction tx = environment.beginWrite();
    long page = tx.allocate((byte) 1, 0);
    long sequence = tx.sequence();
    for (int i = 0; i < 200; i++) {
      tx.modify(page).set(PageLayout.LONG, 40 + i * 8L, sequence * i);
    }
    tx.modify(StorageEnvironment.ROOT_PAGE).set(PageLayout.LONG, 40 + 8 * sequence, page);
    tx.commit(Durability.SYNC);
  }

  private static void assertState(StorageEnvironment environment, long sequence) {
    try (PageReadTransaction tx = environment.beginRead()) {
      assertThat(tx.sequence()).isEqualTo(sequence);
      CheckReport report = new CheckReport();
      report.claim(StorageEnvironment.ROOT_PAGE, "root");
      for (long commit = 1; commit <= COMMITS; commit++) {
        long page = tx.page(StorageEnvironment.ROOT_PAGE).get(PageLayout.LONG, 40 + 8 * commit);
        assertThat(page != 0).isEqualTo(commit <= sequence);
        if (page != 0) {
          report.claim(page, "page");
          assertThat(tx.page(page).get(PageLayout.LONG, 40 + 80)).isEqualTo(commit * 10);
        }
      }
      environment.check(tx, report);
      assertThat(report.problems()).isEmpty();
    }
  }

  private record Place(String file, int offset) {}

  private static Map<Long, Place> records(SimulatedDisk disk) throws NoSuchFileException {
    Map<Long, Place> places = new TreeMap<>();
    for (String file : disk.files()) {
      if (file.endsWith(".rkj")) {
        ByteBuffer bytes = ByteBuffer.wrap(disk.read(file)).order(ByteOrder.LITTLE_ENDIAN);
        for (int at = 4096; at < bytes.capacity() - 128; at += 64) {
          if (bytes.getLong(at) == RECORD_MAGIC) {
            places.put(bytes.getLong(at + 16), new Place(file, at));
          }
        }
      }
    }
    return places;
  }

  private static Place damage(SimulatedDisk disk, long sequence) throws NoSuchFileException {
    Place place = records(disk).get(sequence);
    disk.overwrite(place.file, place.offset + 140, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    return place;
  }

  private static Map<String, Integer> contents(SimulatedDisk disk) {
    return disk.files().stream()
        .collect(Collectors.toMap(Function.identity(), file -> hash(disk, file)));
  }

  private static int hash(SimulatedDisk disk, String file) {
    try {
      return Arrays.hashCode(disk.read(file));
    } catch (NoSuchFileException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void damagedRecord_isTheEndOfWhatIsSalvaged() throws NoSuchFileException {
    for (long lost : new long[] {5, 6, 30, COMMITS - 1}) {
      SimulatedDisk disk = make(OPTIONS, CrashMode.LOSE_ALL_UNSYNCED);
      Place place = damage(disk, lost);
      Map<String, Integer> before = contents(disk);
      assertThatThrownBy(() -> StorageEnvironment.open(disk.fileSystem(), OPTIONS))
          .isInstanceOf(CorruptJournalException.class);
      assertThat(contents(disk)).isEqualTo(before);

      try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), SALVAGING)) {
        SalvageReport report = environment.salvageReport().orElseThrow();
        assertThat(report.firstLostSequence()).isEqualTo(lost);
        assertThat(report.newestLostSequence()).isEqualTo(COMMITS);
        // Its own header was found, too.
        assertThat(report.laterRecordCount()).isEqualTo(COMMITS - lost + 1);
        assertThat(report.file()).isEqualTo(place.file);
        assertThat(report.offset()).isBetween(place.offset - 4095L, (long) place.offset);
        assertThat(report.keptFiles()).first().isEqualTo(place.file + ".salvaged");
        for (String kept : report.keptFiles()) {
          assertThat(hash(disk, kept)).isEqualTo(before.get(kept.replace(".salvaged", "")));
        }
        assertState(environment, lost - 1);
        environment.beginWrite().close();
      }
      try (StorageEnvironment again = StorageEnvironment.open(disk.fileSystem(), SALVAGING)) {
        assertThat(again.salvageReport()).isEmpty();
        assertState(again, lost - 1);
        while (again.stats().sequence() < COMMITS) {
          commit(again);
        }
      }
      SimulatedDisk cut = disk.crash(2, CrashMode.LOSE_ALL_UNSYNCED);
      try (StorageEnvironment last = StorageEnvironment.open(cut.fileSystem(), OPTIONS)) {
        assertState(last, COMMITS);
      }
      assertThat(cut.files()).anyMatch(file -> file.endsWith(".salvaged"));
    }
  }

  @Test
  void commitsThatWereFlushedBehindTheDamage_areRefusedWithoutAChange() throws NoSuchFileException {
    for (CrashMode mode : new CrashMode[] {CrashMode.KEEP_ALL, CrashMode.PREFIX}) {
      SimulatedDisk disk = make(SMALL, mode);
      // As on another boot: else the journal behind the checkpoint is not needed.
      disk.overwrite("data.rkd", 3 * 4096, new byte[4096]);
      damage(disk, 12);
      Map<String, Integer> before = contents(disk);

      for (StorageOptions options : new StorageOptions[] {SALVAGING, SMALL, SALVAGING}) {
        assertThatThrownBy(() -> StorageEnvironment.open(disk.fileSystem(), options))
            .isInstanceOf(CorruptJournalException.class);
        assertThat(contents(disk)).isEqualTo(before);
      }
    }
  }

  @Test
  void damageBehindAFlush_isSalvagedOnTheSameBootOnly() throws NoSuchFileException {
    SimulatedDisk disk = make(SMALL, CrashMode.KEEP_ALL);
    long flushed =
        ByteBuffer.wrap(disk.read("data.rkd"))
            .order(ByteOrder.LITTLE_ENDIAN)
            .getLong(3 * 4096 + 16);
    assertThat(flushed).isBetween(20L, COMMITS - 2L);
    damage(disk, 12); // Not needed: what it says was flushed.
    damage(disk, flushed + 1);

    SimulatedDisk same = disk.fork(1, CrashMode.KEEP_ALL);
    try (StorageEnvironment environment = StorageEnvironment.open(same.fileSystem(), SALVAGING)) {
      assertThat(environment.salvageReport().orElseThrow().firstLostSequence())
          .isEqualTo(flushed + 1);
      assertState(environment, flushed);
    }
    SimulatedDisk cut = same.crash(2, CrashMode.LOSE_ALL_UNSYNCED);
    try (StorageEnvironment environment = StorageEnvironment.open(cut.fileSystem(), OPTIONS)) {
      assertState(environment, flushed);
    }
  }

  @Test
  void missingFiles_andDamagedHeaders_endWhatIsSalvaged() throws NoSuchFileException {
    SimulatedDisk made = make(OPTIONS, CrashMode.LOSE_ALL_UNSYNCED);
    Map<Long, Place> records = records(made);
    Place first = records.get(5L);
    Place middle = records.get(35L);
    assertThat(middle.file).isNotEqualTo(first.file);
    long lost =
        records.entrySet().stream()
            .filter(entry -> entry.getValue().file.equals(middle.file))
            .mapToLong(Map.Entry::getKey)
            .min()
            .orElseThrow();

    SimulatedDisk missing = made.fork(1, CrashMode.KEEP_ALL);
    missing.remove(middle.file);
    assertSalvaged(missing, lost);
    SimulatedDisk damaged = made.fork(1, CrashMode.KEEP_ALL);
    damaged.overwrite(middle.file, 10, new byte[] {9});
    assertSalvaged(damaged, lost);
    SimulatedDisk atStart = made.fork(1, CrashMode.KEEP_ALL);
    atStart.overwrite(first.file, 10, new byte[] {9});
    assertSalvaged(atStart, 5);
  }

  /// What an earlier salvage has put aside stays, whatever it was called; free pages are nothing
  /// that could be lost.
  @Test
  void namesThatAreTaken_areKept() throws NoSuchFileException {
    SimulatedDisk disk = new SimulatedDisk();
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
    commit(environment);
    PageWriteTransaction tx = environment.beginWrite();
    long first = tx.allocateRun(3, (byte) 1, 0);
    tx.free(first);
    tx.free(first + 1);
    tx.free(first + 2);
    tx.commit(Durability.SYNC);
    while (environment.stats().sequence() < COMMITS) {
      commit(environment);
    }
    SimulatedDisk cut = disk.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    Place place = damage(cut, 3);
    cut.put(place.file + ".salvaged", new byte[] {1});
    cut.put(place.file + ".salvaged-2", new byte[] {2});

    try (StorageEnvironment again = StorageEnvironment.open(cut.fileSystem(), SALVAGING)) {
      SalvageReport report = again.salvageReport().orElseThrow();
      assertThat(report.firstLostSequence()).isEqualTo(3);
      assertThat(report.keptFiles()).first().isEqualTo(place.file + ".salvaged-3");
    }
    assertThat(cut.read(place.file + ".salvaged")).containsExactly(1);
    assertThat(cut.read(place.file + ".salvaged-2")).containsExactly(2);
  }

  private static void assertSalvaged(SimulatedDisk disk, long lost) {
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), SALVAGING)) {
      assertThat(environment.salvageReport().orElseThrow().firstLostSequence()).isEqualTo(lost);
      assertState(environment, lost - 1);
    }
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
      assertState(environment, lost - 1);
    }
  }

  @Test
  void soundOrTornJournal_isOpenedAsEver() throws NoSuchFileException {
    SimulatedDisk disk = make(OPTIONS, CrashMode.LOSE_ALL_UNSYNCED);
    SimulatedDisk torn = disk.fork(1, CrashMode.KEEP_ALL);
    damage(torn, COMMITS);

    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), SALVAGING)) {
      assertThat(environment.salvageReport()).isEmpty();
      assertState(environment, COMMITS);
    }
    try (StorageEnvironment environment = StorageEnvironment.open(torn.fileSystem(), SALVAGING)) {
      assertThat(environment.salvageReport()).isEmpty();
      assertState(environment, COMMITS - 1);
    }
  }

  @Test
  void crashAtAnyMomentOfIt_leavesItToTheNextAttempt() throws NoSuchFileException {
    SimulatedDisk made = make(OPTIONS, CrashMode.LOSE_ALL_UNSYNCED);
    damage(made, 30);
    int[] points = new int[1];
    boolean ended = false;
    for (long stop = 0; !ended; stop++) {
      for (CrashMode mode : CrashMode.values()) {
        SimulatedDisk disk = made.fork(1, CrashMode.KEEP_ALL);
        disk.stopAt(disk.operationCount() + stop);
        try {
          StorageEnvironment.open(disk.fileSystem(), SALVAGING);
          ended = true;
        } catch (SimulatedCrash e) {
          points[0]++;
        }
        SimulatedDisk after = disk.crash(stop * 4 + mode.ordinal(), mode);
        openOrNot(after);
        try (StorageEnvironment environment =
            StorageEnvironment.open(after.fileSystem(), SALVAGING)) {
          assertState(environment, 29);
        }
        assertThat(after.files()).anyMatch(file -> file.endsWith(".salvaged"));
      }
    }
    System.out.println("JournalSalvageTest points=" + points[0]);
    assertThat(points[0]).isGreaterThan(40);
  }

  /// Without the option the database opens if the salvage was through, and refuses else.
  private static void openOrNot(SimulatedDisk disk) {
    SimulatedDisk fork = disk.fork(1, CrashMode.KEEP_ALL);
    try (StorageEnvironment environment = StorageEnvironment.open(fork.fileSystem(), OPTIONS)) {
      assertState(environment, 29);
    } catch (RookeryException e) {
      assertThat(e).isInstanceOf(CorruptJournalException.class);
    }
  }
}
