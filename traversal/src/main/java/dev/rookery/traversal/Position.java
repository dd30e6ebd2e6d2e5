package dev.rookery.traversal;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import java.util.Optional;

/// Where a traversal stands: the node it has reached, and how.
///
/// One object that the run moves from node to node, so it is valid only during the call that it is
/// passed to; what its methods return stays valid until the transaction closes. Where a traversal
/// goes over regions (see [Traversal]), each worker has one, and its views of node and edge are
/// moved as well. Nothing is read before it is asked for. Belongs to the thread that is called.
public interface Position {

  /// Returns the id of the node. O(1).
  long id();

  /// Returns the node. O(1).
  Node node();

  /// Returns how many edges lead here from the start node, along the way that was walked. O(1).
  int depth();

  /// Returns the edge by which the node was reached, or nothing at a start node. O(log degree).
  Optional<Edge> edge();

  /// Returns the way that was walked, from the start node to here. O(depth).
  Path path();
}
