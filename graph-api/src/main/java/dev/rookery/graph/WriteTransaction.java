package dev.rookery.graph;

import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.graph.index.IndexStatus;
import dev.rookery.storage.Commit;
import dev.rookery.storage.Durability;
import java.util.Map;

/// A change of the graph: all of it happens or nothing, and it sees its own changes.
///
/// There is one write transaction at a time; `beginWrite` waits for its turn. Belongs to the thread
/// that began it. Closing it without a commit rolls back; that, too, is for its own thread. When a
/// method throws because of bad arguments, nothing of that call was done and the transaction goes
/// on; when it throws a storage exception, the transaction can only be rolled back, as a whole or
/// to a savepoint.
///
/// Misuse is refused by an exception that names it, and changes nothing:
/// [dev.rookery.storage.error.TransactionClosedException] for a change, a savepoint or a commit
/// after the end (`rollback` and `close` may be repeated),
/// [dev.rookery.storage.error.ForeignThreadException] for a thread that did not begin it,
/// [dev.rookery.storage.error.NestedWriteException] for a second one in the same thread.
public interface WriteTransaction extends ReadTransaction {

  /// Adds a node without label and properties, and returns its id.
  long addNode();

  /// Adds a node with a label, and returns its id.
  ///
  /// This and every other change of nodes is refused where a unique index forbids it, before
  /// anything of the call is done, by a [dev.rookery.graph.error.UniqueViolationException].
  ///
  /// @throws IllegalArgumentException if the label has more than 255 bytes in UTF-8, or is not
  ///   valid Unicode; so everywhere where a label or an edge type is named for the first time
  long addNode(String label);

  /// Adds a node with a label and properties (see [PropertyReader] for the types), and returns its
  /// id.
  ///
  /// @throws dev.rookery.graph.error.PropertyException if a value has a type that is not supported
  ///   or is too large
  long addNode(String label, Map<String, ?> properties);

  /// Sets or replaces one property of a node.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  /// @throws dev.rookery.graph.error.PropertyException if the value has a type that is not
  ///   supported or is too large
  void setProperty(long node, String key, Object value);

  /// Replaces all properties of a node.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  /// @throws dev.rookery.graph.error.PropertyException if a value has a type that is not supported
  ///   or is too large
  void setProperties(long node, Map<String, ?> properties);

  /// Removes one property of a node and returns whether there was one.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  boolean removeProperty(long node, String key);

  /// Gives a node another label; the empty string takes its label away.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  void setLabel(long node, String label);

  /// Deletes a node with all its edges, on both ends. Its id is never used again. O(edges · log
  /// degree).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  void deleteNode(long node);

  /// Returns the node of a label whose property has a value, with other properties set as given; or
  /// adds one with these properties. Its other properties, if it exists, stay.
  ///
  /// @param properties may contain the property itself, with that value
  /// @throws IllegalStateException if there is no unique index on just the label and the property
  /// @throws IllegalArgumentException if the properties give the property another value
  /// @throws dev.rookery.graph.error.UniqueViolationException if another unique index forbids it
  /// @throws dev.rookery.graph.error.PropertyException if a value has a type that is not supported
  ///   or is too large
  long upsert(String label, String key, Object value, Map<String, ?> properties);

  /// Defines an index, or returns the one that there is. Where few nodes have the label (up to
  /// 2,000) it is built here, and ready when the transaction commits. Else it is being built, from
  /// now on entered by every change, but not used: [Graph#buildIndexes] builds it, and
  /// [Graph#createIndex] does both. If nodes violate a unique index it is
  /// [dev.rookery.graph.index.IndexState#FAILED] afterwards; one that has failed is begun anew.
  ///
  /// @throws IllegalArgumentException if there is an index on the same properties that differs in
  ///   being unique, or the label cannot be one
  /// @throws dev.rookery.graph.error.PropertyException if a key cannot be one
  IndexStatus createIndex(IndexDefinition definition);

  /// Drops the index on the same label and properties, and returns whether there was one. O(pages
  /// of the index).
  boolean dropIndex(IndexDefinition definition);

  /// Declares an edge type. Types need not be declared unless they are [Multiplicity#MULTI].
  ///
  /// @throws IllegalArgumentException if the type exists with another multiplicity
  void declareEdgeType(String type, Multiplicity multiplicity);

  /// Adds an edge without properties. Returns whether it is new: an edge of a [Multiplicity#SIMPLE]
  /// type that exists already is left as it is; an edge of a MULTI type is always new.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if an end does not exist
  boolean addEdge(String type, long source, long target);

  /// Adds edges without properties: from each source to the target at the same index, `count` of
  /// them from `offset` on. Returns how many are new, as [#addEdge(String, long, long)] tells it.
  ///
  /// The quickest way to add many edges, since they are stored in the order of their pages: give it
  /// some ten thousand at a time. Takes 32 bytes of memory for each. O(count · log degree).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if an end does not exist; none of the
  ///   edges was added then
  /// @throws IndexOutOfBoundsException if the arrays are shorter
  int addEdges(String type, long[] sources, long[] targets, int offset, int count);

  /// Adds an edge with properties. Returns whether it is new: an edge of a SIMPLE type that exists
  /// already is left as it is (see [#putEdge]).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if an end does not exist
  /// @throws dev.rookery.graph.error.PropertyException if a value has a type that is not supported
  ///   or is too large
  boolean addEdge(String type, long source, long target, Map<String, ?> properties);

  /// Adds an edge of a SIMPLE type, or replaces the properties of the one that exists. Returns
  /// whether it is new.
  ///
  /// @throws IllegalArgumentException if the type is MULTI
  /// @throws dev.rookery.graph.error.NodeNotFoundException if an end does not exist
  /// @throws dev.rookery.graph.error.PropertyException if a value has a type that is not supported
  ///   or is too large
  boolean putEdge(String type, long source, long target, Map<String, ?> properties);

  /// Sets or replaces one property of an edge.
  ///
  /// @throws dev.rookery.graph.error.EdgeNotFoundException if the edge does not exist (any more)
  /// @throws dev.rookery.graph.error.PropertyException if the value has a type that is not
  ///   supported or is too large
  void setProperty(Edge edge, String key, Object value);

  /// Removes one property of an edge and returns whether there was one.
  ///
  /// @throws dev.rookery.graph.error.EdgeNotFoundException if the edge does not exist (any more)
  boolean removeProperty(Edge edge, String key);

  /// Deletes the edge (all parallel edges) of a type between two nodes and returns how many there
  /// were; 0 as well where a node or the type does not exist.
  int deleteEdges(String type, long source, long target);

  /// Deletes one edge.
  ///
  /// @throws dev.rookery.graph.error.EdgeNotFoundException if the edge does not exist (any more)
  void deleteEdge(Edge edge);

  /// Remembers this moment, to go back to by [#rollbackTo]. Savepoints nest. O(1) and copies
  /// nothing; while it lives, each page that is changed after it takes memory for one copy more.
  ///
  /// @throws dev.rookery.storage.error.StorageFailedException if an earlier storage exception left
  ///   the transaction half done
  Savepoint savepoint();

  /// Takes back everything that was changed since a savepoint, even what an exception left half
  /// done. The savepoint stays, so that the transaction can go back to it again; those made after
  /// it end. Ids of nodes added since are given out again. O(pages changed since).
  ///
  /// Cursors, iterators, nodes and edges of before go on with what is there then; those whose node,
  /// edge or edge type is gone behave as after a deletion.
  ///
  /// @throws dev.rookery.storage.error.SavepointException if it belongs to another transaction, or
  ///   has ended
  void rollbackTo(Savepoint savepoint);

  /// Ends a savepoint, and those made after it, and keeps what was changed since: gives back the
  /// memory that it needs. A commit ends all of them, too.
  ///
  /// @throws dev.rookery.storage.error.SavepointException if it belongs to another transaction, or
  ///   has ended
  void release(Savepoint savepoint);

  /// Commits with the durability that the graph was opened with, and ends the transaction. Returns
  /// when that is reached, with a handle to ask for more.
  ///
  /// @throws dev.rookery.storage.error.DiskFullException if there is no room; the transaction was
  ///   rolled back
  /// @throws dev.rookery.storage.error.StorageFailedException if a write or a sync failed
  /// @throws IllegalStateException in a function given to [Graph#write], which commits by itself
  Commit commit();

  /// Commits with a durability of its own, and ends the transaction. See [#commit()].
  Commit commit(Durability durability);

  /// Commits without waiting, and ends the transaction: what its durability promises is told by the
  /// handle. Later transactions see the changes at once; new read transactions see them when
  /// [Commit#committed] completes.
  ///
  /// @throws dev.rookery.storage.error.DiskFullException if there is no room; the transaction was
  ///   rolled back
  /// @throws dev.rookery.storage.error.StorageFailedException if an earlier write or sync failed
  /// @throws IllegalStateException in a function given to [Graph#write], which commits by itself
  Commit submit(Durability durability);

  /// Takes all changes back and ends the transaction. Does nothing if it has ended already.
  ///
  /// @throws IllegalStateException in a function given to [Graph#write]: throw to roll back
  void rollback();
}
