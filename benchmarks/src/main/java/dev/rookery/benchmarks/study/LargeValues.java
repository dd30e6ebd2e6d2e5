package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.work.RookeryGraph;
import dev.rookery.graph.Graph;
import java.util.Map;
import java.util.SplittableRandom;

/// Nodes with one property of most of a page each, to make a database large without many edges.
/// Without state.
final class LargeValues {
  private static final int VALUE_BYTES = 7_000;
  private static final int BATCH_NODES = 500;

  private LargeValues() {}

  /// Adds nodes until so many changed pages are held in memory.
  ///
  /// @throws IllegalStateException if pages were flushed meanwhile
  static void addUntilUnflushed(RookeryGraph graph, int pageCount) {
    long flushes = graph.graph().stats().flushes();
    SplittableRandom random = new SplittableRandom(pageCount);
    while (graph.graph().stats().scratchPages() < pageCount) {
      addBatch(graph.graph(), random);
      if (graph.graph().stats().flushes() != flushes) {
        throw new IllegalStateException(
            "pages were flushed scratchPages=" + graph.graph().stats().scratchPages());
      }
    }
  }

  /// Adds nodes until the database spans so many pages.
  static void addUntilStored(RookeryGraph graph, int pageCount) {
    SplittableRandom random = new SplittableRandom(pageCount);
    while (graph.graph().stats().pages() < pageCount) {
      addBatch(graph.graph(), random);
    }
  }

  private static void addBatch(Graph graph, SplittableRandom random) {
    graph.execute(tx -> {
      for (int i = 0; i < BATCH_NODES; i++) {
        byte[] value = new byte[VALUE_BYTES];
        random.nextBytes(value);
        tx.addNode("Large", Map.of("value", value));
      }
    });
  }
}
