package dev.rookery.graph.order;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.graph.store.Progress;
import dev.rookery.graph.store.SlotOrder;

/// Nodes by communities: those that have most of their edges among themselves lie together, and
/// inside a community, and among the communities, what a breadth-first search finds first comes
/// first.
///
/// Communities are found by label propagation (Raghavan, Albert, Kumara 2007) in the order of the
/// breadth-first search: a node takes the label that most of its neighbours have, a few times over.
/// A label is not taken by more than [#COMMUNITY_NODES_MAX] nodes: without that bound a graph with
/// hubs becomes one community, which orders nothing.
///
/// Takes five columns.
public final class CommunityOrder {
  /// About as many nodes as have their slots and edges in the cache of a core together.
  static final int COMMUNITY_NODES_MAX = 1 << 12;

  private static final int ROUNDS_MAX = 6;

  /// A round in which fewer than 1 in so many nodes change their label is the last one.
  private static final int CHANGES_PER_NODE_MIN = 64;

  private final ColumnOrder search;
  private final Neighborhood neighborhood;
  private final Progress progress;
  private final SlotColumn labels;
  private final SlotColumn sizes;
  private final SlotColumn counts;

  private CommunityOrder(ColumnOrder search, PhysicalGraph graph, SlotColumns columns, Progress p) {
    this.search = search;
    this.neighborhood = new Neighborhood(graph);
    this.progress = p;
    this.labels = columns.create();
    this.sizes = columns.create();
    this.counts = columns.create();
  }

  /// Computes the order. O(nodes + edges) for each of at most six rounds.
  public static SlotOrder of(PhysicalGraph graph, SlotColumns columns, Progress progress) {
    ColumnOrder search = BreadthFirstOrder.compute(graph, columns, progress);
    return new CommunityOrder(search, graph, columns, progress).compute();
  }

  private SlotOrder compute() {
    long nodes = search.count();
    for (long i = 0; i < nodes; i++) {
      long slot = search.slotAt(i);
      labels.set(slot, slot);
      sizes.set(slot, 1);
    }
    for (int round = 1; round <= ROUNDS_MAX; round++) {
      long changes = 0;
      for (long i = 0; i < nodes; i++) {
        progress.step("communities " + round, i, nodes);
        changes += takeLabel(search.slotAt(i)) ? 1 : 0;
      }
      if (changes * CHANGES_PER_NODE_MIN < nodes) {
        break;
      }
    }
    return gather(nodes);
  }

  /// Gives a slot the label that most of its neighbours have, if there is room for one more, and
  /// returns whether that is another one than before. The own label wins against equals.
  private boolean takeLabel(long slot) {
    long own = labels.get(slot);
    long best = own;
    long bestCount = 0;
    neighborhood.seek(slot);
    while (neighborhood.next()) {
      long label = labels.get(neighborhood.slot());
      long count = Math.max(0, counts.get(label)) + 1;
      counts.set(label, count);
      boolean better = count > bestCount || (count == bestCount && label == own);
      if (better && (label == own || sizes.get(label) < COMMUNITY_NODES_MAX)) {
        best = label;
        bestCount = count;
      }
    }
    neighborhood.seek(slot);
    while (neighborhood.next()) {
      counts.set(labels.get(neighborhood.slot()), SlotColumn.NONE);
    }
    if (best == own) {
      return false;
    }
    labels.set(slot, best);
    sizes.set(own, sizes.get(own) - 1);
    sizes.set(best, sizes.get(best) + 1);
    return true;
  }

  /// Sorts the slots by their communities, in the order in which the search came to these.
  private SlotOrder gather(long nodes) {
    // Where the next node of each community goes; from here on, counts are places.
    long end = 0;
    for (long i = 0; i < nodes; i++) {
      long label = labels.get(search.slotAt(i));
      if (counts.get(label) == SlotColumn.NONE) {
        counts.set(label, end);
        end += sizes.get(label);
      }
    }
    // No size is needed any more: their column takes the order.
    for (long i = 0; i < nodes; i++) {
      long slot = search.slotAt(i);
      long label = labels.get(slot);
      long position = counts.get(label);
      counts.set(label, position + 1);
      sizes.set(position, slot);
      search.positions.set(slot, position);
    }
    return new ColumnOrder(sizes, search.positions, nodes);
  }
}
