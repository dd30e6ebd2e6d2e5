package dev.rookery.benchmarks.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.benchmarks.graph.RmatGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// That the works run and that all peers give the same answers; no figure is looked at.
class WorkBenchmarksTest {
  private static final List<String> PEERS =
      List.of("rookery", "rookery-cursor", "lmdb", "rocksdb", "csr", "raw");

  @Test
  void run_smallGraph_answersAgree(@TempDir Path directory) throws IOException {
    Path stores = directory.resolve("stores");
    WorkOptions options =
        new WorkOptions(List.of(Work.values()), 10, 1, PEERS, stores, 0.05, false);

    WorkBenchmarks.Result result = WorkBenchmarks.run(options, "smoke test");

    assertThat(result.answersAgree()).as(result.report()).isTrue();
    for (Work work : Work.values()) {
      assertThat(result.report()).contains("| " + work.label() + " | " + work.unit);
    }
    try (Stream<Path> left = Files.list(stores)) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void generate_scale17_hasTheEdgesOfTheTables() {
    RmatGraph graph = RmatGraph.generate(17);

    assertThat(graph.nodeCount).isEqualTo(131_072);
    assertThat(graph.edgeCount()).isBetween(1_935_000, 1_945_000);
  }

  @Test
  void add_answersDiffer_noFigure() {
    Figures figures = new Figures();

    figures.add(Work.W5, Map.of("rookery", Outcome.of(10, 1), "lmdb", Outcome.of(5, 2)));

    assertThat(figures.differences()).containsKey(Work.W5);
    assertThat(figures.median(Work.W5, "rookery")).isEmpty();
    assertThat(figures.ratios(Work.W5, "rookery", "lmdb")).isEmpty();
  }

  @Test
  void parse_allOptions_areTaken() {
    WorkOptions options =
        WorkOptions.parse("--work", "W5b,W1a", "--peers", "csr", "--scale", "9", "--clock", "cpu");

    assertThat(options.works()).containsExactly(Work.W5B, Work.W1A);
    assertThat(options.peers()).containsExactly("csr");
    assertThat(options.scale()).isEqualTo(9);
    assertThat(options.cpuTime()).isTrue();
  }

  @Test
  void parse_unknownOption_fails() {
    assertThatThrownBy(() -> WorkOptions.parse("--colour", "red"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--colour");
  }
}
