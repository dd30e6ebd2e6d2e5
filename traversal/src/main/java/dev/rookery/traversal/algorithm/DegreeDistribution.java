package dev.rookery.traversal.algorithm;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.frontier.SlotLongs;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;

/// How many edges nodes have, and how many nodes have so many.
///
/// Parallel edges count each; a self loop that is selected both ways counts as two. One pass over
/// the heads of the adjacency, no edge is looked at: O(nodes) time, 4 bytes for each node.
/// Immutable and thread-safe.
public final class DegreeDistribution {
  private final EdgeSelection selection;

  /// Takes each degree and how many nodes have it.
  @FunctionalInterface
  public interface Visitor {
    /// Is told of one degree.
    void visit(long degree, long nodeCount);
  }

  private DegreeDistribution(EdgeSelection selection) {
    this.selection = selection;
  }

  /// Describes the degrees along these edges.
  public static DegreeDistribution along(EdgeSelection selection) {
    return new DegreeDistribution(selection);
  }

  /// Counts.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  /// @throws IllegalStateException if no edges were selected
  public Degrees run(ReadTransaction tx, RunOptions options) {
    Steps steps = Steps.of(tx, selection);
    try (GraphPass pass = new GraphPass(tx, options)) {
      SlotInts degrees = DegreeOrder.degrees(pass, steps);
      int[] largest = new int[1];
      long[] edges = new long[1];
      pass.nodes()
          .forEach(slot -> {
            largest[0] = Math.max(largest[0], degrees.get(slot));
            edges[0] += degrees.get(slot);
          });
      SlotLongs counts = new SlotLongs(pass.memory().state(SlotLongs.bytes(largest[0] + 1L)));
      pass.nodes()
          .forEach(slot -> {
            int degree = degrees.get(slot);
            counts.set(degree, counts.get(degree) + 1);
          });
      pass.endRound();
      return new Degrees(new NodeLongs(pass, degrees::get), counts, edges[0]);
    }
  }

  /// What was counted. Immutable and thread-safe; the degrees of nodes can be asked for until the
  /// transaction closes.
  public static final class Degrees {
    private final NodeLongs degrees;
    private final SlotLongs counts;
    private final long edgeCount;

    private Degrees(NodeLongs degrees, SlotLongs counts, long edgeCount) {
      this.degrees = degrees;
      this.counts = counts;
      this.edgeCount = edgeCount;
    }

    /// Returns the degree of each node.
    public NodeLongs nodes() {
      return degrees;
    }

    /// Returns the largest degree. O(1).
    public long largest() {
      return counts.slotCount() - 1;
    }

    /// Returns the sum of all degrees. O(1).
    public long sum() {
      return edgeCount;
    }

    /// Returns how many nodes have so many edges. O(1).
    public long nodeCount(long degree) {
      return degree < 0 || degree > largest() ? 0 : counts.get(degree);
    }

    /// Hands out the degrees that occur, ascending. O(largest degree).
    public void forEach(Visitor visitor) {
      for (long degree = 0; degree <= largest(); degree++) {
        if (counts.get(degree) > 0) {
          visitor.visit(degree, counts.get(degree));
        }
      }
    }
  }
}
