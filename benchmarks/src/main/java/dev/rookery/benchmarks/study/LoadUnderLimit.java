package dev.rookery.benchmarks.study;

import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoadSummary;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.ReadTransaction;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;

/// Loads a made-up graph in bulk: what `tools/load-under-limit` runs under a limit of the kernel.
///
/// Sixteen edges for each node, between random nodes, so that nothing is in order.
public final class LoadUnderLimit {
  private static final int EDGES_PER_NODE = 16;
  private static final long SEED = 27491095L;
  private static final long SCRATCH_BYTES = 8L << 20;

  private LoadUnderLimit() {}

  /// Loads.
  ///
  /// @param arguments database, count of edges, mebibytes for sorting
  public static void main(String[] arguments) {
    long edges = Long.parseLong(arguments[1]);
    long memoryBytes = Long.parseLong(arguments[2]) << 20;
    GraphOptions options = GraphOptions.defaults().withScratchBytes(SCRATCH_BYTES);
    try (Graph graph = Graph.open(Path.of(arguments[0]), options)) {
      long begin = System.nanoTime();
      BulkLoadSummary summary = load(graph, edges, memoryBytes);
      double seconds = (System.nanoTime() - begin) / 1e9;
      System.out.printf("nodes          %15d%n", summary.nodes());
      System.out.printf("edges          %15d%n", summary.edges());
      System.out.printf("edges/s        %15.0f%n", summary.edges() / seconds);
      System.out.printf("budget         %15d bytes%n", memoryBytes);
      System.out.printf("load had       %15d bytes%n", summary.memoryBytesPeak());
      System.out.printf("through files  %15d bytes%n", summary.spilledBytes());
      System.out.printf("data file      %15d bytes%n", graph.stats().dataFileBytes());
      long found = graph.read(ReadTransaction::edgeCount);
      if (found != summary.edges() || found + summary.duplicates() != edges) {
        throw new IllegalStateException("edges=" + found);
      }
    }
  }

  private static BulkLoadSummary load(Graph graph, long edges, long memoryBytes) {
    BulkLoadOptions options = BulkLoadOptions.defaults().withMemoryBytes(memoryBytes);
    try (BulkLoader load = graph.bulkLoad(options)) {
      long nodes = edges / EDGES_PER_NODE;
      for (long node = 0; node < nodes; node++) {
        load.addNode("Node", Map.of("number", node));
      }
      SplittableRandom random = new SplittableRandom(SEED);
      for (long i = 0; i < edges; i++) {
        load.addEdge("LINKS", random.nextLong(1, nodes + 1), random.nextLong(1, nodes + 1));
      }
      return load.finish();
    }
  }
}
