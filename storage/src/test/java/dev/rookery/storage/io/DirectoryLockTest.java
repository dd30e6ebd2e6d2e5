package dev.rookery.storage.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rookery.storage.error.DatabaseLockedException;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The lock of a directory against other openers, in this process and in another one.
final class DirectoryLockTest {
  @TempDir Path place;
  private Path directory;

  @BeforeEach
  void createDirectory() throws IOException {
    directory = Files.createDirectory(place.resolve("db"));
  }

  @Test
  void lock_throughALinkOrAnotherPath_isRefused() throws IOException {
    Path link = Files.createSymbolicLink(place.resolve("link"), directory);
    Path detour = directory.resolve("..").resolve("db");
    try (DatabaseLock _ = lock(directory)) {
      for (Path path : List.of(directory, link, detour, directory.toRealPath())) {
        assertThatExceptionOfType(DatabaseLockedException.class)
            .isThrownBy(() -> lock(path))
            .withMessageContaining("this process")
            .withMessageContaining("pid=" + ProcessHandle.current().pid());
      }
    }
    lock(link).close();
  }

  @Test
  void lock_ofTwoDirectories_isIndependent() throws IOException {
    Path other = Files.createDirectory(place.resolve("other"));
    try (DatabaseLock _ = lock(directory);
        DatabaseLock _ = lock(other)) {
      assertThat(directory.resolve("lock")).exists();
    }
  }

  @Test
  void lock_withoutADirectory_isNoSuchFile() {
    assertThatExceptionOfType(NoSuchFileException.class)
        .isThrownBy(() -> lock(place.resolve("none")));
  }

  @Test
  void lockFile_namesTheHolder_andNobodyAfterwards() throws IOException {
    Path file = directory.resolve("lock");
    try (DatabaseLock _ = lock(directory)) {
      assertThat(Files.readString(file)).contains("pid=" + ProcessHandle.current().pid());
    }
    assertThat(file).isEmptyFile();
  }

  @Test
  void refusedAttempts_leaveTheLockAlone() throws Exception {
    try (DatabaseLock _ = lock(directory)) {
      // Each of these could open and close the lock file, which would release the lock.
      for (int i = 0; i < 5; i++) {
        assertThatExceptionOfType(DatabaseLockedException.class).isThrownBy(() -> lock(directory));
        assertThatExceptionOfType(DatabaseLockedException.class).isThrownBy(() -> share(directory));
      }
      try (OtherProcess other = OtherProcess.start(directory, false)) {
        assertThat(other.answer()).startsWith("refused").contains("another process");
      }
    }
  }

  @Test
  void otherProcess_isNamedAndRefused() throws Exception {
    try (OtherProcess other = OtherProcess.start(directory, false)) {
      assertThat(other.answer()).isEqualTo("locked");

      for (int i = 0; i < 2; i++) {
        assertThatExceptionOfType(DatabaseLockedException.class)
            .isThrownBy(() -> lock(directory))
            .withMessageContaining("another process")
            .withMessageContaining("pid=" + other.pid());
      }
      assertThatExceptionOfType(DatabaseLockedException.class).isThrownBy(() -> share(directory));
    }
    lock(directory).close();
  }

  @Test
  void deadProcess_leavesNoLock() throws Exception {
    try (OtherProcess other = OtherProcess.start(directory, false)) {
      assertThat(other.answer()).isEqualTo("locked");
      other.kill();
    }
    assertThat(directory.resolve("lock")).isNotEmptyFile();

    lock(directory).close();
  }

  @Test
  void readers_shareTheLock() throws Exception {
    lock(directory).close();
    DatabaseLock first = share(directory);
    DatabaseLock second = share(directory);
    try (OtherProcess other = OtherProcess.start(directory, true)) {
      assertThat(other.answer()).isEqualTo("locked");
      first.close();
      first.close();
      assertThatExceptionOfType(DatabaseLockedException.class).isThrownBy(() -> lock(directory));
      second.close();
      assertThatExceptionOfType(DatabaseLockedException.class)
          .isThrownBy(() -> lock(directory))
          .withMessageContaining("another process");
    }
    lock(directory).close();
  }

  @Test
  void reader_withoutALockFile_goesWithout() throws IOException {
    try (DatabaseLock _ = share(directory)) {
      assertThat(directory).isEmptyDirectory();
      assertThatExceptionOfType(DatabaseLockedException.class).isThrownBy(() -> lock(directory));
    }
  }

  @Test
  void damagedLockFile_harmsNobody() throws Exception {
    for (String text : List.of("=", "pid=x\n", "pid=1\nsince=never\n", "\0".repeat(5000), "pid")) {
      Files.writeString(directory.resolve("lock"), text);
      lock(directory).close();
    }
    try (OtherProcess other = OtherProcess.start(directory, false)) {
      assertThat(other.answer()).isEqualTo("locked");
      Files.writeString(directory.resolve("lock"), "pid=1\nsince=<b>\n\u0007");
      assertThatExceptionOfType(DatabaseLockedException.class)
          .isThrownBy(() -> lock(directory))
          .withMessageEndingWith("location=" + directory);
    }
  }

  @Test
  void copyOfTheClass_inAnotherClassLoader_isRefusedAndHarmsNobody() throws Exception {
    URL classes = DirectoryLock.class.getProtectionDomain().getCodeSource().getLocation();
    try (DatabaseLock _ = lock(directory);
        URLClassLoader loader =
            new URLClassLoader(new URL[] {classes}, ClassLoader.getPlatformClassLoader())) {
      Class<?> type = loader.loadClass(DirectoryFileSystem.class.getName());
      Object copy =
          type.getMethod("open", Path.class, boolean.class).invoke(null, directory, false);
      for (int i = 0; i < 3; i++) {
        assertThatExceptionOfType(InvocationTargetException.class)
            .isThrownBy(() -> type.getMethod("lock").invoke(copy))
            .havingCause()
            .withMessageContaining("this process");
      }
      System.gc();
      try (OtherProcess other = OtherProcess.start(directory, false)) {
        assertThat(other.answer()).startsWith("refused");
      }
    }
  }

  private static DatabaseLock lock(Path directory) throws IOException {
    return DirectoryFileSystem.open(directory, false).lock();
  }

  private static DatabaseLock share(Path directory) throws IOException {
    return DirectoryFileSystem.open(directory, true).lock();
  }

  /// A process that tries to take the lock, says how it went, and holds it until it is ended.
  static final class OtherProcess implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private OtherProcess(Process process) {
      this.process = process;
      this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    static OtherProcess start(Path directory, boolean shared) throws IOException {
      return new OtherProcess(
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-XX:TieredStopAtLevel=1",
                  "-cp",
                  System.getProperty("java.class.path"),
                  OtherProcess.class.getName(),
                  directory.toString(),
                  Boolean.toString(shared))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start());
    }

    /// Takes the lock.
    ///
    /// @param arguments the directory and whether to share the lock
    public static void main(String[] arguments) throws IOException {
      boolean shared = Boolean.parseBoolean(arguments[1]);
      try (StorageFileSystem files = DirectoryFileSystem.open(Path.of(arguments[0]), shared);
          DatabaseLock _ = files.lock()) {
        System.out.println("locked");
        System.in.read();
      } catch (DatabaseLockedException e) {
        System.out.println("refused: " + e.getMessage());
      }
    }

    long pid() {
      return process.pid();
    }

    String answer() throws IOException {
      return output.readLine();
    }

    void kill() throws InterruptedException {
      process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws IOException {
      try {
        process.getOutputStream().close();
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
          process.destroyForcibly();
        }
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
