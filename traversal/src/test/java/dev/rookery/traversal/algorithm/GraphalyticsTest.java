package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.rookery.traversal.run.RunOptions;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.LongToDoubleFunction;
import java.util.function.LongUnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The six kernels of LDBC Graphalytics on its own small graphs, against its own results. The data
/// lies beside that of the air routes; without it, the tests are skipped.
final class GraphalyticsTest {
  private static final double TOLERANCE = 1e-6;
  private static final RunOptions OPTIONS = RunOptions.defaults().withWorkerCount(2);

  @BeforeEach
  void assumeDataIsThere() {
    assumeThat(GraphalyticsData.isThere()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "wcc/dir-input, wcc/dir-output, true",
    "wcc/undir-input, wcc/undir-output, false",
    "example/example-directed-input, example/example-directed-WCC, true",
    "example/example-undirected-input, example/example-undirected-WCC, false"
  })
  void connectedComponents(String input, String output, boolean isDirected) throws IOException {
    try (GraphalyticsData data = new GraphalyticsData(input, isDirected)) {
      Components found = ConnectedComponents.along(data.edges()).run(data.tx(), OPTIONS);
      checkGroups(data, output, node -> data.vertex(found.of(node)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "pr/dir-input, pr/dir-output, true, 14",
    "pr/undir-input, pr/undir-output, false, 26",
    "example/example-directed-input, example/example-directed-PR, true, 2",
    "example/example-undirected-input, example/example-undirected-PR, false, 2"
  })
  void pageRank(String input, String output, boolean isDirected, int iterations)
      throws IOException {
    try (GraphalyticsData data = new GraphalyticsData(input, isDirected)) {
      NodeDoubles found =
          PageRank.along(data.edges()).iterations(iterations).run(data.tx(), OPTIONS);
      checkNumbers(data, output, found::get);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bfs/dir-input, bfs/dir-output, true, 1",
    "bfs/undir-input, bfs/undir-output, false, 1",
    "example/example-directed-input, example/example-directed-BFS, true, 1",
    "example/example-undirected-input, example/example-undirected-BFS, false, 2"
  })
  void breadthFirst(String input, String output, boolean isDirected, long source)
      throws IOException {
    try (GraphalyticsData data = new GraphalyticsData(input, isDirected)) {
      NodeLevels found =
          BreadthFirst.from(data.node(source)).along(data.edges()).run(data.tx(), OPTIONS);
      checkGroups(
          data,
          output,
          node -> {
            OptionalInt distance = found.distance(node);
            return distance.isPresent() ? distance.getAsInt() : Long.MAX_VALUE;
          });
    }
  }

  @ParameterizedTest
  @CsvSource({
    "cdlp/dir-input, cdlp/dir-output, true, 5",
    "cdlp/undir-input, cdlp/undir-output, false, 5",
    "example/example-directed-input, example/example-directed-CDLP, true, 2",
    "example/example-undirected-input, example/example-undirected-CDLP, false, 2"
  })
  void labelPropagation(String input, String output, boolean isDirected, int iterations)
      throws IOException {
    try (GraphalyticsData data = new GraphalyticsData(input, isDirected)) {
      NodeLongs found =
          LabelPropagation.along(data.edges()).iterations(iterations).run(data.tx(), OPTIONS);
      checkGroups(data, output, node -> data.vertex(found.get(node)));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "lcc/dir-input, lcc/dir-output, true",
    "lcc/undir-input, lcc/undir-output, false",
    "example/example-directed-input, example/example-directed-LCC, true",
    "example/example-undirected-input, example/example-undirected-LCC, false"
  })
  void clusteringCoefficient(String input, String output, boolean isDirected) throws IOException {
    try (GraphalyticsData data = new GraphalyticsData(input, isDirected)) {
      NodeDoubles found = ClusteringCoefficient.along(data.edges()).run(data.tx(), OPTIONS);
      checkNumbers(data, output, found::get);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sssp/dir-input, sssp/dir-output, true, 1",
    "sssp/undir-input, sssp/undir-output, false, 1",
    "example/example-directed, example/example-directed-SSSP, true, 1",
    "example/example-undirected, example/example-undirected-SSSP, false, 2"
  })
  void shortestDistances(String input, String output, boolean isDirected, long source)
      throws IOException {
    try (GraphalyticsData data = new GraphalyticsData(input, isDirected)) {
      NodeDoubles found =
          ShortestDistances.from(data.node(source))
              .along(data.edges(), "weight")
              .run(data.tx(), OPTIONS);
      checkNumbers(data, output, found::get);
    }
  }

  private static void checkGroups(GraphalyticsData data, String output, LongUnaryOperator found)
      throws IOException {
    Map<Long, Long> expected = new TreeMap<>();
    Map<Long, Long> actual = new TreeMap<>();
    GraphalyticsData.output(output)
        .forEach((vertex, value) -> {
          expected.put(vertex, Long.valueOf(value));
          actual.put(vertex, found.applyAsLong(data.node(vertex)));
        });
    assertThat(actual).isEqualTo(expected).isNotEmpty();
  }

  private static void checkNumbers(GraphalyticsData data, String output, LongToDoubleFunction found)
      throws IOException {
    Map<Long, String> expected = GraphalyticsData.output(output);
    assertThat(expected).isNotEmpty();
    expected.forEach((vertex, value) -> {
      double actual = found.applyAsDouble(data.node(vertex));
      double number = value.equals("Infinity") ? 1 / 0.0 : Double.parseDouble(value);
      if (Double.isInfinite(number)) {
        assertThat(actual).isEqualTo(number);
      } else {
        assertThat(actual).as("vertex %d", vertex).isCloseTo(number, within(TOLERANCE));
      }
    });
  }
}
