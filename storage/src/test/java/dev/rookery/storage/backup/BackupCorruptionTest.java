package dev.rookery.storage.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.CorruptBackupException;
import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.io.SimulatedDisk;
import dev.rookery.storage.page.PageChecksum;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.tx.FreeSpaceMap;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Damaged and hostile archives: each is refused by name, nothing is left of a restore from one,
/// and no memory is taken on its word.
final class BackupCorruptionTest {
  private static final UUID DATABASE = new UUID(7, 8);
  private static final UUID LINEAGE = new UUID(9, 10);
  private static final long FIRST = PageLayout.FIRST_PAGE;

  private final PageChecksum checksum = new PageChecksum(DATABASE);

  @Test
  void anyByte_flipped_isNoticed() throws IOException {
    byte[] chain = smallChain();
    assertThat(BackupReader.verify(in(chain))).hasSize(2);
    for (int at = 0; at < chain.length; at++) {
      for (int mask : new int[] {1, 0x80, 0xFF}) {
        byte[] damaged = chain.clone();
        damaged[at] ^= (byte) mask;
        assertRefused(damaged, "byte %d mask %x".formatted(at, mask));
      }
    }
  }

  @Test
  void archive_cutAnywhere_isNoticed() throws IOException {
    byte[] chain = smallChain();
    int firstLength = (int) BackupReader.verify(in(chain)).getFirst().archiveBytes();
    for (int length = 0; length < chain.length; length++) {
      if (length == firstLength) {
        continue; // What is left is the full archive, whole.
      }
      assertRefused(Arrays.copyOf(chain, length), "length " + length);
    }
    assertThat(BackupReader.verify(in(Arrays.copyOf(chain, firstLength)))).hasSize(1);
    assertRefused(Arrays.copyOf(chain, chain.length + 1), "a byte behind the end");
  }

  @Test
  void randomDamage_isNoticed() throws IOException {
    byte[] chain = smallChain();
    long seed = Long.getLong("seed", 5);
    System.out.println("BackupCorruptionTest.random seed=" + seed);
    Random random = new Random(seed);
    for (int i = 0; i < 3000; i++) {
      byte[] damaged = chain.clone();
      int from = random.nextInt(chain.length);
      int length = 1 + random.nextInt(Math.min(300, chain.length - from));
      switch (random.nextInt(3)) {
        case 0 -> Arrays.fill(damaged, from, from + length, (byte) 0);
        case 1 -> {
          byte[] noise = new byte[length];
          random.nextBytes(noise);
          System.arraycopy(noise, 0, damaged, from, length);
        }
        default ->
            System.arraycopy(chain, random.nextInt(chain.length - length), damaged, from, length);
      }
      if (!Arrays.equals(damaged, chain)) {
        assertRefused(damaged, "round " + i);
      }
    }
  }

  /// A full archive of a small database, and one that goes on from it.
  private static byte[] smallChain() throws IOException {
    StorageOptions options =
        StorageOptions.defaults()
            .withScratchBytes(64 << 10)
            .withJournalFileBytes(64 << 10)
            .inline();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (StorageEnvironment environment =
        StorageEnvironment.open(MemoryFileSystem.create(), options)) {
      commit(environment, 2);
      ArchiveSummary full;
      try (PageReadTransaction tx = environment.beginRead()) {
        full = new HotBackup(tx, environment.database(), environment.lineage()).writeFull(out);
      }
      commit(environment, 1);
      try (PageReadTransaction tx = environment.beginRead()) {
        new HotBackup(tx, environment.database(), environment.lineage()).writeSince(full, out);
      }
    }
    return out.toByteArray();
  }

  private static void commit(StorageEnvironment environment, int pages) {
    try (PageWriteTransaction tx = environment.beginWrite()) {
      for (int i = 0; i < pages; i++) {
        long page = tx.allocate(PageType.LEAF, 5);
        tx.modify(page).set(PageLayout.LONG, 100, page * 31);
      }
      tx.commit(Durability.SYNC);
    }
  }

  private static ByteArrayInputStream in(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  private static void assertRefused(byte[] archives, String what) {
    assertThatThrownBy(() -> BackupReader.verify(in(archives)))
        .as(what)
        .isInstanceOf(CorruptBackupException.class);
    SimulatedDisk target = new SimulatedDisk();
    assertThatThrownBy(() -> BackupReader.restore(in(archives), target.fileSystem()))
        .as(what)
        .isInstanceOf(CorruptBackupException.class);
    assertThat(target.files()).as(what).isEmpty();
  }

  // What follows is built by somebody who knows the format and all its checksums.

  private record Page(long number, long sequence, MemorySegment bytes) {}

  private Page page(long number, long sequence) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[PageLayout.PAGE_BYTES]);
    bytes.set(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET, number);
    bytes.set(PageLayout.LONG, PageLayout.SEQUENCE_OFFSET, sequence);
    bytes.set(PageLayout.BYTE, PageLayout.TYPE_OFFSET, PageType.LEAF);
    checksum.seal(bytes);
    return new Page(number, sequence, bytes);
  }

  /// Returns a map page of group 0 that marks the header, itself, and some pages.
  private Page map(long sequence, long... taken) {
    Page map = page(FIRST, sequence);
    MemorySegment bytes = map.bytes();
    int bitsOffset = PageLayout.CONTENT_OFFSET + 8;
    bytes.set(PageLayout.LONG, bitsOffset, (1L << (FIRST + 1)) - 1);
    for (long page : taken) {
      long word = bitsOffset + (page >>> 6) * 8;
      bytes.set(PageLayout.LONG, word, bytes.get(PageLayout.LONG, word) | 1L << page);
    }
    bytes.set(PageLayout.INT, PageLayout.CONTENT_OFFSET, (int) FIRST + 1 + taken.length);
    checksum.seal(bytes);
    return map;
  }

  private static ArchiveHeader full(long sequence, long pageCount) {
    return new ArchiveHeader(DATABASE, LINEAGE, true, 0, 0, sequence, pageCount, 1);
  }

  private static byte[] archive(ArchiveHeader header, Page... pages) throws IOException {
    return archive(header, state(header, pages), pages);
  }

  private static byte[] archive(ArchiveHeader header, long state, Page... pages)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ArchiveWriter writer = new ArchiveWriter(out, header);
    for (Page page : pages) {
      writer.add(page.bytes());
    }
    writer.finish(state);
    return out.toByteArray();
  }

  /// Returns the hash of the state of these pages alone.
  private static long state(ArchiveHeader header, Page... pages) {
    StateHash state = new StateHash();
    for (Page page : pages) {
      state.add(page.number(), page.bytes().get(PageLayout.INT, PageLayout.CHECKSUM_OFFSET));
    }
    return state.finish(header.pageCount());
  }

  /// The state is what a reader that overlooks the contradiction would come to.
  @Test
  void contradiction_underAStateThatFitsIt_isRefused() throws IOException {
    ArchiveHeader header = full(5, FIRST + 3);
    Page map = map(5, FIRST + 1);
    Page one = page(FIRST + 1, 4);
    Page absent = page(FIRST + 1, 4);
    absent.bytes().set(PageLayout.INT, PageLayout.CHECKSUM_OFFSET, 0);

    assertRefused(archive(header, state(header, map, absent), map), "missing");
    assertRefused(archive(header, state(header, map, one), map, one, one), "twice");
    assertRefused(archive(header, state(header, map(5)), map(5), one), "free");
    assertRefused(archive(header, state(header, map, one), map, one, page(-1, 4)), "negative");
    ArchiveHeader two = full(5, 2L * FreeSpaceMap.GROUP_PAGES);
    assertRefused(archive(two, state(two, map, one), map, one), "a group that is not there");
    ArchiveHeader small = full(5, FIRST + 2);
    Page wide = map(5, FIRST + 1, FIRST + 9);
    absent.bytes().set(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET, FIRST + 9);
    assertRefused(
        archive(small, state(small, wide, one, new Page(FIRST + 9, 4, absent.bytes())), wide, one),
        "taken outside");
  }

  @Test
  void archive_builtByHand_isGood() throws IOException {
    byte[] good = archive(full(5, FIRST + 3), map(5, FIRST + 1), page(FIRST + 1, 4));

    assertThat(BackupReader.verify(in(good)).getFirst().sequence()).isEqualTo(5);
  }

  @Test
  void pageOutsideTheDatabase_isRefused() throws IOException {
    assertRefused(
        archive(full(5, FIRST + 2), map(5, FIRST + 1), page(FIRST + 2, 4)), "behind the end");
    assertRefused(archive(full(5, FIRST + 2), page(FIRST - 1, 4), map(5)), "in the header");
    assertRefused(archive(full(5, FIRST + 2), map(5), page(-1, 4)), "negative");
    assertRefused(archive(full(5, FIRST + 2), map(5), page(Long.MAX_VALUE, 4)), "far away");
    assertRefused(
        archive(full(5, 1L << 34), map(5), page((1L << 34) - 1, 4)), "in a group without a map");
    assertRefused(
        archive(full(5, FIRST + 2), map(5, FIRST + 1, FIRST + 9), page(FIRST + 1, 5)),
        "taken outside");
  }

  @Test
  void pageTwiceOrOutOfOrder_isRefused() throws IOException {
    Page one = page(FIRST + 1, 4);
    assertRefused(archive(full(5, FIRST + 3), map(5, FIRST + 1), one, one), "twice");
    assertRefused(
        archive(full(5, FIRST + 3), map(5, FIRST + 1, FIRST + 2), page(FIRST + 2, 4), one),
        "backwards");
    assertRefused(archive(full(5, FIRST + 3), one, map(5, FIRST + 1)), "before its map");
  }

  @Test
  void pageMissingOrFreeOrTooNew_isRefused() throws IOException {
    assertRefused(archive(full(5, FIRST + 3), map(5, FIRST + 1)), "missing");
    assertRefused(archive(full(5, FIRST + 3), map(5), page(FIRST + 1, 4)), "free");
    assertRefused(archive(full(5, FIRST + 3), map(5, FIRST + 1), page(FIRST + 1, 6)), "too new");
    assertRefused(archive(full(5, FIRST + 3), map(5, FIRST + 1), page(FIRST + 1, -1)), "negative");
    assertRefused(archive(full(5, FIRST + 3)), "empty");
    assertRefused(
        archive(full(5, FreeSpaceMap.GROUP_PAGES + 5L), map(5, FIRST + 1), page(FIRST + 1, 4)),
        "claims a group that is not there");
  }

  @Test
  void pageOfAnotherDatabase_isRefused() throws IOException {
    Page foreign = page(FIRST + 1, 4);
    new PageChecksum(new UUID(1, 2)).seal(foreign.bytes());
    assertRefused(archive(full(5, FIRST + 3), map(5, FIRST + 1), foreign), "salt");
  }

  @Test
  void header_thatSaysWhatCannotBe_isRefused() throws IOException {
    Page[] pages = {map(5, FIRST + 1), page(FIRST + 1, 4)};
    for (long pageCount : new long[] {0, -1, FIRST, Long.MAX_VALUE, 1L << 60}) {
      assertRefused(archive(full(5, pageCount), pages), "page count " + pageCount);
    }
    assertRefused(archive(full(-5, FIRST + 3), pages), "sequence");
    assertRefused(
        archive(new ArchiveHeader(DATABASE, LINEAGE, true, 3, 0, 5, FIRST + 3, 1), pages),
        "full with a base");
  }

  @Test
  void increment_onTheWrongBase_isRefused() throws IOException {
    byte[] base = archive(full(5, FIRST + 3), map(5, FIRST + 1), page(FIRST + 1, 4));
    ArchiveSummary summary = BackupReader.verify(in(base)).getFirst();
    UUID other = new UUID(3, 3);
    List<ArchiveHeader> wrong =
        List.of(
            increment(other, LINEAGE, 5, summary.state(), 8),
            increment(DATABASE, other, 5, summary.state(), 8),
            increment(DATABASE, LINEAGE, 4, summary.state(), 8),
            increment(DATABASE, LINEAGE, 6, summary.state(), 8),
            increment(DATABASE, LINEAGE, 5, summary.state() + 1, 8),
            increment(DATABASE, LINEAGE, 5, summary.state(), 5));
    Page[] changed = {map(7, FIRST + 1), page(FIRST + 1, 8)};

    ArchiveHeader right = increment(DATABASE, LINEAGE, 5, summary.state(), 8);
    assertThat(BackupReader.verify(in(join(base, archive(right, changed))))).hasSize(2);
    for (ArchiveHeader header : wrong) {
      assertRefused(join(base, archive(header, changed)), header.toString());
    }
    assertRefused(join(base, base), "two full ones");
    assertRefused(archive(right, changed), "alone");
    assertRefused(
        join(base, archive(right, map(7, FIRST + 1), page(FIRST + 1, 5))), "page of the base");
    // A page that is not brought although its base had none.
    assertRefused(join(base, archive(right, map(7, FIRST + 1, FIRST + 2))), "new page missing");
  }

  private static ArchiveHeader increment(
      UUID database, UUID lineage, long base, long state, long sequence) {
    return new ArchiveHeader(database, lineage, false, base, state, sequence, FIRST + 3, 1);
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, Integer.MIN_VALUE, -1, 1, 8191, (1 << 20) + 8192})
  void frame_thatClaimsWhatCannotBe_isRefusedBeforeAllocating(int claimed) throws IOException {
    byte[] good = archive(full(5, FIRST + 3), map(5, FIRST + 1), page(FIRST + 1, 4));
    ByteBuffer raw = ByteBuffer.wrap(good.clone()).order(ByteOrder.LITTLE_ENDIAN);
    ByteBuffer stored = ByteBuffer.wrap(good.clone()).order(ByteOrder.LITTLE_ENDIAN);
    raw.putInt(ArchiveLayout.HEADER_BYTES, claimed);
    stored.putInt(ArchiveLayout.HEADER_BYTES + 4, claimed == 1 ? 0 : claimed);

    assertRefused(rechained(raw.array()), "raw length");
    assertRefused(rechained(stored.array()), "stored length");
  }

  /// A frame of a few bytes that unpacks to a mebibyte of zeros: right in all its checksums.
  @Test
  void bomb_isRefusedWithinTheMemoryOfOneFrame() throws IOException {
    byte[] header = full(5, FIRST + 200).toBytes();
    byte[] packed = new byte[16 << 10];
    int length =
        net.jpountz.lz4.LZ4Factory.safeInstance()
            .fastCompressor()
            .compress(new byte[1 << 20], 0, 1 << 20, packed, 0, packed.length);
    for (int claimed : new int[] {1 << 20, 1 << 19, 8192}) {
      ByteBuffer bomb =
          ByteBuffer.allocate(header.length + 8 + length + 8).order(ByteOrder.LITTLE_ENDIAN);
      bomb.put(header).putInt(claimed).putInt(length).put(packed, 0, length);
      assertRefused(rechained(bomb.array()), "claimed " + claimed);
    }
  }

  /// Gives the first frame the chain that it should have, where it has an end at all.
  private static byte[] rechained(byte[] archive) {
    ByteBuffer bytes = ByteBuffer.wrap(archive).order(ByteOrder.LITTLE_ENDIAN);
    long length = 8L + bytes.getInt(ArchiveLayout.HEADER_BYTES + 4);
    if (length > 0 && ArchiveLayout.HEADER_BYTES + length + 8 <= archive.length) {
      long seed = ArchiveLayout.HASH.hash(archive, 0, ArchiveLayout.HEADER_BYTES, 0);
      long chain = ArchiveLayout.HASH.hash(archive, ArchiveLayout.HEADER_BYTES, (int) length, seed);
      bytes.putLong(ArchiveLayout.HEADER_BYTES + (int) length, chain);
    }
    return archive;
  }

  @Test
  void directory_withForeignNames_isRefusedAndLeftAlone() throws IOException {
    for (String name :
        List.of("backup-1.rkb", "backup-000000000000000a.rkb", "notes", "data.rkd", "x.rkb")) {
      SimulatedDisk disk = new SimulatedDisk();
      disk.fileSystem().createRoot();
      disk.put(name, new byte[] {1});
      BackupDirectory directory = new BackupDirectory(disk.fileSystem());
      SimulatedDisk target = new SimulatedDisk();
      List<ThrowingCallable> uses = new ArrayList<>();
      uses.add(() -> BackupReader.verify(directory));
      uses.add(() -> BackupReader.restore(directory, target.fileSystem()));
      uses.add(() -> directory.add(hotBackupOfNothing(), false));
      for (ThrowingCallable use : uses) {
        assertThatThrownBy(use).as(name).isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(disk.files()).containsExactly(name);
      assertThat(target.files()).isEmpty();
    }
  }

  private static HotBackup hotBackupOfNothing() {
    StorageOptions options =
        StorageOptions.defaults()
            .withScratchBytes(64 << 10)
            .withJournalFileBytes(64 << 10)
            .inline();
    StorageEnvironment environment =
        StorageEnvironment.open(new SimulatedDisk().fileSystem(), options);
    return new HotBackup(environment.beginRead(), environment.database(), environment.lineage());
  }

  @Test
  void directory_withDamagedOrMissingArchives_isRefused() throws IOException {
    byte[] chain = smallChain();
    List<ArchiveSummary> good = BackupReader.verify(in(chain));
    int cut = (int) good.getFirst().archiveBytes();
    byte[] first = Arrays.copyOf(chain, cut);
    byte[] second = Arrays.copyOfRange(chain, cut, chain.length);
    String firstName = BackupDirectory.nameOf(good.get(0).sequence());
    String secondName = BackupDirectory.nameOf(good.get(1).sequence());

    assertThat(verify(firstName, first, secondName, second)).hasSize(2);
    assertDirectoryRefused(secondName, second);
    assertDirectoryRefused(firstName, second);
    assertDirectoryRefused(firstName, Arrays.copyOf(first, first.length - 1));
    assertDirectoryRefused(firstName, Arrays.copyOf(first, first.length + 1));
    assertDirectoryRefused(firstName, join(first, second));
    assertDirectoryRefused(firstName, new byte[0]);
    assertDirectoryRefused(BackupDirectory.nameOf(good.get(1).sequence() + 1), second);
    assertThatThrownBy(() -> verify(firstName, second, secondName, first))
        .isInstanceOf(CorruptBackupException.class);
  }

  private static void assertDirectoryRefused(String name, byte[] content) {
    assertThatThrownBy(() -> verify(name, content))
        .as("%s of %d bytes", name, content.length)
        .isInstanceOf(CorruptBackupException.class);
  }

  private static List<ArchiveSummary> verify(Object... namesAndContents) throws IOException {
    SimulatedDisk disk = new SimulatedDisk();
    disk.fileSystem().createRoot();
    for (int i = 0; i < namesAndContents.length; i += 2) {
      disk.put((String) namesAndContents[i], (byte[]) namesAndContents[i + 1]);
    }
    return BackupReader.verify(new BackupDirectory(disk.fileSystem()));
  }
}
