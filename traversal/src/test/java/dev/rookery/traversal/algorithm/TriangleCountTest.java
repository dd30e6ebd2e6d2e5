package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Direction;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jgrapht.Graph;
import org.jgrapht.GraphMetrics;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleGraph;
import org.junit.jupiter.api.Test;

/// Triangles against plain loops over sets, and against JGraphT.
final class TriangleCountTest {
  @Test
  void run_onRandomGraphs_agreesWithPlainLoops() {
    for (RandomGraph graph : Seeds.graphs("TriangleCountTest", 15)) {
      try (graph) {
        check(graph, EdgeSelection.out(), "ABM");
        check(graph, EdgeSelection.both("A").and(Direction.IN, "M"), "AM");
      }
    }
  }

  private static void check(RandomGraph graph, EdgeSelection selection, String types) {
    List<Set<Integer>> neighbors = neighborSets(graph, types);
    long expected = 0;
    Graph<Integer, DefaultEdge> oracle = new SimpleGraph<>(DefaultEdge.class);
    IntStream.range(0, graph.nodeCount).forEach(oracle::addVertex);
    for (int node = 0; node < graph.nodeCount; node++) {
      for (int other : neighbors.get(node)) {
        if (other > node) {
          oracle.addEdge(node, other);
          expected +=
              neighbors.get(other).stream()
                  .filter(third -> third > other && neighbors.get(third).contains(other))
                  .filter(neighbors.get(node)::contains)
                  .count();
        }
      }
    }
    assertThat(GraphMetrics.getNumberOfTriangles(oracle)).isEqualTo(expected);
    for (RunOptions options : RandomGraph.MATRIX) {
      assertThat(TriangleCount.along(selection).run(graph.tx(), options).count())
          .isEqualTo(expected);
    }
  }

  /// Returns for each node its neighbours, whatever the direction, without itself.
  static List<Set<Integer>> neighborSets(RandomGraph graph, String types) {
    List<List<Integer>> targets = graph.targets(types, true, true);
    return IntStream.range(0, graph.nodeCount)
        .mapToObj(node -> {
          Set<Integer> set = new TreeSet<>(targets.get(node));
          set.remove(node);
          return set;
        })
        .toList();
  }
}
