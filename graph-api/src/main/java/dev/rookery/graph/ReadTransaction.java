package dev.rookery.graph;

import dev.rookery.graph.index.IndexStatus;
import dev.rookery.graph.index.NodeQuery;
import java.util.List;
import java.util.Optional;

/// An immutable snapshot of the graph.
///
/// Beginning one costs about as much as a map lookup, takes no lock, and never waits for a writer
/// nor makes one wait. Close it soon: pages that a snapshot can see are not given back. Threads:
/// any number of threads may read through one transaction at once (cursors belong to one thread
/// each); closing it while another thread reads makes that thread fail with
/// [dev.rookery.storage.error.TransactionClosedException].
///
/// Names of edge types and labels that do not exist are not errors: nothing bears them.
///
/// What is returned as an `Iterable` is read while it is iterated over. In a write transaction the
/// graph may be changed meanwhile: an iterator goes on behind its last element and meets what is
/// there by then.
public interface ReadTransaction extends AutoCloseable {

  /// Returns how many nodes there are. O(1).
  long nodeCount();

  /// Returns how many edges there are, of all types. O(types).
  long edgeCount();

  /// Returns how many edges of a type there are. O(1).
  long edgeCount(String type);

  /// Returns whether a node exists (and was not deleted). O(1).
  boolean hasNode(long node);

  /// Returns a node. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if it never existed or was deleted
  Node node(long node);

  /// Returns a node, or nothing if it never existed or was deleted. O(1).
  Optional<Node> findNode(long node);

  /// Returns all nodes, in the order of their places in the store. Lazy; each call of `iterator()`
  /// starts anew.
  Iterable<Node> nodes();

  /// Returns all nodes with a label, in the order of their places in the store. Lazy. O(nodes with
  /// that label).
  Iterable<Node> nodes(String label);

  /// Returns a cursor over the ids of all nodes with a label, in the order of their places in the
  /// store. O(nodes with that label).
  NodeCursor nodesWithLabel(String label);

  /// Returns how many nodes have a label. O(1).
  long nodeCount(String label);

  /// Returns a cursor over the nodes of a label whose property has a value (which compares as
  /// [NodeQuery] says). O(log nodes + results) with an index on the label and the property first;
  /// without one, or while it is being built, O(nodes with that label).
  ///
  /// @throws dev.rookery.graph.error.PropertyException if the value has a type that is not
  ///   supported
  NodeCursor findNodes(String label, String key, Object value);

  /// Returns a cursor over the nodes that a query asks for. Uses the index that serves best; where
  /// none does, it looks at all nodes with that label. What no index sorts is sorted on the heap.
  ///
  /// @throws dev.rookery.graph.error.PropertyException if a value has a type that is not supported
  /// @throws IllegalArgumentException if bounds have different types
  NodeCursor findNodes(NodeQuery query);

  /// Returns a node of a label whose property has a value, or nothing if there is none: the node,
  /// where a unique index is on that property. Costs what [#findNodes] says.
  ///
  /// @throws dev.rookery.graph.error.PropertyException if the value has a type that is not
  ///   supported
  Optional<Node> findNode(String label, String key, Object value);

  /// Returns how many nodes a query asks for, by counting them.
  ///
  /// @throws dev.rookery.graph.error.PropertyException if a value has a type that is not supported
  /// @throws IllegalArgumentException if bounds have different types
  long countNodes(NodeQuery query);

  /// Returns the indexes, in the order in which they were defined.
  List<IndexStatus> indexes();

  /// Returns the neighbours of a node over edges of one type, lazily. O(1 + neighbours).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  Iterable<Node> neighbors(long node, Direction direction, String type);

  /// Returns the neighbours of a node over edges of all types, lazily. O(types + neighbours).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  Iterable<Node> neighbors(long node, Direction direction);

  /// Returns the edges of a node of one type, lazily. O(1 + edges).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  Iterable<Edge> edges(long node, Direction direction, String type);

  /// Returns the edges of a node of all types, lazily. O(types + edges).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  Iterable<Edge> edges(long node, Direction direction);

  /// Returns all edges of a type, in the order of their sources in the store. Lazy.
  Iterable<Edge> edges(String type);

  /// Returns a cursor over edges of one type, to be used for many nodes.
  NeighborCursor neighborCursor(Direction direction, String type);

  /// Returns a cursor over edges of all types, to be used for many nodes.
  NeighborCursor neighborCursor(Direction direction);

  /// Returns how many edges of a type a node has. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  long degree(long node, Direction direction, String type);

  /// Returns whether there is an edge of a type between two nodes. O(log degree).
  boolean hasEdge(String type, long source, long target);

  /// Returns the edge of a type between two nodes (the one with the smallest ordinal, of parallel
  /// edges).
  Optional<Edge> findEdge(String type, long source, long target);

  /// Returns the edge types that exist, sorted by name.
  List<String> edgeTypes();

  /// Returns how many edges of a type may connect the same nodes.
  ///
  /// @throws IllegalArgumentException if there is no such type
  Multiplicity multiplicity(String type);

  /// Returns the labels that have ever been used, sorted by name.
  List<String> labels();

  /// Returns the sequence of the newest commit that this snapshot contains.
  long sequence();

  /// Ends the transaction. Idempotent.
  @Override
  void close();
}
