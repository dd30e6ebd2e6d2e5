package dev.rookery.traversal.pattern.row;

import org.jspecify.annotations.Nullable;

/// The slots of a row as bits: for a row in which many others are looked up. Belongs to one thread.
public final class SlotBits {
  private static final long[] NO_WORDS = {};

  private final RowMemory memory;
  private long[] words = NO_WORDS;
  private int @Nullable [] values;
  private int from;
  private int to;
  private boolean isRefused;

  public SlotBits(RowMemory memory) {
    this.memory = memory;
  }

  /// Sets the bits of a row, and returns whether there was memory for them. Those of the row before
  /// are cleared. The row must stay as it is until the next call.
  public boolean set(Row row) {
    if (words.length == 0 && !isRefused) {
      long count = (memory.graph().slotCount() + Long.SIZE - 1) / Long.SIZE;
      isRefused = !memory.tryTake(count * Long.BYTES);
      words = isRefused ? NO_WORDS : new long[(int) count];
    }
    if (isRefused) {
      return false;
    }
    clear();
    values = row.values;
    from = row.from;
    to = row.to;
    for (int i = from; i < to; i++) {
      words[row.values[i] >>> 6] |= 1L << row.values[i];
    }
    return true;
  }

  /// Clears all bits; to be called before the row changes.
  public void clear() {
    int[] old = values;
    if (old != null) {
      for (int i = from; i < to; i++) {
        words[old[i] >>> 6] = 0;
      }
      values = null;
    }
  }

  public long[] words() {
    return words;
  }
}
