package dev.rookery.traversal.algorithm;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;

/// PageRank: where a walk is found that follows edges at random, and now and then begins anew.
///
/// ```java
/// NodeDoubles ranks =
///     PageRank.along(EdgeSelection.out("LINKS")).iterations(30).run(tx, RunOptions.defaults());
/// ```
///
/// After Brin and Page, *The Anatomy of a Large-Scale Hypertextual Web Search Engine* (1998), as
/// LDBC Graphalytics defines it: with n nodes and damping d,
///
/// ```
/// rank(v) = (1 - d) · start(v) + d · (Σ rank(u) / degree(u) + start(v) · Σ rank(w))
/// ```
///
/// over the edges from u to v, and over the nodes w that no edge leaves. start(v) is 1/n, or, if
/// the walk begins at given nodes only, 1/their number for those and else 0. Ranks begin with start
/// and have the sum 1. Parallel edges count each; a self loop that is selected both ways counts as
/// two.
///
/// Each node collects from the nodes before it, in the order of types and slots: to the last bit,
/// the result is the same for any number of workers and any budget. The first iteration reads the
/// edges from the store; the others read what it has written down, 4 bytes for each edge and up to
/// 8 for each node, if the budget has room for that, else the store again. O(iterations · (nodes +
/// edges)) time, 28 bytes for each node while it runs besides (36 with start nodes). Immutable and
/// thread-safe.
public final class PageRank {
  private static final double DAMPING = 0.85;
  private static final int ITERATIONS = 20;

  private final EdgeSelection selection;
  private final double damping;
  private final int iterations;
  private final double tolerance;
  private final long[] starts;

  private PageRank(
      EdgeSelection selection, double damping, int iterations, double tolerance, long[] starts) {
    this.selection = selection;
    this.damping = damping;
    this.iterations = iterations;
    this.tolerance = tolerance;
    this.starts = starts;
  }

  /// Describes 20 iterations with damping 0.85 along these edges.
  public static PageRank along(EdgeSelection selection) {
    return new PageRank(selection, DAMPING, ITERATIONS, 0, new long[0]);
  }

  /// Sets the share of the walk that goes on along edges.
  ///
  /// @throws IllegalArgumentException if it is not from 0 to 1
  public PageRank damping(double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException("damping is not from 0 to 1 damping=" + share);
    }
    return new PageRank(selection, share, iterations, tolerance, starts);
  }

  /// Sets how many iterations there are at most.
  ///
  /// @throws IllegalArgumentException if it is negative
  public PageRank iterations(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("iterations are negative iterations=" + count);
    }
    return new PageRank(selection, damping, count, tolerance, starts);
  }

  /// Ends when an iteration has changed the ranks by no more than this, all changes added. 0 unless
  /// said otherwise.
  ///
  /// @throws IllegalArgumentException if it is negative
  public PageRank tolerance(double change) {
    if (!(change >= 0)) {
      throw new IllegalArgumentException("tolerance is negative tolerance=" + change);
    }
    return new PageRank(selection, damping, iterations, change, starts);
  }

  /// Begins at these nodes only, at each with the same chance: the ranks as seen from there. A node
  /// that is named twice counts twice.
  ///
  /// @throws IllegalArgumentException if none is named
  public PageRank startingAt(long... nodes) {
    if (nodes.length == 0) {
      throw new IllegalArgumentException("no start node");
    }
    return new PageRank(selection, damping, iterations, tolerance, nodes.clone());
  }

  /// Computes the ranks.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if a start node does not exist
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  /// @throws IllegalStateException if no edges were selected
  public NodeDoubles run(ReadTransaction tx, RunOptions options) {
    Steps steps = Steps.of(tx, selection);
    try (GraphPass pass = new GraphPass(tx, options)) {
      return new PageRankRun(pass, steps, starts).run(damping, iterations, tolerance);
    }
  }
}
