package dev.rookery.graph;

/// Walks the ids of nodes without allocating: `while (cursor.next()) … cursor.node() …`.
///
/// Bound to its transaction, and belongs to one thread. In a write transaction the graph may be
/// changed while a cursor walks: it goes on behind the node that it gave last, and meets what is
/// there by then.
public interface NodeCursor {

  /// Moves to the next node and returns whether there is one.
  boolean next();

  /// Returns the id of the current node.
  long node();
}
