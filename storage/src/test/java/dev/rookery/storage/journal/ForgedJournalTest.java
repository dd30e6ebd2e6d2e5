package dev.rookery.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.error.CorruptJournalException;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.io.StorageFile;
import dev.rookery.storage.io.StorageFileSystem;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import dev.rookery.storage.page.HeaderBlocks;
import dev.rookery.storage.page.HeaderBlocks.DurableEntry;
import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Journals whose checksums, hashes and chain are right and whose content is not: each length,
/// number and kind by itself. A record that cannot be whole ends the journal; one that is whole and
/// makes no sense is refused when it is replayed.
final class ForgedJournalTest {
  private static final UUID DATABASE = new UUID(11, 12);
  private static final DurableEntry START = new DurableEntry(0, 0, 10_000, 0, 0, 0, 0);
  private static final int HEADER = JournalLayout.RECORD_HEADER_BYTES;
  private static final int FRAME = JournalLayout.FRAME_HEADER_BYTES;
  private static final int ENTRY = JournalLayout.ENTRY_HEADER_BYTES;

  private final SimulatedDisk disk = new SimulatedDisk();
  private final StorageFileSystem files = disk.fileSystem();

  /// The file, where its records begin, and the file as bytes to be damaged.
  private String name = "";

  private List<Integer> records = List.of();
  private byte[] file = new byte[0];

  @BeforeEach
  void createDirectories() throws IOException {
    files.createRoot();
    files.createDirectory(JournalFiles.DIRECTORY);
  }

  /// Damages a file; the last record begins at an offset.
  @FunctionalInterface
  private interface Damage {
    void apply(ByteBuffer bytes, int last);
  }

  /// Visits everything and applies differences to one page.
  private static final class Visitor implements JournalReader.ChangeVisitor {
    private final MemorySegment page = MemorySegment.ofArray(new byte[PageLayout.PAGE_BYTES]);
    long commits;

    @Override
    public boolean change(long pageNumber, boolean fromZero, JournalReader.Diff diff) {
      return diff.applyTo(page);
    }

    @Override
    public void freed(long pageNumber) {}

    @Override
    public void committed(long sequence, long pageCount) {
      commits++;
    }
  }

  private static JournalRecord freeing(long sequence) {
    RecordBuilder builder = new RecordBuilder(CompressionChoice.always(), null, Long.MAX_VALUE);
    builder.pages().addFreed(PageLayout.FIRST_PAGE + sequence);
    builder.pages().addFreed(PageLayout.FIRST_PAGE + 100 + sequence);
    return builder.finish(sequence, 10_000);
  }

  /// A record whose one frame is packed.
  private static JournalRecord packed(long sequence) {
    RecordBuilder builder = new RecordBuilder(CompressionChoice.always(), null, Long.MAX_VALUE);
    byte[] page = new byte[PageLayout.PAGE_BYTES];
    Arrays.fill(page, (byte) sequence);
    builder.pages().addFromZero(PageLayout.FIRST_PAGE + sequence, MemorySegment.ofArray(page));
    return builder.finish(sequence, 10_000);
  }

  /// Writes three records to one file.
  private void write(boolean isPacked) throws IOException {
    for (String old : disk.files()) {
      disk.remove(old);
    }
    JournalEnd from = scan();
    JournalFiles journalFiles = new JournalFiles(files, 1 << 20, from);
    try (Journal journal =
        new Journal(DATABASE, journalFiles, from, new SyncMeter(System::nanoTime))) {
      JournalTest.claim(journalFiles, 100_000);
      for (long sequence = 1; sequence <= 3; sequence++) {
        journal.append(isPacked ? packed(sequence) : freeing(sequence), sequence == 1);
      }
      journal.write();
    }
    name = disk.files().getFirst();
    file = disk.read(name);
    records = JournalForger.records(file);
    assertThat(records).hasSize(3);
  }

  private void damage(Damage damage) {
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    damage.apply(bytes, records.getLast());
    JournalForger.forge(file, records);
    disk.put(name, file);
  }

  private JournalEnd scan() throws IOException {
    return reader().scan(new HeaderBlocks.Start(START, START, 0, false));
  }

  private JournalReader reader() {
    return new JournalReader(files, DATABASE);
  }

  /// The last record is taken for one that was not written to its end.
  private void assertTorn(Damage damage) throws IOException {
    write(false);
    damage(damage);
    JournalEnd end = scan();
    assertThat(end.sequence()).isEqualTo(2);
    Visitor visitor = new Visitor();
    reader().replay(end, visitor);
    assertThat(visitor.commits).isEqualTo(2);
  }

  /// The last record is whole and cannot be replayed.
  private void assertRefused(boolean isPacked, Damage damage, String message) throws IOException {
    write(isPacked);
    damage(damage);
    JournalEnd end = scan();
    assertThat(end.sequence()).isEqualTo(3);
    assertThatThrownBy(() -> reader().replay(end, new Visitor()))
        .isInstanceOf(CorruptJournalException.class)
        .hasMessageContaining(message);
  }

  @Test
  void undamagedFile_forged_isReadAsBefore() throws IOException {
    for (boolean isPacked : new boolean[] {false, true}) {
      write(isPacked);
      damage((bytes, last) -> {});
      Visitor visitor = new Visitor();
      reader().replay(scan(), visitor);
      assertThat(visitor.commits).isEqualTo(3);
    }
  }

  @Test
  void lengthOfARecord_thatCannotBe_endsTheJournal() throws IOException {
    int at = JournalLayout.RECORD_LENGTH_OFFSET;

    assertTorn((bytes, last) -> bytes.putLong(last + at, -1));
    assertTorn((bytes, last) -> bytes.putLong(last + at, Long.MAX_VALUE));
    assertTorn((bytes, last) -> bytes.putLong(last + at, bytes.capacity()));
    assertTorn((bytes, last) -> bytes.putLong(last + at, bytes.getLong(last + at) + FRAME - 1));
  }

  @Test
  void lengthsOfAFrame_thatCannotBe_endTheJournal() throws IOException {
    int stored = HEADER + Integer.BYTES;

    assertTorn((bytes, last) -> bytes.putInt(last + HEADER, 0));
    assertTorn((bytes, last) -> bytes.putInt(last + HEADER, -5));
    assertTorn((bytes, last) -> bytes.putInt(last + HEADER, JournalLayout.FRAME_RAW_BYTES_MAX + 1));
    assertTorn((bytes, last) -> bytes.putInt(last + stored, 0));
    assertTorn((bytes, last) -> bytes.putInt(last + stored, 2 * ENTRY + 1));
    assertTorn((bytes, last) -> {
      bytes.putInt(last + HEADER, 3 * ENTRY);
      bytes.putInt(last + stored, 3 * ENTRY);
    });
  }

  @Test
  void sequenceOfARecord_thatIsNotTheNext_endsTheJournal() throws IOException {
    assertTorn((bytes, last) -> bytes.putLong(last + JournalLayout.RECORD_SEQUENCE_OFFSET, 2));
  }

  @Test
  void recordOfAnotherDatabase_endsTheJournal() throws IOException {
    int at = JournalLayout.RECORD_UUID_OFFSET;

    assertTorn((bytes, last) -> bytes.putLong(last + at, 77));
    assertTorn((bytes, last) -> bytes.putLong(last + at + Long.BYTES, 77));
  }

  @Test
  void numberOfFrames_thatIsNotThatOfTheRecord_endsTheJournal() throws IOException {
    write(false);
    damage((bytes, last) -> {});
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int last = records.getLast();
    bytes.putInt(last + JournalLayout.RECORD_FRAMES_OFFSET, 2);
    bytes.putInt(
        last + JournalLayout.RECORD_CRC_OFFSET, (int) RecordHash.ofRecordHeader(file, last));
    disk.put(name, file);

    assertThat(scan().sequence()).isEqualTo(2);
  }

  @Test
  void fileOfAnotherDatabase_isRefused() throws IOException {
    for (int half : new int[] {0, Long.BYTES}) {
      write(false);
      damage((bytes, last) -> bytes.putLong(JournalLayout.FILE_UUID_OFFSET + half, 77));
      assertThatThrownBy(this::scan)
          .isInstanceOf(CorruptJournalException.class)
          .hasMessageContaining("another database");
    }
  }

  @Test
  void entry_thatMakesNoSense_isRefusedInReplay() throws IOException {
    int entry = HEADER + FRAME;
    int bodyLength = entry + Long.BYTES;
    int second = entry + ENTRY;

    // The second entry would begin 5 bytes before the end.
    assertRefused(false, (b, last) -> b.putInt(last + bodyLength, ENTRY - 5), "an entry");
    assertRefused(false, (b, last) -> b.putInt(last + bodyLength, -1), "an entry's length");
    assertRefused(false, (b, last) -> b.putInt(last + bodyLength, ENTRY + 1), "an entry's length");
    assertRefused(false, (b, last) -> b.putLong(last + entry, kind(4, 20)), "for page 20");
    assertRefused(
        false, (b, last) -> b.putLong(last + second, kind(JournalLayout.KIND_FREED, 0)), "page 0");
    assertRefused(
        false,
        (b, last) -> b.putLong(last + second, kind(JournalLayout.KIND_FREED, 10_000)),
        "page 10000");
    // A difference without a byte of it.
    assertRefused(
        false,
        (b, last) -> {
          b.putLong(last + entry, kind(JournalLayout.KIND_FROM_ZERO, 20));
          b.putInt(last + bodyLength, 1);
          b.put(last + entry + ENTRY, (byte) 0xFF);
        },
        "for page 20");
  }

  private static long kind(int kind, long page) {
    return (long) kind << JournalLayout.KIND_SHIFT | page;
  }

  @Test
  void packedFrame_ofAnotherLength_isRefusedInReplay() throws IOException {
    for (int more : new int[] {-1, 1, 1 << 16}) {
      assertRefused(
          true,
          (bytes, last) -> bytes.putInt(last + HEADER, bytes.getInt(last + HEADER) + more),
          "frame");
    }
  }

  @Test
  void record_thatWasOverwrittenSinceTheScan_isRefusedInReplay() throws IOException {
    write(false);
    JournalEnd end = scan();
    int last = records.getLast();

    for (int at : new int[] {last, last + HEADER}) {
      byte[] sound = disk.read(name);
      disk.overwrite(name, at, new byte[] {-1, -1, -1, -1});
      assertThatThrownBy(() -> reader().replay(end, new Visitor()))
          .isInstanceOf(CorruptJournalException.class)
          .hasMessageContaining("cannot be read again");
      disk.put(name, sound);
    }
    disk.overwrite(name, 0, new byte[8]);
    assertThatThrownBy(() -> reader().replay(end, new Visitor()))
        .isInstanceOf(CorruptJournalException.class)
        .hasMessageContaining("file header");
  }

  /// A file that ends earlier than it did when it was opened, as a careless program leaves it.
  @Test
  void file_thatIsCutWhileItIsRead_hasNoRecordThere() throws IOException {
    write(false);
    int last = records.getLast();
    try (StorageFile open = files.open(name, OpenMode.READ_WRITE)) {
      RecordReader reader = new RecordReader(DATABASE, open);
      open.truncate(last + 10);
      long salt =
          ByteBuffer.wrap(file)
              .order(ByteOrder.LITTLE_ENDIAN)
              .getLong(JournalLayout.FILE_SALT_OFFSET);

      assertThat(reader.record(salt, last)).isNull();
      assertThat(reader.record(salt, records.getFirst())).isNotNull();
    }
  }

  @Test
  void adoption_ofAFileThatWasCutSinceTheScan_ends() throws IOException {
    write(false);
    JournalEnd end = scan();
    assertThat(end.unsynced()).isNotEmpty();
    int kept = records.get(1);
    try (StorageFile open = files.open(name, OpenMode.READ_WRITE)) {
      open.truncate(kept);
    }

    reader().adopt(end);

    assertThat(disk.read(name)).hasSize(kept);
    assertThat(scan().sequence()).isEqualTo(1);
  }

  /// A record that says of commits behind it that they are durable says nothing of itself.
  @Test
  void promiseBeyondTheRecord_isNoReasonToSearchOn() throws IOException {
    write(false);
    damage(
        (bytes, last) -> bytes.putLong(last + JournalLayout.RECORD_DURABLE_OFFSET, Long.MAX_VALUE));

    JournalEnd end = scan();

    assertThat(end.sequence()).isEqualTo(3);
    assertThat(end.unsynced()).isEmpty();
  }

  /// Whatever later records say, all that no sync is known to have covered is written once more.
  @Test
  void filesWithoutAPromise_areAdoptedFromTheFirstOn() throws IOException {
    JournalEnd from = scan();
    JournalFiles journalFiles = new JournalFiles(files, 1 << 20, from);
    try (Journal journal =
        new Journal(DATABASE, journalFiles, from, new SyncMeter(System::nanoTime))) {
      for (long sequence = 1; sequence <= 4; sequence++) {
        if (sequence % 2 == 1) {
          JournalTest.claim(journalFiles, 1000);
        }
        journal.append(freeing(sequence), sequence % 2 == 1);
      }
      journal.write();
    }
    assertThat(scan().unsynced()).hasSize(1); // The end of the first file was synced.
    List<byte[]> before = new ArrayList<>();
    long chain = 0;
    for (String each : disk.files()) {
      name = each;
      file = disk.read(each);
      records = JournalForger.records(file);
      ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
      if (!before.isEmpty()) {
        bytes.putLong(JournalLayout.FILE_CHAIN_OFFSET, chain);
      }
      records.forEach(at -> bytes.putLong(at + JournalLayout.RECORD_DURABLE_OFFSET, 0));
      JournalForger.forge(file, records);
      chain = RecordHash.ofRecordHeader(file, records.getLast());
      disk.put(each, file);
      before.add(file);
    }

    JournalEnd end = scan();
    reader().adopt(end);

    assertThat(end.sequence()).isEqualTo(4);
    assertThat(end.unsynced()).hasSize(2);
    for (int i = 0; i < before.size(); i++) {
      assertThat(disk.read(disk.files().get(i))).isEqualTo(before.get(i));
    }
  }
}
