package dev.rookery.graph;

import dev.rookery.graph.store.GraphView;
import dev.rookery.graph.store.PhysicalGraph;

/// Makes ids of the slots that a cursor has copied, for that cursor alone.
///
/// Where regions side by side have one difference between slot and id, it is added while the slots
/// are copied, and all that is left is to see that the first and the last one lie in such regions.
final class NeighborIds {
  /// How many regions are looked at for a few slots; more of them for many.
  private static final int LOOKS_MIN = 8;

  /// After so many misses in a row, no difference is looked for any more.
  private static final int MISSES_MAX = 64;

  private final GraphView graph;

  /// The regions that have the difference: from one on, before another.
  private long firstRegion;

  private long endRegion;
  private long delta;

  /// How often in a row slots did not lie in such regions.
  private int missCount;

  NeighborIds(GraphView graph) {
    this.graph = graph;
  }

  /// Returns what is to be added to slots before they are translated; 0 if nothing is known.
  long delta() {
    return delta;
  }

  /// Forgets what is known, after a change of the graph.
  void forget() {
    firstRegion = 0;
    endRegion = 0;
    delta = 0;
    missCount = 0;
  }

  /// Replaces slots, to which [#delta] was added, by the ids of the nodes in them.
  ///
  /// @param ids of each run of slots, the ascending ones of some entries; some from an index on
  /// @param end behind the last one, which is not the first
  void translate(long[] ids, int from, int end) {
    if (missCount == MISSES_MAX) {
      graph.translate(ids, from, end);
      return;
    }
    long first = ids[from] - delta;
    long last = ids[end - 1] - delta;
    if (covers(first >>> PhysicalGraph.REGION_SHIFT, last >>> PhysicalGraph.REGION_SHIFT)) {
      missCount = 0;
    } else {
      translateOthers(ids, from, end);
    }
  }

  private boolean covers(long first, long last) {
    return first >= firstRegion && last < endRegion;
  }

  private void translateOthers(long[] ids, int from, int end) {
    add(ids, from, end, -delta);
    long first = ids[from] >>> PhysicalGraph.REGION_SHIFT;
    long last = ids[end - 1] >>> PhysicalGraph.REGION_SHIFT;
    widen(first, last, LOOKS_MIN + end - from);
    if (covers(first, last)) {
      add(ids, from, end, delta);
      return;
    }
    graph.translate(ids, from, end);
    missCount++;
    if (missCount == MISSES_MAX) {
      delta = 0;
    }
  }

  private static void add(long[] ids, int from, int end, long difference) {
    for (int i = from; difference != 0 && i < end; i++) {
      ids[i] += difference;
    }
  }

  /// Takes regions in, as long as they have the same difference and not more than some of them.
  private void widen(long first, long last, int looks) {
    if (endRegion == firstRegion) {
      long found = graph.deltaOf(first);
      if (found == Long.MIN_VALUE) {
        return;
      }
      delta = found;
      firstRegion = first;
      endRegion = first + 1;
    }
    for (int left = looks; left > 0 && first < firstRegion && has(firstRegion - 1); left--) {
      firstRegion--;
    }
    for (int left = looks; left > 0 && last >= endRegion && has(endRegion); left--) {
      endRegion++;
    }
  }

  private boolean has(long region) {
    return graph.deltaOf(region) == delta;
  }
}
