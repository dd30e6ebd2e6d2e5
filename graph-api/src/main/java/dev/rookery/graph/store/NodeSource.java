package dev.rookery.graph.store;

/// Nodes, one after the other: what a search answers. Belongs to one thread.
public interface NodeSource {

  /// Moves to the next node and returns whether there is one.
  boolean next();

  /// Returns the id of the current node.
  long node();
}
