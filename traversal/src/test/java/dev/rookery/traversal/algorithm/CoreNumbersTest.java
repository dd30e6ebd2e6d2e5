package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jgrapht.Graph;
import org.jgrapht.alg.scoring.Coreness;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.SimpleGraph;
import org.junit.jupiter.api.Test;

/// Core numbers against taking nodes away round by round, and against JGraphT.
final class CoreNumbersTest {
  @Test
  void run_onRandomGraphs_agreesWithTakingNodesAway() {
    for (RandomGraph graph : Seeds.graphs("CoreNumbersTest", 18)) {
      try (graph) {
        check(graph, EdgeSelection.out(), "ABM");
        check(graph, EdgeSelection.in("A"), "A");
      }
    }
  }

  private static void check(RandomGraph graph, EdgeSelection selection, String types) {
    List<Set<Integer>> neighbors = TriangleCountTest.neighborSets(graph, types);
    long[] expected = cores(neighbors);
    Graph<Integer, DefaultEdge> oracle = new SimpleGraph<>(DefaultEdge.class);
    IntStream.range(0, graph.nodeCount).forEach(oracle::addVertex);
    for (int node = 0; node < graph.nodeCount; node++) {
      for (int other : neighbors.get(node)) {
        oracle.addEdge(node, other);
      }
    }
    new Coreness<>(oracle)
        .getScores()
        .forEach((node, core) -> assertThat(expected[node]).isEqualTo((long) core));
    for (RunOptions options : RandomGraph.MATRIX) {
      NodeLongs found = CoreNumbers.along(selection).run(graph.tx(), options);
      assertThat(graph.values(found::get)).containsExactly(expected);
    }
  }

  private static long[] cores(List<Set<Integer>> neighbors) {
    long[] cores = new long[neighbors.size()];
    boolean[] isGone = new boolean[neighbors.size()];
    for (int k = 1; !IntStream.range(0, isGone.length).allMatch(i -> isGone[i]); k++) {
      int least = k;
      boolean isChanged = true;
      while (isChanged) {
        isChanged = false;
        for (int node = 0; node < isGone.length; node++) {
          if (!isGone[node]
              && neighbors.get(node).stream().filter(other -> !isGone[other]).count() < least) {
            isGone[node] = true;
            isChanged = true;
          }
        }
      }
      for (int node = 0; node < isGone.length; node++) {
        cores[node] = isGone[node] ? cores[node] : least;
      }
    }
    assertThat(Arrays.stream(cores).min().orElse(0)).isNotNegative();
    return cores;
  }
}
