package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Direction;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Components against a flood from each node in turn.
final class ConnectedComponentsTest {
  @Test
  void run_onRandomGraphs_agreesWithAFlood() {
    for (RandomGraph graph : Seeds.graphs("ConnectedComponentsTest", 11)) {
      try (graph) {
        check(graph, EdgeSelection.both(), "ABM");
        check(graph, EdgeSelection.out("A", "none"), "A");
        check(graph, EdgeSelection.in("M").and(Direction.OUT, "B"), "BM");
        check(graph, EdgeSelection.out("none"), "");
      }
    }
  }

  private static void check(RandomGraph graph, EdgeSelection selection, String types) {
    long[] expected = flood(graph, types);
    long count = Arrays.stream(expected).distinct().count();
    for (RunOptions options : RandomGraph.MATRIX) {
      Components found = ConnectedComponents.along(selection).run(graph.tx(), options);
      assertThat(graph.values(found::of)).containsExactly(expected);
      assertThat(found.count()).isEqualTo(count);
      graph.checkVisited(visitor -> found.forEach(visitor::accept), found::of);
    }
  }

  /// Returns for each node the smallest id of its component.
  static long[] flood(RandomGraph graph, String types) {
    List<List<Integer>> neighbors = graph.targets(types, true, true);
    long[] labels = new long[graph.nodeCount];
    int[] order =
        IntStream.range(0, graph.nodeCount)
            .boxed()
            .sorted(Comparator.comparing(i -> graph.ids[i]))
            .mapToInt(i -> i)
            .toArray();
    Deque<Integer> queue = new ArrayDeque<>();
    for (int start : order) {
      if (labels[start] == 0) {
        labels[start] = graph.ids[start];
        queue.add(start);
        while (!queue.isEmpty()) {
          for (int neighbor : neighbors.get(queue.remove())) {
            if (labels[neighbor] == 0) {
              labels[neighbor] = graph.ids[start];
              queue.add(neighbor);
            }
          }
        }
      }
    }
    return labels;
  }
}
