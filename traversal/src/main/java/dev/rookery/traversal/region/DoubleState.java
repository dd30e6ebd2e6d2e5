package dev.rookery.traversal.region;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.frontier.SlotDoubles;

/// A `double` for each node of a snapshot, outside of the heap, or in a file where the budget of
/// the run does not suffice.
///
/// Inside of a pass values are addressed by *place* (see [RegionBatch#place]), which is quick;
/// elsewhere by node id. Valid as long as anybody refers to it; [#get] needs the transaction open.
///
/// Threads: any may read. In a pass, a place may be written by the batch whose node it is, or by
/// anybody through [#min].
public final class DoubleState {
  private final SlotDoubles values;
  private final PhysicalGraph graph;

  DoubleState(SlotDoubles values, PhysicalGraph graph) {
    this.values = values;
    this.graph = graph;
  }

  /// Returns the value of a node, by its id. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  public double get(long node) {
    return values.get(graph.slotOf(node));
  }

  /// Returns the value at a place.
  public double at(long place) {
    return values.get(place);
  }

  /// Sets the value at a place.
  public void set(long place, double value) {
    values.set(place, value);
  }

  /// Lowers the value at a place to the given one and returns whether it was larger. Atomic.
  public boolean min(long place, double value) {
    return values.min(place, value);
  }
}
