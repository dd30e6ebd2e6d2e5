package dev.rookery.traversal.frontier;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/// A `long` for each slot of a graph, outside of the heap: the state of an algorithm. All are zero
/// at first.
///
/// A slot that is out of range is an [IndexOutOfBoundsException]. Threads: plain reads and writes
/// are for values that one worker at a time owns; [#min] is for values that many change at once.
public final class SlotLongs {
  private static final VarHandle VALUE = ValueLayout.JAVA_LONG.varHandle();

  private final MemorySegment values;

  /// @param values 8 bytes for each slot, aligned
  public SlotLongs(MemorySegment values) {
    this.values = values;
  }

  /// Returns how many bytes the values of so many slots take.
  public static long bytes(long slotCount) {
    return slotCount * Long.BYTES;
  }

  /// Returns how many slots there are.
  public long slotCount() {
    return values.byteSize() / Long.BYTES;
  }

  /// Returns the value of a slot.
  public long get(long slot) {
    return values.get(ValueLayout.JAVA_LONG, slot * Long.BYTES);
  }

  /// Sets the value of a slot.
  public void set(long slot, long value) {
    values.set(ValueLayout.JAVA_LONG, slot * Long.BYTES, value);
  }

  /// Lowers the value of a slot to the given one, and returns whether it was larger. Atomic.
  public boolean min(long slot, long value) {
    long offset = slot * Long.BYTES;
    long before = (long) VALUE.getOpaque(values, offset);
    while (value < before) {
      long found = (long) VALUE.compareAndExchange(values, offset, before, value);
      if (found == before) {
        return true;
      }
      before = found;
    }
    return false;
  }

  /// Replaces the value of a slot if it is the expected one, and returns whether it was. Atomic.
  public boolean compareAndSet(long slot, long expected, long value) {
    return VALUE.compareAndSet(values, slot * Long.BYTES, expected, value);
  }

  /// Adds to the value of a slot and returns what it was. Atomic.
  public long getAndAdd(long slot, long delta) {
    return (long) VALUE.getAndAdd(values, slot * Long.BYTES, delta);
  }

  /// Sets bits of the value of a slot. Atomic.
  public void or(long slot, long bits) {
    long offset = slot * Long.BYTES;
    if (((long) VALUE.getOpaque(values, offset) & bits) != bits) {
      VALUE.getAndBitwiseOr(values, offset, bits);
    }
  }

  /// Gives all slots from one on, before an end, the same value.
  public void fill(long from, long end, long value) {
    if (value == 0 || value == -1) {
      values.asSlice(from * Long.BYTES, (end - from) * Long.BYTES).fill((byte) value);
      return;
    }
    for (long slot = from; slot < end; slot++) {
      set(slot, value);
    }
  }

  /// Returns where the values lie, for loops that are hot: slot 0 first, 8 bytes each.
  public MemorySegment segment() {
    return values;
  }
}
