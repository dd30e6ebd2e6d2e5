package dev.rookery.graph.change;

import java.util.Map;

/// One change of a graph. Changes of a commit, applied in their order to the graph before it, give
/// the graph after it.
///
/// Property values have the types that [dev.rookery.graph.PropertyReader] names. Immutable.
public sealed interface Change {

  /// A node was added.
  ///
  /// @param node its id
  /// @param label its label, empty if it has none
  /// @param properties its properties
  record NodeAdded(long node, String label, Map<String, Object> properties) implements Change {}

  /// A node was deleted, and all its edges with it, for which there are no changes of their own.
  ///
  /// @param node its id, which is never used again
  record NodeDeleted(long node) implements Change {}

  /// A node got another label.
  ///
  /// @param node its id
  /// @param label the new label, empty if it has none now
  record LabelSet(long node, String label) implements Change {}

  /// One property of a node was set.
  ///
  /// @param node its id
  /// @param key which property
  /// @param value the new value
  record NodePropertySet(long node, String key, Object value) implements Change {}

  /// One property of a node was removed.
  ///
  /// @param node its id
  /// @param key which property
  record NodePropertyRemoved(long node, String key) implements Change {}

  /// All properties of a node were replaced.
  ///
  /// @param node its id
  /// @param properties all that it has now
  record NodePropertiesReplaced(long node, Map<String, Object> properties) implements Change {}

  /// An edge type was declared.
  ///
  /// @param type its name
  /// @param multi whether it allows parallel edges
  record EdgeTypeDeclared(String type, boolean multi) implements Change {}

  /// An edge was added. A type that was not declared is a simple one.
  ///
  /// @param type its type
  /// @param source the node that it leaves
  /// @param target the node that it enters
  /// @param ordinal its number among the parallel edges
  /// @param properties its properties
  record EdgeAdded(
      String type, long source, long target, int ordinal, Map<String, Object> properties)
      implements Change {}

  /// One edge was deleted.
  ///
  /// @param type its type
  /// @param source the node that it left
  /// @param target the node that it entered
  /// @param ordinal its number among the parallel edges
  record EdgeDeleted(String type, long source, long target, int ordinal) implements Change {}

  /// The edge, or all parallel edges, of a type between two nodes were deleted.
  ///
  /// @param type their type
  /// @param source the node that they left
  /// @param target the node that they entered
  record EdgesDeleted(String type, long source, long target) implements Change {}

  /// One property of an edge was set.
  ///
  /// @param type its type
  /// @param source the node that it leaves
  /// @param target the node that it enters
  /// @param ordinal its number among the parallel edges
  /// @param key which property
  /// @param value the new value
  record EdgePropertySet(
      String type, long source, long target, int ordinal, String key, Object value)
      implements Change {}

  /// One property of an edge was removed.
  ///
  /// @param type its type
  /// @param source the node that it leaves
  /// @param target the node that it enters
  /// @param ordinal its number among the parallel edges
  /// @param key which property
  record EdgePropertyRemoved(String type, long source, long target, int ordinal, String key)
      implements Change {}

  /// All properties of an edge of a simple type were replaced.
  ///
  /// @param type its type
  /// @param source the node that it leaves
  /// @param target the node that it enters
  /// @param properties all that it has now
  record EdgePropertiesReplaced(
      String type, long source, long target, Map<String, Object> properties) implements Change {}
}
