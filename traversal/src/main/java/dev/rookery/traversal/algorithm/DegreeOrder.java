package dev.rookery.traversal.algorithm;

import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotInts;

/// Slots by falling degree, equal ones by slot: rank 0 has the most edges.
///
/// Who looks only at neighbours of a lower rank has few of them, O(√edges), and those have their
/// state close together. Immutable once made.
final class DegreeOrder {
  private final SlotInts ranks;

  private DegreeOrder(SlotInts ranks) {
    this.ranks = ranks;
  }

  /// Counts edges of some steps and sorts by their number. O(slots + largest degree).
  static DegreeOrder of(GraphPass pass, Steps steps) {
    SlotInts degrees = degrees(pass, steps);
    long slotCount = pass.slotCount();
    int largest = 0;
    for (long slot = 0; slot < slotCount; slot++) {
      largest = Math.max(largest, degrees.get(slot));
    }
    // How many slots have a larger degree, for each degree; then their next rank.
    SlotInts next = new SlotInts(pass.memory().state(SlotInts.bytes(largest + 1L)));
    for (long slot = 0; slot < slotCount; slot++) {
      next.set(degrees.get(slot), next.get(degrees.get(slot)) + 1);
    }
    int above = 0;
    for (int degree = largest; degree >= 0; degree--) {
      int count = next.get(degree);
      next.set(degree, above);
      above += count;
    }
    for (long slot = 0; slot < slotCount; slot++) {
      int degree = degrees.get(slot);
      int rank = next.get(degree);
      next.set(degree, rank + 1);
      degrees.set(slot, rank);
    }
    return new DegreeOrder(degrees);
  }

  /// Counts for each slot the edges of some steps.
  ///
  /// @throws ArithmeticException if a slot has 2^31 or more
  static SlotInts degrees(GraphPass pass, Steps steps) {
    SlotInts degrees = pass.memory().ints();
    pass.sweep(
        steps,
        (worker, from, end) -> {
          for (ForestCursor cursor : worker.cursors(steps)) {
            for (long slot = cursor.seekNext(from, end);
                slot >= 0;
                slot = cursor.seekNext(slot + 1, end)) {
              degrees.set(slot, Math.toIntExact(degrees.get(slot) + cursor.degree()));
            }
          }
        });
    return degrees;
  }

  /// Returns the rank of each slot.
  SlotInts ranks() {
    return ranks;
  }
}
