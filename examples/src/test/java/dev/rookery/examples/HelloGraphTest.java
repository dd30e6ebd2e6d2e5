package dev.rookery.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs the example of the README.
final class HelloGraphTest {

  @TempDir Path directory;

  @Test
  void run_emptyDirectory_printsTheFriendOfAFriend() {
    var bytes = new ByteArrayOutputStream();

    HelloGraph.run(directory, new PrintStream(bytes, true, StandardCharsets.UTF_8));

    assertThat(bytes.toString(StandardCharsets.UTF_8))
        .isEqualToNormalizingNewlines("Mary, born 1780\n");
  }
}
