package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.DiskChange;
import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Free pages become holes behind a checkpoint, and no page does that anybody may still ask for.
final class HolesTest {
  private static final long ROOT = StorageEnvironment.ROOT_PAGE;
  private static final long VALUE_OFFSET = PageLayout.CONTENT_OFFSET + 8L;
  private static final int PAGES = 40;
  private static final StorageOptions OPTIONS = StorageOptions.defaults().inline();

  private SimulatedDisk disk = new SimulatedDisk();
  private final List<DiskChange> holes = new ArrayList<>();
  private long first;

  private StorageEnvironment open() {
    disk.observe(change -> {
      if (change.operation() == Operation.PUNCH) {
        holes.add(change);
      }
    });
    return StorageEnvironment.open(disk.fileSystem(), OPTIONS);
  }

  /// Opens a database with a run of pages that hold something, behind a checkpoint.
  private StorageEnvironment openWithPages() {
    StorageEnvironment environment = open();
    try (PageWriteTransaction tx = environment.beginWrite()) {
      first = tx.allocateRun(PAGES, (byte) 1, 0);
      for (long page = first; page < first + PAGES; page++) {
        set(tx, page, page);
      }
      tx.commit(Durability.SYNC);
    }
    environment.checkpoint();
    return environment;
  }

  private static void set(PageWriteTransaction tx, long page, long value) {
    tx.modify(page).set(PageLayout.LONG, VALUE_OFFSET, value);
  }

  private static long value(PageReader pages, long page) {
    return pages.page(page).get(PageLayout.LONG, VALUE_OFFSET);
  }

  /// Frees all pages of the run but the first two and the last two.
  private void freeTheMiddle(StorageEnvironment environment, Durability durability) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      for (long page = first + 2; page < first + PAGES - 2; page++) {
        tx.free(page);
      }
      tx.commit(durability);
    }
  }

  private static void commitSomething(StorageEnvironment environment) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      set(tx, ROOT, tx.sequence());
      tx.commit(Durability.SYNC);
    }
  }

  private boolean isHole(long page) throws NoSuchFileException {
    byte[] file = disk.read("data.rkd");
    int from = Math.toIntExact(page << PageLayout.PAGE_SHIFT);
    for (int at = from; at < from + PageLayout.PAGE_BYTES; at++) {
      if (file[at] != 0) {
        return false;
      }
    }
    return true;
  }

  private void assertEndsAreThere(PageReader pages) {
    for (long page : List.of(first, first + 1, first + PAGES - 2, first + PAGES - 1)) {
      assertThat(value(pages, page)).isEqualTo(page);
    }
  }

  private void assertSound(StorageEnvironment environment) {
    try (PageReadTransaction tx = environment.beginRead()) {
      assertEndsAreThere(tx);
      CheckReport report = new CheckReport();
      report.claim(ROOT, "test");
      for (long page = first; page < tx.pageCount(); page++) {
        if (FreeSpaceMap.isTaken(tx, page)) {
          report.claim(page, "test");
        }
      }
      environment.check(tx, report);
      assertThat(report.problems()).isEmpty();
    }
  }

  @Test
  void freePages_areOneHoleBehindTheCheckpoint_andUsedAgainAfterReopening()
      throws NoSuchFileException {
    try (StorageEnvironment environment = openWithPages()) {
      holes.clear();
      freeTheMiddle(environment, Durability.SYNC);
      assertThat(isHole(first + 2)).isFalse();
      environment.checkpoint();

      assertThat(holes).hasSize(1);
      assertThat(holes.getFirst().position()).isEqualTo((first + 2) << PageLayout.PAGE_SHIFT);
      assertThat(holes.getFirst().byteCount()).isEqualTo((PAGES - 4) << PageLayout.PAGE_SHIFT);
      for (long page = first + 2; page < first + PAGES - 2; page++) {
        assertThat(isHole(page)).isTrue();
      }
      assertSound(environment);
    }
    try (StorageEnvironment environment = open();
        PageWriteTransaction tx = environment.beginWrite()) {
      for (int i = 0; i < PAGES - 4; i++) {
        long page = tx.allocate((byte) 1, 0);
        assertThat(page).isBetween(first + 2, first + PAGES - 3);
        set(tx, page, -page);
      }
      tx.commit(Durability.SYNC);
      environment.checkpoint();
      assertSound(environment);
    }
    try (StorageEnvironment environment = open();
        PageReadTransaction tx = environment.beginRead()) {
      for (long page = first + 2; page < first + PAGES - 2; page++) {
        assertThat(value(tx, page)).isEqualTo(-page);
      }
    }
  }

  @Test
  void hole_isNotPunchedAgainBeforeItsPagesWereWritten() {
    try (StorageEnvironment environment = openWithPages()) {
      freeTheMiddle(environment, Durability.SYNC);
      environment.checkpoint();
      holes.clear();
      commitSomething(environment);
      environment.checkpoint();
      assertThat(holes).isEmpty();

      long page;
      try (PageWriteTransaction tx = environment.beginWrite()) {
        page = tx.allocate((byte) 1, 0);
        tx.commit(Durability.SYNC);
      }
      environment.checkpoint();
      try (PageWriteTransaction tx = environment.beginWrite()) {
        tx.free(page);
        tx.commit(Durability.SYNC);
      }
      environment.checkpoint();
      assertThat(holes).hasSize(1);
      assertThat(holes.getFirst().position()).isEqualTo(page << PageLayout.PAGE_SHIFT);
      assertThat(holes.getFirst().byteCount()).isEqualTo(PageLayout.PAGE_BYTES);
    }
  }

  /// The checkpoint is that of the reader's snapshot, in which the pages are taken, however newer
  /// the state is in which they are free.
  @Test
  void pagesThatAReaderSees_areNoHole() throws NoSuchFileException {
    try (StorageEnvironment environment = openWithPages()) {
      commitSomething(environment);
      holes.clear();
      try (PageReadTransaction reader = environment.beginRead()) {
        freeTheMiddle(environment, Durability.SYNC);
        environment.checkpoint();
        assertThat(holes).isEmpty();
        for (long page = first; page < first + PAGES; page++) {
          assertThat(value(reader, page)).isEqualTo(page);
        }
      }
      environment.checkpoint();
      assertThat(holes).hasSize(1);
      assertThat(isHole(first + 2)).isTrue();
    }
  }

  /// A commit that frees pages, and is lost: the pages are there, for the state before.
  @Test
  void pagesOfAStateThatAPowerCutBringsBack_areNoHole() {
    for (CrashMode mode : CrashMode.values()) {
      disk = new SimulatedDisk();
      StorageEnvironment environment = openWithPages();
      commitSomething(environment);
      try (PageReadTransaction _ = environment.beginRead()) {
        freeTheMiddle(environment, Durability.NONE);
        environment.checkpoint();
        disk = disk.crash(3, mode);
      }
      try (StorageEnvironment again = open();
          PageReadTransaction tx = again.beginRead()) {
        if (FreeSpaceMap.isTaken(tx, first + 2)) {
          for (long page = first; page < first + PAGES; page++) {
            assertThat(value(tx, page)).as("mode %s", mode).isEqualTo(page);
          }
        }
        assertSound(again);
      }
    }
  }

  /// The newer durable entry is lost: replay from the other one meets the hole where the pages that
  /// were freed since had been, and passes their end.
  @Test
  void replayFromTheEntryBefore_passesTheHole() throws NoSuchFileException {
    StorageEnvironment environment = openWithPages();
    try (PageWriteTransaction tx = environment.beginWrite()) {
      for (long page = first; page < first + PAGES; page++) {
        tx.modify(page).set(PageLayout.LONG, VALUE_OFFSET + 8, page);
      }
      tx.commit(Durability.SYNC);
    }
    freeTheMiddle(environment, Durability.SYNC);
    environment.checkpoint();
    assertThat(isHole(first + 2)).isTrue();
    try (PageWriteTransaction tx = environment.beginWrite()) {
      set(tx, tx.allocate((byte) 1, 0), 77);
      tx.commit(Durability.SYNC);
    }
    disk = disk.crash(5, CrashMode.LOSE_ALL_UNSYNCED);
    byte[] header = disk.read("data.rkd");
    int newer = header[4096 + 8] > header[8192 + 8] ? 4096 : 8192;
    disk.overwrite("data.rkd", newer + 100, new byte[] {1});

    try (StorageEnvironment again = open();
        PageReadTransaction tx = again.beginRead()) {
      assertThat(value(tx, first + 2)).isEqualTo(77);
      assertThat(FreeSpaceMap.isTaken(tx, first + 3)).isFalse();
      assertSound(again);
    }
  }

  /// An older state spans more pages than the newest, free ones: a load must not take their places.
  @Test
  void loadBehindTheEndOfTheNewestState_isNoHoleInAnOlderOne() {
    try (StorageEnvironment environment = openWithPages()) {
      long last;
      try (PageWriteTransaction tx = environment.beginWrite()) {
        last = tx.allocateRun(PAGES, (byte) 1, 0);
        for (long page = last + 2; page < last + PAGES; page++) {
          tx.free(page);
        }
        tx.commit(Durability.SYNC);
      }
      List<Long> loaded = new ArrayList<>();
      try (PageReadTransaction _ = environment.beginRead()) {
        try (PageWriteTransaction tx = environment.beginWrite()) {
          assertThat(tx.trim(1)).isPositive();
          tx.commit(Durability.SYNC);
        }
        load(environment, loaded);
        holes.clear();
        environment.checkpoint();
        assertThat(holes).hasSize(1);
        assertThat(holes.getFirst().position()).isEqualTo((last + 2) << PageLayout.PAGE_SHIFT);
      }
      environment.checkpoint();
      assertLoaded(environment, loaded);
    }
    try (StorageEnvironment environment = open()) {
      assertSound(environment);
    }
  }

  private static void load(StorageEnvironment environment, List<Long> loaded) {
    try (PageWriteTransaction tx = environment.beginWrite();
        UnseenSpace space = tx.unseenSpace();
        UnseenPages window = space.open(48)) {
      for (int i = 0; i < PAGES; i++) {
        long page = window.allocate((byte) 1, 0);
        window.modify(page).set(PageLayout.LONG, VALUE_OFFSET, page);
        loaded.add(page);
      }
      window.finish();
      space.adopt();
      window.giveBackUnused();
      tx.commit(Durability.SYNC);
    }
  }

  private static void assertLoaded(StorageEnvironment environment, List<Long> loaded) {
    try (PageReadTransaction tx = environment.beginRead()) {
      for (long page : loaded) {
        assertThat(value(tx, page)).isEqualTo(page);
      }
    }
  }

  @Test
  void holeThatFails_harmsNothing() throws NoSuchFileException {
    for (Fault fault : Fault.OF_DISKS) {
      disk = new SimulatedDisk();
      try (StorageEnvironment environment = openWithPages()) {
        freeTheMiddle(environment, Durability.SYNC);
        disk.faults().failOnce(Operation.PUNCH, 0, fault);
        environment.checkpoint();
        assertThat(disk.faults().hitCount()).isEqualTo(1);
        assertSound(environment);
        commitSomething(environment);
        environment.checkpoint();
        assertThat(isHole(first + PAGES - 3)).as("tried again %s", fault).isTrue();
        assertSound(environment);
      }
    }
  }
}
