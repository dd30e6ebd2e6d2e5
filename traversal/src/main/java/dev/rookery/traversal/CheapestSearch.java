package dev.rookery.traversal;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.traversal.engine.EdgeWeights;
import dev.rookery.traversal.engine.Steps;
import it.unimi.dsi.fastutil.doubles.DoubleArrayList;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.longs.Long2IntOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.function.LongToDoubleFunction;

/// One run of [CheapestPath].
///
/// Each slot that is met gets an index. The heap holds indexes by distance and estimate; one whose
/// distance falls is put in again, and its earlier entry is passed over. So a heuristic may also be
/// inconsistent: a node is walked on from anew.
final class CheapestSearch {
  private static final int NO_INDEX = -1;

  private final Steps steps;
  private final PhysicalGraph graph;
  private final FixedSizeForest.Cursor[] cursors;
  private final EdgeWeights weights;
  private final LongToDoubleFunction heuristic;
  private final Long2IntOpenHashMap indexes = new Long2IntOpenHashMap();

  // By index: slot, distance, estimate to the end, and the last edge of the way.
  private final LongArrayList slots = new LongArrayList();
  private final DoubleArrayList distances = new DoubleArrayList();
  private final DoubleArrayList estimates = new DoubleArrayList();
  private final IntArrayList parents = new IntArrayList();
  private final IntArrayList parentSteps = new IntArrayList();
  private final IntArrayList parentOrdinals = new IntArrayList();

  // The heap: index, and the distance it had then.
  private final IntArrayList heap = new IntArrayList();
  private final DoubleArrayList heapDistances = new DoubleArrayList();

  private int end = NO_INDEX;

  CheapestSearch(Steps steps, String key, LongToDoubleFunction heuristic) {
    this.steps = steps;
    this.heuristic = heuristic;
    graph = steps.graph();
    cursors = steps.cursors();
    weights = new EdgeWeights(steps, key);
    indexes.defaultReturnValue(NO_INDEX);
  }

  /// Searches, once, and returns whether there is a way.
  boolean run(long startNode, long endNode) {
    long startSlot = graph.slotOf(startNode);
    long endSlot = graph.slotOf(endNode);
    reach(startSlot, 0, NO_INDEX, 0, 0);
    while (!heap.isEmpty()) {
      steps.checkOpen();
      double distance = heapDistances.getDouble(0);
      int index = pop();
      if (distance > distances.getDouble(index)) {
        continue;
      }
      if (slots.getLong(index) == endSlot) {
        end = index;
        return true;
      }
      expand(index, distance);
    }
    return false;
  }

  private void expand(int index, double distance) {
    long slot = slots.getLong(index);
    for (int step = 0; step < cursors.length; step++) {
      FixedSizeForest.Cursor cursor = cursors[step];
      cursor.seek(slot);
      while (cursor.next()) {
        long target = steps.slotOf(step, cursor.key());
        double sum = distance + weights.at(cursor.value(), step, slot, target);
        reach(target, sum, index, step, steps.ordinalOf(step, cursor.key()));
      }
    }
  }

  private void reach(long slot, double distance, int parent, int step, int ordinal) {
    int index = indexes.get(slot);
    if (index == NO_INDEX) {
      index = slots.size();
      indexes.put(slot, index);
      slots.add(slot);
      distances.add(Double.POSITIVE_INFINITY);
      estimates.add(estimate(slot));
      parents.add(NO_INDEX);
      parentSteps.add(0);
      parentOrdinals.add(0);
    }
    if (distance < distances.getDouble(index)) {
      distances.set(index, distance);
      parents.set(index, parent);
      parentSteps.set(index, step);
      parentOrdinals.set(index, ordinal);
      if (estimates.getDouble(index) < Double.POSITIVE_INFINITY) {
        push(index, distance);
      }
    }
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

  private void push(int index, double distance) {
    heap.add(index);
    heapDistances.add(distance);
    int at = heap.size() - 1;
    while (at > 0 && isBefore(at, (at - 1) >>> 1)) {
      swap(at, (at - 1) >>> 1);
      at = (at - 1) >>> 1;
    }
  }

  private int pop() {
    int first = heap.getInt(0);
    int last = heap.size() - 1;
    swap(0, last);
    heap.removeInt(last);
    heapDistances.removeDouble(last);
    int at = 0;
    while (2 * at + 1 < last) {
      int child = 2 * at + 1;
      if (child + 1 < last && isBefore(child + 1, child)) {
        child++;
      }
      if (!isBefore(child, at)) {
        break;
      }
      swap(child, at);
      at = child;
    }
    return first;
  }

  /// Equal ones are taken by index, so that the way is always the same.
  private boolean isBefore(int left, int right) {
    int leftIndex = heap.getInt(left);
    int rightIndex = heap.getInt(right);
    double leftKey = heapDistances.getDouble(left) + estimates.getDouble(leftIndex);
    double rightKey = heapDistances.getDouble(right) + estimates.getDouble(rightIndex);
    return leftKey < rightKey || (leftKey == rightKey && leftIndex < rightIndex);
  }

  private void swap(int left, int right) {
    int index = heap.getInt(left);
    heap.set(left, heap.getInt(right));
    heap.set(right, index);
    double distance = heapDistances.getDouble(left);
    heapDistances.set(left, heapDistances.getDouble(right));
    heapDistances.set(right, distance);
  }

  /// Returns the sum of the weights of the way that was found.
  double weight() {
    return distances.getDouble(end);
  }

  /// Returns the way that was found.
  Path path() {
    int length = 0;
    for (int at = end; parents.getInt(at) != NO_INDEX; at = parents.getInt(at)) {
      length++;
    }
    long[] ids = new long[length + 1];
    Path.Hop[] hops = new Path.Hop[length];
    int at = end;
    for (int i = length; i > 0; i--) {
      ids[i] = graph.nodeOf(slots.getLong(at));
      int step = parentSteps.getInt(at);
      hops[i - 1] =
          new Path.Hop(steps.typeName(step), steps.isOut(step), parentOrdinals.getInt(at));
      at = parents.getInt(at);
    }
    ids[0] = graph.nodeOf(slots.getLong(at));
    return new Path(steps.transaction(), ids, hops);
  }
}
