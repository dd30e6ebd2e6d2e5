package dev.rookery.traversal.frontier;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// An `int` for each slot of a graph, outside of the heap: the state of an algorithm. All are zero
/// at first.
///
/// A slot that is out of range is an [IndexOutOfBoundsException]. Threads: plain reads and writes
/// are for values that one worker at a time owns; [#min] is for values that many change at once.
public final class SlotInts {
  private static final VarHandle VALUE = ValueLayout.JAVA_INT.varHandle();

  private final MemorySegment values;

  /// @param values 4 bytes for each slot, aligned
  public SlotInts(MemorySegment values) {
    this.values = values;
  }

  /// Returns how many bytes the values of so many slots take.
  public static long bytes(long slotCount) {
    return slotCount * Integer.BYTES;
  }

  /// Returns how many slots there are.
  public long slotCount() {
    return values.byteSize() / Integer.BYTES;
  }

  /// Returns the value of a slot.
  public int get(long slot) {
    return values.get(ValueLayout.JAVA_INT, slot * Integer.BYTES);
  }

  /// Sets the value of a slot.
  public void set(long slot, int value) {
    values.set(ValueLayout.JAVA_INT, slot * Integer.BYTES, value);
  }

  /// Lowers the value of a slot to the given one, and returns whether it was larger. Atomic.
  public boolean min(long slot, int value) {
    long offset = slot * Integer.BYTES;
    int before = (int) VALUE.getOpaque(values, offset);
    while (value < before) {
      int found = (int) VALUE.compareAndExchange(values, offset, before, value);
      if (found == before) {
        return true;
      }
      before = found;
    }
    return false;
  }

  /// Replaces the value of a slot if it is the expected one, and returns whether it was. Atomic.
  public boolean compareAndSet(long slot, int expected, int value) {
    return VALUE.compareAndSet(values, slot * Integer.BYTES, expected, value);
  }

  /// Adds to the value of a slot and returns what it was. Atomic.
  public int getAndAdd(long slot, int delta) {
    return (int) VALUE.getAndAdd(values, slot * Integer.BYTES, delta);
  }

  /// Gives all slots from one on, before an end, the same value.
  public void fill(long from, long end, int value) {
    if (value == 0 || value == -1) {
      values.asSlice(from * Integer.BYTES, (end - from) * Integer.BYTES).fill((byte) value);
      return;
    }
    for (long slot = from; slot < end; slot++) {
      set(slot, value);
    }
  }

  /// Returns where the values lie, for loops that are hot: slot 0 first, 4 bytes each.
  public MemorySegment segment() {
    return values;
  }
}
