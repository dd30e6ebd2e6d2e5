package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;

/// Many searches at once against one after the other.
final class MultiSourceBreadthFirstTest {
  @Test
  void run_onRandomGraphs_agreesWithQueues() {
    Random random = Seeds.random("MultiSourceBreadthFirstTest.sources", 15);
    for (RandomGraph graph : Seeds.graphs("MultiSourceBreadthFirstTest", 16)) {
      try (graph) {
        int[] starts = random.ints(64, 0, graph.nodeCount).toArray();
        check(graph, EdgeSelection.out(), graph.targets("ABM", true, false), starts);
        int[] few = Arrays.copyOf(starts, 1 + random.nextInt(9));
        check(graph, EdgeSelection.both("A"), graph.targets("A", true, true), few);
        check(graph, EdgeSelection.in("M", "B"), graph.targets("BM", false, true), few);
      }
    }
  }

  private static void check(
      RandomGraph graph, EdgeSelection selection, List<List<Integer>> targets, int[] starts) {
    long[] sources = Arrays.stream(starts).mapToLong(start -> graph.ids[start]).toArray();
    Map<Long, Integer> numbers = new HashMap<>();
    for (int node = 0; node < graph.nodeCount; node++) {
      numbers.put(graph.ids[node], node);
    }
    for (int depth : new int[] {0, 2, Integer.MAX_VALUE}) {
      int[][] expected = new int[starts.length][];
      for (int i = 0; i < starts.length; i++) {
        expected[i] = BreadthFirstTest.distances(targets, new int[] {starts[i]}, depth);
      }
      MultiSourceBreadthFirst search =
          MultiSourceBreadthFirst.from(sources).along(selection).maxDepth(depth);
      for (RunOptions options : RandomGraph.MATRIX) {
        AtomicIntegerArray[] visited = new AtomicIntegerArray[starts.length];
        Arrays.setAll(visited, _ -> new AtomicIntegerArray(graph.nodeCount));
        SourceLevels found =
            search
                .visiting((node, bits, distance) -> {
                  for (int i = 0; i < visited.length; i++) {
                    if ((bits >>> i & 1) != 0) {
                      visited[i].addAndGet(numbers.get(node), 1 + distance);
                    }
                  }
                  assertThat(bits).isNotZero();
                })
                .run(graph.tx(), options);
        checkCounts(found, sources, expected);
        for (int i = 0; i < starts.length; i++) {
          for (int node = 0; node < graph.nodeCount; node++) {
            if (visited[i].get(node) - 1 != expected[i][node]) {
              assertThat(visited[i].get(node) - 1).isEqualTo(expected[i][node]);
            }
          }
        }
      }
    }
  }

  private static void checkCounts(SourceLevels found, long[] sources, int[][] expected) {
    assertThat(found.sourceCount()).isEqualTo(sources.length);
    for (int i = 0; i < sources.length; i++) {
      int[] distances = Arrays.stream(expected[i]).filter(distance -> distance >= 0).toArray();
      int farthest = Arrays.stream(distances).max().orElseThrow();
      long[] sizes = new long[farthest + 1];
      for (int distance : distances) {
        sizes[distance]++;
      }
      long sum = Arrays.stream(distances).asLongStream().sum();
      assertThat(found.source(i)).isEqualTo(sources[i]);
      assertThat(found.sizes(i)).isEqualTo(sizes);
      assertThat(found.reachedCount(i)).isEqualTo(distances.length);
      assertThat(found.distanceSum(i)).isEqualTo(sum);
      assertThat(found.eccentricity(i)).isEqualTo(farthest);
      double others = distances.length - 1;
      double closeness = sum == 0 ? 0 : others / sum * others / (expected[i].length - 1);
      assertThat(found.closeness(i)).isCloseTo(closeness, within(1e-12));
    }
  }

  /// Several regions, trees of several pages, a part that most searches do not reach, and levels
  /// that are expanded from either side.
  @Test
  void run_overRegions_agreesWithSearchesOneByOne() {
    Random random = Seeds.random("MultiSourceBreadthFirstTest.regions", 17);
    int nodeCount = 150_000;
    try (Graph graph = Graph.inMemory()) {
      try (BulkLoader load = graph.bulkLoad(BulkLoadOptions.defaults())) {
        for (int i = 0; i < nodeCount; i++) {
          load.addNode();
        }
        for (int i = 0; i < 2 * nodeCount; i++) {
          int hub = random.nextInt(8) == 0 ? random.nextInt(4) * 37_000 : nodeCount;
          int source = Math.min(hub, random.nextInt(nodeCount));
          load.addEdge("A", 1 + source, 1 + random.nextInt(nodeCount / 2) * 2L % nodeCount);
        }
        // A path, so that some searches have many small levels.
        for (int i = nodeCount - 40; i + 1 < nodeCount; i++) {
          load.addEdge("B", 1 + i, 2 + i);
        }
        load.finish();
      }
      graph.read(tx -> {
        long[] sources = random.longs(20, 1, nodeCount + 1).toArray();
        sources[7] = nodeCount - 39;
        checkEach(tx, sources, EdgeSelection.out());
        checkEach(tx, sources, EdgeSelection.both("A"));
        return null;
      });
    }
  }

  private static void checkEach(ReadTransaction tx, long[] sources, EdgeSelection selection) {
    long[][] sizes = new long[sources.length][];
    for (int i = 0; i < sources.length; i++) {
      sizes[i] =
          BreadthFirst.from(sources[i]).along(selection).run(tx, RunOptions.defaults()).sizes();
    }
    for (RunOptions options : RandomGraph.MATRIX) {
      SourceLevels found = MultiSourceBreadthFirst.from(sources).along(selection).run(tx, options);
      for (int i = 0; i < sources.length; i++) {
        assertThat(found.sizes(i)).isEqualTo(sizes[i]);
      }
    }
  }

  @Test
  void visitor_thatThrows_endsTheRunWithItsException() {
    IllegalCallerException thrown = new IllegalCallerException("mine");
    try (RandomGraph graph =
        RandomGraph.of(Seeds.random("MultiSourceBreadthFirstTest.throws", 18), 3000, 9000, 3000)) {
      MultiSourceBreadthFirst search =
          MultiSourceBreadthFirst.from(graph.ids[0], graph.ids[1]).along(EdgeSelection.both());
      for (RunOptions options : RandomGraph.MATRIX) {
        for (int last : new int[] {0, 1, 3}) {
          assertThatThrownBy(() ->
                  search
                      .visiting((_, _, distance) -> {
                        if (distance == last) {
                          throw thrown;
                        }
                      })
                      .run(graph.tx(), options))
              .isSameAs(thrown);
        }
      }
    }
  }

  @Test
  void tally_countsEachBit() {
    Random random = Seeds.random("MultiSourceBreadthFirstTest.tally", 19);
    BitTally tally = new BitTally();
    long[] counts = new long[64];
    long[] expected = new long[64];
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 5000; i++) {
        long bits = random.nextLong() | (random.nextBoolean() ? 1L << 63 | 1 : 0);
        tally.add(bits);
        for (int bit = 0; bit < 64; bit++) {
          expected[bit] += bits >>> bit & 1;
        }
      }
      tally.drainTo(counts);
      assertThat(counts).isEqualTo(expected);
    }
  }

  @Test
  void description_thatIsWrong_isRefused() {
    assertThatThrownBy(MultiSourceBreadthFirst::from).hasMessageContaining("count=0");
    assertThatThrownBy(() -> MultiSourceBreadthFirst.from(new long[65]))
        .hasMessageContaining("count=65");
    assertThatThrownBy(() -> MultiSourceBreadthFirst.from(1).maxDepth(-1))
        .hasMessageContaining("maxDepth=-1");
    try (RandomGraph graph =
        RandomGraph.of(Seeds.random("MultiSourceBreadthFirstTest.bad", 1), 3, 3, 3)) {
      RunOptions options = RunOptions.defaults();
      MultiSourceBreadthFirst unknown =
          MultiSourceBreadthFirst.from(graph.ids[0], 1L << 40).along(EdgeSelection.out());
      assertThatThrownBy(() -> unknown.run(graph.tx(), options))
          .isInstanceOf(NodeNotFoundException.class);
      assertThatThrownBy(() -> MultiSourceBreadthFirst.from(graph.ids[0]).run(graph.tx(), options))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
