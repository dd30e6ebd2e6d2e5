package dev.rookery.traversal.algorithm;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.engine.EndedRun;
import dev.rookery.traversal.frontier.SlotDepths;
import dev.rookery.traversal.run.RunReport;
import java.util.OptionalInt;

/// How many edges the nodes of a snapshot are away from where a search began.
///
/// Immutable and thread-safe. Distances can be asked for until the transaction closes; the sizes
/// stay. Takes 1 byte for each node, 4 where one is more than 254 edges away, outside of the heap,
/// or in a nameless file if the budget of the run did not suffice, until nobody refers to it any
/// more.
public final class NodeLevels {
  private final PhysicalGraph graph;
  private final NodeSlots nodes;
  private final SlotDepths depths;
  private final long[] sizes;
  private final EndedRun ended;

  /// Takes each node that was reached and its distance.
  @FunctionalInterface
  public interface Visitor {
    /// Is told of one node.
    void visit(long node, int distance);
  }

  NodeLevels(GraphPass pass, SlotDepths depths, long[] sizes) {
    graph = pass.graph();
    nodes = pass.nodes();
    ended = pass.ended();
    this.depths = depths;
    this.sizes = sizes;
  }

  /// Returns the distance of a node, or nothing if it was not reached. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  public OptionalInt distance(long node) {
    int depth = depths.get(graph.slotOf(node));
    return depth == SlotDepths.NONE ? OptionalInt.empty() : OptionalInt.of(depth);
  }

  /// Returns how many nodes there are at each distance, from 0 on. O(levels).
  public long[] sizes() {
    return sizes.clone();
  }

  /// Returns how many nodes were reached, the start nodes as well. O(levels).
  public long reachedCount() {
    long count = 0;
    for (long size : sizes) {
      count += size;
    }
    return count;
  }

  /// Hands out all nodes that were reached with their distances, in the order of the store.
  public void forEach(Visitor visitor) {
    nodes.forEach(slot -> {
      int depth = depths.get(slot);
      if (depth != SlotDepths.NONE) {
        visitor.visit(nodes.id(slot), depth);
      }
    });
  }

  /// Returns what the run has done: a round for each level.
  public RunReport report() {
    return ended.report();
  }
}
