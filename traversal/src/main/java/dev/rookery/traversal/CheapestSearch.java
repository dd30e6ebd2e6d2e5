package dev.rookery.traversal;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.engine.EdgeWeights;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.LongSequence;
import dev.rookery.traversal.frontier.SlotIndex;
import java.util.function.LongToDoubleFunction;

/// One run of [CheapestPath].
///
/// Each slot that is met gets a number. The heap holds numbers by distance and estimate; one whose
/// distance falls is put in again, and its earlier entry is passed over. So a heuristic may also be
/// inconsistent: a node is walked on from anew.
final class CheapestSearch {
  private static final long NO_NUMBER = -1;

  /// Width of the step in a word whose upper part is the parent.
  private static final int STEP_BITS = 20;

  private final Steps steps;
  private final PhysicalGraph graph;
  private final ForestCursor[] cursors;
  private final EdgeWeights weights;
  private final LongToDoubleFunction heuristic;
  private final WalkRoom room;
  private final SlotIndex index;

  // By number: slot, distance, estimate to the end, and the last edge of the way.
  private final LongSequence slots;
  private final LongSequence distances;
  private final LongSequence estimates;
  private final LongSequence arrivals;
  private final LongSequence ordinals;
  private final SearchHeap heap;

  private long end = NO_NUMBER;

  CheapestSearch(Steps steps, String key, LongToDoubleFunction heuristic, WalkRoom room) {
    if (steps.count() >= 1 << STEP_BITS) {
      throw new IllegalArgumentException("too many edge types steps=" + steps.count());
    }
    this.steps = steps;
    this.heuristic = heuristic;
    this.room = room;
    graph = steps.graph();
    cursors = steps.cursors();
    weights = new EdgeWeights(steps, key);
    index = room.index();
    slots = room.column();
    distances = room.column();
    estimates = room.column();
    arrivals = room.column();
    ordinals = room.column();
    heap = new SearchHeap(room, estimates);
  }

  /// Searches, once, and returns whether there is a way.
  boolean run(long startNode, long endNode) {
    long startSlot = graph.slotOf(startNode);
    long endSlot = graph.slotOf(endNode);
    reach(startSlot, 0, NO_NUMBER, 0, 0);
    while (!heap.isEmpty()) {
      steps.checkOpen();
      double distance = heap.firstDistance();
      long number = heap.pop();
      if (distance > distance(number)) {
        continue;
      }
      if (slots.get(number) == endSlot) {
        end = number;
        return true;
      }
      expand(number, distance);
    }
    return false;
  }

  private void expand(long number, double distance) {
    long slot = slots.get(number);
    for (int step = 0; step < cursors.length; step++) {
      ForestCursor cursor = cursors[step];
      room.walked(cursor.seek(slot));
      while (cursor.next()) {
        long target = steps.slotOf(step, cursor.key());
        double sum = distance + weights.at(cursor.value(), step, slot, target);
        reach(target, sum, number, step, steps.ordinalOf(step, cursor.key()));
      }
    }
  }

  private void reach(long slot, double distance, long parent, int step, int ordinal) {
    long number = index.numberOf(slot);
    if (number == slots.size()) {
      slots.add(slot);
      distances.add(Double.doubleToRawLongBits(Double.POSITIVE_INFINITY));
      estimates.add(Double.doubleToRawLongBits(estimate(slot)));
      arrivals.add(NO_NUMBER);
      if (steps.haveOrdinals()) {
        ordinals.add(0);
      }
    }
    if (distance < distance(number)) {
      distances.set(number, Double.doubleToRawLongBits(distance));
      arrivals.set(number, parent << STEP_BITS | step);
      if (steps.haveOrdinals()) {
        ordinals.set(number, ordinal);
      }
      if (Double.longBitsToDouble(estimates.get(number)) < Double.POSITIVE_INFINITY) {
        heap.push(number, distance);
      }
    }
  }

  private double distance(long number) {
    return Double.longBitsToDouble(distances.get(number));
  }

  private double estimate(long slot) {
    long node = graph.nodeOf(slot);
    double estimate = heuristic.applyAsDouble(node);
    if (!(estimate >= 0)) {
      throw new IllegalArgumentException(
          "heuristic is negative or no number node=" + node + " estimate=" + estimate);
    }
    return estimate;
  }

  /// Returns the sum of the weights of the way that was found.
  double weight() {
    return distance(end);
  }

  /// Returns the way that was found.
  Path path() {
    int length = 0;
    for (long at = end; parent(at) != NO_NUMBER; at = parent(at)) {
      length++;
    }
    long[] ids = new long[length + 1];
    Path.Hop[] hops = new Path.Hop[length];
    long at = end;
    for (int i = length; i > 0; i--) {
      ids[i] = graph.nodeOf(slots.get(at));
      int step = (int) arrivals.get(at) & (1 << STEP_BITS) - 1;
      int ordinal = steps.haveOrdinals() ? (int) ordinals.get(at) : 0;
      hops[i - 1] = new Path.Hop(steps.typeName(step), steps.isOut(step), ordinal);
      at = parent(at);
    }
    ids[0] = graph.nodeOf(slots.get(at));
    return new Path(steps.transaction(), ids, hops);
  }

  private long parent(long number) {
    return arrivals.get(number) >> STEP_BITS;
  }
}
