package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.io.SimulatedCrash;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Free pages at the end of a database go: from its count, from what replay brings, and from the
/// file.
final class TrimTest {
  private static final byte TYPE = PageType.NODE_SLOTS;
  private static final StorageOptions OPTIONS =
      StorageOptions.defaults().withScratchBytes(1L << 30).withJournalFileBytes(64 << 10).inline();

  private static long allocate(PageWriteTransaction tx, TreeMap<Long, Long> model, int count) {
    long first = tx.allocateRun(count, TYPE, 0);
    for (long page = first; page < first + count; page++) {
      long value = tx.sequence() << 32 | page;
      tx.modify(page).set(PageLayout.LONG, PageLayout.CONTENT_OFFSET, value);
      model.put(page, value);
    }
    return first;
  }

  private static void free(PageWriteTransaction tx, TreeMap<Long, Long> model, long from, long to) {
    for (long page = from; page < to; page++) {
      tx.free(page);
      model.remove(page);
    }
  }

  /// Reads all pages in use but the root.
  private static TreeMap<Long, Long> read(StorageEnvironment environment) {
    TreeMap<Long, Long> found = new TreeMap<>();
    CheckReport report = new CheckReport();
    report.claim(StorageEnvironment.ROOT_PAGE, "root");
    try (PageReadTransaction tx = environment.beginRead()) {
      for (long page = StorageEnvironment.ROOT_PAGE + 1; page < tx.pageCount(); page++) {
        if (FreeSpaceMap.isTaken(tx, page)
            && page != FreeSpaceMap.mapPage(page / FreeSpaceMap.GROUP_PAGES)) {
          found.put(page, tx.page(page).get(PageLayout.LONG, PageLayout.CONTENT_OFFSET));
          report.claim(page, "test");
        }
      }
      environment.check(tx, report);
    }
    assertThat(report.problems()).isEmpty();
    return found;
  }

  private static int pagesInFile(SimulatedDisk disk) {
    try {
      return disk.read(DataFile.NAME).length / PageLayout.PAGE_BYTES;
    } catch (NoSuchFileException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void close_withFreePagesAtTheEnd_cutsTheFile() {
    SimulatedDisk disk = new SimulatedDisk();
    TreeMap<Long, Long> model = new TreeMap<>();
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
      long first;
      try (PageWriteTransaction tx = environment.beginWrite()) {
        first = allocate(tx, model, 80);
        tx.commit(Durability.SYNC);
      }
      environment.checkpoint();
      try (PageWriteTransaction tx = environment.beginWrite()) {
        free(tx, model, first + 10, first + 80);
        tx.commit(Durability.SYNC);
      }
    }

    assertThat(pagesInFile(disk)).isEqualTo((int) (model.lastKey() + 1));
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
      assertThat(environment.stats().pageCount()).isEqualTo(model.lastKey() + 1);
      assertThat(read(environment)).isEqualTo(model);
      try (PageWriteTransaction tx = environment.beginWrite()) {
        allocate(tx, model, 200);
        tx.commit(Durability.SYNC);
      }
      assertThat(read(environment)).isEqualTo(model);
    }
  }

  @Test
  void trim_acrossGroups_takesTheirMapsAlong() {
    try (StorageEnvironment environment =
        StorageEnvironment.open(MemoryFileSystem.create(), OPTIONS)) {
      TreeMap<Long, Long> model = new TreeMap<>();
      int half = FreeSpaceMap.GROUP_PAGES / 2;
      try (PageWriteTransaction tx = environment.beginWrite()) {
        long kept = allocate(tx, model, 5);
        for (int i = 0; i < 3; i++) {
          long run = tx.allocateRun(half, TYPE, 0);
          for (long page = run; page < run + half; page++) {
            tx.free(page);
          }
          // Holds a place in its group, until the transaction below.
          allocate(tx, model, 1);
          allocate(tx, model, half - 1);
          free(tx, model, model.lastKey() - half + 2, model.lastKey() + 1);
        }
        assertThat(kept).isPositive();
        tx.commit(Durability.NONE);
      }
      try (PageWriteTransaction tx = environment.beginWrite()) {
        long before = tx.pageCount();
        assertThat(before).isGreaterThan(FreeSpaceMap.GROUP_PAGES);
        assertThat(tx.trim(1)).isPositive();
        assertThat(tx.trim(1)).isZero();
        assertThat(tx.pageCount()).isEqualTo(model.lastKey() + 1).isLessThan(before);
        tx.commit(Durability.NONE);
      }
      assertThat(read(environment)).isEqualTo(model);
      try (PageWriteTransaction tx = environment.beginWrite()) {
        // The maps of the groups are made anew.
        for (int i = 0; i < 2; i++) {
          tx.allocateRun(half, TYPE, 0);
        }
        allocate(tx, model, 7);
        assertThat(tx.pageCount()).isGreaterThan(FreeSpaceMap.GROUP_PAGES);
      }
    }
  }

  /// Pages that are freed and cut off by one commit are not in its record: replay must forget them,
  /// or the next flush would write them behind the end of the file.
  @Test
  void replay_bringsNothingBehindTheEnd() {
    SimulatedDisk disk = new SimulatedDisk();
    TreeMap<Long, Long> model = new TreeMap<>();
    StorageEnvironment left = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
    long first;
    try (PageWriteTransaction tx = left.beginWrite()) {
      first = allocate(tx, model, 200);
      tx.commit(Durability.SYNC);
    }
    try (PageWriteTransaction tx = left.beginWrite()) {
      free(tx, model, first + 10, first + 200);
      assertThat(tx.trim(1)).isEqualTo(190);
      tx.commit(Durability.SYNC);
    }

    SimulatedDisk killed = disk.crash(1, CrashMode.KEEP_ALL);
    try (StorageEnvironment environment = StorageEnvironment.open(killed.fileSystem(), OPTIONS)) {
      assertThat(read(environment)).isEqualTo(model);
      environment.checkpoint();
      assertThat(pagesInFile(killed)).isLessThan(100);
    }
  }

  /// One life that grows, shrinks and grows again over the same page numbers, with a checkpoint or
  /// without.
  private static final class Life {
    final List<TreeMap<Long, Long>> states = new ArrayList<>();
    int promised;

    void run(SimulatedDisk disk) {
      states.add(new TreeMap<>());
      for (int round = 0; round < 3; round++) {
        try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
          long first = commit(environment, 0, 0, 40);
          if (round == 1) {
            environment.checkpoint();
          }
          commit(environment, first + 8, first + 40, 0);
          trim(environment);
          commit(environment, 0, 0, 30 + round);
          long last = states.getLast().lastKey() + 1;
          commit(environment, last - 20, last, 0);
        }
      }
    }

    private long commit(StorageEnvironment environment, long freeFrom, long freeTo, int count) {
      TreeMap<Long, Long> next = new TreeMap<>(states.getLast());
      try (PageWriteTransaction tx = environment.beginWrite()) {
        free(tx, next, freeFrom, freeTo);
        long first = count == 0 ? 0 : allocate(tx, next, count);
        states.add(next);
        tx.commit(Durability.SYNC);
        promised = states.size() - 1;
        return first;
      }
    }

    private static void trim(StorageEnvironment environment) {
      try (PageWriteTransaction tx = environment.beginWrite()) {
        assertThat(tx.trim(1)).isPositive();
        tx.commit(Durability.SYNC);
      }
    }
  }

  @Test
  void crash_aroundATrim_losesNothing() {
    SimulatedDisk whole = new SimulatedDisk();
    new Life().run(whole);
    long operations = whole.operationCount();
    int crashes = 0;
    for (long stop = 20; stop < operations; stop++) {
      for (CrashMode mode : CrashMode.values()) {
        SimulatedDisk disk = new SimulatedDisk();
        disk.stopAt(stop);
        Life life = new Life();
        try {
          life.run(disk);
        } catch (SimulatedCrash | RookeryException e) {
          crashes++;
        }
        recover(life, disk.crash(stop, mode), "stop=%d mode=%s".formatted(stop, mode));
      }
    }
    System.out.println("TrimTest crashes=" + crashes);
    assertThat(crashes).isGreaterThan(200);
  }

  private static void recover(Life life, SimulatedDisk disk, String where) {
    TreeMap<Long, Long> recovered;
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
      recovered = read(environment);
      assertThat(life.states.subList(life.promised, life.states.size()))
          .as(where)
          .contains(recovered);
    }
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
      assertThat(read(environment)).as(where).isEqualTo(recovered);
    }
  }
}
