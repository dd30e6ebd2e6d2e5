package dev.rookery.storage.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rookery.storage.error.DatabaseLockedException;
import dev.rookery.storage.error.ReadOnlyException;
import dev.rookery.storage.io.FaultPlan.Fault;
import dev.rookery.storage.io.FaultPlan.Operation;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SimulatedDiskTest extends StorageFileSystemContract {
  private static final int SECTOR = SimulatedFile.SECTOR_BYTES;
  private static final int SEED_COUNT = 300;

  private SimulatedDisk disk;

  @Override
  StorageFileSystem create() {
    disk = new SimulatedDisk();
    return disk.fileSystem();
  }

  @ParameterizedTest
  @EnumSource
  void crash_keepsWhatWasSynced(CrashMode mode) throws IOException {
    StorageFile file = create("f", "synced");
    files.createDirectory("journal");
    files.syncDirectory("");
    create("journal/1", "one").sync();
    files.syncDirectory("journal");
    file.sync();
    file.write(bytes("?".repeat(5 * SECTOR)), 2 * SECTOR);

    for (long seed = 0; seed < SEED_COUNT; seed++) {
      SimulatedDisk after = disk.fork(seed, mode);
      assertThat(after.files()).containsExactly("f", "journal/1");
      assertThat(ascii(after.read("f"))).startsWith("synced");
      assertThat(after.read("journal/1")).asString().isEqualTo("one");
    }
  }

  @Test
  void crash_losesAllUnsynced() throws IOException {
    StorageFile file = durable("f", "before");
    file.write(bytes("AFTER and longer"), 0);
    create("g", "new").sync();

    SimulatedDisk after = disk.crash(1, CrashMode.LOSE_ALL_UNSYNCED);

    assertThat(after.files()).containsExactly("f");
    assertThat(after.read("f")).asString().isEqualTo("before");
    assertThat(after.fileSystem().bootId()).isNotEqualTo("simulated-0");
  }

  @Test
  void kill_keepsAllAndLosesItInALaterPowerFailure() throws IOException {
    StorageFile file = durable("f", "before");
    file.write(bytes("after"), 0);
    create("g", "new");

    SimulatedDisk killed = disk.crash(1, CrashMode.KEEP_ALL);
    assertThat(killed.files()).containsExactly("f", "g");
    assertThat(killed.read("f")).asString().isEqualTo("aftere");
    assertThat(killed.fileSystem().bootId()).isEqualTo("simulated-0");

    SimulatedDisk after = killed.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    assertThat(after.files()).containsExactly("f");
    assertThat(after.read("f")).asString().isEqualTo("before");
  }

  @Test
  void kill_thenSync_makesTheOldWritesDurable() throws IOException {
    durable("f", "before").write(bytes("after"), 0);

    SimulatedDisk killed = disk.crash(1, CrashMode.KEEP_ALL);
    try (StorageFileSystem next = killed.fileSystem();
        StorageFile file = next.open("f", OpenMode.READ_WRITE)) {
      file.sync();
    }

    SimulatedDisk after = killed.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    assertThat(after.read("f")).asString().isEqualTo("aftere");
  }

  @ParameterizedTest
  @EnumSource
  void crash_ofOneSeed_isOneState(CrashMode mode) throws IOException {
    scribble();

    Set<String> states = new HashSet<>();
    for (long seed = 0; seed < SEED_COUNT; seed++) {
      String state = describe(disk.fork(seed, mode));
      assertThat(describe(disk.fork(seed, mode))).isEqualTo(state);
      states.add(state);
    }

    boolean isRandom = mode == CrashMode.REORDER || mode == CrashMode.PREFIX;
    assertThat(states).hasSizeGreaterThanOrEqualTo(isRandom ? 20 : 1);
    assertThat(disk.crash(7, mode).operationCount()).isZero();
  }

  @Test
  void reorder_tearsBetweenSectorsOnly_andInAnyOrder() throws IOException {
    int sectors = 4;
    StorageFile file = durable("f", "a".repeat(sectors * SECTOR));
    file.write(bytes("b".repeat(sectors * SECTOR)), 0);

    Set<String> states = new HashSet<>();
    for (long seed = 0; seed < 2_000; seed++) {
      byte[] bytes = disk.fork(seed, CrashMode.REORDER).read("f");
      assertThat(bytes).hasSize(sectors * SECTOR);
      states.add(sectorsOf(bytes));
    }

    assertThat(states).hasSize(1 << sectors).contains("aaaa", "bbbb", "abab", "baab");
  }

  @Test
  void reorder_neverShowsAWriteWithoutTheEarlierOnesOfItsSector() throws IOException {
    StorageFile file = durable("f", ".....");
    file.write(bytes("1"), 0);
    file.write(bytes("2"), 2);
    file.write(bytes("3"), 0);

    Set<String> states = new HashSet<>();
    for (long seed = 0; seed < 2_000; seed++) {
      states.add(ascii(disk.fork(seed, CrashMode.REORDER).read("f")));
    }

    assertThat(states).containsExactlyInAnyOrder(".....", "1....", "1.2..", "3.2..");
  }

  @Test
  void prefix_keepsTheOrderOfAllFiles_andTearsTheLast() throws IOException {
    StorageFile f = durable("f", "a".repeat(2 * SECTOR));
    StorageFile g = durable("g", "a".repeat(2 * SECTOR));
    f.write(bytes("b".repeat(2 * SECTOR)), 0);
    g.write(bytes("b".repeat(2 * SECTOR)), 0);
    f.write(bytes("c".repeat(2 * SECTOR)), 0);

    Set<String> states = new HashSet<>();
    for (long seed = 0; seed < 2_000; seed++) {
      SimulatedDisk after = disk.fork(seed, CrashMode.PREFIX);
      states.add(sectorsOf(after.read("f")) + " " + sectorsOf(after.read("g")));
    }

    assertThat(states)
        .containsExactlyInAnyOrder("aa aa", "ba aa", "bb aa", "bb ba", "bb bb", "cb bb", "cc bb");
  }

  @Test
  void length_isLostOrKeptApartFromTheContent() throws IOException {
    StorageFile file = durable("f", "a".repeat(SECTOR));
    file.write(bytes("b".repeat(SECTOR)), SECTOR);
    file.write(bytes("c".repeat(SECTOR)), 2 * SECTOR);

    Set<String> states = new HashSet<>();
    for (long seed = 0; seed < 2_000; seed++) {
      states.add(sectorsOf(disk.fork(seed, CrashMode.REORDER).read("f")));
    }

    assertThat(states).containsExactlyInAnyOrder("a", "ab", "a0", "abc", "a0c", "ab0", "a00");
  }

  @Test
  void cut_isUndoneByACrash_untilItIsSynced() throws IOException {
    StorageFile file = durable("f", "a".repeat(3 * SECTOR));
    file.truncate(SECTOR);
    file.write(bytes("b".repeat(SECTOR)), SECTOR);

    Set<String> states = new HashSet<>();
    for (long seed = 0; seed < 2_000; seed++) {
      states.add(sectorsOf(disk.fork(seed, CrashMode.REORDER).read("f")));
    }

    // Never "aa": that would be the old sector in a file that was cut and has grown again.
    assertThat(states).containsExactlyInAnyOrder("aaa", "a", "a0", "ab");
    file.sync();
    assertThat(sectorsOf(disk.fork(1, CrashMode.LOSE_ALL_UNSYNCED).read("f"))).isEqualTo("ab");
  }

  @Test
  void file_isLostWithItsUnsyncedDirectory() throws IOException {
    files.createDirectory("journal");
    create("journal/1", "one").sync();
    files.syncDirectory("journal");

    assertThat(disk.fork(1, CrashMode.LOSE_ALL_UNSYNCED).files()).isEmpty();
    files.syncDirectory("");
    assertThat(disk.fork(1, CrashMode.LOSE_ALL_UNSYNCED).files()).containsExactly("journal/1");
  }

  @Test
  void names_areDurableOnlyWithTheirDirectory() throws IOException {
    durable("a", "A");
    durable("b", "B");
    durable("c", "C");
    files.rename("a", "b");
    files.delete("c");
    create("d", "D").sync();

    Set<String> states = namesAfter(SEED_COUNT, CrashMode.REORDER);
    // Three changes of different names: each is there or not.
    assertThat(states)
        .containsExactlyInAnyOrder(
            "a=A b=B c=C",
            "a=A b=B",
            "b=A c=C",
            "b=A",
            "a=A b=B c=C d=D",
            "a=A b=B d=D",
            "b=A c=C d=D",
            "b=A d=D");

    files.syncDirectory("");
    assertThat(namesAfter(10, CrashMode.REORDER)).containsExactly("b=A d=D");
  }

  @Test
  void changesOfOneName_keepTheirOrder() throws IOException {
    durable("a", "A");
    create("new", "N").sync();
    files.rename("new", "a");
    files.delete("a");

    assertThat(namesAfter(1_000, CrashMode.REORDER))
        .containsExactlyInAnyOrder("a=A", "a=A new=N", "a=N", "");
  }

  @Test
  void renameIntoAnotherDirectory_isDurableWithTheTarget() throws IOException {
    files.createDirectory("journal");
    files.syncDirectory("");
    create("journal/1", "one").sync();
    files.rename("journal/1", "one");

    files.syncDirectory("journal");
    assertThat(namesAfter(1, CrashMode.LOSE_ALL_UNSYNCED)).containsExactly("journal/1=one");
    files.syncDirectory("");
    assertThat(namesAfter(1, CrashMode.LOSE_ALL_UNSYNCED)).containsExactly("one=one");
  }

  @Test
  void journalingDisk_keepsNamesWithASyncedFile_andInOrder() throws IOException {
    disk = SimulatedDisk.journaling();
    files = disk.fileSystem();
    files.createRoot();
    files.createDirectory("journal");
    create("journal/1", "one").sync();
    create("a", "");
    create("b", "");
    create("c", "");

    assertThat(namesAfter(SEED_COUNT, CrashMode.REORDER))
        .containsExactlyInAnyOrder(
            "journal/1=one", "a= journal/1=one", "a= b= journal/1=one", "a= b= c= journal/1=one");
  }

  @Test
  void oldLife_isOverAfterACrash() throws IOException {
    StorageFile file = durable("f", "abc");
    MemorySegment mapped = file.map(0, 3, Arena.global());
    DatabaseLock lock = files.lock();
    SimulatedDisk after = disk.crash(1, CrashMode.KEEP_ALL);

    List<ThrowingCallable> uses =
        List.of(
            file::size,
            file::sync,
            () -> file.read(ByteBuffer.allocate(1), 0),
            () -> file.write(bytes("a"), 0),
            () -> file.map(0, 1, Arena.global()),
            () -> files.list(""),
            () -> files.open("f", OpenMode.READ),
            files::lock);
    for (ThrowingCallable use : uses) {
      assertThatExceptionOfType(SimulatedCrash.class).isThrownBy(use);
    }
    assertThatIllegalStateException().isThrownBy(() -> mapped.get(ValueLayout.JAVA_BYTE, 0));
    file.close();
    lock.close();
    files.close();

    try (StorageFileSystem next = after.fileSystem();
        DatabaseLock _ = next.lock()) {
      assertThat(next.list("")).containsExactly("f");
    }
  }

  @Test
  void fork_leavesTheLifeAlone() throws IOException {
    StorageFile file = durable("f", "abc");
    MemorySegment mapped = file.map(0, 3, Arena.global());
    SimulatedDisk fork = disk.fork(1, CrashMode.KEEP_ALL);
    file.write(bytes("X"), 0);
    fork.overwrite("f", 1, new byte[] {'Y'});

    assertThat(text(mapped)).isEqualTo("Xbc");
    assertThat(text(file)).isEqualTo("Xbc");
    assertThat(fork.read("f")).asString().isEqualTo("aYc");
  }

  @Test
  void stopAt_dies_inEveryChange() throws IOException {
    long changeCount = scribble();
    assertThat(changeCount).isGreaterThan(20);

    for (long k = 0; k < changeCount; k++) {
      create();
      files = disk.fileSystem();
      disk.stopAt(k);
      assertThatExceptionOfType(SimulatedCrash.class).isThrownBy(this::scribble);
      assertThatExceptionOfType(SimulatedCrash.class).isThrownBy(() -> files.list(""));
      assertThat(disk.operationCount()).isEqualTo(k + 1);
      for (CrashMode mode : CrashMode.values()) {
        disk.crash(k, mode).files();
      }
    }
  }

  @Test
  void stopAt_inALongWrite_leavesItsFront() throws IOException {
    Set<Integer> lengths = new HashSet<>();
    for (int before = 0; before < 50; before++) {
      create();
      files = disk.fileSystem();
      files.createRoot();
      StorageFile file = create("f", "");
      for (int i = 0; i < before; i++) {
        file.truncate(0);
      }
      disk.stopAt(disk.operationCount());
      assertThatExceptionOfType(SimulatedCrash.class)
          .isThrownBy(() -> file.write(bytes("x".repeat(20_000)), 0));
      lengths.add(disk.crash(0, CrashMode.KEEP_ALL).read("f").length);
    }

    assertThat(lengths).containsExactlyInAnyOrder(0, 4096, 8192, 12_288, 16_384);
  }

  @Test
  void observe_seesEveryChangeBeforeItIsMade() throws IOException {
    List<Long> numbers = new ArrayList<>();
    List<Integer> lengths = new ArrayList<>();
    StorageFile file = durable("f", "");
    long first = disk.operationCount();
    disk.observe(change -> {
      numbers.add(change.number() - first);
      lengths.add(lengthOf(disk.fork(change.number(), CrashMode.KEEP_ALL), "f"));
    });
    file.write(bytes("a"), 0);
    file.write(bytes("b"), 1);
    file.sync();

    assertThat(numbers).containsExactly(0L, 1L, 2L);
    assertThat(lengths).containsExactly(0, 1, 2);
  }

  @Test
  void failedSync_losesWritesForGood_thoughLaterOnesReturn() throws IOException {
    Set<String> states = new HashSet<>();
    for (int before = 0; before < 200; before++) {
      create();
      files = disk.fileSystem();
      files.createRoot();
      StorageFile file = durable("f", "a".repeat(3 * 4096));
      for (int i = 0; i < before; i++) {
        files.syncDirectory("");
      }
      file.write(bytes("b"), 0);
      file.write(bytes("b"), 4096);
      disk.faults().failOnce(Operation.SYNC, 0, Fault.IO_ERROR);
      assertThatExceptionOfType(IOException.class).isThrownBy(file::sync);
      assertThat(text(file, 0, 1) + text(file, 4096, 1)).isEqualTo("bb");
      file.write(bytes("c"), 8192);
      file.sync();

      byte[] after = disk.crash(before, CrashMode.REORDER).read("f");
      states.add(ascii(new byte[] {after[0], after[4096], after[8192]}));
    }

    assertThat(states).containsExactlyInAnyOrder("aac", "abc", "bac", "bbc");
  }

  @Test
  void faults_strikeTheDisk() throws IOException {
    StorageFile file = durable("f", "");
    disk.faults().failOnce(Operation.WRITE, 0, Fault.NO_SPACE);
    assertThatExceptionOfType(NoSpaceException.class)
        .isThrownBy(() -> file.write(bytes("abcd"), 0));
    disk.faults().failFrom(Operation.MAP, 0, Fault.IO_ERROR);
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> file.map(0, 2, Arena.global()));

    assertThat(text(file)).isEqualTo("ab");
  }

  @Test
  void overwrite_damagesTheDiskAndWhatIsMapped() throws IOException {
    StorageFile file = durable("f", "abc");
    MemorySegment mapped = file.map(0, 3, Arena.global());
    disk.overwrite("f", 1, new byte[] {'X'});
    disk.put("g", new byte[] {1, 2});

    assertThat(text(mapped)).isEqualTo("aXc");
    SimulatedDisk after = disk.crash(1, CrashMode.LOSE_ALL_UNSYNCED);
    assertThat(after.read("f")).asString().isEqualTo("aXc");
    assertThat(after.read("g")).containsExactly(1, 2);
    after.remove("g");
    assertThat(after.files()).containsExactly("f");
  }

  @Test
  void locks_areHeldByLives() throws IOException {
    StorageFileSystem other = disk.fileSystem();
    StorageFileSystem reader = disk.readOnlyFileSystem();
    try (DatabaseLock _ = files.lock()) {
      assertThatExceptionOfType(DatabaseLockedException.class).isThrownBy(other::lock);
      assertThatExceptionOfType(DatabaseLockedException.class).isThrownBy(reader::lock);
    }
    other.lock();
    other.close();
    try (DatabaseLock _ = reader.lock();
        StorageFileSystem second = disk.readOnlyFileSystem();
        DatabaseLock _ = second.lock()) {
      assertThatExceptionOfType(DatabaseLockedException.class).isThrownBy(files::lock);
      assertThatExceptionOfType(ReadOnlyException.class).isThrownBy(() -> reader.delete("f"));
    }
  }

  @Test
  void randomHistories_leaveEachSectorAtOneOfItsVersions() throws IOException {
    long seed = TestSeed.choose("SimulatedDiskTest.randomHistories");
    for (long run = 0; run < 40; run++) {
      create();
      files = disk.fileSystem();
      files.createRoot();
      SectorHistory history = new SectorHistory(durable("f", ""), seed + run);
      for (int step = 0; step < 60; step++) {
        history.step();
        CrashMode[] modes = CrashMode.values();
        for (CrashMode mode : modes) {
          history.check(disk.fork(seed + step, mode).read("f"), mode);
        }
      }
    }
  }

  @Test
  void crashStates_areCheap() throws IOException {
    StorageFile data = durable("data.rkd", "x".repeat(700_000));
    StorageFile journal = durable("journal", "");
    for (int i = 0; i < 40; i++) {
      journal.write(bytes("j".repeat(1_000)), i * 1_000L);
      data.write(bytes("d".repeat(4_096)), (i * 7 % 170) * 4_096L);
    }
    int count = 3_000;
    long begin = System.nanoTime();
    for (long seed = 0; seed < count; seed++) {
      mapAll(disk.fork(seed, CrashMode.REORDER));
    }
    long micros = (System.nanoTime() - begin) / 1_000 / count;

    System.out.println("crash state of 700 kB with all of it mapped: " + micros + " us");
    // Far above what it takes, so that a busy machine does not fail the test.
    assertThat(micros).isLessThan(20_000);
  }

  /// Does a bit of everything and returns how many changes that were.
  private long scribble() throws IOException {
    long before = disk.operationCount();
    files.createRoot();
    files.createDirectory("journal");
    files.syncDirectory("");
    StorageFile data = create("data.rkd", "d".repeat(10_000));
    data.sync();
    for (int i = 0; i < 5; i++) {
      StorageFile journal = create("journal/" + i, "j".repeat(1_500 * i + 1));
      journal.sync();
      data.write(bytes("e".repeat(2_000)), 1_900 * i);
      files.syncDirectory("journal");
      if (i > 2) {
        files.rename("journal/" + (i - 2), "journal/" + (i + 10));
      }
    }
    data.truncate(8_000);
    files.delete("journal/0");
    data.write(bytes("f".repeat(5_000)), 7_000);
    return disk.operationCount() - before;
  }

  private static void mapAll(SimulatedDisk disk) throws IOException {
    try (StorageFileSystem life = disk.fileSystem();
        StorageFile file = life.open("data.rkd", OpenMode.READ)) {
      long chunk = life.mapChunkBytes();
      for (long at = 0; at < file.size(); at += chunk) {
        file.map(at, Math.min(chunk, file.size() - at), Arena.global());
      }
    }
  }

  private StorageFile durable(String name, String content) throws IOException {
    StorageFile file = create(name, content);
    file.sync();
    files.syncDirectory("");
    return file;
  }

  private Set<String> namesAfter(int seedCount, CrashMode mode) throws IOException {
    Set<String> states = new HashSet<>();
    for (long seed = 0; seed < seedCount; seed++) {
      SimulatedDisk after = disk.fork(seed, mode);
      List<String> state = new ArrayList<>();
      for (String name : after.files()) {
        state.add(name + "=" + ascii(after.read(name)));
      }
      states.add(String.join(" ", state));
    }
    return states;
  }

  private static String describe(SimulatedDisk disk) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String name : disk.files()) {
      text.append(name).append('=').append(Arrays.hashCode(disk.read(name))).append(' ');
    }
    return text.toString();
  }

  private static String ascii(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static int lengthOf(SimulatedDisk disk, String name) {
    try {
      return disk.read(name).length;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Returns one character for each sector, `0` for zeros, and checks that none is torn.
  private static String sectorsOf(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int begin = 0; begin < bytes.length; begin += SECTOR) {
      byte[] sector = Arrays.copyOfRange(bytes, begin, begin + SECTOR);
      byte[] whole = new byte[SECTOR];
      Arrays.fill(whole, sector[0]);
      assertThat(Arrays.equals(sector, whole)).isTrue();
      text.append(sector[0] == 0 ? '0' : (char) sector[0]);
    }
    return text.toString();
  }
}
