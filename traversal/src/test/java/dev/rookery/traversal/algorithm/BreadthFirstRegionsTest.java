package dev.rookery.traversal.algorithm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.BreadthFirstLevels;
import dev.rookery.traversal.Traversal;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// NodeLevels by many workers are those that a plain walk finds.
final class BreadthFirstRegionsTest {
  private static final int NODE_COUNT = 150_000;

  /// Three regions; shapes with few levels and with many; holes where nodes were deleted.
  private static Graph graph(SplittableRandom random) {
    Graph graph = Graph.inMemory();
    try (BulkLoader load = graph.bulkLoad(BulkLoadOptions.defaults())) {
      load.declareEdgeType("MANY", Multiplicity.MULTI);
      for (int i = 0; i < NODE_COUNT; i++) {
        load.addNode();
      }
      for (int i = 0; i < 2 * NODE_COUNT; i++) {
        long source = 1 + random.nextInt(NODE_COUNT);
        long target = 1 + (i % 4 == 0 ? random.nextInt(50) : random.nextInt(NODE_COUNT));
        load.addEdge("WIDE", source, target);
        if (i % 5 == 0) {
          load.addEdge("MANY", source, target);
          load.addEdge("MANY", source, target);
        }
        if (i % 100 == 0) {
          load.addEdge("LONG", i / 100 + 1, i / 100 + 2);
        }
      }
      load.finish();
    }
    graph.write(tx -> {
      for (int i = 0; i < 500; i++) {
        long node = 60 + random.nextInt(NODE_COUNT - 60);
        if (tx.hasNode(node)) {
          tx.deleteNode(node);
        }
      }
      return null;
    });
    return graph;
  }

  private static List<RunOptions> options() {
    List<RunOptions> all = new ArrayList<>();
    for (int workers : new int[] {1, 2, 5}) {
      for (PageAccess access : PageAccess.values()) {
        RunOptions options = RunOptions.defaults().withWorkerCount(workers).withPages(access);
        all.add(options);
        all.add(options.withMemoryBytes(1 << 20));
      }
    }
    return all;
  }

  private static Map<Long, Integer> expected(ReadTransaction tx, Traversal traversal) {
    BreadthFirstLevels levels = traversal.levels(tx);
    Map<Long, Integer> result = new HashMap<>();
    for (Node node : tx.nodes()) {
      levels.distance(node.id()).ifPresent(distance -> result.put(node.id(), distance));
    }
    return result;
  }

  private static Map<Long, Integer> found(NodeLevels distances) {
    Map<Long, Integer> result = new HashMap<>();
    distances.forEach(result::put);
    return result;
  }

  @Test
  void distances_areThoseOfAPlainWalk() {
    long seed = Long.getLong("seed", 3);
    System.out.println("BreadthFirstRegionsTest seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    try (Graph graph = graph(random);
        ReadTransaction tx = graph.beginRead()) {
      Map<EdgeSelection, Traversal> cases = new HashMap<>();
      long[] starts = {1, 2 + random.nextInt(40), 59};
      cases.put(EdgeSelection.out("WIDE"), Traversal.from(starts).out("WIDE"));
      cases.put(EdgeSelection.in("WIDE", "MANY"), Traversal.from(starts).in("WIDE", "MANY"));
      cases.put(EdgeSelection.both("WIDE"), Traversal.from(starts).both("WIDE"));
      cases.put(EdgeSelection.both("LONG"), Traversal.from(starts).both("LONG"));
      cases.put(EdgeSelection.out("NONE"), Traversal.from(starts).out("NONE"));
      cases.forEach((selection, traversal) -> {
        Map<Long, Integer> expected = expected(tx, traversal);
        for (RunOptions options : options()) {
          NodeLevels distances = BreadthFirst.from(starts).along(selection).run(tx, options);
          assertThat(found(distances)).as(options.toString()).isEqualTo(expected);
          assertThat(distances.reachedCount()).isEqualTo(expected.size());
          assertThat(distances.report().memoryBytes()).isLessThanOrEqualTo(options.memoryBytes());
        }
        Map<Long, Integer> near = expected(tx, traversal.maxDepth(2));
        for (RunOptions options : options()) {
          BreadthFirst search = BreadthFirst.from(starts).along(selection).maxDepth(2);
          assertThat(found(search.run(tx, options))).isEqualTo(near);
        }
      });
    }
  }

  /// Deeper than the depths that take a byte.
  @Test
  void distances_alongALongPath_areKept() {
    int length = 700;
    try (Graph graph = Graph.inMemory()) {
      graph.write(tx -> {
        for (int i = 0; i <= length; i++) {
          long node = tx.addNode();
          if (i > 0) {
            tx.addEdge("NEXT", node - 1, node);
          }
        }
        return null;
      });
      try (ReadTransaction tx = graph.beginRead()) {
        for (RunOptions options : options()) {
          NodeLevels levels =
              BreadthFirst.from(1).along(EdgeSelection.out("NEXT")).run(tx, options);
          for (int i = 0; i <= length; i++) {
            assertThat(levels.distance(i + 1)).as(options.toString()).hasValue(i);
          }
        }
      }
    }
  }
}
