package dev.rookery.graph.order;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.graph.store.Progress;
import dev.rookery.graph.store.SlotOrder;

/// Nodes in the order in which a breadth-first search finds them, so that neighbours come near each
/// other.
///
/// The first search begins at the node with most edges, each further one at the first slot not yet
/// found. Nodes without edges come last, in the order of their slots: they would only stand between
/// others. Takes two columns, and looks at every edge twice from each end.
public final class BreadthFirstOrder {
  private static final String PHASE = "breadth-first order";

  private final PhysicalGraph graph;
  private final Neighborhood neighborhood;
  private final Progress progress;

  private BreadthFirstOrder(PhysicalGraph graph, Progress progress) {
    this.graph = graph;
    this.neighborhood = new Neighborhood(graph);
    this.progress = progress;
  }

  /// Computes the order. O(nodes + edges).
  public static SlotOrder of(PhysicalGraph graph, SlotColumns columns, Progress progress) {
    return compute(graph, columns, progress);
  }

  static ColumnOrder compute(PhysicalGraph graph, SlotColumns columns, Progress progress) {
    return new BreadthFirstOrder(graph, progress).compute(columns);
  }

  private ColumnOrder compute(SlotColumns columns) {
    ColumnOrder order = new ColumnOrder(columns.create(), columns.create());
    long slots = graph.slotCount();
    long hub = slotOfMostEdges(slots);
    long searched = hub < 0 ? 0 : search(order, hub, 0);
    for (long slot = 0; slot < slots; slot++) {
      if (order.positionOf(slot) == SlotColumn.NONE && neighborhood.degree(slot) > 0) {
        searched = search(order, slot, searched);
      }
    }
    for (long slot = 0; slot < slots; slot++) {
      if (graph.nodeOf(slot) != 0) {
        order.append(slot);
      }
    }
    return order;
  }

  private long slotOfMostEdges(long slots) {
    long hub = -1;
    long degreeMax = 0;
    for (long slot = 0; slot < slots; slot++) {
      progress.step("degrees", slot, slots);
      long degree = neighborhood.degree(slot);
      if (degree > degreeMax) {
        degreeMax = degree;
        hub = slot;
      }
    }
    return hub;
  }

  /// Searches from a slot; the positions before `searched` were looked at. Returns how many were
  /// then.
  private long search(ColumnOrder order, long from, long searched) {
    order.append(from);
    long at = searched;
    for (; at < order.count(); at++) {
      progress.step(PHASE, at, graph.slotCount());
      neighborhood.seek(order.slotAt(at));
      while (neighborhood.next()) {
        order.append(neighborhood.slot());
      }
    }
    return at;
  }
}
