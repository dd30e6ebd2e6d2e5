package dev.rookery.traversal.pattern.plan;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.tree.ForestCursor;

/// Edges of one type, walked in one direction.
///
/// @param type number of the type
/// @param isOut whether they are walked from source to target
public record Leg(int type, boolean isOut) {
  /// Returns a cursor over these edges, by the slot that is walked from.
  public ForestCursor cursor(PhysicalGraph graph) {
    return isOut ? graph.outgoing(type) : graph.incoming(type);
  }

  /// Returns how far the slot at the other end is shifted left in the keys of that cursor.
  public int shift(PhysicalGraph graph) {
    return graph.isMulti(type) ? PhysicalGraph.ORDINAL_BITS : 0;
  }

  /// Returns the same edges, walked the other way.
  public Leg reversed() {
    return new Leg(type, !isOut);
  }
}
