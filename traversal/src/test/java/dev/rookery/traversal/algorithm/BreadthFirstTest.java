package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Distances against a plain queue.
final class BreadthFirstTest {
  @Test
  void run_onRandomGraphs_agreesWithAQueue() {
    for (RandomGraph graph : Seeds.graphs("BreadthFirstTest", 14)) {
      try (graph) {
        check(graph, EdgeSelection.out(), graph.targets("ABM", true, false), 0);
        check(graph, EdgeSelection.both("A"), graph.targets("A", true, true), 0, 1, 2, 0);
        check(graph, EdgeSelection.in("M", "B"), graph.targets("BM", false, true), 5, 3);
      }
    }
  }

  private static void check(
      RandomGraph graph, EdgeSelection selection, List<List<Integer>> targets, int... some) {
    int[] starts = Arrays.stream(some).map(start -> start % graph.nodeCount).toArray();
    long[] startNodes = Arrays.stream(starts).mapToLong(start -> graph.ids[start]).toArray();
    for (int depth : new int[] {0, 2, Integer.MAX_VALUE}) {
      int[] expected = distances(targets, starts, depth);
      for (RunOptions options : RandomGraph.MATRIX) {
        NodeLevels found =
            BreadthFirst.from(startNodes).along(selection).maxDepth(depth).run(graph.tx(), options);
        long[] sizes = new long[found.sizes().length];
        for (int node = 0; node < graph.nodeCount; node++) {
          assertThat(found.distance(graph.ids[node]).orElse(-1)).isEqualTo(expected[node]);
          if (expected[node] >= 0) {
            sizes[expected[node]]++;
          }
        }
        assertThat(found.sizes()).containsExactly(sizes);
        checkVisited(found);
      }
    }
  }

  private static void checkVisited(NodeLevels found) {
    Map<Long, Integer> visited = new HashMap<>();
    found.forEach((node, level) -> assertThat(visited.put(node, level)).isNull());
    assertThat((long) visited.size()).isEqualTo(found.reachedCount());
    visited.forEach((node, level) -> assertThat(found.distance(node)).hasValue(level));
  }

  /// Returns the distance of each node, -1 if it is not reached.
  static int[] distances(List<List<Integer>> targets, int[] starts, int depth) {
    int[] distances = new int[targets.size()];
    Arrays.fill(distances, -1);
    Deque<Integer> queue = new ArrayDeque<>();
    for (int start : starts) {
      if (distances[start] < 0) {
        distances[start] = 0;
        queue.add(start);
      }
    }
    while (!queue.isEmpty()) {
      int node = queue.remove();
      for (int target : targets.get(node)) {
        if (distances[target] < 0 && distances[node] < depth) {
          distances[target] = distances[node] + 1;
          queue.add(target);
        }
      }
    }
    return distances;
  }

  @Test
  void description_thatIsWrong_isRefused() {
    assertThatThrownBy(BreadthFirst::from).hasMessageContaining("no start node");
    assertThatThrownBy(() -> BreadthFirst.from(1).maxDepth(-1)).hasMessageContaining("maxDepth=-1");
    try (RandomGraph graph = RandomGraph.of(Seeds.random("BreadthFirstTest.bad", 1), 3, 3, 3)) {
      BreadthFirst unknown = BreadthFirst.from(1L << 40).along(EdgeSelection.out());
      assertThatThrownBy(() -> unknown.run(graph.tx(), RunOptions.defaults()))
          .isInstanceOf(NodeNotFoundException.class);
      assertThatThrownBy(
              () -> BreadthFirst.from(graph.ids[0]).run(graph.tx(), RunOptions.defaults()))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
