package dev.rookery.traversal.algorithm;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.engine.EndedRun;
import dev.rookery.traversal.run.RunReport;
import java.util.function.LongUnaryOperator;

/// What an algorithm found: a `long` for each node of a snapshot.
///
/// Immutable and thread-safe. Values can be asked for until the transaction closes. Takes up to 8
/// bytes for each node, outside of the heap, or in a nameless file if the budget of the run did not
/// suffice, until nobody refers to it any more.
public final class NodeLongs {
  private final PhysicalGraph graph;
  private final NodeSlots nodes;
  private final LongUnaryOperator values;
  private final EndedRun ended;

  /// Takes each node and its value.
  @FunctionalInterface
  public interface Visitor {
    /// Is told of one node.
    void visit(long node, long value);
  }

  /// @param values from slot to value
  NodeLongs(GraphPass pass, LongUnaryOperator values) {
    graph = pass.graph();
    nodes = pass.nodes();
    ended = pass.ended();
    this.values = values;
  }

  /// Returns the value of a node. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  public long get(long node) {
    return values.applyAsLong(graph.slotOf(node));
  }

  /// Returns how many nodes there are. O(1).
  public long count() {
    return nodes.nodeCount();
  }

  /// Hands out all nodes with their values, in the order of the store.
  public void forEach(Visitor visitor) {
    nodes.forEach(slot -> visitor.visit(nodes.id(slot), values.applyAsLong(slot)));
  }

  /// Returns what the run has done.
  public RunReport report() {
    return ended.report();
  }
}
