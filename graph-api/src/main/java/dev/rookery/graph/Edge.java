package dev.rookery.graph;

/// An edge, as the transaction that it was read in sees it. Valid until the transaction closes.
///
/// Edges have no id of their own: an edge is (type, source, target) and, for a type declared
/// [Multiplicity#MULTI], an ordinal that tells parallel edges apart.
public interface Edge extends PropertyReader {

  /// Returns the type.
  String type();

  /// Returns the id of the node that the edge starts at.
  long source();

  /// Returns the id of the node that the edge ends at.
  long target();

  /// Returns the number that tells this edge from parallel ones; 0 for edges of a
  /// [Multiplicity#SIMPLE] type.
  int ordinal();

  /// Returns the end of the edge that is not the given one (the same for a self loop).
  default long other(long node) {
    return node == source() ? target() : source();
  }
}
