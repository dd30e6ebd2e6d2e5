package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.graph.ShuffledGraph;
import dev.rookery.benchmarks.report.RoundTable;
import dev.rookery.benchmarks.report.RoundTable.Column;
import dev.rookery.benchmarks.work.Directories;
import dev.rookery.graph.Direction;
import dev.rookery.graph.Graph;
import dev.rookery.graph.NeighborCursor;
import dev.rookery.graph.NodeOrder;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.ReorganizeOptions;
import dev.rookery.graph.ReorganizeSummary;
import dev.rookery.storage.Durability;
import dev.rookery.traversal.Traversal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/// Breadth-first walks, and neighbours of random nodes (work W5), on graphs whose nodes were added
/// in random order, before and after each kind of reorganisation.
final class ReorganizedWalks implements Study {
  private static final int TRANSACTION_EDGES = 50_000;
  private static final int READ_NODES = 100_000;
  private static final String TYPE = "E";

  private static final Column BFS_BEFORE = Column.of("BFS before, edges/CPU s");
  private static final Column BFS_AFTER = Column.of("BFS after");
  private static final Column BFS_RATIO = Column.ratio("BFS after ÷ before");
  private static final Column READS_BEFORE = Column.of("W5 before, nodes/CPU s");
  private static final Column READS_AFTER = Column.of("W5 after");
  private static final Column READS_RATIO = Column.ratio("W5 after ÷ before");
  private static final Column SECONDS = Column.of("reorganize, s of CPU");
  private static final Column SIZE = Column.of("pages after ÷ before");

  private final StudyOptions options;
  private final List<ShuffledGraph> graphs;
  private final RoundTable table =
      new RoundTable(
          "graph, order",
          BFS_BEFORE,
          BFS_AFTER,
          BFS_RATIO,
          READS_BEFORE,
          READS_AFTER,
          READS_RATIO,
          SECONDS,
          SIZE);

  ReorganizedWalks(StudyOptions options) {
    this.options = options;
    this.graphs =
        List.of(
            ShuffledGraph.grid(options.scale()),
            ShuffledGraph.routes(options.scale()),
            ShuffledGraph.rmat(options.scale()));
  }

  /// Work done for each second of CPU time of this thread.
  private record Speed(double edgesWalked, double nodesRead) {}

  @Override
  public String description() {
    return "shuffled graphs walked before and after a reorganisation";
  }

  @Override
  public List<RoundTable> tables() {
    return List.of(table);
  }

  @Override
  public void measure() throws IOException {
    for (ShuffledGraph edges : graphs) {
      Path made = Directories.fresh(options.directory().resolve("reorganize"));
      try (Graph graph = Graph.open(made)) {
        load(graph, edges);
        graph.checkpoint();
        long answer = answer(graph);
        Speed before = speed(graph, edges);
        for (NodeOrder order :
            List.of(NodeOrder.BREADTH_FIRST, NodeOrder.COMMUNITIES, NodeOrder.DEGREE)) {
          long cpuBefore = Threads.cpuNanos();
          ReorganizeSummary summary =
              graph.reorganize(ReorganizeOptions.defaults().withOrder(order));
          double seconds = (Threads.cpuNanos() - cpuBefore) / 1e9;
          graph.checkpoint();
          if (answer(graph) != answer) {
            throw new IllegalStateException("edges differ after the reorganisation");
          }
          add(edges.name + ", " + order, before, speed(graph, edges));
          table.add(edges.name + ", " + order, SECONDS, seconds);
          table.add(
              edges.name + ", " + order,
              SIZE,
              (double) summary.pagesAfter() / summary.pagesBefore());
        }
      } finally {
        Directories.delete(made);
      }
    }
  }

  private void add(String row, Speed before, Speed after) {
    table.add(row, BFS_BEFORE, before.edgesWalked);
    table.add(row, BFS_AFTER, after.edgesWalked);
    table.add(row, BFS_RATIO, after.edgesWalked / before.edgesWalked);
    table.add(row, READS_BEFORE, before.nodesRead);
    table.add(row, READS_AFTER, after.nodesRead);
    table.add(row, READS_RATIO, after.nodesRead / before.nodesRead);
  }

  private static void load(Graph graph, ShuffledGraph edges) {
    graph.execute(
        Durability.NONE,
        tx -> {
          for (int node = 0; node < edges.nodeCount; node++) {
            tx.addNode();
          }
        });
    int count = edges.sources.length;
    for (int from = 0; from < count; from += TRANSACTION_EDGES) {
      int begin = from;
      int end = Math.min(count, from + TRANSACTION_EDGES);
      graph.execute(
          Durability.NONE,
          tx -> {
            for (int i = begin; i < end; i++) {
              tx.addEdge(TYPE, edges.sources[i] + 1L, edges.targets[i] + 1L);
            }
          });
    }
  }

  /// Returns one number for all edges.
  private static long answer(Graph graph) {
    return graph.read(tx -> {
      NeighborCursor cursor = tx.neighborCursor(Direction.OUT, TYPE);
      long answer = 0;
      for (long node = 1; node <= tx.nodeCount(); node++) {
        cursor.of(node);
        while (cursor.next()) {
          answer += node * 31 ^ cursor.neighbor() * 0x9E3779B97F4A7C15L;
        }
      }
      return answer;
    });
  }

  private Speed speed(Graph graph, ShuffledGraph edges) {
    try (ReadTransaction tx = graph.beginRead()) {
      // Once to warm up, and to bring the pages into the address space.
      walk(tx, 0, edges.nodeCount);
      read(tx, 0, edges.nodeCount);
      return new Speed(walk(tx, options.seconds(), edges.nodeCount), readFor(tx, edges));
    }
  }

  /// Walks breadth-first from random nodes for some seconds and returns the edges for each second
  /// of CPU time.
  private static double walk(ReadTransaction tx, double seconds, int nodeCount) {
    SplittableRandom random = new SplittableRandom(1);
    long end = System.nanoTime() + (long) (seconds * 1e9);
    long cpuBefore = Threads.cpuNanos();
    double walked = 0;
    do {
      walked += Traversal.from(1L + random.nextInt(nodeCount)).out(TYPE).levels(tx).edgesWalked();
    } while (System.nanoTime() - end < 0);
    return walked * 1e9 / (Threads.cpuNanos() - cpuBefore);
  }

  private double readFor(ReadTransaction tx, ShuffledGraph edges) {
    long end = System.nanoTime() + (long) (options.seconds() * 1e9);
    long cpuBefore = Threads.cpuNanos();
    double nodes = 0;
    int seed = 0;
    do {
      nodes += read(tx, seed++, edges.nodeCount);
    } while (System.nanoTime() - end < 0);
    return nodes * 1e9 / (Threads.cpuNanos() - cpuBefore);
  }

  private static int read(ReadTransaction tx, int seed, int nodeCount) {
    SplittableRandom random = new SplittableRandom(seed);
    NeighborCursor cursor = tx.neighborCursor(Direction.OUT, TYPE);
    long sum = 0;
    for (int i = 0; i < READ_NODES; i++) {
      cursor.of(1L + random.nextInt(nodeCount));
      while (cursor.next()) {
        sum += cursor.neighbor();
      }
    }
    if (sum < 0) {
      throw new IllegalStateException("sum of ids is negative sum=" + sum);
    }
    return READ_NODES;
  }
}
