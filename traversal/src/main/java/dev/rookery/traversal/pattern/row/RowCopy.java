package dev.rookery.traversal.pattern.row;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.pattern.plan.Leg;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of all slots side by side in memory, for queries that come back to them many times: 4
/// bytes for each slot and each neighbour, 8 more where some occur more than once. Immutable.
final class RowCopy {
  private static final int CHECK_SLOTS = 1 << 12;

  private final int[] begins;
  private final int[] values;
  private final long @Nullable [] weights;

  private RowCopy(int[] begins, int[] values, long @Nullable [] weights) {
    this.begins = begins;
    this.values = values;
    this.weights = weights;
  }

  /// Copies rows, or returns null if they do not fit. O(slots + edges).
  static @Nullable RowCopy make(RowMemory memory, List<Leg> legs) {
    PhysicalGraph graph = memory.graph();
    long edges = 0;
    for (Leg leg : legs) {
      edges += graph.edgeCount(leg.type());
    }
    long slots = graph.slotCount();
    long bytes = (slots + 1 + edges) * Integer.BYTES;
    if (edges > Integer.MAX_VALUE - 8 || !memory.tryTake(bytes)) {
      return null;
    }
    int[] begins = new int[(int) slots + 1];
    int[] values = new int[(int) edges];
    long[] weights = null;
    RowReader reader = new RowReader(memory, legs);
    Row row = new Row(memory);
    int size = 0;
    for (int slot = 0; slot < slots; slot++) {
      if (slot % CHECK_SLOTS == 0) {
        memory.check();
      }
      reader.readFromPages(slot, row);
      System.arraycopy(row.values, row.from, values, size, row.size());
      if (row.weights != null && weights == null) {
        if (!memory.tryTake(edges * Long.BYTES)) {
          return null;
        }
        weights = new long[values.length];
        Arrays.fill(weights, 0, size, 1);
      }
      if (weights != null) {
        for (int i = row.from; i < row.to; i++) {
          weights[size + i - row.from] = row.weightAt(i);
        }
      }
      size += row.size();
      begins[slot + 1] = size;
    }
    return new RowCopy(begins, values, weights);
  }

  /// Shows the row of a slot.
  void show(int slot, Row target) {
    target.show(values, begins[slot], begins[slot + 1], weights);
  }
}
