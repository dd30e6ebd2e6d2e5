package dev.rookery.examples.large;

import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoadSummary;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import java.nio.file.Path;

/// A made-up graph of 2^scale nodes, sixteen edges of one type drawn for each.
public final class LargeGraph {
  /// The type of all edges.
  public static final String TYPE = "LINKS";

  /// The largest scale: more than four thousand million nodes are too many for one load.
  public static final int SCALE_MAX = 32;

  private static final int EDGES_PER_NODE = 16;
  private static final long SEED = 27491095L;
  private static final long SCRATCH_BYTES = 16L << 20;

  private LargeGraph() {}

  /// Makes a database of such a graph, in bulk: all of it or nothing.
  ///
  /// @param memoryBytes how much memory sorting may take
  public static BulkLoadSummary generate(Path directory, int scale, long memoryBytes) {
    if (scale < 1 || scale > SCALE_MAX) {
      throw new IllegalArgumentException("scale is not 1 to " + SCALE_MAX + " scale=" + scale);
    }
    GraphOptions options = GraphOptions.defaults().withScratchBytes(SCRATCH_BYTES);
    try (Graph graph = Graph.open(directory, options);
        BulkLoader load = graph.bulkLoad(BulkLoadOptions.defaults().withMemoryBytes(memoryBytes))) {
      long first = load.addNode();
      for (long i = 1; i < 1L << scale; i++) {
        load.addNode();
      }
      RmatEdges edges = new RmatEdges(scale, SEED);
      for (long i = 0; i < (long) EDGES_PER_NODE << scale; i++) {
        edges.next();
        if (edges.source() != edges.target()) {
          load.addEdge(TYPE, first + edges.source(), first + edges.target());
        }
      }
      return load.finish();
    }
  }
}
