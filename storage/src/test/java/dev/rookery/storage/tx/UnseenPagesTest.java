package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.schedule.SimulatedScheduler;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Windows on pages that go to the data file without a journal, against a map of what every page
/// must hold: while they are written out and read back, and after the commit and a power cut.
final class UnseenPagesTest {
  private static final int OPERATIONS = 6_000;

  /// As few as a window takes, so that most pages are written out before they are needed again.
  private static final int FRAMES = 48;

  /// More than the file of a new database has room for.
  private static final int MANY = 40;

  private static final StorageOptions OPTIONS = StorageOptions.defaults().inline();

  private final SimulatedDisk disk = new SimulatedDisk();

  /// What was written last to each page that is in use, and by whom it was allocated.
  private final Map<Long, Long> before = new HashMap<>();

  private final List<Map<Long, Long>> inWindows = List.of(new HashMap<>(), new HashMap<>());
  private final Map<Long, Long> inTransaction = new HashMap<>();

  private static long some(Map<Long, Long> pages, SplittableRandom random) {
    List<Long> all = new ArrayList<>(pages.keySet());
    return all.get(random.nextInt(all.size()));
  }

  private static long read(PageReader pages, long page) {
    long location = pages.locate(page);
    MemorySegment segment = pages.segmentAt(location);
    long base = PageReader.offsetAt(location);
    assertThat(segment.get(PageLayout.LONG, base + PageLayout.PAGE_NUMBER_OFFSET)).isEqualTo(page);
    return segment.get(PageLayout.LONG, base + 4000);
  }

  @Test
  void randomChanges_inTwoWindows_areAllInTheCommit() {
    long seed = Long.getLong("seed", 11);
    System.out.println("UnseenPagesTest seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
    try (PageWriteTransaction tx = environment.beginWrite()) {
      for (int i = 0; i < 40; i++) {
        before.put(tx.allocate((byte) 1, 0), 0L);
      }
      tx.commit(Durability.SYNC);
    }

    PageWriteTransaction tx = environment.beginWrite();
    try (UnseenSpace space = tx.unseenSpace();
        UnseenPages first = space.open(FRAMES);
        UnseenPages second = space.open(FRAMES)) {
      assertThatThrownBy(tx::unseenSpace).isInstanceOf(IllegalStateException.class);
      for (int i = 0; i < OPERATIONS; i++) {
        int which = random.nextInt(2);
        operate(tx, which == 0 ? first : second, inWindows.get(which), random);
      }
      assertThat(first.writtenPages()).isGreaterThan(2 * inWindows.getFirst().size());
      first.finish();
      second.finish();
      space.adopt();
      first.giveBackUnused();
      second.giveBackUnused();
      tx.commit(Durability.SYNC);
    }
    assertAllThere(environment);
    SimulatedDisk cut = disk.crash(seed, CrashMode.LOSE_ALL_UNSYNCED);
    try (StorageEnvironment again = StorageEnvironment.open(cut.fileSystem(), OPTIONS)) {
      assertAllThere(again);
    }
  }

  /// Pages are taken many at once, and never across the end of a group of the free-space map.
  @Test
  void allocate_whereTheGroupEnds_leavesItsRestFree() {
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
    long beforeEnd = FreeSpaceMap.GROUP_PAGES - 50;
    try (PageWriteTransaction tx = environment.beginWrite()) {
      List<Long> passing = new ArrayList<>();
      while (tx.pageCount() < beforeEnd) {
        int count = (int) Math.min(beforeEnd - tx.pageCount(), FreeSpaceMap.GROUP_PAGES / 8);
        long run = tx.allocateRun(count, (byte) 1, 0);
        for (long page = run; page < run + count; page++) {
          passing.add(page);
        }
      }
      before.put(tx.allocate((byte) 1, 0), 0L);
      passing.forEach(tx::free);
      tx.commit(Durability.SYNC);
    }
    PageWriteTransaction tx = environment.beginWrite();
    try (UnseenSpace space = tx.unseenSpace();
        UnseenPages window = space.open(FRAMES)) {
      for (int i = 0; i < 10; i++) {
        inWindows.getFirst().put(window.allocate((byte) 1, 0), 0L);
      }
      window.finish();
      space.adopt();
      window.giveBackUnused();
      tx.commit(Durability.SYNC);
    }
    assertThat(inWindows.getFirst().keySet()).allMatch(page -> page > FreeSpaceMap.GROUP_PAGES);
    assertAllThere(environment);
  }

  private void operate(
      PageWriteTransaction tx, UnseenPages window, Map<Long, Long> own, SplittableRandom random) {
    switch (random.nextInt(10)) {
      case 0, 1 -> own.put(window.allocate((byte) 1, 0), 0L);
      case 2 -> {
        if (random.nextInt(10) == 0) {
          int count = 1 + random.nextInt(20);
          long run = window.allocateRun(count, (byte) 1, 0);
          for (long page = run; page < run + count; page++) {
            own.put(page, 0L);
          }
        } else if (random.nextInt(10) == 0) {
          inTransaction.put(tx.allocate((byte) 1, 0), 0L);
        }
      }
      case 3, 4, 5 -> change(window, own, random);
      case 6 -> change(window, random.nextBoolean() ? before : inTransaction, random);
      case 7 -> free(window, random.nextInt(20) == 0 ? before : own, random);
      case 8 -> {
        if (random.nextInt(20) == 0) {
          free(window, inTransaction, random);
        } else {
          window.relieve();
        }
      }
      default -> {
        if (!own.isEmpty()) {
          long page = some(own, random);
          assertThat(read(window, page)).isEqualTo(own.get(page));
        }
      }
    }
  }

  private static void change(UnseenPages window, Map<Long, Long> pages, SplittableRandom random) {
    if (pages.isEmpty()) {
      return;
    }
    long page = some(pages, random);
    assertThat(read(window, page)).isEqualTo(pages.get(page));
    long value = random.nextLong();
    MemorySegment segment =
        switch (random.nextInt(3)) {
          case 0 -> window.modify(page);
          case 1 -> window.modify(page, 4000, Long.BYTES);
          default -> window.modifyBlocks(page, -1L);
        };
    segment.set(PageLayout.LONG, 4000, value);
    pages.put(page, value);
  }

  private static void free(UnseenPages window, Map<Long, Long> pages, SplittableRandom random) {
    if (!pages.isEmpty()) {
      long page = some(pages, random);
      window.free(page);
      pages.remove(page);
    }
  }

  /// Every page that was not freed is there, and no other is taken.
  private void assertAllThere(StorageEnvironment environment) {
    Map<Long, Long> all = new HashMap<>(before);
    inWindows.forEach(all::putAll);
    all.putAll(inTransaction);
    CheckReport report = new CheckReport();
    report.claim(StorageEnvironment.ROOT_PAGE, "root");
    try (PageReadTransaction tx = environment.beginRead()) {
      all.forEach((page, value) -> {
        assertThat(read(tx, page)).isEqualTo(value);
        report.claim(page, "page");
      });
      environment.check(tx, report);
    }
    assertThat(report.problems()).isEmpty();
  }

  @Test
  void runs_outOfRange_areRefused() {
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
    try (PageWriteTransaction tx = environment.beginWrite();
        UnseenSpace space = tx.unseenSpace();
        UnseenPages window = space.open(FRAMES)) {
      for (int count : new int[] {-1, 0, window.maxRun() + 1}) {
        assertThatThrownBy(() -> window.allocateRun(count, (byte) 1, 0))
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
    environment.close();
  }

  /// Pages that were written out and are not what they were when they are needed again.
  @Test
  void pagesThatComeBackDamaged_areRefused() throws Exception {
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
    PageWriteTransaction tx = environment.beginWrite();
    UnseenSpace space = tx.unseenSpace();
    UnseenPages window = space.open(FRAMES);
    long[] pages = new long[200];
    for (int i = 0; i < pages.length; i++) {
      pages[i] = window.allocate((byte) 1, 0);
    }
    window.relieve();
    long flipped = pages[3] << PageLayout.PAGE_SHIFT;
    disk.overwrite(DataFile.NAME, flipped + 5000, new byte[] {1});
    byte[] file = disk.read(DataFile.NAME);
    byte[] other = new byte[PageLayout.PAGE_BYTES];
    System.arraycopy(
        file, (int) (pages[9] << PageLayout.PAGE_SHIFT), other, 0, PageLayout.PAGE_BYTES);
    disk.overwrite(DataFile.NAME, pages[8] << PageLayout.PAGE_SHIFT, other);

    for (long page : new long[] {pages[3], pages[8], pages[3], pages[8]}) {
      assertThatThrownBy(() -> window.locate(page)).isInstanceOf(CorruptPageException.class);
    }
    assertThat(read(window, pages[9])).isZero();
    window.close();
    window.close(); // Idempotent.
    space.close();
    space.close();
    tx.rollback();
    environment.close();
  }

  /// Commits a state with a run of pages and returns the first.
  private static long allocateMany(StorageEnvironment environment) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      long first = tx.allocateRun(MANY, (byte) 1, 0);
      tx.commit(Durability.SYNC);
      return first;
    }
  }

  /// Commits a state that has fewer pages than the one before.
  private static void freeMost(StorageEnvironment environment, long first) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      for (long page = first + 2; page < first + MANY; page++) {
        tx.free(page);
      }
      assertThat(tx.trim(1)).isPositive();
      tx.commit(Durability.SYNC);
    }
  }

  private static List<Long> load(StorageEnvironment environment) {
    List<Long> loaded = new ArrayList<>();
    try (PageWriteTransaction tx = environment.beginWrite();
        UnseenSpace space = tx.unseenSpace();
        UnseenPages window = space.open(FRAMES)) {
      for (int i = 0; i < MANY; i++) {
        long page = window.allocate((byte) 1, 0);
        window.modify(page).set(PageLayout.LONG, 4000, page);
        loaded.add(page);
      }
      window.finish();
      space.adopt();
      window.giveBackUnused();
      tx.commit(Durability.SYNC);
    }
    return loaded;
  }

  private static void assertLoaded(StorageEnvironment environment, List<Long> loaded) {
    try (PageReadTransaction tx = environment.beginRead()) {
      for (long page : loaded) {
        assertThat(read(tx, page)).isEqualTo(page);
      }
    }
  }

  /// An older state has more pages than the newest one, and is flushed behind the load: its pages
  /// must not be written over those of the load.
  @Test
  void loadBehindAnOlderStateThatIsNotFlushed_isNotWrittenOver() {
    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS)) {
      long first = allocateMany(environment);
      List<Long> loaded;
      try (PageReadTransaction reader = environment.beginRead()) {
        freeMost(environment, first);
        loaded = load(environment);
        environment.checkpoint();
        assertThat(read(reader, first + MANY / 2)).isZero();
      }
      assertLoaded(environment, loaded);
    }
  }

  /// The same by a replay that has to make room on its way, in the life after the one that loaded,
  /// which had not seen the older state itself.
  @Test
  void loadBehindAnOlderStateThatWasReplayed_isNotWrittenOverByTheNextReplay() {
    long first;
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
    first = allocateMany(environment);
    freeMost(environment, first);
    SimulatedDisk second = disk.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    List<Long> loaded = load(StorageEnvironment.open(second.fileSystem(), OPTIONS));
    SimulatedDisk third = second.crash(2, CrashMode.LOSE_ALL_UNSYNCED);
    try (StorageEnvironment again =
        StorageEnvironment.open(third.fileSystem(), OPTIONS.withScratchBytes(64 << 10))) {
      assertLoaded(again, loaded);
    }
  }

  /// The same where recovery began at a flush behind that state, and did not see it, while the
  /// replay after a power failure begins before it.
  @Test
  void loadBehindAnOlderStateThatRecoveryDidNotSee_isNotWrittenOverByALaterReplay() {
    SimulatedScheduler scheduler = new SimulatedScheduler(1);
    StorageEnvironment environment =
        StorageEnvironment.open(
            disk.fileSystem(), StorageOptions.defaults().withScheduler(scheduler));
    environment.checkpoint();
    try (PageReadTransaction reader = environment.beginRead()) {
      freeMost(environment, allocateMany(environment));
      assertThat(reader.pageCount()).isLessThan(MANY);
    }
    long flushCount = environment.stats().flushCount();
    scheduler.settle(5_000_000_000L);
    assertThat(environment.stats().flushCount()).isGreaterThan(flushCount);
    SimulatedDisk second = disk.crash(1, CrashMode.KEEP_ALL);
    List<Long> loaded = load(StorageEnvironment.open(second.fileSystem(), OPTIONS));
    SimulatedDisk third = second.crash(2, CrashMode.LOSE_ALL_UNSYNCED);
    try (StorageEnvironment again =
        StorageEnvironment.open(third.fileSystem(), OPTIONS.withScratchBytes(64 << 10))) {
      assertLoaded(again, loaded);
    }
  }
}
