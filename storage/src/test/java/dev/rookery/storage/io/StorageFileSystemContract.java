package dev.rookery.storage.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rookery.storage.error.DatabaseLockedException;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every [StorageFileSystem] does.
abstract class StorageFileSystemContract {
  /// The one under test, its root created.
  protected StorageFileSystem files;

  private final Arena arena = Arena.ofShared();

  /// Returns a file system without content, whose database directory does not exist.
  abstract StorageFileSystem create() throws IOException;

  @BeforeEach
  void createFileSystem() throws IOException {
    files = create();
    files.createRoot();
  }

  @AfterEach
  void closeFileSystem() {
    files.close();
    arena.close();
  }

  @Test
  void createRoot_twice_isDoneOnce() throws IOException {
    try (StorageFileSystem other = create()) {
      assertThat(other.exists("")).isFalse();
      assertThat(other.list("")).isEmpty();

      other.createRoot();
      other.createRoot();

      assertThat(other.exists("")).isTrue();
      assertThat(other.list("")).isEmpty();
    }
  }

  @Test
  void read_afterWrite_returnsTheBytes() throws IOException {
    try (StorageFile file = files.open("data.rkd", OpenMode.CREATE_NEW)) {
      file.write(bytes("hello world"), 0);
      file.write(bytes("W"), 6);

      assertThat(file.name()).isEqualTo("data.rkd");
      assertThat(file.size()).isEqualTo(11);
      assertThat(text(file)).isEqualTo("hello World");
      assertThat(text(file, 6, 3)).isEqualTo("Wor");
    }
  }

  @Test
  void read_acrossTheEnd_returnsWhatThereIs() throws IOException {
    try (StorageFile file = create("f", "12345")) {
      ByteBuffer target = ByteBuffer.allocate(10).position(2).limit(8);

      assertThat(file.read(target, 3)).isEqualTo(2);
      assertThat(target.position()).isEqualTo(4);
      assertThat(file.read(target, 5)).isZero();
      assertThat(file.read(target, 5_000_000)).isZero();
      assertThat(target.array()).startsWith(0, 0, '4', '5', 0);
    }
  }

  @Test
  void write_ofPartOfABuffer_leavesTheRest() throws IOException {
    try (StorageFile file = create("f", "")) {
      ByteBuffer direct = ByteBuffer.allocateDirect(8).put(bytes("abcdefgh")).flip();
      direct.position(2).limit(5);
      file.write(direct, 0);
      file.write(bytes("xyz").asReadOnlyBuffer(), 3);
      file.write(bytes(""), 100);

      assertThat(direct.hasRemaining()).isFalse();
      assertThat(text(file)).isEqualTo("cdexyz");
    }
  }

  @Test
  void write_behindTheEnd_leavesZeros() throws IOException {
    try (StorageFile file = create("f", "ab")) {
      file.write(bytes("c"), 10_000);

      assertThat(file.size()).isEqualTo(10_001);
      assertThat(text(file, 0, 4)).isEqualTo("ab\0\0");
      assertThat(text(file, 9_998, 10)).isEqualTo("\0\0c");
    }
  }

  @Test
  void truncate_thenGrow_showsZeros() throws IOException {
    try (StorageFile file = create("f", "abcdef")) {
      file.truncate(100);
      assertThat(file.size()).isEqualTo(6);

      file.truncate(2);
      assertThat(text(file)).isEqualTo("ab");

      file.write(bytes("z"), 5);
      assertThat(text(file)).isEqualTo("ab\0\0\0z");
    }
  }

  @Test
  void negativePositions_areRefused() throws IOException {
    try (StorageFile file = create("f", "abcdef")) {
      assertThatIllegalArgumentException().isThrownBy(() -> file.write(bytes("a"), -1));
      assertThatIllegalArgumentException().isThrownBy(() -> file.read(bytes("a"), -1));
      assertThatIllegalArgumentException().isThrownBy(() -> file.truncate(-1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> file.map(-files.mapChunkBytes(), 1, arena));
    }
  }

  @Test
  void open_byMode_findsOrCreates() throws IOException {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> files.open("f", OpenMode.READ));
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> files.open("f", OpenMode.READ_WRITE));
    create("f", "abc").close();
    assertThatExceptionOfType(FileAlreadyExistsException.class)
        .isThrownBy(() -> files.open("f", OpenMode.CREATE_NEW));

    try (StorageFile file = files.open("f", OpenMode.READ_WRITE)) {
      file.write(bytes("d"), 3);
    }
    try (StorageFile file = files.open("f", OpenMode.READ)) {
      assertThat(text(file)).isEqualTo("abcd");
      file.sync();
    }
  }

  @Test
  void openDirect_readsWhatWasWritten() throws IOException {
    assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> files.openDirect("f"));
    int block = StorageFileSystem.DIRECT_BYTES;
    ByteBuffer written = ByteBuffer.allocate(3 * block);
    for (int i = 0; i < written.capacity(); i++) {
      written.put(i, (byte) (i * 31 + i / block));
    }
    try (Arena arena = Arena.ofConfined();
        StorageFile writer = files.open("f", OpenMode.CREATE_NEW)) {
      writer.write(written.duplicate(), 0);
      ByteBuffer read = arena.allocate(3L * block, block).asByteBuffer();
      try (StorageFile file = files.openDirect("f")) {
        assertThat(file.size()).isEqualTo(3L * block);
        assertThat(file.read(read.slice(0, 2 * block), block)).isEqualTo(2 * block);
        assertThat(read.slice(0, 2 * block)).isEqualTo(written.slice(block, 2 * block));
        writer.write(ByteBuffer.wrap(new byte[] {7, 7, 7}), block + 5);
        assertThat(file.read(read.slice(0, block), block)).isEqualTo(block);
        assertThat(read.get(6)).isEqualTo((byte) 7);
        assertThat(file.read(read.duplicate(), 2L * block)).isEqualTo(block);
        assertThatExceptionOfType(NonWritableChannelException.class)
            .isThrownBy(() -> file.write(bytes("a"), 0));
      }
    }
  }

  @Test
  void open_forReading_refusesChanges() throws IOException {
    create("f", "abc").close();

    try (StorageFile file = files.open("f", OpenMode.READ)) {
      assertThatExceptionOfType(NonWritableChannelException.class)
          .isThrownBy(() -> file.write(bytes("a"), 0));
      assertThatExceptionOfType(NonWritableChannelException.class)
          .isThrownBy(() -> file.truncate(0));
    }
  }

  @Test
  void closedFile_refusesEverything() throws IOException {
    StorageFile file = create("f", "abc");
    file.close();
    file.close();

    List<ThrowingCallable> uses =
        List.of(
            file::size,
            file::sync,
            () -> file.read(ByteBuffer.allocate(1), 0),
            () -> file.write(bytes("a"), 0),
            () -> file.truncate(0),
            () -> file.map(0, 1, arena));
    for (ThrowingCallable use : uses) {
      assertThatExceptionOfType(ClosedChannelException.class).isThrownBy(use);
    }
  }

  @Test
  void list_showsOneDirectorySorted() throws IOException {
    files.createDirectory("journal");
    files.createDirectory("journal");
    create("z", "").close();
    create("a.b-c", "").close();
    create("journal/2", "").close();
    create("journal/10", "").close();
    files.syncDirectory("journal");
    files.syncDirectory("");

    assertThat(files.list("")).containsExactly("a.b-c", "journal", "z");
    assertThat(files.list("journal")).containsExactly("10", "2");
    assertThat(files.list("none")).isEmpty();
    assertThat(files.exists("journal")).isTrue();
    assertThat(files.exists("journal/2")).isTrue();
    assertThat(files.exists("journal/3")).isFalse();
    assertThat(files.exists("none/3")).isFalse();
  }

  @Test
  void open_inAMissingDirectory_isNoSuchFile() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> files.open("journal/1", OpenMode.CREATE_NEW));
  }

  @Test
  void directories_areNotFiles() throws IOException {
    files.createDirectory("journal");
    create("f", "").close();

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> files.open("journal", OpenMode.READ));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> files.delete("journal"));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> files.rename("journal", "x"));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> files.rename("f", "journal"));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> files.createDirectory("f"));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> files.list("f"));
    assertThatExceptionOfType(IOException.class).isThrownBy(() -> files.syncDirectory("f"));
    assertThat(files.list("")).containsExactly("f", "journal");
  }

  @Test
  void rename_replacesTheTarget() throws IOException {
    files.createDirectory("journal");
    create("a", "A").close();
    create("journal/b", "B").close();
    try (StorageFile old = files.open("journal/b", OpenMode.READ);
        StorageFile moved = files.open("a", OpenMode.READ_WRITE)) {
      files.rename("a", "journal/b");
      moved.write(bytes("+"), 1);

      assertThat(files.exists("a")).isFalse();
      assertThat(text(old)).isEqualTo("B");
    }
    try (StorageFile file = files.open("journal/b", OpenMode.READ)) {
      assertThat(text(file)).isEqualTo("A+");
    }
    assertThatExceptionOfType(NoSuchFileException.class).isThrownBy(() -> files.rename("a", "c"));
  }

  @Test
  void delete_leavesTheFileToThoseWhoHaveItOpen() throws IOException {
    try (StorageFile file = create("f", "abc")) {
      files.delete("f");
      files.delete("f");

      assertThat(files.exists("f")).isFalse();
      file.write(bytes("d"), 3);
      assertThat(text(file)).isEqualTo("abcd");
      create("f", "x").close();
      assertThat(text(file)).isEqualTo("abcd");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..", ".", "../x", "/x", "x/", "a/b/c", "a/../b", "a\\b", "A", "a b", "a_b", "a:b", "a\0",
        "ä", "lock", "a//b", "x..y"
      })
  void names_outsideTheGrammar_areRefused(String name) throws IOException {
    create("ok", "").close();
    List<ThrowingCallable> uses =
        List.of(
            () -> files.open(name, OpenMode.CREATE_NEW),
            () -> files.open(name, OpenMode.READ),
            () -> files.exists(name),
            () -> files.delete(name),
            () -> files.rename(name, "b"),
            () -> files.rename("ok", name),
            () -> files.createDirectory(name),
            () -> files.list(name),
            () -> files.syncDirectory(name));

    for (ThrowingCallable use : uses) {
      assertThatIllegalArgumentException().isThrownBy(use);
    }
    assertThat(files.list("")).containsExactly("ok");
  }

  @Test
  void names_thatAreEmpty_areNoFiles() {
    assertThatIllegalArgumentException().isThrownBy(() -> files.open("", OpenMode.CREATE_NEW));
    assertThatIllegalArgumentException().isThrownBy(() -> files.delete(""));
    assertThatIllegalArgumentException().isThrownBy(() -> files.createDirectory(""));
  }

  @Test
  void lock_isHeldOnce() throws IOException {
    DatabaseLock lock = files.lock();
    assertThatExceptionOfType(DatabaseLockedException.class).isThrownBy(files::lock);
    assertThat(files.list("")).isEmpty();

    lock.close();
    DatabaseLock second = files.lock();
    lock.close();
    assertThatExceptionOfType(DatabaseLockedException.class).isThrownBy(files::lock);
    second.close();
    files.lock().close();
  }

  @Test
  void map_showsWhatIsWrittenLater() throws IOException {
    try (StorageFile file = create("f", "abcdef")) {
      MemorySegment early = file.map(0, 6, arena);
      assertThat(text(early)).isEqualTo("abcdef");

      try (StorageFile other = files.open("f", OpenMode.READ_WRITE)) {
        other.write(bytes("X"), 1);
      }
      file.write(bytes("YZ"), 5);

      assertThat(text(early)).isEqualTo("aXcdeY");
      assertThat(text(file.map(0, 7, arena))).isEqualTo("aXcdeYZ");
    }
  }

  @Test
  void map_afterGrowth_keepsEarlierMappingsCoherent() throws IOException {
    try (StorageFile file = create("f", "a")) {
      MemorySegment early = file.map(0, 1, arena);
      byte[] block = new byte[10_000];
      for (int i = 0; i < 30; i++) {
        Arrays.fill(block, (byte) i);
        file.write(ByteBuffer.wrap(block), 1 + i * 10_000L);
      }
      file.write(bytes("z"), 0);

      assertThat(text(early)).isEqualTo("z");
      MemorySegment late = file.map(0, 60_000, arena);
      assertThat(late.get(ValueLayout.JAVA_BYTE, 45_000)).isEqualTo((byte) 4);
    }
  }

  @Test
  void map_ofTheSecondChunk_showsItsBytes() throws IOException {
    long chunk = files.mapChunkBytes();
    assertThat(Long.bitCount(chunk)).isEqualTo(1);
    try (StorageFile file = create("f", "")) {
      file.write(bytes("abcdef"), chunk - 3);

      assertThat(text(file.map(chunk, 3, arena))).isEqualTo("def");
      assertThat(text(file.map(0, chunk, arena).asSlice(chunk - 3))).isEqualTo("abc");
      assertThat(text(file, chunk - 2, 4)).isEqualTo("bcde");

      file.truncate(10);
      file.write(bytes("z"), chunk);
      assertThat(text(file, chunk - 2, 4)).isEqualTo("\0\0z");
      assertThat(text(file.map(chunk, 1, arena))).isEqualTo("z");
    }
  }

  @Test
  void map_outsideTheFile_isRefusedAndGrowsNothing() throws IOException {
    long chunk = files.mapChunkBytes();
    try (StorageFile file = create("f", "abc")) {
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> file.map(0, 4, arena));
      assertThatExceptionOfType(IOException.class).isThrownBy(() -> file.map(chunk, 1, arena));
      assertThatIllegalArgumentException().isThrownBy(() -> file.map(1, 1, arena));
      assertThatIllegalArgumentException().isThrownBy(() -> file.map(0, 0, arena));
      assertThatIllegalArgumentException().isThrownBy(() -> file.map(0, chunk + 1, arena));

      assertThat(file.size()).isEqualTo(3);
    }
  }

  @Test
  void punch_leavesZerosAndTheLength_whereItIsDone() throws IOException {
    byte[] content = new byte[5 * 8192 + 10];
    Arrays.fill(content, (byte) 7);
    byte[] holed = content.clone();
    Arrays.fill(holed, 8192, 4 * 8192, (byte) 0);
    try (StorageFile file = create("f", "")) {
      file.write(ByteBuffer.wrap(content), 0);
      MemorySegment mapped = file.map(0, content.length, arena);
      byte[] expected = file.punch(8192, 3 * 8192) ? holed : content;
      ByteBuffer read = ByteBuffer.allocate(content.length + 1);

      assertThat(file.size()).isEqualTo(content.length);
      assertThat(file.read(read, 0)).isEqualTo(content.length);
      assertThat(Arrays.copyOf(read.array(), content.length)).isEqualTo(expected);
      assertThat(mapped.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);

      file.write(bytes("abc"), 2 * 8192);
      file.sync();
      read.clear().limit(3);
      file.read(read, 2 * 8192);
      assertThat(read.flip()).isEqualTo(bytes("abc"));
      assertThatIllegalArgumentException().isThrownBy(() -> file.punch(-1, 8192));
      assertThatIllegalArgumentException().isThrownBy(() -> file.punch(0, 0));
      assertThatIllegalArgumentException().isThrownBy(() -> file.punch(5 * 8192, 11));
    }
    try (StorageFile file = files.open("f", OpenMode.READ)) {
      assertThatExceptionOfType(NonWritableChannelException.class)
          .isThrownBy(() -> file.punch(0, 8192));
    }
  }

  @Test
  void map_outlivesTheFile_andCannotBeWritten() throws IOException {
    MemorySegment mapped;
    try (StorageFile file = create("f", "abc")) {
      mapped = file.map(0, 3, arena);
    }
    files.delete("f");
    for (int i = 0; i < 5; i++) {
      create("other-" + i, "xyz").close();
    }

    assertThat(text(mapped)).isEqualTo("abc");
    assertThat(mapped.isReadOnly()).isTrue();
    assertThat(mapped.isNative()).isTrue();
  }

  @Test
  void writesFromAnyThread_areSeenAndSurviveAnInterruptOfTheirThread() throws IOException {
    byte[] block = new byte[3 * 4096];
    try (StorageFile file = create("f", "")) {
      file.write(ByteBuffer.wrap(block), 0);
      file.sync();
      Thread.currentThread().interrupt();
      try {
        file.writeFromAnyThread(new byte[] {9, 1, 2, 3, 9}, 1, 3, 100);
        file.writeThrough(new byte[] {9, 4, 5, 6, 9}, 1, 3, 4096);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      ByteBuffer read = ByteBuffer.allocate(block.length);
      assertThat(file.read(read, 0)).isEqualTo(block.length);
      block[100] = 1;
      block[101] = 2;
      block[102] = 3;
      block[4096] = 4;
      block[4097] = 5;
      block[4098] = 6;
      assertThat(read.array()).isEqualTo(block);
    }
  }

  @Test
  void threads_thatWriteSideBySide_loseNothing() throws Exception {
    int threadCount = 4;
    int blockBytes = 1000;
    int blockCount = 60;
    CyclicBarrier start = new CyclicBarrier(threadCount);
    try (StorageFile file = create("f", "");
        ExecutorService threads = Executors.newFixedThreadPool(threadCount)) {
      List<Future<?>> writers =
          IntStream.range(0, threadCount)
              .<Future<?>>mapToObj(thread ->
                  threads.submit(() -> {
                    start.await();
                    byte[] block = new byte[blockBytes];
                    Arrays.fill(block, (byte) (thread + 1));
                    for (int i = thread; i < blockCount; i += threadCount) {
                      file.write(ByteBuffer.wrap(block), (long) i * blockBytes);
                    }
                    return null;
                  }))
              .toList();
      for (Future<?> writer : writers) {
        writer.get();
      }

      assertThat(file.size()).isEqualTo(blockCount * blockBytes);
      byte[] expected = new byte[blockCount * blockBytes];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = (byte) (i / blockBytes % threadCount + 1);
      }
      MemorySegment all = file.map(0, expected.length, arena);
      assertThat(all.mismatch(MemorySegment.ofArray(expected))).isEqualTo(-1);
    }
  }

  @Test
  void randomOperations_agreeWithAnArray() throws IOException {
    long seed = TestSeed.choose(getClass().getSimpleName());
    SplittableRandom random = new SplittableRandom(seed);
    byte[] model = new byte[700_000];
    int size = 0;
    try (StorageFile file = create("f", "")) {
      for (int step = 0; step < 2_000; step++) {
        int position = random.nextInt(random.nextBoolean() ? 3_000 : 600_000);
        switch (random.nextInt(8)) {
          case 0 -> {
            file.truncate(position);
            if (position < size) {
              Arrays.fill(model, position, size, (byte) 0);
              size = position;
            }
          }
          case 1 -> file.sync();
          case 2, 3, 4 -> {
            byte[] data = new byte[1 + random.nextInt(20_000)];
            random.nextBytes(data);
            file.write(ByteBuffer.wrap(data), position);
            System.arraycopy(data, 0, model, position, data.length);
            size = Math.max(size, position + data.length);
          }
          default -> {
            ByteBuffer target = ByteBuffer.allocate(1 + random.nextInt(20_000));
            int count = file.read(target, position);
            int expected = Math.clamp(size - position, 0, target.capacity());
            assertThat(count).as("seed=%d step=%d", seed, step).isEqualTo(expected);
            assertThat(Arrays.mismatch(target.array(), 0, count, model, position, position + count))
                .as("seed=%d step=%d", seed, step)
                .isEqualTo(-1);
          }
        }
        assertThat(file.size()).as("seed=%d step=%d", seed, step).isEqualTo(size);
        checkMapping(file, model, size, random);
      }
    }
  }

  private void checkMapping(StorageFile file, byte[] model, int size, SplittableRandom random)
      throws IOException {
    if (size == 0 || random.nextInt(20) != 0) {
      return;
    }
    long chunk = files.mapChunkBytes();
    long begin = random.nextInt(size) / chunk * chunk;
    long length = Math.min(chunk, size - begin);
    MemorySegment mapped = file.map(begin, length, arena);
    MemorySegment expected = MemorySegment.ofArray(model).asSlice(begin, length);
    assertThat(mapped.mismatch(expected)).isEqualTo(-1);
  }

  /// Creates a file with a content.
  protected StorageFile create(String name, String content) throws IOException {
    StorageFile file = files.open(name, OpenMode.CREATE_NEW);
    file.write(bytes(content), 0);
    return file;
  }

  static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  static String text(StorageFile file) throws IOException {
    return text(file, 0, (int) file.size());
  }

  static String text(StorageFile file, long position, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(length);
    int count = file.read(target, position);
    return new String(target.array(), 0, count, StandardCharsets.ISO_8859_1);
  }

  static String text(MemorySegment segment) {
    return new String(segment.toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
  }
}
