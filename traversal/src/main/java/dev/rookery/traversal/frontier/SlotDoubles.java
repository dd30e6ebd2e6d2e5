package dev.rookery.traversal.frontier;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// A `double` for each slot of a graph, outside of the heap: the state of an algorithm. All are
/// zero at first.
///
/// A slot that is out of range is an [IndexOutOfBoundsException]. Threads: plain reads and writes
/// are for values that one worker at a time owns; [#min] is for values that many change at once.
public final class SlotDoubles {
  private static final VarHandle BITS = ValueLayout.JAVA_LONG.varHandle();

  private final MemorySegment values;

  /// @param values 8 bytes for each slot, aligned
  public SlotDoubles(MemorySegment values) {
    this.values = values;
  }

  /// Returns how many bytes the values of so many slots take.
  public static long bytes(long slotCount) {
    return slotCount * Double.BYTES;
  }

  /// Returns how many slots there are.
  public long slotCount() {
    return values.byteSize() / Double.BYTES;
  }

  /// Returns the value of a slot.
  public double get(long slot) {
    return values.get(ValueLayout.JAVA_DOUBLE, slot * Double.BYTES);
  }

  /// Sets the value of a slot.
  public void set(long slot, double value) {
    values.set(ValueLayout.JAVA_DOUBLE, slot * Double.BYTES, value);
  }

  /// Lowers the value of a slot to the given one, and returns whether it was larger. Atomic.
  public boolean min(long slot, double value) {
    long offset = slot * Double.BYTES;
    long before = (long) BITS.getOpaque(values, offset);
    while (value < Double.longBitsToDouble(before)) {
      long bits = Double.doubleToRawLongBits(value);
      long found = (long) BITS.compareAndExchange(values, offset, before, bits);
      if (found == before) {
        return true;
      }
      before = found;
    }
    return false;
  }

  /// Gives all slots from one on, before an end, the same value.
  public void fill(long from, long end, double value) {
    for (long slot = from; slot < end; slot++) {
      set(slot, value);
    }
  }

  /// Returns where the values lie, for loops that are hot: slot 0 first, 8 bytes each.
  public MemorySegment segment() {
    return values;
  }
}
