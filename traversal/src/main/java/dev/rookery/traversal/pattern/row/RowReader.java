package dev.rookery.traversal.pattern.row;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.engine.EdgeRows;
import dev.rookery.traversal.pattern.plan.Leg;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads the rows of some legs: for a slot, the slots to which its edges lead, ascending, with how
/// many edges lead to each. From a copy in memory where there is one, else from pages. Belongs to
/// one thread.
public final class RowReader {
  private final RowMemory memory;
  private final List<Leg> legs;
  private final ForestCursor[] cursors;
  private final int[] shifts;

  /// For each leg, whether the same edges were met by an earlier leg from their other end.
  private final boolean[] repeatsLoops;

  private final long slotCount;
  private final Row[] merged;
  private final Row single;
  private @Nullable RowCopy copy;
  private long reads;

  public RowReader(RowMemory memory, List<Leg> legs) {
    this.memory = memory;
    this.legs = legs;
    PhysicalGraph graph = memory.graph();
    slotCount = graph.slotCount();
    cursors = new ForestCursor[legs.size()];
    shifts = new int[cursors.length];
    repeatsLoops = new boolean[cursors.length];
    for (int i = 0; i < cursors.length; i++) {
      Leg leg = legs.get(i);
      cursors[i] = leg.cursor(graph);
      shifts[i] = leg.shift(graph);
      int reverse = legs.indexOf(new Leg(leg.type(), !leg.isOut()));
      repeatsLoops[i] = reverse >= 0 && reverse < i;
    }
    single = new Row(memory);
    merged = new Row[] {new Row(memory), new Row(memory)};
  }

  /// Reads the row of a slot, unless it is that which was read last. Valid until the next call with
  /// the same target.
  public void read(int slot, Row target) {
    if (target.slot == slot) {
      return;
    }
    target.slot = -1;
    RowCopy known = copy;
    if (known == null) {
      reads++;
      known = memory.copy(legs, reads);
      copy = known;
    }
    if (known == null) {
      readFromPages(slot, target);
    } else {
      known.show(slot, target);
    }
    target.slot = slot;
  }

  /// Reads the row of a slot into memory of the target.
  public void readFromPages(int slot, Row target) {
    if (cursors.length == 1) {
      readLeg(0, slot, target);
      return;
    }
    Row all = target;
    all.showOwn(0, false);
    for (int leg = 0; leg < cursors.length; leg++) {
      readLeg(leg, slot, single);
      if (single.size() > 0) {
        Row into = all == merged[0] ? merged[1] : merged[0];
        RowKernels.merge(all, single, into);
        all = into;
      }
    }
    if (all != target) {
      copyTo(all, target);
    }
  }

  private static void copyTo(Row from, Row target) {
    int size = from.size();
    System.arraycopy(from.values, from.from, target.room(size), 0, size);
    long[] weights = from.weights;
    if (weights != null) {
      System.arraycopy(weights, from.from, target.weightRoom(size), 0, size);
    }
    target.showOwn(size, weights != null);
  }

  private void readLeg(int leg, int slot, Row target) {
    ForestCursor cursor = cursors[leg];
    int degree = Math.toIntExact(cursor.seek(slot));
    int[] values = target.room(degree);
    int size = 0;
    while (cursor.nextRun()) {
      if (cursor.runCount() > values.length - size) {
        throw new CorruptDatabaseException("a slot has more edges than it says slot=" + slot);
      }
      EdgeRows.decode(cursor, shifts[leg], values, size);
      size += cursor.runCount();
    }
    boolean isSound = size == 0 || (values[0] >= 0 && values[size - 1] < slotCount);
    if (!isSound) {
      throw new CorruptDatabaseException("an edge leads to no slot slot=" + slot);
    }
    target.showOwn(size, false);
    if (shifts[leg] > 0) {
      putTogether(target);
    }
    if (repeatsLoops[leg]) {
      dropLoop(slot, target);
    }
  }

  /// Makes values that occur more than once one value with a weight.
  private static void putTogether(Row row) {
    int[] values = row.values;
    int size = row.to;
    int kept = 0;
    for (int i = 1; i < size && kept == 0; i++) {
      kept = values[i] == values[i - 1] ? 1 : 0;
    }
    if (kept == 0) {
      return;
    }
    long[] weights = row.weightRoom(size);
    kept = 0;
    for (int i = 0; i < size; i++) {
      if (kept > 0 && values[kept - 1] == values[i]) {
        weights[kept - 1]++;
      } else {
        values[kept] = values[i];
        weights[kept++] = 1;
      }
    }
    row.showOwn(kept, true);
  }

  private static void dropLoop(int slot, Row row) {
    int index = row.find(slot);
    if (index < 0) {
      return;
    }
    int behind = row.to - index - 1;
    System.arraycopy(row.values, index + 1, row.values, index, behind);
    long[] weights = row.weights;
    if (weights != null) {
      System.arraycopy(weights, index + 1, weights, index, behind);
    }
    row.to--;
  }
}
