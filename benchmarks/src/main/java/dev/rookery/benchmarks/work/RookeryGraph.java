package dev.rookery.benchmarks.work;

import dev.rookery.benchmarks.graph.RmatGraph;
import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Direction;
import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.NeighborCursor;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.storage.Durability;
import dev.rookery.traversal.BreadthFirstLevels;
import dev.rookery.traversal.Traversal;
import java.nio.file.Path;
import java.util.Map;
import java.util.SplittableRandom;

/// A graph of one edge type in Rookery, through its public interface only.
///
/// Rookery numbers nodes from 1, so node n of the other peers is node n + 1 here; answers are given
/// in their numbers. Writes may come from many threads.
public final class RookeryGraph implements AutoCloseable {
  private static final String LABEL = "Node";
  static final String TYPE = "LINKS";
  private static final int NEIGHBORS_AT_ONCE = 256;

  /// Whether W3 adds edges one by one instead of by arrays.
  private static final boolean BY_CALLS = Boolean.getBoolean("benchmarks.edgesByCalls");

  private final Graph graph;

  RookeryGraph(Path directory, Durability durability) {
    this(directory, GraphOptions.defaults().withDurability(durability));
  }

  /// Opens or creates a database.
  public RookeryGraph(Path directory, GraphOptions options) {
    graph = Graph.open(directory, options);
  }

  /// Returns the database itself.
  public Graph graph() {
    return graph;
  }

  /// Adds nodes without text, with the numbers that [Peer#numberOf] gives.
  public void addNodes(int count) {
    for (int begin = 0; begin < count; begin += Peer.BATCH_EDGES) {
      int first = begin;
      int end = Math.min(begin + Peer.BATCH_EDGES, count);
      graph.execute(tx -> addNodes(tx, first, end));
    }
  }

  private static void addNodes(WriteTransaction tx, int begin, int end) {
    for (int node = begin; node < end; node++) {
      long id = tx.addNode(LABEL, Map.of(Peer.NUMBER, Peer.numberOf(node)));
      if (id != node + 1L) {
        throw new IllegalStateException("node=" + node + " id=" + id);
      }
    }
  }

  /// Adds all edges in transactions of [Peer#BATCH_EDGES].
  public void addEdges(RmatGraph edges) {
    for (int begin = 0; begin < edges.edgeCount(); begin += Peer.BATCH_EDGES) {
      addEdges(edges, begin, Math.min(begin + Peer.BATCH_EDGES, edges.edgeCount()));
    }
  }

  /// Adds all edges in one bulk load.
  public void bulkLoad(RmatGraph edges) {
    try (BulkLoader load = graph.bulkLoad(BulkLoadOptions.defaults())) {
      for (int i = 0; i < edges.edgeCount(); i++) {
        load.addEdge(TYPE, edges.sources[i] + 1L, edges.targets[i] + 1L);
      }
      load.finish();
    }
  }

  /// Deletes the edges from one index to another (exclusive) in one transaction.
  public void deleteEdges(RmatGraph edges, int begin, int end) {
    graph.execute(tx -> {
      for (int i = begin; i < end; i++) {
        tx.deleteEdges(TYPE, edges.sources[i] + 1L, edges.targets[i] + 1L);
      }
    });
  }

  /// Adds the edges from one index to another (exclusive) in one transaction, as they come.
  public void addEdges(RmatGraph edges, int begin, int end) {
    if (BY_CALLS) {
      addEdgesByCalls(edges, begin, end);
      return;
    }
    long[] sources = new long[end - begin];
    long[] targets = new long[end - begin];
    for (int i = begin; i < end; i++) {
      sources[i - begin] = edges.sources[i] + 1L;
      targets[i - begin] = edges.targets[i] + 1L;
    }
    graph.execute(tx -> tx.addEdges(TYPE, sources, targets, 0, sources.length));
  }

  private void addEdgesByCalls(RmatGraph edges, int begin, int end) {
    graph.execute(tx -> {
      for (int i = begin; i < end; i++) {
        tx.addEdge(TYPE, edges.sources[i] + 1L, edges.targets[i] + 1L);
      }
    });
  }

  /// Adds a node with number and text and an edge to an earlier node, and returns that. In a
  /// closure, which may share a transaction with closures of other threads.
  public long write(long number, SplittableRandom random) {
    return graph.write(tx -> addNodeAndEdge(tx, number, random, Long.MAX_VALUE));
  }

  /// As [#write], in a transaction of its own.
  public long commit(long number, SplittableRandom random) {
    try (WriteTransaction tx = graph.beginWrite()) {
      long earlier = addNodeAndEdge(tx, number, random, Long.MAX_VALUE);
      tx.commit();
      return earlier;
    }
  }

  /// As [#commit], with another durability than the database was opened with, and with an edge to
  /// one of the first nodes only.
  public long commit(long number, SplittableRandom random, long firstNodes, Durability durability) {
    try (WriteTransaction tx = graph.beginWrite()) {
      long earlier = addNodeAndEdge(tx, number, random, firstNodes + 1);
      tx.commit(durability);
      return earlier;
    }
  }

  /// @param end the edge goes to a node before this one, and before the new one
  private static long addNodeAndEdge(
      WriteTransaction tx, long number, SplittableRandom random, long end) {
    Map<String, Object> properties =
        Map.of(Peer.NUMBER, number, CommitLoop.TEXT, CommitLoop.TEXT_VALUE);
    long node = tx.addNode(LABEL, properties);
    long earlier = random.nextLong(1, Math.min(node, end));
    tx.addEdge(TYPE, node, earlier);
    return earlier - 1;
  }

  /// Brings all changes into the data file and returns its length.
  long fileBytes() {
    graph.checkpoint();
    return graph.stats().dataFileBytes();
  }

  ReadTransaction beginRead() {
    return graph.beginRead();
  }

  /// Returns the sum of the numbers of nodes.
  static long sumNumbers(ReadTransaction tx, int[] nodes) {
    long sum = 0;
    for (int node : nodes) {
      sum += tx.node(node + 1L).getLong(Peer.NUMBER);
    }
    return sum;
  }

  /// Returns the sum of all out-neighbours of nodes.
  public static long sumNeighbors(ReadTransaction tx, int[] nodes) {
    NeighborCursor cursor = tx.neighborCursor(Direction.OUT, TYPE);
    long[] neighbors = new long[NEIGHBORS_AT_ONCE];
    long sum = 0;
    for (int node : nodes) {
      cursor.of(node + 1L);
      int count;
      do {
        count = cursor.next(neighbors);
        for (int i = 0; i < count; i++) {
          sum += neighbors[i] - 1;
        }
      } while (count == neighbors.length);
    }
    return sum;
  }

  /// Returns how many nodes there are within some hops of a node, itself among them.
  static long countWithin(ReadTransaction tx, int start, int hops) {
    return Traversal.from(start + 1L).out(TYPE).maxDepth(hops).count(tx);
  }

  /// Walks breadth-first, noting the level of each node.
  static Outcome.Pass walk(ReadTransaction tx, int start) {
    BreadthFirstLevels levels = Traversal.from(start + 1L).out(TYPE).levels(tx);
    long edges = levels.edgesWalked();
    return new Outcome.Pass(edges, Outcome.ofLevels(levels.sizes(), levels.count(), edges));
  }

  /// Returns how many nodes there are at each distance.
  static long[] levelSizes(ReadTransaction tx, int start) {
    return Traversal.from(start + 1L).out(TYPE).levels(tx).sizes();
  }

  /// Returns a cursor over out-neighbours.
  static NeighborCursor neighbors(ReadTransaction tx) {
    return tx.neighborCursor(Direction.OUT, TYPE);
  }

  /// Returns what [CommitLoop] has left, found by a scan of all nodes and their edges.
  public CommitLoop.Written written() {
    try (ReadTransaction tx = graph.beginRead()) {
      NeighborCursor outgoing = tx.neighborCursor(Direction.OUT, TYPE);
      NeighborCursor incoming = tx.neighborCursor(Direction.IN, TYPE);
      long numberSum = 0;
      long targetSum = 0;
      long incomingSum = 0;
      for (long node = 1; node <= tx.nodeCount(); node++) {
        numberSum += tx.node(node).getLong(Peer.NUMBER);
        outgoing.of(node);
        while (outgoing.next()) {
          targetSum += outgoing.neighbor() - 1;
        }
        incoming.of(node);
        while (incoming.next()) {
          incomingSum += node - 1;
        }
      }
      long edgeCount = tx.edgeCount();
      if (edgeCount != tx.nodeCount() - 1 || incomingSum != targetSum) {
        throw new IllegalStateException("nodes=" + tx.nodeCount() + " edges=" + edgeCount);
      }
      return new CommitLoop.Written(edgeCount, numberSum, targetSum);
    }
  }

  /// Returns one number for all edges, see [Outcome#ofEdge].
  long edgesAnswer(Direction direction) {
    long answer = 0;
    try (ReadTransaction tx = graph.beginRead()) {
      NeighborCursor cursor = tx.neighborCursor(direction, TYPE);
      for (long node = 0; node < tx.nodeCount(); node++) {
        cursor.of(node + 1);
        while (cursor.next()) {
          long other = cursor.neighbor() - 1;
          answer +=
              direction == Direction.OUT
                  ? Outcome.ofEdge(node, other)
                  : Outcome.ofEdge(other, node);
        }
      }
    }
    return answer;
  }

  @Override
  public void close() {
    graph.close();
  }
}
