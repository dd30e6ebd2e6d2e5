package dev.rookery.traversal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file that is read again and again says what is in it by then.
final class ProcFileTest {
  @Test
  void read_whenTheFileHasChanged_tellsWhatIsThereNow(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("figures");
    Files.writeString(path, "one");
    ProcFile file = new ProcFile(path.toString());
    assertThat(file.read()).isEqualTo("one");
    assertThat(file.read()).isEqualTo("one");
    Files.writeString(path, "twelve");
    assertThat(file.read()).isEqualTo("twelve");
    Files.writeString(path, "");
    assertThat(file.read()).isEmpty();
    Files.writeString(path, "four");
    assertThat(file.read()).isEqualTo("four");
  }

  @Test
  void read_afterAnInterrupt_goesOn(@TempDir Path directory) throws IOException {
    Path path = directory.resolve("figures");
    Files.writeString(path, "one");
    ProcFile file = new ProcFile(path.toString());
    Thread.currentThread().interrupt();
    assertThat(file.read()).isEqualTo("one");
    assertThat(file.read()).isEqualTo("one");
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void read_whereThereIsNoFile_isEmpty(@TempDir Path directory) {
    assertThat(new ProcFile(directory.resolve("none").toString()).read()).isEmpty();
  }
}
