package dev.rookery.graph.error;

import dev.rookery.storage.error.RookeryException;

/// There is no node of that id: it never existed, or it was deleted (the message says which).
public final class NodeNotFoundException extends RookeryException {
  private static final long serialVersionUID = 1L;

  private final long node;
  private final boolean deleted;

  /// Creates the exception for a node id that never existed or was deleted.
  public NodeNotFoundException(long node, boolean deleted) {
    super((deleted ? "node was deleted node=" : "no such node node=") + node);
    this.node = node;
    this.deleted = deleted;
  }

  /// Returns the id that was asked for.
  public long node() {
    return node;
  }

  /// Returns whether the node existed once.
  public boolean wasDeleted() {
    return deleted;
  }
}
