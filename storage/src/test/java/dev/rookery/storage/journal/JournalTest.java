package dev.rookery.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.error.CorruptJournalException;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import dev.rookery.storage.page.HeaderBlocks;
import dev.rookery.storage.page.HeaderBlocks.DurableEntry;
import dev.rookery.storage.page.PageBlocks;
import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// What is appended to the journal is what is read from it.
final class JournalTest {
  private static final UUID DATABASE = new UUID(11, 12);
  private static final DurableEntry START = new DurableEntry(0, 0, 10_000, 0, 0, 0, 0);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final StorageFileSystem files = disk.fileSystem();

  JournalTest() throws IOException {
    files.createRoot();
    files.createDirectory(JournalFiles.DIRECTORY);
  }

  /// Replays into a map of pages.
  private static final class Pages implements JournalReader.ChangeVisitor {
    final Map<Long, byte[]> pages = new TreeMap<>();
    final List<Long> commits = new ArrayList<>();

    @Override
    public boolean change(long pageNumber, boolean fromZero, JournalReader.Diff diff) {
      byte[] page =
          fromZero
              ? new byte[PageLayout.PAGE_BYTES]
              : pages.getOrDefault(pageNumber, new byte[PageLayout.PAGE_BYTES]);
      pages.put(pageNumber, page);
      return diff.applyTo(MemorySegment.ofArray(page));
    }

    @Override
    public void freed(long pageNumber) {
      pages.remove(pageNumber);
    }

    @Override
    public void committed(long sequence, long pageCount) {
      assertThat(pageCount).isEqualTo(10_000 + sequence);
      commits.add(sequence);
    }
  }

  private static void sync(Journal journal) throws IOException {
    journal.write();
    Journal.SyncPoint point = journal.syncPoint();
    if (point != null) {
      point.sync();
    }
  }

  private JournalEnd scan(DurableEntry start) throws IOException {
    return new JournalReader(files, DATABASE).scan(new HeaderBlocks.Start(start, start, 0, false));
  }

  private Pages replay(JournalEnd end) throws IOException {
    Pages pages = new Pages();
    new JournalReader(files, DATABASE).replay(end, pages);
    return pages;
  }

  private static void assertSame(Map<Long, byte[]> found, Map<Long, byte[]> expected) {
    assertThat(found.keySet()).isEqualTo(expected.keySet());
    expected.forEach((page, content) -> assertThat(found.get(page)).isEqualTo(content));
  }

  static long claim(JournalFiles files, long bytes) throws IOException {
    files.makeStandby(bytes);
    return files.claimStandby(bytes);
  }

  @Test
  void randomRecords_appended_areReadBack() throws IOException {
    Random random = new Random(Long.getLong("seed", 5));
    int[] overflows = new int[1];
    RecordBuilder builder =
        new RecordBuilder(
            CompressionChoice.always(),
            () -> files.open("overflow-" + overflows[0]++, OpenMode.CREATE_NEW),
            200 << 10);
    Map<Long, byte[]> model = new TreeMap<>();
    Map<Long, JournalPosition> positions = new HashMap<>();
    Map<Long, Map<Long, byte[]>> states = new HashMap<>();
    JournalEnd from = scan(START);
    JournalFiles journalFiles = new JournalFiles(files, 1 << 20, from);
    Journal journal = new Journal(DATABASE, journalFiles, from, new SyncMeter(System::nanoTime));
    long room = 0;
    for (long sequence = 1; sequence <= 60; sequence++) {
      // Most are small, some have several frames.
      int changes = random.nextInt(20) == 0 ? 300 : 1 + random.nextInt(4);
      for (int i = 0; i < changes; i++) {
        change(builder, model, random);
      }
      JournalRecord record = builder.finish(sequence, 10_000 + sequence);
      boolean begins = room < record.bytesMax();
      if (begins) {
        room = claim(journalFiles, record.bytesMax());
      }
      room -= record.bytesMax();
      positions.put(sequence, journal.append(record, begins));
      states.put(sequence, new TreeMap<>(model));
      if (random.nextInt(3) == 0) {
        sync(journal);
      }
    }
    journal.write();
    journal.close();
    assertThat(overflows[0]).as("records too long for the heap").isPositive();

    JournalEnd end = scan(START);
    assertThat(end.sequence()).isEqualTo(60);
    assertThat(end.position()).isEqualTo(positions.get(60L));
    assertThat(end.extents().size()).isGreaterThan(1);
    Pages found = replay(end);
    assertThat(found.commits).hasSize(60).isSorted();
    assertSame(found.pages, model);

    // From any commit on, over its state.
    for (long sequence : new long[] {1, 7, 30, 59, 60}) {
      JournalPosition at = positions.get(sequence);
      DurableEntry start =
          new DurableEntry(1, sequence, 10_000 + sequence, at.file(), at.offset(), at.chain(), 0);
      Pages rest = new Pages();
      states.get(sequence).forEach((page, content) -> rest.pages.put(page, content.clone()));
      new JournalReader(files, DATABASE).replay(scan(start), rest);
      assertSame(rest.pages, model);
      assertThat(rest.commits).hasSize((int) (60 - sequence));
    }
  }

  private static void change(RecordBuilder builder, Map<Long, byte[]> model, Random random) {
    long page = PageLayout.FIRST_PAGE + random.nextInt(400);
    byte[] old = model.get(page);
    if (old != null && random.nextInt(6) == 0) {
      model.remove(page);
      builder.pages().addFreed(page);
      return;
    }
    byte[] content = old == null ? new byte[PageLayout.PAGE_BYTES] : old.clone();
    int length = random.nextInt(4) == 0 ? PageLayout.PAGE_BYTES : 30;
    byte[] bytes = new byte[length];
    if (random.nextBoolean()) {
      random.nextBytes(bytes); // The rest compresses well.
    }
    int offset = random.nextInt(PageLayout.PAGE_BYTES - length + 1);
    System.arraycopy(bytes, 0, content, offset, length);
    model.put(page, content);
    if (old == null) {
      builder.pages().addFromZero(page, MemorySegment.ofArray(content));
    } else {
      builder
          .pages()
          .addDiff(
              page, MemorySegment.ofArray(old), MemorySegment.ofArray(content), PageBlocks.ALL);
    }
  }

  private static JournalRecord record(long sequence) {
    RecordBuilder builder = new RecordBuilder(CompressionChoice.always(), null, Long.MAX_VALUE);
    byte[] page = new byte[PageLayout.PAGE_BYTES];
    page[50] = (byte) sequence;
    builder.pages().addFromZero(PageLayout.FIRST_PAGE + sequence, MemorySegment.ofArray(page));
    return builder.finish(sequence, 10_000 + sequence);
  }

  @Test
  void files_growFromSmallAndAreRecycled() throws IOException {
    JournalEnd from = scan(START);
    JournalFiles journalFiles = new JournalFiles(files, 1 << 20, from);
    Journal journal = new Journal(DATABASE, journalFiles, from, new SyncMeter(System::nanoTime));
    List<Long> sizes = new ArrayList<>();
    JournalPosition last = null;
    for (long sequence = 1; sequence <= 8; sequence++) {
      sizes.add(claim(journalFiles, 1000) + JournalLayout.FILE_HEADER_BYTES);
      last = journal.append(record(sequence), true);
    }
    assertThat(sizes).startsWith(256L << 10, 512L << 10, 1L << 20, 1L << 20);
    assertThat(disk.files()).hasSize(8);
    sync(journal);

    // Seven are given back, of which two are too short to be used again.
    journalFiles.release(last);
    assertThat(disk.files()).hasSize(6);
    assertThat(journalFiles.usedBytes()).isEqualTo(1L << 20);
    claim(journalFiles, 1000);
    claim(journalFiles, 1000);
    assertThat(disk.files()).hasSize(6);
    assertThat(journalFiles.totalBytes()).isEqualTo(6L << 20);
    assertThat(journalFiles.usedBytes()).isEqualTo(3L << 20);
    DurableEntry start =
        new DurableEntry(1, 8, 10_008, last.file(), last.offset(), last.chain(), 0);
    assertThat(scan(start).sequence()).isEqualTo(8);
    last = journal.append(record(9), true);
    sync(journal);
    assertThat(scan(start).sequence()).isEqualTo(9);

    // The pace has slowed down: one is given back, two are kept.
    journalFiles.release(last);
    assertThat(disk.files()).hasSize(4);
    assertThat(journalFiles.totalBytes()).isEqualTo(4L << 20);
    journalFiles.trim();
    assertThat(disk.files()).hasSize(2);
    assertThat(journalFiles.totalBytes()).isEqualTo(journalFiles.usedBytes());
    assertThat(journalFiles.hasFiles()).isTrue();
    journalFiles.deleteAll();
    assertThat(disk.files()).isEmpty();
  }

  @Test
  void record_thatIsOutOfOrder_isRefused() throws IOException {
    JournalEnd from = scan(START);
    JournalFiles journalFiles = new JournalFiles(files, 1 << 20, from);
    try (Journal journal =
        new Journal(DATABASE, journalFiles, from, new SyncMeter(System::nanoTime))) {
      claim(journalFiles, 1000);
      assertThatThrownBy(() -> journal.append(record(2), true))
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void promisedRecord_thatIsDamaged_isRefusedAndUnpromisedOnesAreDropped() throws IOException {
    for (boolean synced : new boolean[] {true, false}) {
      JournalEnd from = scan(START);
      JournalFiles journalFiles = new JournalFiles(files, 1 << 20, from);
      Journal journal = new Journal(DATABASE, journalFiles, from, new SyncMeter(System::nanoTime));
      claim(journalFiles, 100_000);
      long[] offsets = new long[6];
      String name = "journal/%016d.rkj".formatted(scan(START).nextFileNumber() - 1);
      for (long sequence = 1; sequence <= 5; sequence++) {
        offsets[(int) sequence] = journal.append(record(sequence), sequence == 1).offset();
        if (synced) {
          sync(journal);
        }
      }
      journal.write();
      journal.close();
      disk.overwrite(name, offsets[2] - 40, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
      if (synced) {
        assertThatThrownBy(() -> scan(START)).isInstanceOf(CorruptJournalException.class);
      } else {
        assertThat(scan(START).sequence()).isEqualTo(1);
      }
      disk.remove(name);
    }
  }

  @Test
  void pageOutsideTheDatabase_isRefused() throws IOException {
    RecordBuilder builder = new RecordBuilder(CompressionChoice.always(), null, Long.MAX_VALUE);
    builder.pages().addFreed(1L << 50);
    JournalEnd from = scan(START);
    JournalFiles journalFiles = new JournalFiles(files, 1 << 20, from);
    Journal journal = new Journal(DATABASE, journalFiles, from, new SyncMeter(System::nanoTime));
    claim(journalFiles, 1000);
    journal.append(builder.finish(1, 10_001), true);
    journal.write();
    journal.close();

    assertThatThrownBy(() -> replay(scan(START))).isInstanceOf(CorruptJournalException.class);
  }
}
