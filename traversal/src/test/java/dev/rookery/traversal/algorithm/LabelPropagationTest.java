package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Labels against counts in sorted maps.
final class LabelPropagationTest {
  @Test
  void run_onRandomGraphs_agreesWithCounts() {
    for (RandomGraph graph : Seeds.graphs("LabelPropagationTest", 16)) {
      try (graph) {
        check(graph, EdgeSelection.out(), "ABM", 3);
        check(graph, EdgeSelection.both("A"), "A", 1);
        check(graph, EdgeSelection.in("M"), "M", 40);
        check(graph, EdgeSelection.in("B"), "B", 0);
      }
    }
  }

  private static void check(
      RandomGraph graph, EdgeSelection selection, String types, int iterations) {
    List<List<Integer>> neighbors = graph.targets(types, true, true);
    long[] labels = graph.ids.clone();
    for (int i = 0; i < iterations; i++) {
      long[] next = labels.clone();
      for (int node = 0; node < labels.length; node++) {
        Map<Long, Integer> counts = new TreeMap<>();
        for (int neighbor : neighbors.get(node)) {
          counts.merge(labels[neighbor], 1, Integer::sum);
        }
        int best = 0;
        for (Map.Entry<Long, Integer> entry : counts.entrySet()) {
          if (entry.getValue() > best) {
            best = entry.getValue();
            next[node] = entry.getKey();
          }
        }
      }
      labels = next;
    }
    for (RunOptions options : RandomGraph.MATRIX) {
      NodeLongs found =
          LabelPropagation.along(selection).iterations(iterations).run(graph.tx(), options);
      assertThat(graph.values(found::get)).containsExactly(labels);
      graph.checkVisited(visitor -> found.forEach(visitor::accept), found::get);
    }
  }
}
