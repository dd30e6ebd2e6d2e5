package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Degrees against the lengths of lists.
final class DegreeDistributionTest {
  @Test
  void run_onRandomGraphs_countsWhatListsHold() {
    for (RandomGraph graph : Seeds.graphs("DegreeDistributionTest", 20)) {
      try (graph) {
        check(graph, EdgeSelection.out(), graph.targets("ABM", true, false));
        check(graph, EdgeSelection.in("M"), graph.targets("M", false, true));
        check(graph, EdgeSelection.both("A", "B"), graph.targets("AB", true, true));
      }
    }
  }

  private static void check(
      RandomGraph graph, EdgeSelection selection, List<List<Integer>> targets) {
    long[] expected = targets.stream().mapToLong(List::size).toArray();
    Map<Long, Long> counts = new TreeMap<>();
    long sum = 0;
    for (long degree : expected) {
      counts.merge(degree, 1L, Long::sum);
      sum += degree;
    }
    for (RunOptions options : RandomGraph.MATRIX) {
      DegreeDistribution.Degrees found =
          DegreeDistribution.along(selection).run(graph.tx(), options);
      assertThat(graph.values(found.nodes()::get)).containsExactly(expected);
      Map<Long, Long> visited = new TreeMap<>();
      found.forEach(visited::put);
      assertThat(visited).isEqualTo(counts);
      assertThat(found.sum()).isEqualTo(sum);
      assertThat(found.nodeCount(found.largest())).isPositive();
      assertThat(found.nodeCount(found.largest() + 1)).isZero();
      assertThat(found.nodeCount(-1)).isZero();
    }
  }
}
