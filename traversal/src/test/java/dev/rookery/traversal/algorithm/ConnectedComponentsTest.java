package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Direction;
import dev.rookery.graph.Graph;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;
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

  /// Some stars whose centres have trees of pages of their own, and pairs among what is left: no
  /// component holds most of the nodes, and parts have several leaves.
  @Test
  void run_onStarsAndPairs_findsThem() {
    Random random = Seeds.random("ConnectedComponentsTest.stars", 14);
    int nodeCount = 150_000;
    int starCount = 4;
    int[] component = new int[nodeCount];
    try (Graph graph = Graph.inMemory()) {
      try (BulkLoader load = graph.bulkLoad(BulkLoadOptions.defaults())) {
        for (int i = 0; i < nodeCount; i++) {
          load.addNode();
        }
        for (int i = 0; i < nodeCount; i++) {
          int star = random.nextInt(2 * starCount);
          boolean isInPair = star >= starCount && i % 2 == 1 && component[i - 1] == i - 1;
          component[i] = i < starCount ? i : star < starCount ? star : isInPair ? i - 1 : i;
          if (component[i] != i) {
            boolean isOut = random.nextBoolean();
            load.addEdge(
                random.nextBoolean() ? "A" : "B",
                1 + (isOut ? component[i] : i),
                1 + (isOut ? i : component[i]));
          }
        }
        load.finish();
      }
      graph.read(tx -> {
        for (RunOptions options : RandomGraph.MATRIX) {
          Components found = ConnectedComponents.along(EdgeSelection.out()).run(tx, options);
          for (int i = 0; i < nodeCount; i++) {
            if (found.of(i + 1L) != component[i] + 1L) {
              assertThat(found.of(i + 1L)).as("node " + i).isEqualTo(component[i] + 1L);
            }
          }
          assertThat(found.count()).isEqualTo(Arrays.stream(component).distinct().count());
        }
        return null;
      });
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
