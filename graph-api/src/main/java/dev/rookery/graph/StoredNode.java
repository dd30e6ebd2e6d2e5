package dev.rookery.graph;

import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.graph.store.GraphView;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.graph.store.PropertyBytes;
import java.util.Optional;

/// A node by its id and its slot. What users may keep is never moved.
final class StoredNode extends StoredProperties implements Node, PhysicalGraph.MovingNode {
  private long id;
  private long slot;

  StoredNode(GraphView graph, long id, long slot) {
    super(graph);
    this.id = id;
    this.slot = slot;
  }

  @Override
  public void moveTo(long newSlot) {
    slot = newSlot;
    id = graph.nodeOf(newSlot);
  }

  @Override
  public long id() {
    return id;
  }

  /// Throws if the node was deleted since: its slot may belong to another one. In a snapshot
  /// nothing is ever deleted.
  private void checkAlive() {
    if (graph.isChangeable() && graph.nodeOf(slot) != id) {
      throw new NodeNotFoundException(id, true);
    }
  }

  @Override
  public Optional<String> label() {
    checkAlive();
    int label = graph.labelOf(slot);
    return label == 0 ? Optional.empty() : Optional.of(graph.labelName(label));
  }

  @Override
  void locate(PropertyBytes target) {
    checkAlive();
    graph.nodeProperties(slot, target);
  }

  @Override
  String describe() {
    return "node " + id;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Node node && node.id() == id;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(id);
  }

  @Override
  public String toString() {
    return "Node[" + id + "]";
  }
}
