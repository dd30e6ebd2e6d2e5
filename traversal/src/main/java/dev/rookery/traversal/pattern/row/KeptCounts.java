package dev.rookery.traversal.pattern.row;

import java.util.Arrays;

/// Counts of matches of the rest of a plan, kept by the slot of one node: until the end of the
/// query, or until the first step binds another node. Belongs to one thread.
public final class KeptCounts {
  /// So many counts are made before memory is taken to keep them.
  private static final int MISSES_MIN = 1 << 8;

  private static final long NOT_KEPT = -1;

  private final RowMemory memory;
  private final boolean isPerStart;
  private long[] counts = {};
  private int[] starts = {};
  private int start;
  private int misses;
  private boolean isRefused;

  public KeptCounts(RowMemory memory, boolean isPerStart) {
    this.memory = memory;
    this.isPerStart = isPerStart;
  }

  /// Forgets all.
  public void clear() {
    if (counts.length > 0) {
      if (isPerStart && start < Integer.MAX_VALUE) {
        start++;
      } else {
        Arrays.fill(counts, NOT_KEPT);
      }
    }
  }

  /// Says that the first step has bound another node.
  public void newStart() {
    if (isPerStart) {
      clear();
    }
  }

  /// Returns a count, or -1 if it is not kept.
  public long get(int slot) {
    if (counts.length == 0) {
      return NOT_KEPT;
    }
    return isPerStart && starts[slot] != start ? NOT_KEPT : counts[slot];
  }

  public void put(int slot, long count) {
    if (counts.length == 0) {
      if (isRefused || ++misses < MISSES_MIN || !allocate()) {
        return;
      }
    }
    counts[slot] = count;
    if (isPerStart) {
      starts[slot] = start;
    }
  }

  private boolean allocate() {
    long slots = memory.graph().slotCount();
    long bytes = slots * (Long.BYTES + (isPerStart ? Integer.BYTES : 0));
    isRefused = !memory.tryTake(bytes);
    if (!isRefused) {
      counts = new long[(int) slots];
      Arrays.fill(counts, NOT_KEPT);
      starts = isPerStart ? new int[(int) slots] : starts;
      start = 1;
    }
    return !isRefused;
  }
}
