package dev.rookery.benchmarks.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// That each study runs, fills its tables and finds what it wrote; no figure is looked at.
class StudyBenchmarksTest {
  @ParameterizedTest
  @CsvSource({
    "syncs, '| 100 threads, `write(closure)` |'",
    "snapshot, '| 1 thread beside a writer |'",
    "beside, '| 50,000 edges deleted or added, SYNC |'",
    "unflushed, '| scale 7 |'",
    "open, '| values on 600 pages |'",
    "recovery, '| 50,000 edges in a transaction |'",
    "many, '| after load and a checkpoint, of 3 databases |'",
    "reorganize, '| routes S7, COMMUNITIES |'",
    "gap, '| one of 64 at once |'"
  })
  void run_smallest_fillsTheTable(String study, String row, @TempDir Path directory)
      throws IOException {
    Path stores = directory.resolve("stores");
    StudyOptions options = new StudyOptions(List.of(study), 7, 1, stores, 0.02, 600, 1 << 20, 3);

    String report = StudyBenchmarks.run(options, "smoke test");

    List<String> cells =
        report.lines().filter(line -> line.startsWith(row)).findFirst().stream()
            .flatMap(line -> Stream.of(line.split("\\|", -1)))
            .map(String::strip)
            .toList();
    assertThat(cells).as(report).hasSizeGreaterThan(4);
    assertThat(cells.subList(1, cells.size() - 1)).as(report).doesNotContain("", "NaN");
    try (Stream<Path> left = Files.list(stores)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void parse_allOptions_areTaken() {
    StudyOptions options =
        StudyOptions.parse("--study", "open,many", "--pages", "7", "--mebibytes", "2");

    assertThat(options.studies()).containsExactly("open", "many");
    assertThat(options.unflushedPages()).isEqualTo(7);
    assertThat(options.journalBytes()).isEqualTo(2 << 20);
    assertThat(StudyOptions.parse("--study", "all").studies()).isEqualTo(StudyOptions.STUDIES);
  }

  @Test
  void parse_unknown_fails() {
    assertThatThrownBy(() -> StudyOptions.parse("--study", "weather"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("weather");
    assertThatThrownBy(() -> StudyOptions.parse("--colour", "red"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--colour");
  }
}
