package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// PageRank against its definition, and against itself to the last bit.
final class PageRankTest {
  @Test
  void run_onRandomGraphs_agreesWithTheDefinition() {
    for (RandomGraph graph : Seeds.graphs("PageRankTest", 12)) {
      try (graph) {
        check(graph, EdgeSelection.out(), graph.targets("ABM", true, false), 0.85, 7);
        check(graph, EdgeSelection.in("A", "M"), graph.targets("AM", false, true), 0.5, 4);
        check(graph, EdgeSelection.both("A"), graph.targets("A", true, true), 0.99, 3);
        check(graph, EdgeSelection.out("B"), graph.targets("B", true, false), 0.85, 0);
        check(graph, EdgeSelection.out("B"), graph.targets("B", true, false), 0, 2);
      }
    }
  }

  private static void check(
      RandomGraph graph,
      EdgeSelection selection,
      List<List<Integer>> targets,
      double damping,
      int iterations) {
    PageRank description = PageRank.along(selection).damping(damping).iterations(iterations);
    double[] even = new double[graph.nodeCount];
    Arrays.fill(even, 1.0 / graph.nodeCount);
    checkAll(graph, description, ranks(targets, even, damping, iterations));

    double[] starts = new double[graph.nodeCount];
    long[] startNodes = new long[3];
    for (int i = 0; i < 3; i++) {
      int start = (i * 7 + iterations) % graph.nodeCount;
      starts[start] += 1 / 3.0;
      startNodes[i] = graph.ids[start];
    }
    checkAll(
        graph, description.startingAt(startNodes), ranks(targets, starts, damping, iterations));
  }

  private static void checkAll(RandomGraph graph, PageRank description, double[] expected) {
    double[] first = null;
    for (RunOptions options : RandomGraph.MATRIX) {
      NodeDoubles found = description.run(graph.tx(), options);
      double[] values = graph.doubles(found::get);
      if (first == null) {
        first = values;
        double sum = 0;
        for (int i = 0; i < values.length; i++) {
          assertThat(values[i]).isCloseTo(expected[i], within(1e-12));
          sum += values[i];
        }
        assertThat(sum).isCloseTo(1, within(1e-9));
      }
      assertThat(values).containsExactly(first);
    }
  }

  private static double[] ranks(
      List<List<Integer>> targets, double[] starts, double damping, int iterations) {
    double[] ranks = starts.clone();
    for (int i = 0; i < iterations; i++) {
      double[] next = new double[ranks.length];
      double idle = 0;
      for (int node = 0; node < ranks.length; node++) {
        idle += targets.get(node).isEmpty() ? ranks[node] : 0;
        for (int target : targets.get(node)) {
          next[target] += damping * ranks[node] / targets.get(node).size();
        }
      }
      for (int node = 0; node < ranks.length; node++) {
        next[node] += starts[node] * (1 - damping + damping * idle);
      }
      ranks = next;
    }
    return ranks;
  }

  @Test
  void tolerance_endsWhenRanksStandStill() {
    for (RandomGraph graph : Seeds.graphs("PageRankTest.tolerance", 13)) {
      try (graph) {
        PageRank description = PageRank.along(EdgeSelection.out()).iterations(500);
        NodeDoubles exact = description.tolerance(1e-15).run(graph.tx(), RunOptions.defaults());
        NodeDoubles near = description.tolerance(1e-4).run(graph.tx(), RunOptions.defaults());
        assertThat(near.report().rounds()).isLessThanOrEqualTo(60).isGreaterThanOrEqualTo(1);
        double difference = 0;
        for (long id : graph.ids) {
          difference += Math.abs(exact.get(id) - near.get(id));
        }
        assertThat(difference).isLessThan(1e-3);
      }
    }
  }

  @Test
  void budgetForOneColumn_changesNothing(@TempDir Path directory) {
    long seed = Long.getLong("seed", 21);
    System.out.println("PageRankTest.budget seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    int nodeCount = 70_000;
    try (Graph graph = Graph.open(directory)) {
      try (BulkLoader load = graph.bulkLoad(BulkLoadOptions.defaults())) {
        for (int i = 0; i < nodeCount; i++) {
          load.addNode();
        }
        for (int i = 0; i < 2 * nodeCount; i++) {
          load.addEdge("A", 1 + random.nextInt(nodeCount), 1 + random.nextInt(nodeCount / 2));
        }
        load.finish();
      }
      graph.read(tx -> {
        PageRank description = PageRank.along(EdgeSelection.out()).iterations(5);
        NodeDoubles expected = description.run(tx, RunOptions.defaults());
        assertThat(expected.report().spilledBytes()).isZero();
        for (PageAccess access : PageAccess.values()) {
          RunOptions tight = RunOptions.defaults().withPages(access).withMemoryBytes(1 << 20);
          NodeDoubles found = description.run(tx, tight);
          // One column of 560,000 bytes fits.
          assertThat(found.report().spilledBytes()).isGreaterThanOrEqualTo(2L * 8 * nodeCount);
          for (long node = 1; node <= nodeCount; node++) {
            if (found.get(node) != expected.get(node)) {
              assertThat(found.get(node)).as("node " + node).isEqualTo(expected.get(node));
            }
          }
        }
        return null;
      });
    }
  }

  @Test
  void description_withBadNumbers_isRefused() {
    PageRank description = PageRank.along(EdgeSelection.out());
    assertThatThrownBy(() -> description.damping(1.01)).hasMessageContaining("damping=1.01");
    assertThatThrownBy(() -> description.damping(Double.NaN)).hasMessageContaining("damping=NaN");
    assertThatThrownBy(() -> description.iterations(-1)).hasMessageContaining("iterations=-1");
    assertThatThrownBy(() -> description.tolerance(-1)).hasMessageContaining("tolerance=-1");
    assertThatThrownBy(description::startingAt).hasMessageContaining("no start node");
    try (RandomGraph graph = RandomGraph.of(Seeds.random("PageRankTest.bad", 1), 3, 3, 3)) {
      assertThatThrownBy(
              () -> description.startingAt(1L << 40).run(graph.tx(), RunOptions.defaults()))
          .isInstanceOf(NodeNotFoundException.class);
    }
  }
}
