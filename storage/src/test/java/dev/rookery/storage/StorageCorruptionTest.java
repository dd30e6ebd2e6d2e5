package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.error.CorruptJournalException;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.FormatVersionException;
import dev.rookery.storage.error.NotADatabaseException;
import dev.rookery.storage.error.ReadOnlyException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.DirectoryFileSystem;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Damages the files of a small database: opening, reading and checking give an exception that
/// names the damage, or what was committed; never anything else.
@Timeout(900)
final class StorageCorruptionTest {
  private static final StorageOptions OPTIONS =
      StorageOptions.defaults()
          .withScratchBytes(1 << 20)
          .withBackgroundSyncMillis(5)
          .withJournalFileBytes(64 << 10)
          .inline();

  private static final String DATA = "data.rkd";

  @TempDir Path directory;

  /// A database on a disk, and the states it has been in.
  private record Database(SimulatedDisk disk, StoreHistory history) {

    /// Makes a database of a few pages and SYNC commits. If it was killed, there are flushed and
    /// unflushed commits and several journal files.
    static Database make(boolean killed) {
      return make(killed, 0);
    }

    static Database make(boolean killed, long idSeed) {
      SimulatedDisk disk = new SimulatedDisk(idSeed);
      StoreHistory history = new StoreHistory();
      SplittableRandom random = new SplittableRandom(7);
      StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
      for (int i = 0; i < 24; i++) {
        try (PageWriteTransaction tx = environment.beginWrite()) {
          PageModel after = history.newest().copy();
          after.change(tx, random, 16);
          if (tx.hasChanges()) {
            history.begin(after);
            tx.commit(Durability.SYNC);
            history.acknowledged(Durability.SYNC);
          }
        }
        if (i == 8) {
          environment.checkpoint();
        }
      }
      if (!killed) {
        environment.close();
      }
      return new Database(disk.crash(1, CrashMode.KEEP_ALL), history);
    }

    /// Returns the database as the next run of the machine finds it, with nothing lost.
    Database restarted() {
      return new Database(disk.fork(1, CrashMode.KEEP_ALL).restart(), history);
    }

    List<String> journal() {
      return disk.files().stream().filter(name -> name.startsWith("journal")).toList();
    }

    byte[] read(String file) {
      try {
        return disk.read(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /// Returns a copy in which a file holds something else.
    Database with(String file, byte[] content) {
      SimulatedDisk fork = disk.fork(1, CrashMode.KEEP_ALL);
      fork.put(file, content);
      return new Database(fork, history);
    }

    Database without(String file) {
      SimulatedDisk fork = disk.fork(1, CrashMode.KEEP_ALL);
      try {
        fork.remove(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new Database(fork, history);
    }

    Database flipped(String file, int offset, int bits) {
      byte[] content = read(file);
      content[offset] ^= (byte) bits;
      return with(file, content);
    }

    /// Opens and reads all, and returns the commit that was found.
    long open() {
      try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
          PageReadTransaction tx = environment.beginRead()) {
        long sequence = tx.sequence();
        environment.check(tx, new CheckReport());
        history.state(sequence).assertSeenBy(tx);
        return sequence;
      }
    }

    /// As [#open]; -1 if an exception of ours named the damage.
    long tryToOpen() {
      try {
        return open();
      } catch (RookeryException e) {
        assertThat(e.getMessage()).isNotBlank();
        return -1;
      }
    }
  }

  @Test
  void anyFlippedByte_ofAClosedDatabase_isNamedOrHarmless() {
    Database database = Database.make(false);
    assertThat(database.disk().files()).containsExactly(DATA);
    assertThat(database.open()).isEqualTo(database.history().newestSequence());

    flipEach(database, DATA, 0);
  }

  @Test
  void anyFlippedByte_ofAKilledDatabase_isNamedOrHarmless() {
    Database database = Database.make(true);
    assertThat(database.journal()).hasSizeGreaterThan(2);

    flipEach(database, DATA, 0);
    for (String file : database.journal()) {
      // Nothing tells the very last record, if damaged, from one that a power cut has torn.
      flipEach(database, file, 1);
    }
  }

  private static void flipEach(Database database, String file, long missingMax) {
    StoreSeeds.forEach(
        "StorageCorruptionTest." + file,
        1,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          int length = database.read(file).length;
          int[] refusedAndOpened = new int[2];
          for (int offset = 0; offset < length; offset += nextStep(offset, length, random)) {
            long found = database.flipped(file, offset, 1 << random.nextInt(8)).tryToOpen();
            refusedAndOpened[found < 0 ? 0 : 1]++;
            if (found >= 0) {
              assertThat(found)
                  .as("file=%s offset=%d", file, offset)
                  .isGreaterThanOrEqualTo(database.history().newestSequence() - missingMax);
            }
          }
          System.out.printf(
              "%s: %d flips refused, %d harmless%n",
              file, refusedAndOpened[0], refusedAndOpened[1]);
        });
  }

  /// Every byte of the headers, and some of the rest.
  private static int nextStep(int offset, int length, SplittableRandom random) {
    int inBlock = offset % 4096;
    if (offset < 4 * 4096 && (inBlock < 64 || inBlock >= 4091)) {
      return 1;
    }
    int step = 1 + random.nextInt(Math.max(2, length / 150));
    return inBlock < 4092 ? Math.min(step, 4092 - inBlock) : step;
  }

  @Test
  void dataFile_cutAnywhere_isNamedOrHarmless() {
    for (boolean killed : new boolean[] {false, true}) {
      Database database = Database.make(killed);
      byte[] content = database.read(DATA);
      for (int length = 0; length < content.length; length += length < 20_000 ? 509 : 4093) {
        long found = database.with(DATA, Arrays.copyOf(content, length)).tryToOpen();
        assertThat(found).isIn(-1L, database.history().newestSequence());
      }
    }
  }

  @Test
  void dataFile_longerThanStated_isHarmless() {
    for (boolean killed : new boolean[] {false, true}) {
      Database database = Database.make(killed);
      byte[] content = database.read(DATA);
      byte[] longer = Arrays.copyOf(content, content.length + 100_001);
      Arrays.fill(longer, content.length, longer.length, (byte) 0x5A);

      assertThat(database.with(DATA, longer).open()).isEqualTo(database.history().newestSequence());
    }
  }

  @Test
  void pages_swapped_areNamed() {
    Database database = Database.make(false);
    byte[] content = database.read(DATA);
    int root = (int) StorageEnvironment.ROOT_PAGE << PageLayout.PAGE_SHIFT;
    byte[] page = Arrays.copyOfRange(content, root, root + PageLayout.PAGE_BYTES);
    System.arraycopy(content, root + PageLayout.PAGE_BYTES, content, root, PageLayout.PAGE_BYTES);
    System.arraycopy(page, 0, content, root + PageLayout.PAGE_BYTES, PageLayout.PAGE_BYTES);

    assertThatThrownBy(() -> database.with(DATA, content).open())
        .isInstanceOf(CorruptPageException.class)
        .hasMessageContaining("page=" + StorageEnvironment.ROOT_PAGE);
  }

  @Test
  void damagedPage_leavesTheOthersReadable() {
    Database database = Database.make(false);
    int root = (int) StorageEnvironment.ROOT_PAGE << PageLayout.PAGE_SHIFT;
    SimulatedDisk disk = database.flipped(DATA, root + 100, 1).disk();

    try (StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), OPTIONS);
        PageReadTransaction tx = environment.beginRead()) {
      for (int i = 0; i < 2; i++) { // A page that failed once fails again.
        assertThatThrownBy(() -> tx.page(StorageEnvironment.ROOT_PAGE))
            .isInstanceOf(CorruptPageException.class);
      }
      assertThat(tx.page(PageLayout.FIRST_PAGE)).isNotNull();
      CheckReport report = new CheckReport();
      environment.check(tx, report);
      assertThat(report.problems()).anyMatch(problem -> problem.contains("page is damaged"));
      try (PageWriteTransaction write = environment.beginWrite()) {
        assertThatThrownBy(() -> write.modify(StorageEnvironment.ROOT_PAGE))
            .isInstanceOf(CorruptPageException.class);
        assertThatThrownBy(() -> write.commit(Durability.SYNC))
            .isInstanceOf(RookeryException.class)
            .hasMessageContaining("rolled back");
      }
    }
  }

  @Test
  void journal_withAFileMissingInTheMiddle_isRefused() {
    // In the same run of the machine, replay would begin behind the last flush.
    Database database = Database.make(true).restarted();
    // Made in advance and not begun: nothing is missing with such a file.
    List<String> begun =
        database.journal().stream().filter(file -> database.read(file)[0] != 0).toList();
    assertThat(begun).hasSizeGreaterThan(2);
    for (String file : begun.subList(1, begun.size() - 1)) {
      assertThatThrownBy(() -> database.without(file).open())
          .isInstanceOf(CorruptJournalException.class);
    }
  }

  @Test
  void journal_withItsLastFilesMissing_isRefusedWherePagesAreNewer() {
    Database database = Database.make(true);
    SimulatedDisk disk = database.disk().fork(1, CrashMode.KEEP_ALL);
    StorageOptions small =
        StorageOptions.defaults()
            .withScratchBytes(64 << 10)
            .withBackgroundSyncMillis(5)
            .withJournalFileBytes(64 << 10)
            .inline();
    StorageEnvironment environment = StorageEnvironment.open(disk.fileSystem(), small);
    for (int i = 0; i < 40; i++) {
      PageWriteTransaction tx = environment.beginWrite();
      for (int j = 0; j < 8; j++) {
        tx.allocate((byte) 1, 0);
      }
      tx.modify(StorageEnvironment.ROOT_PAGE).set(PageLayout.LONG, 40, i);
      tx.commit(Durability.SYNC);
    }
    assertThat(environment.stats().flushCount()).isPositive();
    Database killed = new Database(disk.restart(), database.history());
    for (String file : killed.journal()) {
      killed = killed.without(file);
    }

    assertThat(killed.tryToOpen()).isNegative();
  }

  @Test
  void journal_tornAtItsEnd_isCutOffSilently() {
    Database database = Database.make(true);
    String last = null;
    for (String file : database.journal()) {
      if (database.read(file)[0] != 0) {
        last = file;
      }
    }
    byte[] content = database.read(last);
    int end = content.length;
    while (content[end - 1] == 0) {
      end--;
    }
    Arrays.fill(content, end - 20, end, (byte) 0);

    assertThat(database.with(last, content).open())
        .isEqualTo(database.history().newestSequence() - 1);
  }

  @Test
  void journal_ofAnotherDatabase_isRefused() {
    Database database = Database.make(true);
    Database other = Database.make(true, 1);
    String file = database.journal().getFirst();

    assertThatThrownBy(() -> database.with(file, other.read(file)).open())
        .isInstanceOf(CorruptJournalException.class)
        .hasMessageContaining("another database");
  }

  @Test
  void journal_withoutItsDataFile_isRefusedAndKept() {
    Database database = Database.make(true).without(DATA);

    assertThatThrownBy(database::open).isInstanceOf(CorruptDatabaseException.class);
    assertThat(database.journal()).isNotEmpty();
  }

  @Test
  void journal_withForeignFiles_leavesThemAlone() {
    Database database = Database.make(true).with("journal/notes.txt", new byte[] {1, 2, 3});

    assertThat(database.open()).isEqualTo(database.history().newestSequence());
    assertThat(database.disk().files()).containsExactly(DATA, "journal/notes.txt");
  }

  @Test
  void eitherHeaderEntry_damaged_isMadeUpForByTheOther() {
    for (boolean killed : new boolean[] {false, true}) {
      for (int block = 1; block <= 2; block++) {
        Database database = Database.make(killed);
        long found = database.flipped(DATA, block * 4096 + 20, 0xFF).tryToOpen();
        // Killed, the older entry may name journal files that are gone: refused then.
        assertThat(found).isIn(killed ? -1L : found, database.history().newestSequence());
        assertThat(found).isIn(-1L, database.history().newestSequence());
        assertThat(killed || found >= 0).isTrue();
      }
    }
    byte[] content = Database.make(false).read(DATA);
    content[4096 + 20] ^= 1;
    content[8192 + 20] ^= 1;
    assertThatThrownBy(() -> Database.make(false).with(DATA, content).open())
        .isInstanceOf(CorruptDatabaseException.class);
  }

  @Test
  void identity_ofAnotherFormat_isToldApart() {
    Database database = Database.make(false);
    assertThatThrownBy(() -> withIdentity(database, 8, (byte) 2).open())
        .isInstanceOf(FormatVersionException.class)
        .hasMessageContaining("version=2.0");
    assertThatThrownBy(() -> withIdentity(database, 16, (byte) 1).open())
        .isInstanceOf(FormatVersionException.class);
    assertThatThrownBy(() -> withIdentity(database, 12, (byte) 14).open())
        .isInstanceOf(FormatVersionException.class)
        .hasMessageContaining("pageShift");
    assertThat(withIdentity(database, 10, (byte) 9).open())
        .isEqualTo(database.history().newestSequence());
    assertThatThrownBy(() -> withIdentity(database, 0, (byte) 'X').open())
        .isInstanceOf(NotADatabaseException.class);
    assertThatThrownBy(() -> database.with(DATA, new byte[0]).open())
        .isInstanceOf(NotADatabaseException.class);
    assertThatThrownBy(() -> database.flipped(DATA, 35, 1).open())
        .isInstanceOf(CorruptDatabaseException.class);
  }

  private static Database withIdentity(Database database, int offset, byte value) {
    byte[] content = database.read(DATA);
    content[offset] = value;
    CRC32C crc = new CRC32C();
    crc.update(content, 0, 4092);
    ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN).putInt(4092, (int) crc.getValue());
    return database.with(DATA, content);
  }

  @Test
  void foreignDirectory_isRefusedAndUntouched() throws IOException {
    Files.writeString(directory.resolve("notes.txt"), "mine");

    assertThatThrownBy(() ->
            StorageEnvironment.open(
                DirectoryFileSystem.open(directory, false), StorageOptions.defaults()))
        .isInstanceOf(NotADatabaseException.class);

    try (var entries = Files.list(directory)) {
      assertThat(entries).containsExactly(directory.resolve("notes.txt"));
    }
  }

  @Test
  void missingDatabase_isNotMadeUnlessAskedFor() {
    Path absent = directory.resolve("absent");
    StorageOptions existing =
        StorageOptions.defaults()
            .withCreateIfMissing(false)
            .withScratchBytes(1 << 20)
            .withBackgroundSyncMillis(5)
            .withJournalFileBytes(64 << 10);

    assertThatThrownBy(
            () -> StorageEnvironment.open(DirectoryFileSystem.open(absent, false), existing))
        .isInstanceOf(NotADatabaseException.class);
    assertThatThrownBy(() ->
            StorageEnvironment.open(
                DirectoryFileSystem.open(absent, true), StorageOptions.defaults()))
        .isInstanceOf(ReadOnlyException.class);
    assertThat(absent).doesNotExist();
  }

  @Test
  void killedDatabase_openedReadOnly_isReadAndNotChanged() {
    Database database = Database.make(true);
    List<String> files = database.disk().files();
    List<byte[]> contents = files.stream().map(database::read).toList();

    try (StorageEnvironment environment =
        StorageEnvironment.open(database.disk().readOnlyFileSystem(), OPTIONS)) {
      try (PageReadTransaction tx = environment.beginRead()) {
        assertThat(tx.sequence()).isEqualTo(database.history().newestSequence());
        database.history().newest().assertSeenBy(environment, tx);
      }
      assertThatThrownBy(environment::beginWrite).isInstanceOf(ReadOnlyException.class);
      environment.checkpoint();
      environment.sync();
    }

    assertThat(database.disk().files()).isEqualTo(files);
    for (int i = 0; i < files.size(); i++) {
      assertThat(database.read(files.get(i))).isEqualTo(contents.get(i));
    }
  }
}
