package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jgrapht.Graph;
import org.jgrapht.alg.scoring.ClusteringCoefficient;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleGraph;
import org.junit.jupiter.api.Test;

/// Coefficients against plain loops over sets, and those of undirected graphs against JGraphT.
final class ClusteringCoefficientTest {
  @Test
  void run_onRandomGraphs_agreesWithPlainLoops() {
    for (RandomGraph graph : Seeds.graphs("ClusteringCoefficientTest", 17)) {
      try (graph) {
        check(graph, EdgeSelection.out(), "ABM", graph.targets("ABM", true, false));
        check(graph, EdgeSelection.in("A", "M"), "AM", graph.targets("AM", false, true));
        check(graph, EdgeSelection.both("A", "B"), "AB", graph.targets("AB", true, true));
        checkOracle(graph);
      }
    }
  }

  private static void check(
      RandomGraph graph, EdgeSelection selection, String types, List<List<Integer>> targets) {
    List<Set<Integer>> neighbors = TriangleCountTest.neighborSets(graph, types);
    List<HashSet<Integer>> sets = targets.stream().map(HashSet::new).toList();
    double[] expected = new double[graph.nodeCount];
    for (int node = 0; node < graph.nodeCount; node++) {
      Set<Integer> around = neighbors.get(node);
      long edges = 0;
      for (int neighbor : around) {
        Set<Integer> its = sets.get(neighbor);
        Set<Integer> fewer = its.size() < around.size() ? its : around;
        Set<Integer> more = its.size() < around.size() ? around : its;
        edges += fewer.stream().filter(other -> other != neighbor && more.contains(other)).count();
      }
      double size = around.size();
      expected[node] = size < 2 ? 0 : edges / (size * (size - 1));
    }
    for (RunOptions options : RandomGraph.MATRIX) {
      NodeDoubles found =
          dev.rookery.traversal.algorithm.ClusteringCoefficient.along(selection)
              .run(graph.tx(), options);
      assertThat(graph.doubles(found::get)).containsExactly(expected);
    }
  }

  private static void checkOracle(RandomGraph graph) {
    Graph<Integer, DefaultEdge> oracle = new SimpleGraph<>(DefaultEdge.class);
    IntStream.range(0, graph.nodeCount).forEach(oracle::addVertex);
    List<Set<Integer>> neighbors = TriangleCountTest.neighborSets(graph, "ABM");
    for (int node = 0; node < graph.nodeCount; node++) {
      for (int other : neighbors.get(node)) {
        oracle.addEdge(node, other);
      }
    }
    NodeDoubles found =
        dev.rookery.traversal.algorithm.ClusteringCoefficient.along(EdgeSelection.both())
            .run(graph.tx(), RunOptions.defaults());
    new ClusteringCoefficient<>(oracle)
        .getScores()
        .forEach((node, score) -> {
          double expected = neighbors.get(node).size() < 2 ? 0 : score;
          assertThat(found.get(graph.ids[node])).isCloseTo(expected, within(1e-12));
        });
  }
}
