package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.journal.JournalForger;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Journals that recovery meets seldom: longer than memory where nothing may be written, beyond the
/// end of the data file by a group of pages, and whole records that say what cannot be.
final class RecoveryTest {
  private static final StorageOptions OPTIONS =
      StorageOptions.defaults().withScratchBytes(1L << 30).inline();

  private final SimulatedDisk disk = new SimulatedDisk();

  private static void assertSound(StorageEnvironment environment, List<Long> pages) {
    try (PageReadTransaction tx = environment.beginRead()) {
      CheckReport report = new CheckReport();
      report.claim(StorageEnvironment.ROOT_PAGE, "root");
      for (long page : pages) {
        report.claim(page, "page");
        assertThat(tx.page(page).get(PageLayout.LONG, 40)).isEqualTo(page * 7);
      }
      environment.check(tx, report);
      assertThat(report.problems()).isEmpty();
    }
  }

  private static long commitPage(StorageEnvironment environment) {
    PageWriteTransaction tx = environment.beginWrite();
    long page = tx.allocate((byte) 1, 0);
    tx.modify(page).set(PageLayout.LONG, 40, page * 7);
    tx.commit(Durability.SYNC);
    return page;
  }

  @Test
  void readOnly_withMoreJournalThanMemory_readsAllAndWritesNothing() throws Exception {
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
    List<Long> pages = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      pages.add(commitPage(environment));
    }
    SimulatedDisk cut = disk.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    long operations = cut.operationCount();

    StorageOptions small = OPTIONS.withScratchBytes(64 << 10);
    try (StorageEnvironment reader = StorageEnvironment.open(cut.readOnlyFileSystem(), small)) {
      assertSound(reader, pages);
    }

    assertThat(cut.operationCount()).isEqualTo(operations);
    try (StorageEnvironment writer = StorageEnvironment.open(cut.fileSystem(), small)) {
      assertSound(writer, pages);
    }
  }

  /// The map of the new group is in the journal alone.
  @Test
  void commit_thatBeganAGroupOfPages_isRecovered() {
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
    PageWriteTransaction tx = environment.beginWrite();
    int half = tx.maxRun();
    long low = tx.allocateRun(half, (byte) 1, 0);
    for (int i = 0; i < half - 1; i++) {
      tx.free(low + i);
    }
    long kept = low + half - 1;
    tx.modify(kept).set(PageLayout.LONG, 40, kept * 7);
    long high = tx.allocateRun(half, (byte) 1, 0);
    assertThat(high).isGreaterThan(2L * half);
    for (int i = 1; i < half; i++) {
      tx.free(high + i);
    }
    tx.modify(high).set(PageLayout.LONG, 40, high * 7);
    tx.commit(Durability.SYNC);

    SimulatedDisk cut = disk.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    try (StorageEnvironment again = StorageEnvironment.open(cut.fileSystem(), OPTIONS)) {
      assertSound(again, List.of(kept, high));
      long next = commitPage(again);
      assertSound(again, List.of(kept, high, next));
    }
  }

  /// Damages the last record of a killed database in a way that its checksums go along with.
  private RookeryException openForged(long from, long to, int offset) throws Exception {
    SimulatedDisk database = new SimulatedDisk();
    StorageEnvironment environment = StorageEnvironment.open(database.fileSystem(), OPTIONS);
    commitPage(environment);
    commitPage(environment);
    SimulatedDisk cut = database.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    String name =
        cut.files().stream().filter(file -> file.endsWith(".rkj")).findFirst().orElseThrow();
    byte[] journal = cut.read(name);
    List<Integer> records = JournalForger.records(journal);
    ByteBuffer bytes = ByteBuffer.wrap(journal).order(ByteOrder.LITTLE_ENDIAN);
    int at = records.getLast() + offset;
    while (bytes.getLong(at) != from) {
      at++;
    }
    bytes.putLong(at, to);
    JournalForger.forge(journal, records);
    cut.put(name, journal);
    try (StorageEnvironment again = StorageEnvironment.open(cut.fileSystem(), OPTIONS)) {
      throw new AssertionError("opened " + again.stats());
    } catch (RookeryException e) {
      return e;
    }
  }

  @Test
  void content_thatIsThatOfAnotherPage_isRefused() throws Exception {
    // The second commit's: it is new, so its whole content is in the journal.
    long page = StorageEnvironment.ROOT_PAGE + 2;
    long kind = 2L << 56;

    RookeryException refusal = openForged(kind | page, kind | page - 1, 0);

    assertThat(refusal).isInstanceOf(CorruptPageException.class);
  }

  @Test
  void pageCount_beyondWhatHasAMap_isRefused() throws Exception {
    int offset = 56;
    long sound = StorageEnvironment.ROOT_PAGE + 3;
    for (long count : new long[] {1L << 40, 200_000, 3, 0, -1}) {
      RookeryException refusal = openForged(sound, count, offset);

      assertThat(refusal).isInstanceOf(RookeryException.class);
      assertThat(refusal.getMessage()).containsAnyOf("page count", "pageCount", "journal");
    }
    assertThat(openForged(sound, 1L << 40, offset)).isInstanceOf(CorruptDatabaseException.class);
  }
}
