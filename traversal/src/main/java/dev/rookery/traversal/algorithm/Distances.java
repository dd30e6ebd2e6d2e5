package dev.rookery.traversal.algorithm;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.run.RunReport;

/// How far nodes are from the start of a breadth-first search.
///
/// Immutable and thread-safe. Distances can be asked for until the transaction closes.
public final class Distances {
  /// The distance of a node that was not reached.
  public static final int UNREACHED = -1;

  private final PhysicalGraph graph;

  /// Distance + 1, so that zero means not reached.
  private final SlotInts levels;

  private final long[] sizes;
  private final RunReport report;

  /// Takes each node that was reached and its distance.
  @FunctionalInterface
  public interface Visitor {
    /// Is told of one node.
    void visit(long node, int distance);
  }

  Distances(PhysicalGraph graph, SlotInts levels, long[] sizes, RunReport report) {
    this.graph = graph;
    this.levels = levels;
    this.sizes = sizes;
    this.report = report;
  }

  /// Returns how many edges a node is away, or [#UNREACHED]. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  public int of(long node) {
    return levels.get(graph.slotOf(node)) - 1;
  }

  /// Returns how many nodes were reached, the start nodes as well.
  public long reachedCount() {
    long count = 0;
    for (long size : sizes) {
      count += size;
    }
    return count;
  }

  /// Returns how many nodes there are at each distance, from 0 on.
  public long[] sizes() {
    return sizes.clone();
  }

  /// Hands out all nodes that were reached, in the order of the store. O(nodes).
  public void forEach(Visitor visitor) {
    for (long slot = 0; slot < levels.slotCount(); slot++) {
      int level = levels.get(slot);
      if (level != 0) {
        visitor.visit(graph.nodeOf(slot), level - 1);
      }
    }
  }

  /// Returns what the run has done.
  public RunReport report() {
    return report;
  }
}
