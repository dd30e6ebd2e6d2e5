package dev.rookery.graph;

/// Walks the edges of one node after the other without allocating: `cursor.of(id); while
/// (cursor.next()) …`.
///
/// A cursor is bound to its transaction, an edge type (or all of them) and a direction, and belongs
/// to one thread. Neighbours come in no promised order; parallel edges give their neighbour once
/// each. After an exception the cursor stands at the end. In a write transaction the graph may be
/// changed while a cursor walks: [#next] goes on behind the last edge, and meets the edges that are
/// there by then.
public interface NeighborCursor {

  /// Moves before the first edge of a node and returns this cursor. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  NeighborCursor of(long node);

  /// Moves to the next edge and returns whether there is one.
  boolean next();

  /// Moves over as many edges as there are, but no more than an array has room for, and stores the
  /// ids of the nodes at their other ends in it. Returns how many these were; the cursor then
  /// stands on the last of them. Fewer than there is room for are the last ones: the end need not
  /// be asked for. The fastest way to read all neighbours:
  ///
  /// ```
  /// long[] neighbors = new long[256];
  /// cursor.of(node);
  /// int count;
  /// do {
  ///   count = cursor.next(neighbors);
  ///   for (int i = 0; i < count; i++) … neighbors[i] …
  /// } while (count == neighbors.length);
  /// ```
  ///
  /// @throws IllegalArgumentException if the array is empty
  int next(long[] neighbors);

  /// Returns the id of the node at the other end of the current edge.
  long neighbor();

  /// Returns how many edges the node has, of this type and direction. O(1) for each type.
  long degree();

  /// Returns the type of the current edge.
  String type();

  /// Returns whether the current edge starts at the node ([Direction#OUT]) or ends there
  /// ([Direction#IN]).
  Direction direction();

  /// Returns a view of the current edge with its properties; it stays valid when the cursor moves
  /// on. Allocates.
  Edge edge();
}
