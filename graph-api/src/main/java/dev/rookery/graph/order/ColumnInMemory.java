package dev.rookery.graph.order;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A column off the heap: 4 bytes for each slot, or 8 where there are too many of them. A number is
/// stored as one more than it is, so that zeros are none.
final class ColumnInMemory implements SlotColumn {
  private final MemorySegment numbers;
  private final boolean wide;

  ColumnInMemory(MemorySegment zeros, boolean wide) {
    this.numbers = zeros;
    this.wide = wide;
  }

  @Override
  public long get(long slot) {
    return wide
        ? numbers.getAtIndex(ValueLayout.JAVA_LONG, slot) - 1
        : Integer.toUnsignedLong(numbers.getAtIndex(ValueLayout.JAVA_INT, slot)) - 1;
  }

  @Override
  public void set(long slot, long number) {
    if (wide) {
      numbers.setAtIndex(ValueLayout.JAVA_LONG, slot, number + 1);
    } else {
      numbers.setAtIndex(ValueLayout.JAVA_INT, slot, (int) (number + 1));
    }
  }
}
