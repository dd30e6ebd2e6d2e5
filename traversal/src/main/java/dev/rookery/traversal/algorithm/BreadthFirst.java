package dev.rookery.traversal.algorithm;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.RegionRun;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;

/// How many edges each node is away from the nearest of some start nodes: a breadth-first search of
/// the whole graph, level by level, by several workers.
///
/// ```java
/// Distances hops = BreadthFirst.along(EdgeSelection.out("KNOWS")).from(ada).run(tx, options);
/// ```
///
/// A level that few edges leave is expanded from its nodes (top-down). Where it is cheaper, those
/// that were not met yet look for a neighbour in the level instead, and stop at the first one
/// (bottom-up): Beamer, Asanović, Patterson, *Direction-Optimizing Breadth-First Search* (SC 2012).
/// Both directions of all edges are stored, so nothing has to be prepared for that.
///
/// O(nodes / 64) for each level and O(nodes + edges) in all. Takes 4 bytes and 3 bits for each
/// node. Immutable and thread-safe.
public final class BreadthFirst {
  private final EdgeSelection selection;
  private final long[] starts;
  private final int maxDepth;

  private BreadthFirst(EdgeSelection selection, long[] starts, int maxDepth) {
    this.selection = selection;
    this.starts = starts;
    this.maxDepth = maxDepth;
  }

  /// Describes a search along edges.
  public static BreadthFirst along(EdgeSelection selection) {
    return new BreadthFirst(selection, new long[0], Integer.MAX_VALUE - 1);
  }

  /// Starts at nodes, given by their ids.
  public BreadthFirst from(long... nodes) {
    return new BreadthFirst(selection, nodes.clone(), maxDepth);
  }

  /// Goes no further than so many edges. Unlimited unless said otherwise.
  ///
  /// @throws IllegalArgumentException if it is negative
  public BreadthFirst maxDepth(int depth) {
    if (depth < 0) {
      throw new IllegalArgumentException("maxDepth is negative maxDepth=" + depth);
    }
    return new BreadthFirst(selection, starts, Math.min(depth, Integer.MAX_VALUE - 1));
  }

  /// Searches.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if a start node does not exist
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  /// @throws IllegalStateException if no edges were selected
  public Distances run(ReadTransaction tx, RunOptions options) {
    Steps steps = Steps.of(tx, selection);
    try (RegionRun run = RegionRun.begin(tx, options)) {
      return new LevelRun(run, steps).run(starts, maxDepth);
    }
  }
}
