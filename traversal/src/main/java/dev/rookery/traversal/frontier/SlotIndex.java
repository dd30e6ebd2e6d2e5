package dev.rookery.traversal.frontier;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongFunction;

/// Gives each slot that is met a number, from 0 on: for searches that meet a small part of a graph.
///
/// A hash table with open addressing and linear probing, two `long` for each place: the slot and 1,
/// or 0 where there is none, and the number. At most two of three places are taken. Belongs to one
/// thread.
public final class SlotIndex {
  private static final int FIRST_BITS = 6;
  private static final long GOLDEN = 0x9E3779B97F4A7C15L;
  private static final int PLACE_BYTES = 2 * Long.BYTES;

  private final LongFunction<MemorySegment> state;
  private MemorySegment places;
  private int bits = FIRST_BITS;
  private long size;

  /// Creates an empty index.
  ///
  /// @param state makes a segment of so many zeros, aligned to 8
  public SlotIndex(LongFunction<MemorySegment> state) {
    this.state = state;
    places = state.apply((long) PLACE_BYTES << FIRST_BITS);
  }

  /// Returns the number of a slot, and gives it the next one if it has none. O(1), amortised.
  public long numberOf(long slot) {
    long offset = offsetOf(slot);
    if (key(offset) == 0) {
      if (3 * (size + 1) > 2L << bits) {
        grow();
        offset = offsetOf(slot);
      }
      put(offset, slot, size++);
    }
    return places.get(ValueLayout.JAVA_LONG, offset + Long.BYTES);
  }

  /// Returns how many slots have numbers.
  public long size() {
    return size;
  }

  private void grow() {
    MemorySegment before = places;
    long end = (long) PLACE_BYTES << bits;
    bits++;
    places = state.apply((long) PLACE_BYTES << bits);
    for (long offset = 0; offset < end; offset += PLACE_BYTES) {
      long key = before.get(ValueLayout.JAVA_LONG, offset);
      if (key != 0) {
        put(offsetOf(key - 1), key - 1, before.get(ValueLayout.JAVA_LONG, offset + Long.BYTES));
      }
    }
  }

  /// Returns where a slot is, or the free place where it belongs.
  private long offsetOf(long slot) {
    long mask = (1L << bits) - 1;
    long place = (slot * GOLDEN) >>> -bits;
    while (true) {
      long offset = place * PLACE_BYTES;
      long key = key(offset);
      if (key == 0 || key == slot + 1) {
        return offset;
      }
      place = place + 1 & mask;
    }
  }

  private long key(long offset) {
    return places.get(ValueLayout.JAVA_LONG, offset);
  }

  private void put(long offset, long slot, long number) {
    places.set(ValueLayout.JAVA_LONG, offset, slot + 1);
    places.set(ValueLayout.JAVA_LONG, offset + Long.BYTES, number);
  }
}
