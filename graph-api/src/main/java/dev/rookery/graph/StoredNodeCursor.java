package dev.rookery.graph;

import dev.rookery.graph.store.GraphView;
import dev.rookery.graph.store.LabelCursor;

/// Nodes of a label.
final class StoredNodeCursor implements NodeCursor {
  private final GraphView graph;
  private final LabelCursor slots;
  private long node;

  StoredNodeCursor(GraphView graph, LabelCursor slots) {
    this.graph = graph;
    this.slots = slots;
  }

  @Override
  public boolean next() {
    boolean isFound = slots.next();
    node = isFound ? graph.nodeOf(slots.slot()) : 0;
    return isFound;
  }

  @Override
  public long node() {
    if (node == 0) {
      throw new IllegalStateException("cursor stands on no node");
    }
    return node;
  }
}
