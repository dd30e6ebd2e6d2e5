package dev.rookery.graph.order;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.graph.store.Progress;
import dev.rookery.graph.store.SlotOrder;

/// Nodes as they lie, without the free slots between them. Takes two columns.
public final class UnchangedOrder {
  private UnchangedOrder() {}

  /// Computes the order. O(slots).
  public static SlotOrder of(PhysicalGraph graph, SlotColumns columns, Progress progress) {
    ColumnOrder order = new ColumnOrder(columns.create(), columns.create());
    long slots = graph.slotCount();
    for (long slot = 0; slot < slots; slot++) {
      progress.step("order", slot, slots);
      if (graph.nodeOf(slot) != 0) {
        order.append(slot);
      }
    }
    return order;
  }
}
