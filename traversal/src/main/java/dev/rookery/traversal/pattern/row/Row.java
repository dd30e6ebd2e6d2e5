package dev.rookery.traversal.pattern.row;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Slots in ascending order, each once, with how often it occurs: the neighbours of a slot, or what
/// is left of them. A reusable out-parameter, for one thread.
public final class Row {
  private static final int[] NO_VALUES = {};

  public int[] values = NO_VALUES;
  public int from;
  public int to;

  /// How often each of [#values] occurs, or null if all do once.
  public long @Nullable [] weights;

  /// The slot whose neighbours these are, or -1.
  public int slot = -1;

  private final RowMemory memory;
  private int[] buffer = NO_VALUES;
  private long[] weightBuffer = {};

  public Row(RowMemory memory) {
    this.memory = memory;
  }

  public int size() {
    return to - from;
  }

  /// Shows a part of an array that others own.
  public void show(int[] array, int begin, int end, long @Nullable [] weightOf) {
    values = array;
    from = begin;
    to = end;
    weights = weightOf;
  }

  /// Shows what another row shows.
  public void show(Row other) {
    show(other.values, other.from, other.to, other.weights);
  }

  /// Returns an array of its own with room for so many values.
  public int[] room(int size) {
    if (buffer.length < size) {
      int length = larger(buffer.length, size);
      memory.take((long) (length - buffer.length) * Integer.BYTES);
      buffer = new int[length];
    }
    return buffer;
  }

  /// Returns an array of its own with room for the weights of so many values.
  public long[] weightRoom(int size) {
    if (weightBuffer.length < size) {
      int length = larger(weightBuffer.length, size);
      memory.take((long) (length - weightBuffer.length) * Long.BYTES);
      weightBuffer = new long[length];
    }
    return weightBuffer;
  }

  private static int larger(int length, int wanted) {
    return (int) Math.min(Integer.MAX_VALUE - 8, Math.max(wanted, length + (length >> 1) + 16L));
  }

  /// Shows the first values of its own array.
  public void showOwn(int size, boolean isWeighted) {
    show(buffer, 0, size, isWeighted ? weightBuffer : null);
  }

  /// Returns the index of a value, or a negative number.
  public int find(int value) {
    return Arrays.binarySearch(values, from, to, value);
  }

  /// Returns how often a value occurs.
  public long weightOf(int value) {
    int index = find(value);
    return index < 0 ? 0 : weightAt(index);
  }

  public long weightAt(int index) {
    long[] counts = weights;
    return counts == null ? 1 : counts[index];
  }

  /// Returns the index behind the last value that is not above the given one.
  public int endOf(int limit) {
    if (to == from || values[to - 1] <= limit) {
      return to;
    }
    int index = find(limit);
    return index < 0 ? ~index : index + 1;
  }

  /// Returns how often all values together occur, up to an index.
  public long sum(int end) {
    long[] counts = weights;
    if (counts == null) {
      return (long) end - from;
    }
    long sum = 0;
    for (int i = from; i < end; i++) {
      sum += counts[i];
    }
    return sum;
  }
}
