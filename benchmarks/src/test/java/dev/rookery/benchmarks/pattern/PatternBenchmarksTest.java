package dev.rookery.benchmarks.pattern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The smallest run fills the table, and both ways to count agree.
final class PatternBenchmarksTest {
  @Test
  void run_smallest_countsAllPatterns(@TempDir Path directory) throws IOException {
    String text =
        PatternBenchmarks.run("--scale", "5", "--rounds", "1", "--directory", directory.toString());

    for (CountedPattern pattern : CountedPattern.all()) {
      assertThat(text).contains("| " + pattern.name() + " |");
    }
    assertThat(text).contains("Given up after PT1M: []");
  }

  @Test
  void run_misunderstood_saysWhat() {
    assertThatThrownBy(() -> PatternBenchmarks.run("--scales", "5"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--scales");
    assertThatThrownBy(() -> PatternBenchmarks.run("--peers", "nobody"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nobody");
  }
}
