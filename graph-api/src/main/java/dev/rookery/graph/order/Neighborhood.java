package dev.rookery.graph.order;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.tree.ForestCursor;

/// All neighbours of a slot, over the edges of all types in both directions: those with several
/// edges come several times.
///
/// ```
/// neighborhood.seek(slot);
/// while (neighborhood.next()) … neighborhood.slot()
/// ```
///
/// Belongs to one thread.
final class Neighborhood {
  private final ForestCursor[] cursors;
  private final int[] shifts;
  private long from;
  private int current;

  Neighborhood(PhysicalGraph graph) {
    int types = graph.typeCount();
    cursors = new ForestCursor[2 * types];
    shifts = new int[2 * types];
    for (int i = 0; i < types; i++) {
      cursors[2 * i] = graph.outgoing(i + 1);
      cursors[2 * i + 1] = graph.incoming(i + 1);
      int shift = graph.isMulti(i + 1) ? PhysicalGraph.ORDINAL_BITS : 0;
      shifts[2 * i] = shift;
      shifts[2 * i + 1] = shift;
    }
  }

  /// Returns how many edges a slot has, self loops twice. O(types).
  long degree(long slot) {
    long degree = 0;
    for (ForestCursor cursor : cursors) {
      degree += cursor.seek(slot);
    }
    return degree;
  }

  /// Moves before the first neighbour of a slot.
  void seek(long slot) {
    from = slot;
    current = -1;
  }

  /// Moves to the next neighbour and returns whether there is one.
  boolean next() {
    while (current < 0 || !cursors[current].next()) {
      if (++current == cursors.length) {
        current = cursors.length - 1;
        return false;
      }
      cursors[current].seek(from);
    }
    return true;
  }

  /// Returns the neighbour's slot.
  long slot() {
    return cursors[current].key() >>> shifts[current];
  }
}
