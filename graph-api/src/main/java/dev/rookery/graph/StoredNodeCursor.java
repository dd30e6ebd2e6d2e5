package dev.rookery.graph;

import dev.rookery.graph.store.NodeSource;

/// Nodes that a search finds.
final class StoredNodeCursor implements NodeCursor {
  private final NodeSource found;
  private long node;

  StoredNodeCursor(NodeSource found) {
    this.found = found;
  }

  @Override
  public boolean next() {
    boolean isFound = found.next();
    node = isFound ? found.node() : 0;
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
