package dev.rookery.traversal.algorithm;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import org.jspecify.annotations.Nullable;

/// How many edges each node is away from each of up to 64 start nodes: that many searches of the
/// whole graph at once, which share what they read.
///
/// ```java
/// SourceLevels levels =
///     MultiSourceBreadthFirst.from(ada, bob, eve)
///         .along(EdgeSelection.both("KNOWS"))
///         .run(tx, RunOptions.defaults());
/// double central = levels.closeness(0); // of ada
/// ```
///
/// After Then and others, *The More the Merrier: Efficient Multi-Source Graph Traversal* (PVLDB 8,
/// 2014): for each node, one number of 64 bits says which searches have met it, and an edge is
/// followed once in a level for all that have reached its node in the level before. Where a level
/// has much of the graph, nodes collect along their edges backward instead, until all searches have
/// met them. O(levels of the longest search · (nodes + edges)) at worst, but most nodes are reached
/// by most searches in the same few levels. Takes 25 bytes for each node while it runs.
///
/// What is found is counts for each start node ([SourceLevels]); who wants the distance of each
/// pair of nodes gives a [Visitor]. Immutable and thread-safe.
public final class MultiSourceBreadthFirst {
  /// So many start nodes at most.
  public static final int SOURCES_MAX = Long.SIZE;

  private final long[] sources;
  private final EdgeSelection selection;
  private final int maxDepth;
  private final @Nullable Visitor visitor;

  /// Is told of nodes as they are reached.
  @FunctionalInterface
  public interface Visitor {
    /// Is told that some searches have reached a node, by any worker, and by several at once: all
    /// that are at this distance of the node, in one call. Nodes come in no order, distances
    /// ascend. An exception ends the run and is thrown by it.
    ///
    /// @param sources bit *i* stands for the start node at index *i*
    void visit(long node, long sources, int distance);
  }

  private MultiSourceBreadthFirst(
      long[] sources, EdgeSelection selection, int maxDepth, @Nullable Visitor visitor) {
    this.sources = sources;
    this.selection = selection;
    this.maxDepth = maxDepth;
    this.visitor = visitor;
  }

  /// Begins a search at each of some nodes; for one that is named twice, twice.
  ///
  /// @throws IllegalArgumentException if none is named, or more than [#SOURCES_MAX]
  public static MultiSourceBreadthFirst from(long... nodes) {
    if (nodes.length == 0 || nodes.length > SOURCES_MAX) {
      throw new IllegalArgumentException(
          "start nodes are not 1 to " + SOURCES_MAX + " count=" + nodes.length);
    }
    return new MultiSourceBreadthFirst(nodes.clone(), EdgeSelection.NONE, Integer.MAX_VALUE, null);
  }

  /// Follows these edges.
  public MultiSourceBreadthFirst along(EdgeSelection edges) {
    return new MultiSourceBreadthFirst(sources, edges, maxDepth, visitor);
  }

  /// Goes no further than so many edges. Unlimited unless said otherwise.
  ///
  /// @throws IllegalArgumentException if it is negative
  public MultiSourceBreadthFirst maxDepth(int depth) {
    if (depth < 0) {
      throw new IllegalArgumentException("depth is negative maxDepth=" + depth);
    }
    return new MultiSourceBreadthFirst(sources, selection, depth, visitor);
  }

  /// Tells somebody of each node and its distances.
  public MultiSourceBreadthFirst visiting(Visitor told) {
    return new MultiSourceBreadthFirst(sources, selection, maxDepth, told);
  }

  /// Searches.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if a start node does not exist
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  /// @throws IllegalStateException if no edges were selected
  public SourceLevels run(ReadTransaction tx, RunOptions options) {
    Steps steps = Steps.of(tx, selection);
    try (GraphPass pass = new GraphPass(tx, options)) {
      return new MultiSourceSearch(pass, steps, visitor).run(sources, maxDepth);
    }
  }
}
