package dev.rookery.traversal.pattern.plan;

import java.util.List;

/// Two edges of a pattern are the same edge of the graph, or a bound of a symmetry holds with
/// equality, if all of some pairs of nodes are the same.
///
/// @param pairs of nodes, by their variables
public record Conflict(List<Pair> pairs) {
  /// Two nodes.
  ///
  /// @param one the first
  /// @param other the second
  public record Pair(int one, int other) {}

  /// Copies the list.
  public Conflict {
    pairs = List.copyOf(pairs);
  }
}
