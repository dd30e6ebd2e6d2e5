package dev.rookery.traversal.algorithm;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;

/// How many edges each node is away from a start node, or from the nearest of several: a search of
/// the whole graph by many workers.
///
/// ```java
/// NodeLevels levels =
///     BreadthFirst.from(ada).along(EdgeSelection.both("KNOWS")).run(tx, RunOptions.defaults());
/// ```
///
/// Level by level. A small level looks along its edges for nodes that nobody has met (*top-down*);
/// where the level has many edges, the nodes that nobody has met look for one in the level instead,
/// along their edges backward, and stop at the first (*bottom-up*): Beamer, Asanović, Patterson,
/// *Direction-Optimizing Breadth-First Search* (SC 2012). O(nodes + edges) at worst, and far fewer
/// edges where the graph is dense. Takes 2 bytes for each node, and 4 more where one is more than
/// 254 edges away.
///
/// For filters, paths, or a small part of a graph, see [dev.rookery.traversal.Traversal]. Immutable
/// and thread-safe.
public final class BreadthFirst {
  private final long[] starts;
  private final EdgeSelection selection;
  private final int maxDepth;

  private BreadthFirst(long[] starts, EdgeSelection selection, int maxDepth) {
    this.starts = starts;
    this.selection = selection;
    this.maxDepth = maxDepth;
  }

  /// Begins at nodes; one that is named twice counts once.
  ///
  /// @throws IllegalArgumentException if none is named
  public static BreadthFirst from(long... nodes) {
    if (nodes.length == 0) {
      throw new IllegalArgumentException("no start node");
    }
    return new BreadthFirst(nodes.clone(), EdgeSelection.NONE, Integer.MAX_VALUE);
  }

  /// Follows these edges.
  public BreadthFirst along(EdgeSelection edges) {
    return new BreadthFirst(starts, edges, maxDepth);
  }

  /// Goes no further than so many edges. Unlimited unless said otherwise.
  ///
  /// @throws IllegalArgumentException if it is negative
  public BreadthFirst maxDepth(int depth) {
    if (depth < 0) {
      throw new IllegalArgumentException("depth is negative maxDepth=" + depth);
    }
    return new BreadthFirst(starts, selection, depth);
  }

  /// Searches.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if a start node does not exist
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  /// @throws IllegalStateException if no edges were selected
  public NodeLevels run(ReadTransaction tx, RunOptions options) {
    Steps steps = Steps.of(tx, selection);
    try (GraphPass pass = new GraphPass(tx, options)) {
      return new BreadthFirstSearch(pass, steps).run(starts, maxDepth);
    }
  }
}
