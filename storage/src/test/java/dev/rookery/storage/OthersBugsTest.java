package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.CrashWindow;
import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.journal.JournalForger;
import dev.rookery.storage.page.DataFileForger;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.table.PagedTable;
import dev.rookery.storage.tree.BTree;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tree.FixedSizeTree;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// What other stores got wrong and mended, staged here; docs/TESTING.md lists all of it, with the
/// tests elsewhere that stage the rest.
final class OthersBugsTest {
  private static final StorageOptions INLINE =
      StorageOptions.defaults()
          .withScratchBytes(64 << 10)
          .withBackgroundSyncMillis(5)
          .withJournalFileBytes(64 << 10)
          .inline();

  private static final String DATA = "data.rkd";

  /// Voron: the data file was grown for a journal that turned out torn, and was then shorter or
  /// longer than the pages that the recovered state names.
  @Test
  void voron_journalThatGrewTheFileAndIsTorn_opens() {
    for (CrashMode mode : CrashMode.values()) {
      CrashesIn.windows(
          EnumSet.of(CrashWindow.DATA_GROWTH, CrashWindow.DATA_PAGE, CrashWindow.RECORD_LONG),
          mode,
          40);
    }
  }

  /// redb: a page number in a header or a record asked for terabytes.
  @Test
  void redb_impossibleNumbersWithGoodChecksums_areRefusedBeforeAnythingIsAllocated() {
    long[] nasty = {-1, 1L << 56, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE, 0, 1};
    int pageCount = 24;
    for (long value : nasty) {
      assertRefused(withDurableField(pageCount, value));
    }
    int sequence = 16;
    int journalFile = 32;
    int journalOffset = 40;
    for (int field : new int[] {sequence, journalFile, journalOffset}) {
      assertRefused(withDurableField(field, -1));
      assertRefused(withDurableField(field, Long.MIN_VALUE));
      assertRefused(withDurableField(field, Long.MAX_VALUE));
    }
  }

  private static void assertRefused(SimulatedDisk disk) {
    assertThatThrownBy(() -> StorageEnvironment.open(disk.fileSystem(), INLINE))
        .isInstanceOf(RookeryException.class)
        .hasMessageContaining("=");
  }

  private static SimulatedDisk withDurableField(int offset, long value) {
    // Started anew since: so that no transient entry stands in for the durable ones.
    SimulatedDisk disk = closedDatabase().crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    byte[] file = read(disk, DATA);
    for (int block = 1; block <= 2; block++) {
      ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(block * 4096 + offset, value);
      DataFileForger.forge(file, block * 4096L, DataFileForger.database(file));
    }
    disk.put(DATA, file);
    return disk;
  }

  /// The same in the journal: the page count that a record states.
  @Test
  void redb_impossiblePageCountInARecord_isRefusedBeforeTheFileGrows() {
    for (long value : new long[] {1L << 56, 1L << 30, Long.MAX_VALUE}) {
      SimulatedDisk disk = killedDatabase();
      String name =
          disk.files().stream()
              .filter(file -> file.startsWith("journal"))
              .findFirst()
              .orElseThrow();
      byte[] file = read(disk, name);
      List<Integer> records = JournalForger.records(file);
      ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).putLong(records.getFirst() + 56, value);
      JournalForger.forge(file, records);
      disk.put(name, file);

      assertThatThrownBy(() -> StorageEnvironment.open(disk.fileSystem(), INLINE))
          .isInstanceOf(CorruptDatabaseException.class)
          .hasMessageContaining("pageCount=" + value);
      assertThat(read(disk, DATA)).hasSizeLessThan(1 << 20);
    }
  }

  /// redb: an iterator that had met an error said at the next call that there was nothing more.
  @Test
  void redb_cursorAfterAnError_throwsAgainAndNeverSkips() {
    SimulatedDisk disk = new SimulatedDisk();
    long[] roots = new long[3];
    long pages;
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), INLINE)) {
      try (PageWriteTransaction tx = environment.beginWrite()) {
        roots[0] = BTree.create(tx, 1);
        roots[1] = FixedSizeTree.create(tx, 2, 8);
        roots[2] = FixedSizeForest.create(tx, 3);
        for (int i = 0; i < 6000; i++) {
          byte[] key = "key-%05d".formatted(i).getBytes(StandardCharsets.US_ASCII);
          new BTree(roots[0]).put(tx, key, new byte[20]);
          new FixedSizeTree(roots[1]).put(tx, i);
          new FixedSizeForest(roots[2]).put(tx, 7, i, i);
        }
        tx.commit(Durability.SYNC);
        pages = tx.pageCount();
      }
    }
    List<Function<PageReadTransaction, BooleanSupplier>> cursors =
        List.of(
            tx -> new BTree(roots[0]).cursor(tx)::next,
            tx -> new FixedSizeTree(roots[1]).cursor(tx)::next,
            tx -> {
              ForestCursor cursor = new FixedSizeForest(roots[2]).cursor(tx);
              cursor.seek(7);
              return cursor::next;
            });
    for (var cursor : cursors) {
      int interrupted = 0;
      for (long page = PageLayout.FIRST_PAGE + 2; page < pages; page++) {
        interrupted += meetsDamage(damaged(disk, page), cursor) ? 1 : 0;
      }
      assertThat(interrupted).as("walks that met damage on their way").isGreaterThan(3);
    }
  }

  private static SimulatedDisk damaged(SimulatedDisk disk, long page) {
    SimulatedDisk damaged = disk.fork(1, CrashMode.KEEP_ALL);
    byte[] file = read(disk, DATA);
    file[(int) (page << PageLayout.PAGE_SHIFT) + 2000] ^= 1;
    damaged.put(DATA, file);
    return damaged;
  }

  /// Walks to the end, which is reached with all entries or not at all.
  private static boolean meetsDamage(
      SimulatedDisk disk, Function<PageReadTransaction, BooleanSupplier> open) {
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), INLINE);
        PageReadTransaction tx = environment.beginRead()) {
      int seen = 0;
      BooleanSupplier next;
      try {
        next = open.apply(tx);
        while (next.getAsBoolean()) {
          seen++;
        }
      } catch (RookeryException e) {
        return seen > 0 && throwsAgain(tx, open);
      }
      assertThat(seen).isEqualTo(6000);
      return false;
    }
  }

  private static boolean throwsAgain(
      PageReadTransaction tx, Function<PageReadTransaction, BooleanSupplier> open) {
    BooleanSupplier next = open.apply(tx);
    for (int i = 0; i < 6001; i++) {
      try {
        assertThat(next.getAsBoolean()).as("an end where there is damage").isTrue();
      } catch (RookeryException e) {
        for (int again = 0; again < 3; again++) {
          assertThatThrownBy(next::getAsBoolean).isInstanceOf(RookeryException.class);
        }
        return true;
      }
    }
    throw new AssertionError("the damage was not met again");
  }

  /// redb: the check of a damaged or killed database marked it as cleanly closed.
  @Test
  void redb_check_changesNothing() {
    SimulatedDisk disk = killedDatabase();
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), INLINE);
        PageReadTransaction tx = environment.beginRead()) {
      long before = disk.operationCount();
      environment.check(tx, new CheckReport());
      assertThat(disk.operationCount()).isEqualTo(before);
    }
  }

  /// LMDB: the first write was short, and the file could never be opened again.
  @Test
  void lmdb_shortFirstWrites_leaveADatabaseThatCanBeMade() {
    boolean isThrough = false;
    for (int skipped = 0; !isThrough; skipped++) {
      SimulatedDisk disk = new SimulatedDisk();
      disk.faults().failOnce(Operation.WRITE, skipped, Fault.SHORT_WRITE);
      try {
        StorageEnvironment.open(disk.fileSystem(), INLINE).close();
        isThrough = disk.faults().hitCount() == 0;
      } catch (RookeryException e) {
        // Opened in vain; what is left must not be in the way.
      }
      disk.faults().clear();
      StorageEnvironment.open(disk.fileSystem(), INLINE).close();
      assertThat(skipped).isLessThan(100);
    }
  }

  /// MVStore: a file of a hundred times the live data where nothing tidied up in the background.
  @Test
  void mvstore_overwrittenData_takesNoFurtherRoom() {
    SimulatedDisk disk = new SimulatedDisk();
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), INLINE)) {
      long root;
      try (PageWriteTransaction tx = environment.beginWrite()) {
        root = PagedTable.create(tx, 1, 16);
        tx.commit(Durability.SYNC);
      }
      PagedTable table = new PagedTable(root, 16);
      long settled = 0;
      for (int round = 0; round < 400; round++) {
        try (PageWriteTransaction tx = environment.beginWrite()) {
          for (int i = 0; i < 4000; i += 31) {
            table.modify(tx, i);
          }
          tx.commit(Durability.NONE);
        }
        if (round == 100) {
          settled = environment.stats().dataFileBytes();
        }
      }
      assertThat(environment.stats().dataFileBytes()).isEqualTo(settled);
    }
  }

  private static SimulatedDisk closedDatabase() {
    SimulatedDisk disk = new SimulatedDisk();
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), INLINE)) {
      commits(environment);
    }
    return disk;
  }

  private static SimulatedDisk killedDatabase() {
    SimulatedDisk disk = new SimulatedDisk();
    // With room for all changes: no flush moves the start of the replay.
    commits(StorageEnvironment.open(disk.fileSystem(), INLINE.withScratchBytes(1 << 20)));
    return disk.crash(1, CrashMode.KEEP_ALL);
  }

  private static void commits(StorageEnvironment environment) {
    for (int i = 0; i < 6; i++) {
      try (PageWriteTransaction tx = environment.beginWrite()) {
        tx.allocate((byte) 1, 0);
        tx.commit(Durability.SYNC);
      }
    }
  }

  private static byte[] read(SimulatedDisk disk, String name) {
    try {
      return disk.read(name);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
