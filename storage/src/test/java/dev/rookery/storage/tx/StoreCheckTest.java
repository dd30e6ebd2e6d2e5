package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.DataFileForger;
import dev.rookery.storage.page.PageLayout;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the check of a store says of damage that nobody else has met yet, and what a free-space map
/// that contradicts itself is worth.
final class StoreCheckTest {
  private static final StorageOptions OPTIONS =
      StorageOptions.defaults().withScratchBytes(1 << 20).inline();
  private static final long MAP = FreeSpaceMap.mapPage(0);

  @TempDir Path directory;

  private static List<String> check(StorageEnvironment environment, long... pages) {
    CheckReport report = new CheckReport();
    report.claim(StorageEnvironment.ROOT_PAGE, "root");
    for (long page : pages) {
      report.claim(page, "page");
    }
    try (PageReadTransaction tx = environment.beginRead()) {
      environment.check(tx, report);
    }
    return report.problems();
  }

  private static long commitPage(StorageEnvironment environment) {
    PageWriteTransaction tx = environment.beginWrite();
    long page = tx.allocate((byte) 1, 0);
    tx.modify(page).set(PageLayout.LONG, 40, 7);
    tx.commit(Durability.SYNC);
    return page;
  }

  /// A page counts as verified from its first reader on; a check looks at it again.
  @Test
  void damage_behindTheFirstReader_isFound() throws Exception {
    try (StorageEnvironment environment =
        StorageEnvironment.open(DirectoryFileSystem.open(directory, false), OPTIONS)) {
      long page = commitPage(environment);
      environment.checkpoint();
      assertThat(check(environment, page)).isEmpty();

      try (RandomAccessFile file =
          new RandomAccessFile(directory.resolve(DataFile.NAME).toFile(), "rw")) {
        file.seek((page << PageLayout.PAGE_SHIFT) + 1000);
        file.write(1);
      }

      assertThat(check(environment, page)).singleElement().asString().contains("checksum is wrong");
    }
  }

  /// What a careless program, or bad memory, changes in a page that was committed is found on its
  /// way to the disk; the journal has what was meant.
  @Test
  void change_behindTheCommit_doesNotReachTheDataFile() {
    SimulatedDisk disk = new SimulatedDisk();
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
    PageWriteTransaction tx = environment.beginWrite();
    long page = tx.allocate((byte) 1, 0);
    MemorySegment kept = tx.modify(page);
    kept.set(PageLayout.LONG, 40, 7);
    tx.commit(Durability.SYNC);

    kept.set(PageLayout.LONG, 40, 8);

    assertThat(check(environment, page))
        .singleElement()
        .asString()
        .contains("scratch", "checksum is wrong");
    assertThatThrownBy(environment::checkpoint)
        .isInstanceOf(RookeryException.class)
        .hasStackTraceContaining("file=scratch");
    assertThatThrownBy(environment::close).isInstanceOf(RookeryException.class);
    try (StorageEnvironment again = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
        PageReadTransaction read = again.beginRead()) {
      assertThat(read.page(page).get(PageLayout.LONG, 40)).isEqualTo(7);
      assertThat(check(again, page)).isEmpty();
    }
  }

  /// Checksum and number are right; the commit is one that never was.
  @Test
  void pages_ofCommitsThatCannotBe_areRefused() throws Exception {
    for (long sequence : new long[] {-1, Long.MIN_VALUE, 3, Long.MAX_VALUE}) {
      SimulatedDisk disk = new SimulatedDisk();
      long page;
      try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
        page = commitPage(environment);
      }
      byte[] file = disk.read(DataFile.NAME);
      int at = (int) (page << PageLayout.PAGE_SHIFT);
      MemorySegment.ofArray(file).set(PageLayout.LONG, at + PageLayout.SEQUENCE_OFFSET, sequence);
      DataFileForger.forge(file, at, DataFileForger.database(file));
      disk.put(DataFile.NAME, file);

      try (StorageEnvironment again = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
          PageReadTransaction tx = again.beginRead()) {
        assertThatThrownBy(() -> tx.locate(page))
            .isInstanceOf(CorruptPageException.class)
            .hasMessageContaining("commit");
        assertThat(check(again, page)).hasSize(1);
      }
    }
  }

  @Test
  void pages_outsideTheDatabase_areRefused() {
    try (StorageEnvironment environment =
            StorageEnvironment.open(MemoryFileSystem.create(), OPTIONS);
        PageReadTransaction tx = environment.beginRead()) {
      for (long page : new long[] {tx.pageCount(), 1L << 40, -1, Long.MIN_VALUE}) {
        assertThatThrownBy(() -> tx.locate(page)).isInstanceOf(CorruptPageException.class);
      }
    }
  }

  @Test
  void pagesThatBelongToNothing_orToTwo_areFound() {
    try (StorageEnvironment environment =
        StorageEnvironment.open(MemoryFileSystem.create(), OPTIONS)) {
      long page = commitPage(environment);
      long free = commitPage(environment);
      PageWriteTransaction tx = environment.beginWrite();
      tx.free(free);
      tx.commit(Durability.SYNC);

      assertThat(check(environment)).singleElement().asString().contains("belongs to nothing");
      assertThat(check(environment, page, free))
          .singleElement()
          .asString()
          .contains("page is free and belongs to page");
    }
  }

  /// Writes to the map of free pages behind the back of everybody.
  private static void damageMap(StorageEnvironment environment, int taken, long lastWord) {
    PageWriteTransaction tx = environment.beginWrite();
    MemorySegment map = tx.modify(MAP);
    map.set(PageLayout.INT, FreeSpaceMap.TAKEN_OFFSET, taken);
    map.set(PageLayout.LONG, FreeSpaceMap.BITS_OFFSET, lastWord);
    tx.commit(Durability.SYNC);
  }

  @Test
  void map_whoseCountIsNotThatOfItsBits_isFoundAndRefusesToAllocate() {
    for (int wrong : new int[] {-1, FreeSpaceMap.GROUP_PAGES + 1, 1}) {
      SimulatedDisk disk = new SimulatedDisk();
      long page;
      long word;
      try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
        page = commitPage(environment);
        try (PageReadTransaction tx = environment.beginRead()) {
          word = FreeSpaceMap.takenBits(tx.page(MAP), 0);
        }
        damageMap(environment, wrong, word);
        assertThat(check(environment, page)).singleElement().asString().contains("map counts");
      }
      // Opened anew it has no hints, and asks the map.
      try (StorageEnvironment again = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
        PageWriteTransaction tx = again.beginWrite();
        assertThatThrownBy(() -> tx.allocate((byte) 1, 0)).isInstanceOf(CorruptPageException.class);
        tx.rollback();
      }
    }
  }

  /// It counts a free page, and every bit is set.
  @Test
  void map_withoutTheFreePageThatItCounts_refusesToAllocate() {
    SimulatedDisk disk = new SimulatedDisk();
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
      commitPage(environment);
      PageWriteTransaction tx = environment.beginWrite();
      MemorySegment map = tx.modify(MAP);
      map.asSlice(FreeSpaceMap.BITS_OFFSET, FreeSpaceMap.GROUP_PAGES / 8).fill((byte) -1);
      map.set(PageLayout.INT, FreeSpaceMap.TAKEN_OFFSET, 2);
      tx.commit(Durability.SYNC);
    }
    try (StorageEnvironment again = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
      PageWriteTransaction tx = again.beginWrite();
      assertThatThrownBy(() -> tx.allocate((byte) 1, 0))
          .isInstanceOf(CorruptPageException.class)
          .hasMessageContaining("none");
      tx.rollback();
    }
  }

  /// Pages of a load never lie where the map of a group of pages must be.
  @Test
  void pagesOfALoad_acrossGroups_leaveTheMapsOut() {
    try (StorageEnvironment environment =
            StorageEnvironment.open(MemoryFileSystem.create(), OPTIONS);
        PageWriteTransaction tx = environment.beginWrite();
        UnseenSpace space = tx.unseenSpace()) {
      int count = FreeSpaceMap.GROUP_PAGES / 8 - 1;
      long end = tx.pageCount();
      for (int i = 0; i < 20; i++) {
        long first = space.take(count);
        assertThat(first).isGreaterThanOrEqualTo(end);
        end = first + count;
        assertThat(first / FreeSpaceMap.GROUP_PAGES)
            .isEqualTo((end - 1) / FreeSpaceMap.GROUP_PAGES);
        assertThat(FreeSpaceMap.isMapPage(first)).isFalse();
        assertThat(space.contains(first)).isTrue();
      }
      // Up to the last page of a group, so that the next one would be a map.
      int rest = (int) (FreeSpaceMap.GROUP_PAGES - end % FreeSpaceMap.GROUP_PAGES);
      assertThat(space.take(rest)).isEqualTo(end);
      long map = end + rest;
      assertThat(space.take(1)).isEqualTo(map + 1);
      assertThat(space.contains(map)).isFalse();
      space.catchUp();
      assertThat(tx.pageCount()).isEqualTo(map + 2);
      assertThat(FreeSpaceMap.isTaken(tx, map + 1)).isTrue();
    }
  }
}
