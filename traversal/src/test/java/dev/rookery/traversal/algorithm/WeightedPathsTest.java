package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.error.PropertyException;
import dev.rookery.traversal.CheapestPath;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jgrapht.alg.shortestpath.DijkstraShortestPath;
import org.jgrapht.graph.DefaultWeightedEdge;
import org.jgrapht.graph.DirectedWeightedPseudograph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Distances and cheapest paths against relaxing all edges again and again, and against JGraphT.
final class WeightedPathsTest {
  @Test
  void distances_onRandomGraphs_agreeWithRelaxation() {
    for (RandomGraph graph : Seeds.graphs("WeightedPathsTest", 21)) {
      try (graph) {
        int start = graph.nodeCount / 3;
        checkDistances(graph, start, EdgeSelection.out(), "ABM", true, false);
        checkDistances(graph, start, EdgeSelection.in("A", "B"), "AB", false, true);
        checkDistances(graph, 0, EdgeSelection.both("A"), "A", true, true);
      }
    }
  }

  private static void checkDistances(
      RandomGraph graph,
      int start,
      EdgeSelection selection,
      String types,
      boolean out,
      boolean in) {
    double[] expected = relax(graph, start, types, out, in);
    ShortestDistances description =
        ShortestDistances.from(graph.ids[start]).along(selection, "weight");
    for (RunOptions options : RandomGraph.MATRIX) {
      assertThat(graph.doubles(description.run(graph.tx(), options)::get))
          .containsExactly(expected);
    }
    for (double delta : new double[] {1e-9, 17, 1e9}) {
      NodeDoubles found = description.delta(delta).run(graph.tx(), RunOptions.defaults());
      assertThat(graph.doubles(found::get)).containsExactly(expected);
    }
    checkOracle(graph, start, types, out, in, expected);
  }

  private static double[] relax(
      RandomGraph graph, int start, String types, boolean out, boolean in) {
    double[] distances = new double[graph.nodeCount];
    Arrays.fill(distances, Double.POSITIVE_INFINITY);
    distances[start] = 0;
    boolean isChanged = true;
    while (isChanged) {
      isChanged = false;
      for (RandomGraph.Arc arc : graph.arcs) {
        if (types.contains(arc.type())) {
          if (out && distances[arc.source()] + arc.weight() < distances[arc.target()]) {
            distances[arc.target()] = distances[arc.source()] + arc.weight();
            isChanged = true;
          }
          if (in && distances[arc.target()] + arc.weight() < distances[arc.source()]) {
            distances[arc.source()] = distances[arc.target()] + arc.weight();
            isChanged = true;
          }
        }
      }
    }
    return distances;
  }

  private static void checkOracle(
      RandomGraph graph, int start, String types, boolean out, boolean in, double[] distances) {
    DirectedWeightedPseudograph<Integer, DefaultWeightedEdge> oracle =
        new DirectedWeightedPseudograph<>(DefaultWeightedEdge.class);
    IntStream.range(0, graph.nodeCount).forEach(oracle::addVertex);
    for (RandomGraph.Arc arc : graph.arcs) {
      if (types.contains(arc.type()) && out) {
        oracle.setEdgeWeight(oracle.addEdge(arc.source(), arc.target()), arc.weight());
      }
      if (types.contains(arc.type()) && in) {
        oracle.setEdgeWeight(oracle.addEdge(arc.target(), arc.source()), arc.weight());
      }
    }
    var paths = new DijkstraShortestPath<>(oracle).getPaths(start);
    for (int node = 0; node < graph.nodeCount; node += 1 + graph.nodeCount / 100) {
      assertThat(paths.getWeight(node)).isEqualTo(distances[node]);
    }
  }

  @Test
  void cheapestPath_onRandomGraphs_hasTheLeastWeightAndExists() {
    for (RandomGraph graph : Seeds.graphs("WeightedPathsTest.paths", 22)) {
      try (graph) {
        int start = graph.nodeCount / 2;
        double[] there = relax(graph, start, "ABM", true, false);
        for (int end = 0; end < graph.nodeCount; end += 1 + graph.nodeCount / 40) {
          checkPath(graph, start, end, there[end]);
        }
      }
    }
  }

  private static void checkPath(RandomGraph graph, int start, int end, double expected) {
    CheapestPath description =
        CheapestPath.between(graph.ids[start], graph.ids[end]).out().weight("weight");
    // What is true, from the other end, times a share that differs from node to node: it never says
    // too much, and is not consistent.
    double[] back = relax(graph, end, "ABM", false, true);
    Map<Long, Double> truth = new HashMap<>();
    for (int node = 0; node < graph.nodeCount; node++) {
      truth.put(graph.ids[node], back[node]);
    }
    CheapestPath guided =
        description.heuristic(node -> {
          double share = node % 3 / 2.0;
          return share == 0 ? 0 : truth.get(node) * share;
        });
    for (CheapestPath each : new CheapestPath[] {description, guided}) {
      Optional<CheapestPath.Found> found = each.find(graph.tx());
      assertThat(found.isPresent()).isEqualTo(Double.isFinite(expected));
      assertThat(each.find(graph.tx(), RunOptions.defaults())).isEqualTo(found);
      if (found.isPresent()) {
        assertThat(found.get().weight()).isCloseTo(expected, within(1e-9));
        assertThat(found.get().path().start()).isEqualTo(graph.ids[start]);
        assertThat(found.get().path().end()).isEqualTo(graph.ids[end]);
        double sum = 0;
        long at = graph.ids[start];
        for (Edge edge : found.get().path().edges()) {
          assertThat(edge.source()).isEqualTo(at);
          at = edge.target();
          sum += edge.getDouble("weight");
        }
        assertThat(at).isEqualTo(graph.ids[end]);
        assertThat(sum).isEqualTo(found.get().weight());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"negative", "missing", "none", "text", "nan"})
  void weight_thatIsNone_isAnException(String mistake) {
    try (Graph graph = Graph.inMemory()) {
      long[] nodes = new long[3];
      graph.execute(write -> {
        for (int i = 0; i < 3; i++) {
          nodes[i] = write.addNode();
        }
        write.addEdge("E", nodes[0], nodes[1], Map.of("weight", 1));
        write.addEdge(
            "E",
            nodes[1],
            nodes[2],
            switch (mistake) {
              case "negative" -> Map.of("weight", -0.5);
              case "missing" -> Map.of("other", 1);
              case "text" -> Map.of("weight", "far");
              case "nan" -> Map.of("weight", Double.NaN);
              default -> Map.of();
            });
      });
      try (ReadTransaction tx = graph.beginRead()) {
        CheapestPath path = CheapestPath.between(nodes[0], nodes[2]).out().weight("weight");
        assertThatThrownBy(() -> path.find(tx)).isInstanceOf(PropertyException.class);
        ShortestDistances distances =
            ShortestDistances.from(nodes[0]).along(EdgeSelection.out(), "weight").delta(1);
        for (int workers = 1; workers <= 2; workers++) {
          RunOptions options = RunOptions.defaults().withWorkerCount(workers);
          assertThatThrownBy(() -> distances.run(tx, options))
              .isInstanceOf(PropertyException.class);
        }
        if (mistake.equals("negative")) {
          assertThatThrownBy(() -> path.find(tx))
              .hasMessageContaining("negative")
              .hasMessageContaining("source=" + nodes[1])
              .hasMessageContaining("target=" + nodes[2]);
        }
      }
    }
  }
}
