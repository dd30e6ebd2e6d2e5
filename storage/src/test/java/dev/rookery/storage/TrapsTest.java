package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.CrashLife.Chain;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.CrashWatch.Phase;
import dev.rookery.storage.io.CrashWindow;
import dev.rookery.storage.io.DiskChange;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/// The traps that stores of this kind fell into, each by the number that docs/TESTING.md gives it;
/// the table there also names the tests of those that are not here.
final class TrapsTest {
  private static final StorageOptions INLINE =
      StorageOptions.defaults()
          .withScratchBytes(64 << 10)
          .withBackgroundSyncMillis(5)
          .withJournalFileBytes(64 << 10)
          .inline();

  /// A database in use, with what it should hold.
  private static final class Store {
    final SimulatedDisk disk;
    final StoreHistory history = new StoreHistory();
    final SplittableRandom random;
    StorageEnvironment environment;

    Store(SimulatedDisk disk, long seed) {
      this.disk = disk;
      this.random = new SplittableRandom(seed);
      this.environment = StorageEnvironment.open(disk.fileSystem(), INLINE);
    }

    void commit(int count, Durability durability) {
      for (int i = 0; i < count; i++) {
        try (PageWriteTransaction tx = environment.beginWrite()) {
          PageModel after = history.newest().copy();
          after.change(tx, random, 40);
          if (tx.hasChanges()) {
            history.begin(after);
            tx.commit(durability);
            history.acknowledged(durability);
          }
        }
      }
    }
  }

  /// Pages of a freed run that are used one by one, and the other way round, and a crash.
  @Test
  void trap01_pagesOfFreedRuns_areReplayedAsWhatTheyBecame() {
    StoreSeeds.forEach(
        "TrapsTest.runs",
        20,
        seed -> {
          Store store = new Store(new SimulatedDisk(), seed);
          for (int round = 0; round < 8; round++) {
            store.commit(10, Durability.SYNC);
            SimulatedDisk crashed = store.disk.fork(round, CrashMode.LOSE_ALL_UNSYNCED);
            StoreHistory history = store.history.copy();
            history.crash(CrashMode.LOSE_ALL_UNSYNCED);
            try (StorageEnvironment again = StorageEnvironment.open(crashed.fileSystem(), INLINE)) {
              history.recovered(again);
            }
          }
        });
  }

  /// Opening deletes no journal file, whatever the header says: nothing is known to be durable yet.
  @Test
  void trap02_trap03_recovery_deletesNothing() {
    StoreSeeds.forEach(
        "TrapsTest.deletes",
        20,
        seed -> {
          Store store = new Store(new SimulatedDisk(), seed);
          store.commit(25, Durability.BACKGROUND);
          SimulatedDisk killed = store.disk.crash(seed, CrashMode.KEEP_ALL);
          // Spill files hold nothing that anybody was promised.
          List<String> files =
              killed.files().stream().filter(file -> !file.startsWith("scratch/")).toList();
          List<DiskChange> changes = new ArrayList<>();
          killed.observe(changes::add);
          StorageEnvironment again = StorageEnvironment.open(killed.fileSystem(), INLINE);
          assertThat(changes)
              .filteredOn(change -> !change.file().startsWith("scratch/"))
              .extracting(DiskChange::operation)
              .doesNotContain(Operation.DELETE, Operation.RENAME, Operation.TRUNCATE);
          assertThat(killed.files()).containsAll(files);
          again.close();
        });
  }

  @Test
  void trap04_emptyLastJournal_isAStateLikeAnyOther() {
    for (CrashMode mode : CrashMode.values()) {
      CrashesIn.windows(
          EnumSet.of(
              CrashWindow.JOURNAL_ROOM,
              CrashWindow.JOURNAL_ROOM_SYNC,
              CrashWindow.JOURNAL_FIRST_HEADER,
              CrashWindow.JOURNAL_ROLL_HEADER),
          mode,
          40);
    }
  }

  /// Behind a torn tail nothing is appended: the next record goes to a file of its own.
  @Test
  void trap05_tornTail_isNeverWrittenBehind() {
    StoreSeeds.forEach(
        "TrapsTest.tail",
        30,
        seed -> {
          Store store = new Store(new SimulatedDisk(), seed);
          store.commit(6, Durability.SYNC);
          store.commit(4, Durability.NONE);
          SimulatedDisk crashed = store.disk.crash(seed, CrashMode.REORDER);
          List<String> before = crashed.files();
          store.history.crash(CrashMode.REORDER);
          store.environment = StorageEnvironment.open(crashed.fileSystem(), INLINE);
          store.history.recovered(store.environment);
          crashed.observe(change -> {
            if (change.operation() == Operation.WRITE && change.file().startsWith("journal")) {
              assertThat(before).doesNotContain(change.file());
            }
          });
          store.commit(5, Durability.SYNC);
        });
  }

  /// A durable entry that tore is not given a good checksum by anybody, in one crash or two.
  @Test
  void trap07_tornDurableEntry_isNotLaundered() {
    var entries = EnumSet.of(CrashWindow.DURABLE_ENTRY_SYNC);
    CrashesIn.windows(entries, CrashMode.REORDER, 120);
    CrashesIn.windows(entries, CrashMode.PREFIX, 120);
  }

  /// What only the memory of a killed process's system held is durable as soon as it was found.
  @Test
  void trap08_recordsFoundAfterAKill_surviveAPowerCutRightAfterOpening() {
    StoreSeeds.forEach(
        "TrapsTest.adopt",
        40,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          Store store = new Store(new SimulatedDisk(), seed);
          store.commit(1 + random.nextInt(20), Durability.NONE);
          SimulatedDisk killed = store.disk.crash(seed, CrashMode.KEEP_ALL);
          store.history.crash(CrashMode.KEEP_ALL);
          store.history.recovered(StorageEnvironment.open(killed.fileSystem(), INLINE));
          SimulatedDisk cut = killed.crash(seed, CrashMode.LOSE_ALL_UNSYNCED);
          store.history.crash(CrashMode.LOSE_ALL_UNSYNCED);
          try (StorageEnvironment again = StorageEnvironment.open(cut.fileSystem(), INLINE)) {
            store.history.recovered(again);
          }
        });
  }

  /// Opening after a kill reads the headers and the journal, not the pages.
  @Test
  void trap11_openingAfterAKill_costsTheSameAtAnySize() {
    long small = readsOfOpening(10);
    long large = readsOfOpening(3000);
    System.out.printf("TrapsTest reads of opening small=%d large=%d%n", small, large);
    assertThat(large).isLessThanOrEqualTo(small + 4);
  }

  private static long readsOfOpening(int pages) {
    SimulatedDisk disk = new SimulatedDisk();
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), INLINE);
    for (int i = 0; i < pages; i += 10) {
      try (PageWriteTransaction tx = environment.beginWrite()) {
        tx.allocateRun(10, (byte) 1, 0);
        tx.commit(Durability.NONE);
      }
    }
    environment.checkpoint();
    for (int i = 0; i < 3; i++) {
      try (PageWriteTransaction tx = environment.beginWrite()) {
        tx.modify(StorageEnvironment.ROOT_PAGE).set(PageLayout.LONG, 40, i);
        tx.commit(Durability.SYNC);
      }
    }
    SimulatedDisk killed = disk.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    LongSupplier reads = () -> killed.faults().count(Operation.READ);
    long before = reads.getAsLong();
    StorageEnvironment.open(killed.fileSystem(), INLINE);
    return reads.getAsLong() - before;
  }

  /// A commit that nobody promised freed pages of one that was promised, and the power went.
  @Test
  void trap16_pagesFreedByALostCommit_areWhole() {
    StoreSeeds.forEach(
        "TrapsTest.freed",
        40,
        seed -> {
          Store store = new Store(new SimulatedDisk(), seed);
          store.commit(10, Durability.SYNC);
          store.environment.checkpoint();
          store.commit(20, Durability.NONE);
          SimulatedDisk cut = store.disk.crash(seed, CrashMode.REORDER);
          store.history.crash(CrashMode.REORDER);
          try (StorageEnvironment again = StorageEnvironment.open(cut.fileSystem(), INLINE)) {
            store.history.recovered(again);
          }
        });
  }

  /// A file is never made shorter while it is mapped, and grows by written bytes, not by holes that
  /// a full disk could turn into a fault of the memory.
  @Test
  void trap22_trap23_mappedFile_growsByWritesAndIsCutOnlyAfterwards() {
    StoreSeeds.forEach(
        "TrapsTest.mapped",
        20,
        seed -> {
          CrashLife life =
              new CrashLife(
                  new SimulatedDisk(),
                  new StoreHistory(),
                  new SplittableRandom(seed),
                  Chain.none());
          life.disk.observe(change -> {
            life.watch.see(change);
            if (change.operation() == Operation.TRUNCATE) {
              assertThat(life.watch.phase()).isEqualTo(Phase.CLOSING);
            }
            // A spill file has holes: they are read as zeros and never written to through a
            // mapping.
            if (change.operation() == Operation.WRITE && !change.file().startsWith("scratch/")) {
              assertThat(change.position()).isLessThanOrEqualTo(change.fileBytes());
            }
          });
          life.live(60);
        });
  }

  /// Memory that was unmapped cannot be read: its scope is closed. Code that took the scope off a
  /// segment would bring the crash back.
  @Test
  void trap26_noSegment_isFreedOfItsScope() throws IOException {
    try (var files = Files.walk(Path.of("src/main/java"))) {
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      assertThat(sources).hasSizeGreaterThan(50);
      for (Path source : sources) {
        assertThat(Files.readString(source)).as(source.toString()).doesNotContain("reinterpret(");
      }
    }
  }

  /// Whatever the durability, a power cut takes commits from the end only, and never a part of one.
  @Test
  void trap29_commitsThatAskForNothing_loseASuffixAndCorruptNothing() {
    StoreSeeds.forEach(
        "TrapsTest.none",
        40,
        seed -> {
          Store store = new Store(new SimulatedDisk(), seed);
          store.commit(40, Durability.NONE);
          for (CrashMode mode : CrashMode.values()) {
            SimulatedDisk cut = store.disk.fork(seed, mode);
            StoreHistory history = store.history.copy();
            history.crash(mode);
            try (StorageEnvironment again = StorageEnvironment.open(cut.fileSystem(), INLINE)) {
              history.recovered(again);
            }
          }
        });
  }

  /// A block of the journal that a sync has covered is never written again, so that a disk that
  /// tears or loses a whole block of 4 KiB cannot hurt what was promised.
  @Test
  void syncedBlock_ofTheJournal_isNeverWrittenAgain() {
    StoreSeeds.forEach(
        "TrapsTest.blocks",
        20,
        seed -> {
          Store store = new Store(new SimulatedDisk(), seed);
          Map<String, Long> writtenEnd = new HashMap<>();
          Map<String, Long> syncedEnd = new HashMap<>();
          store.disk.observe(change -> {
            String file = change.file();
            if (change.operation() == Operation.SYNC) {
              syncedEnd.put(file, writtenEnd.getOrDefault(file, 0L));
            } else if (change.operation() == Operation.WRITE
                && file.startsWith("journal")
                && change.position() > 0
                && change.position() < change.fileBytes()) {
              long synced = syncedEnd.getOrDefault(file, 0L);
              assertThat(change.position()).isGreaterThanOrEqualTo((synced + 4095) & -4096);
              writtenEnd.put(file, change.position() + change.byteCount());
            }
          });
          for (int i = 0; i < 20; i++) {
            store.commit(1, Durability.values()[store.random.nextInt(3)]);
          }
        });
  }

  /// A reader that stays open sees its snapshot to the end, and the stats name its age.
  @Test
  void trap13_trap15_longReader_keepsItsSnapshotAndIsTold() {
    Store store = new Store(new SimulatedDisk(), 1);
    store.commit(10, Durability.SYNC);
    try (PageReadTransaction old = store.environment.beginRead()) {
      PageModel seen = store.history.newest();
      long sequence = old.sequence();
      store.commit(100, Durability.BACKGROUND);
      store.environment.checkpoint();
      assertThat(store.environment.stats().oldestReaderSequence()).isEqualTo(sequence);
      seen.assertSeenBy(old);
    }
    assertThat(store.environment.stats().activeReaderCount()).isZero();
    store.environment.checkpoint();
    assertThat(store.environment.stats().scratchPageCount()).isZero();
  }
}
