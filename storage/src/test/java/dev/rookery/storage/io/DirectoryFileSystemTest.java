package dev.rookery.storage.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rookery.storage.error.ReadOnlyException;
import dev.rookery.storage.io.StorageFileSystem.OpenMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.NonWritableChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryFileSystemTest extends StorageFileSystemContract {
  @TempDir Path place;
  private int created;

  @Override
  StorageFileSystem create() {
    return DirectoryFileSystem.open(directory(created++), false);
  }

  @Test
  void fileKey_staysWithTheFileAndNotWithItsCopies() throws IOException {
    try (StorageFile file = files.open("f", OpenMode.CREATE_NEW)) {
      file.write(ByteBuffer.wrap(new byte[100]), 0);
    }
    Path original = directory(0).resolve("f");
    // Where this and the birth are the same to the system, there is no key to have.
    Files.setLastModifiedTime(original, FileTime.from(Instant.EPOCH));
    long key = keyOf(files, "f");
    assumeTrue(key != 0, "births of files are not known here");
    Files.copy(original, directory(0).resolve("copy"), StandardCopyOption.COPY_ATTRIBUTES);
    files.rename("f", "g");
    assertThat(keyOf(files, "g")).isEqualTo(key);
    assertThat(keyOf(files, "copy")).isNotEqualTo(key);
  }

  private static long keyOf(StorageFileSystem files, String name) throws IOException {
    try (StorageFile file = files.open(name, OpenMode.READ)) {
      return file.fileKey();
    }
  }

  @Test
  void punch_givesRoomBack() throws IOException {
    try (StorageFile file = files.open("f", OpenMode.CREATE_NEW)) {
      file.write(ByteBuffer.wrap(new byte[1 << 20]), 0);
      file.sync();
      assumeTrue(file.punch(256 << 10, 512 << 10), "no holes here");
      file.sync();
      assertThat(file.size()).isEqualTo(1 << 20);
      assertThat(file.allocatedBytes().orElseThrow()).isBetween(1L, 768L << 10);
      assertThat(files.holeBytesMin()).isPositive();
    }
  }

  /// Whoever moves another file over one that is open must not have it made hollow.
  @Test
  void punch_ofAFileThatWasReplaced_isNotDone() throws IOException {
    byte[] sevens = new byte[1 << 20];
    Arrays.fill(sevens, (byte) 7);
    try (StorageFile file = files.open("f", OpenMode.CREATE_NEW);
        StorageFile other = files.open("g", OpenMode.CREATE_NEW)) {
      file.write(ByteBuffer.wrap(sevens), 0);
      other.write(ByteBuffer.wrap(sevens), 0);
      files.rename("g", "f");

      assertThat(file.punch(0, 1 << 20)).isFalse();
      ByteBuffer read = ByteBuffer.allocate(1 << 20);
      other.read(read, 0);
      assertThat(read.array()).isEqualTo(sevens);
    }
  }

  /// Only such a read must be aligned, so this tells whether it is one.
  @Test
  void openDirect_readsPastThePageCacheWhereThatIsKnown() throws IOException {
    assumeTrue(Files.getFileStore(directory(0)).type().startsWith("ext"), "needs ext4");
    try (StorageFile file = files.open("f", OpenMode.CREATE_NEW)) {
      file.write(ByteBuffer.wrap(new byte[3 * StorageFileSystem.DIRECT_BYTES]), 0);
    }
    try (StorageFile file = files.openDirect("f")) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> file.read(ByteBuffer.allocateDirect(100), 1))
          .withMessageContaining("f");
    }
  }

  @Test
  void isPersistent_andTellsItsPath() {
    assertThat(files.isPersistent()).isTrue();
    assertThat(files.isReadOnly()).isFalse();
    assertThat(files.location()).isEqualTo(directory(0).toString());
  }

  @Test
  void files_arePrivateToTheOwner() throws IOException {
    assumePosix();
    Path deep = place.resolve("a/b/c");
    try (StorageFileSystem other = DirectoryFileSystem.open(deep, false)) {
      other.createRoot();
      other.createDirectory("journal");
      other.open("journal/1", OpenMode.CREATE_NEW).close();
      other.lock().close();
    }

    assertThat(modeOf(deep.getParent().getParent())).isEqualTo("rwx------");
    assertThat(modeOf(deep.getParent())).isEqualTo("rwx------");
    assertThat(modeOf(deep)).isEqualTo("rwx------");
    assertThat(modeOf(deep.resolve("journal"))).isEqualTo("rwx------");
    assertThat(modeOf(deep.resolve("journal/1"))).isEqualTo("rw-------");
    assertThat(modeOf(deep.resolve("lock"))).isEqualTo("rw-------");
  }

  @Test
  void directory_mayBeALink() throws IOException {
    Path link = place.resolve("link");
    Files.createSymbolicLink(link, directory(0));
    try (StorageFileSystem linked = DirectoryFileSystem.open(link, false)) {
      linked.createRoot();
      linked.open("f", OpenMode.CREATE_NEW).close();

      assertThat(linked.list("")).containsExactly("f");
      assertThat(files.exists("f")).isTrue();
      linked.syncDirectory("");
    }
  }

  @Test
  void links_belowTheDirectory_areNotFollowed() throws IOException {
    Path victim = Files.writeString(place.resolve("victim"), "precious");
    Path elsewhere = Files.createDirectory(place.resolve("elsewhere"));
    Files.writeString(elsewhere.resolve("1"), "precious");
    Files.createSymbolicLink(directory(0).resolve("data.rkd"), victim);
    Files.createSymbolicLink(directory(0).resolve("lock"), victim);
    Files.createSymbolicLink(directory(0).resolve("journal"), elsewhere);

    List<ThrowingCallable> uses =
        List.of(
            () -> files.open("data.rkd", OpenMode.READ),
            () -> files.open("data.rkd", OpenMode.READ_WRITE),
            () -> files.open("data.rkd", OpenMode.CREATE_NEW),
            () -> files.open("journal/1", OpenMode.READ),
            () -> files.open("journal/2", OpenMode.CREATE_NEW),
            () -> files.delete("journal/1"),
            () -> files.rename("data.rkd", "x"),
            () -> files.createDirectory("journal"),
            () -> files.list("journal"),
            () -> files.syncDirectory("journal"),
            () -> files.lock());
    for (ThrowingCallable use : uses) {
      assertThatExceptionOfType(IOException.class).isThrownBy(use);
    }

    assertThat(victim).hasContent("precious");
    assertThat(elsewhere).isDirectoryNotContaining(path -> !path.endsWith("1"));
    assertThat(elsewhere.resolve("1")).hasContent("precious");
  }

  @Test
  void pipes_areRefusedAndNotWaitedFor() throws Exception {
    assumePosix();
    Path pipe = directory(0).resolve("data.rkd");
    Process process = new ProcessBuilder("mkfifo", pipe.toString()).start();
    assumeTrue(process.waitFor() == 0);

    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> files.open("data.rkd", OpenMode.READ))
        .withMessageContaining("not a regular file");
  }

  @Test
  void list_leavesOutTheLockFile_andShowsForeignNames() throws IOException {
    files.lock().close();
    Files.createFile(directory(0).resolve("Read Me"));

    assertThat(directory(0).resolve("lock")).exists();
    assertThat(files.list("")).containsExactly("Read Me");
  }

  @Test
  void readOnly_refusesEveryChange() throws IOException {
    create("f", "abc").close();
    try (StorageFileSystem reader = DirectoryFileSystem.open(directory(0), true)) {
      assertThat(reader.isReadOnly()).isTrue();
      List<ThrowingCallable> changes =
          List.of(
              () -> reader.open("f", OpenMode.READ_WRITE),
              () -> reader.open("g", OpenMode.CREATE_NEW),
              () -> reader.rename("f", "g"),
              () -> reader.delete("f"),
              () -> reader.createDirectory("d"));
      for (ThrowingCallable change : changes) {
        assertThatExceptionOfType(ReadOnlyException.class).isThrownBy(change);
      }
      try (StorageFile file = reader.open("f", OpenMode.READ)) {
        assertThat(text(file)).isEqualTo("abc");
        assertThatExceptionOfType(NonWritableChannelException.class)
            .isThrownBy(() -> file.write(bytes("x"), 0));
      }
      reader.createRoot();
      assertThat(files.list("")).containsExactly("f");
    }
    try (StorageFileSystem reader = DirectoryFileSystem.open(place.resolve("none"), true)) {
      assertThatExceptionOfType(ReadOnlyException.class).isThrownBy(reader::createRoot);
      assertThat(reader.exists("")).isFalse();
    }
  }

  @Test
  void readOnlyMedium_isReadOnly() throws Exception {
    try (Tmpfs disk = Tmpfs.mount(place.resolve("mounted"), "size=1m")) {
      try (StorageFileSystem writer = DirectoryFileSystem.open(disk.path(), false)) {
        writer.open("f", OpenMode.CREATE_NEW).close();
        writer.lock().close();
      }
      disk.remount("ro");
      try (StorageFileSystem reader = DirectoryFileSystem.open(disk.path(), false)) {
        assertThat(reader.isReadOnly()).isTrue();
        assertThat(reader.list("")).containsExactly("f");
        try (DatabaseLock _ = reader.lock();
            StorageFile file = reader.open("f", OpenMode.READ)) {
          assertThat(file.size()).isZero();
        }
      }
    }
  }

  @Test
  void write_onAFullDisk_isNoSpace() throws Exception {
    try (Tmpfs disk = Tmpfs.mount(place.resolve("mounted"), "size=256k");
        StorageFileSystem full = DirectoryFileSystem.open(disk.path(), false);
        StorageFile file = full.open("f", OpenMode.CREATE_NEW)) {
      ByteBuffer large = ByteBuffer.allocate(512 << 10);
      assertThatExceptionOfType(NoSpaceException.class)
          .isThrownBy(() -> file.write(large, 0))
          .withMessageContaining("file=f");

      // A database on a full disk must open, and go on once there is room.
      full.lock().close();
      file.truncate(0);
      file.write(bytes("abc"), 0);
      file.sync();
      assertThat(text(file)).isEqualTo("abc");
    }
  }

  @Test
  void open_withoutARoomForNames_isNoSpace() throws Exception {
    try (Tmpfs disk = Tmpfs.mount(place.resolve("mounted"), "nr_inodes=2");
        StorageFileSystem full = DirectoryFileSystem.open(disk.path(), false)) {
      full.open("a", OpenMode.CREATE_NEW).close();

      assertThatExceptionOfType(NoSpaceException.class)
          .isThrownBy(() -> full.open("b", OpenMode.CREATE_NEW));
      assertThatExceptionOfType(NoSpaceException.class).isThrownBy(() -> full.createDirectory("c"));
    }
  }

  @Test
  void failure_namesTheFileAndTheOffset() throws IOException {
    try (StorageFile file = create("f", "abc")) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> file.write(bytes("x"), Long.MAX_VALUE - 10))
          .withMessageContaining("file=f")
          .withMessageContaining("offset=" + (Long.MAX_VALUE - 10));
    }
  }

  @Test
  void bootId_isThatOfTheMachine() {
    assumeTrue(Files.exists(Path.of("/proc/sys/kernel/random/boot_id")));
    assertThat(files.bootId()).hasSize(36).isEqualTo(files.bootId());
  }

  private Path directory(int index) {
    return place.resolve("db-" + index);
  }

  private static String modeOf(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  private static void assumePosix() {
    assumeTrue(
        Path.of("").getFileSystem().supportedFileAttributeViews().contains("posix"),
        "needs POSIX file modes");
  }

  /// A small file system in memory, for as long as it is open. Only root may mount; the test is
  /// skipped for others.
  private record Tmpfs(Path path) implements AutoCloseable {
    static Tmpfs mount(Path path, String options) throws IOException {
      assumeTrue("root".equals(System.getProperty("user.name")), "needs root to mount");
      Files.createDirectory(path);
      assumeTrue(
          run("mount", "-t", "tmpfs", "-o", options, "tmpfs", path.toString()), "cannot mount");
      return new Tmpfs(path);
    }

    void remount(String options) {
      assumeTrue(run("mount", "-o", "remount," + options, path.toString()), "cannot remount");
    }

    @Override
    public void close() {
      assertThat(run("umount", "-l", path.toString())).isTrue();
    }

    private static boolean run(String... command) {
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
      } catch (IOException e) {
        return false;
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
