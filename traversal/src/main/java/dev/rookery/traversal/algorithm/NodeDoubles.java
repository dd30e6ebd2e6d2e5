package dev.rookery.traversal.algorithm;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.engine.EndedRun;
import dev.rookery.traversal.frontier.SlotDoubles;
import dev.rookery.traversal.run.RunReport;

/// What an algorithm found: a `double` for each node of a snapshot.
///
/// Immutable and thread-safe. Values can be asked for until the transaction closes. Takes 8 bytes
/// for each node, outside of the heap, or in a nameless file if the budget of the run did not
/// suffice, until nobody refers to it any more.
public final class NodeDoubles {
  private final PhysicalGraph graph;
  private final NodeSlots nodes;
  private final SlotDoubles values;
  private final EndedRun ended;

  /// Takes each node and its value.
  @FunctionalInterface
  public interface Visitor {
    /// Is told of one node.
    void visit(long node, double value);
  }

  NodeDoubles(GraphPass pass, SlotDoubles values) {
    graph = pass.graph();
    nodes = pass.nodes();
    ended = pass.ended();
    this.values = values;
  }

  /// Returns the value of a node. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  public double get(long node) {
    return values.get(graph.slotOf(node));
  }

  /// Returns how many nodes there are. O(1).
  public long count() {
    return nodes.nodeCount();
  }

  /// Hands out all nodes with their values, in the order of the store.
  public void forEach(Visitor visitor) {
    nodes.forEach(slot -> visitor.visit(nodes.id(slot), values.get(slot)));
  }

  /// Returns what the run has done.
  public RunReport report() {
    return ended.report();
  }
}
