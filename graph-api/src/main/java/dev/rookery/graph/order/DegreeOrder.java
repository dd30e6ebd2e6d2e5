package dev.rookery.graph.order;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.graph.store.Progress;
import dev.rookery.graph.store.SlotOrder;

/// Nodes by the number of their edges, most first, else in the order of their slots: those that
/// most walks come to lie together. Takes two columns.
public final class DegreeOrder {
  /// Nodes with as many edges or more are not told apart.
  private static final int DEGREE_MAX = (1 << 20) - 1;

  private DegreeOrder() {}

  /// Computes the order. O(nodes).
  public static SlotOrder of(PhysicalGraph graph, SlotColumns columns, Progress progress) {
    long slots = graph.slotCount();
    Neighborhood neighborhood = new Neighborhood(graph);
    long[] starts = new long[DEGREE_MAX + 2];
    for (long slot = 0; slot < slots; slot++) {
      progress.step("degrees", slot, slots);
      if (graph.nodeOf(slot) != 0) {
        starts[bucket(neighborhood, slot) + 1]++;
      }
    }
    for (int i = 1; i < starts.length; i++) {
      starts[i] += starts[i - 1];
    }
    SlotColumn order = columns.create();
    SlotColumn positions = columns.create();
    for (long slot = 0; slot < slots; slot++) {
      progress.step("degree order", slot, slots);
      if (graph.nodeOf(slot) != 0) {
        long position = starts[bucket(neighborhood, slot)]++;
        order.set(position, slot);
        positions.set(slot, position);
      }
    }
    return new ColumnOrder(order, positions, starts[DEGREE_MAX]);
  }

  private static int bucket(Neighborhood neighborhood, long slot) {
    return DEGREE_MAX - (int) Math.min(DEGREE_MAX, neighborhood.degree(slot));
  }
}
