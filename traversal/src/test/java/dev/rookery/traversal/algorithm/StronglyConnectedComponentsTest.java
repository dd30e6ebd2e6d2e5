package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jgrapht.Graph;
import org.jgrapht.alg.connectivity.GabowStrongConnectivityInspector;
import org.jgrapht.graph.DefaultEdge;
import org.jgrapht.graph.DirectedPseudograph;
import org.junit.jupiter.api.Test;

/// Strong components against reachability both ways, and against JGraphT.
final class StronglyConnectedComponentsTest {
  @Test
  void run_onRandomGraphs_agreesWithReachability() {
    for (RandomGraph graph : Seeds.graphs("StronglyConnectedComponentsTest", 19)) {
      try (graph) {
        check(graph, EdgeSelection.out(), graph.targets("ABM", true, false));
        check(graph, EdgeSelection.in("A", "M"), graph.targets("AM", false, true));
        check(graph, EdgeSelection.both("B"), graph.targets("B", true, true));
      }
    }
  }

  private static void check(
      RandomGraph graph, EdgeSelection selection, List<List<Integer>> targets) {
    long[] expected = oracle(graph, targets);
    if (graph.nodeCount <= 60) {
      assertThat(reachability(graph, targets)).containsExactly(expected);
    }
    for (RunOptions options : RandomGraph.MATRIX) {
      Components found = StronglyConnectedComponents.along(selection).run(graph.tx(), options);
      assertThat(graph.values(found::of)).containsExactly(expected);
      assertThat(found.count()).isEqualTo(Arrays.stream(expected).distinct().count());
    }
  }

  private static long[] oracle(RandomGraph graph, List<List<Integer>> targets) {
    Graph<Integer, DefaultEdge> oracle = new DirectedPseudograph<>(DefaultEdge.class);
    IntStream.range(0, graph.nodeCount).forEach(oracle::addVertex);
    for (int node = 0; node < graph.nodeCount; node++) {
      for (int target : targets.get(node)) {
        oracle.addEdge(node, target);
      }
    }
    long[] labels = new long[graph.nodeCount];
    new GabowStrongConnectivityInspector<>(oracle)
        .stronglyConnectedSets()
        .forEach(set -> {
          long least = set.stream().mapToLong(node -> graph.ids[node]).min().orElseThrow();
          set.forEach(node -> labels[node] = least);
        });
    return labels;
  }

  private static long[] reachability(RandomGraph graph, List<List<Integer>> targets) {
    int count = graph.nodeCount;
    int[][] distances =
        IntStream.range(0, count)
            .mapToObj(i -> BreadthFirstTest.distances(targets, new int[] {i}, Integer.MAX_VALUE))
            .toArray(int[][]::new);
    return IntStream.range(0, count)
        .mapToLong(i ->
            IntStream.range(0, count)
                .filter(j -> distances[i][j] >= 0 && distances[j][i] >= 0)
                .mapToLong(j -> graph.ids[j])
                .min()
                .orElseThrow())
        .toArray();
  }
}
