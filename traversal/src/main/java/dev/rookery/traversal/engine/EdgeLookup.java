package dev.rookery.traversal.engine;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.error.EdgeNotFoundException;
import java.util.Optional;

/// Finds the view of an edge that is known by its type, its ends and its ordinal. Without state.
public final class EdgeLookup {
  private EdgeLookup() {}

  /// Returns the edge. O(log degree), O(degree) for all parallel edges but the first.
  ///
  /// @throws EdgeNotFoundException if a write transaction has deleted it since
  public static Edge find(ReadTransaction tx, String type, long source, long target, int ordinal) {
    Optional<Edge> first = tx.findEdge(type, source, target);
    if (first.isPresent() && first.get().ordinal() == ordinal) {
      return first.get();
    }
    for (Edge edge : tx.edges(source, Direction.OUT, type)) {
      if (edge.target() == target && edge.ordinal() == ordinal) {
        return edge;
      }
    }
    throw new EdgeNotFoundException(
        "edge was deleted type="
            + type
            + " source="
            + source
            + " target="
            + target
            + " ordinal="
            + ordinal);
  }
}
