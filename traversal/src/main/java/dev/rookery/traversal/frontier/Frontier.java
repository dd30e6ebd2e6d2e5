package dev.rookery.traversal.frontier;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tree.FixedSizeForest;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// The slots of one level of a breadth-first walk, in a plain `int` array; the hot loop over runs
/// of keys lives here.
///
/// Holds slots below 2^31 only, see [#SLOT_COUNT_MAX]. Belongs to one thread.
public final class Frontier {
  /// The largest number of slots that a graph may have for its slots to fit here.
  public static final long SLOT_COUNT_MAX = Integer.MAX_VALUE - 8;

  private static final int LENGTH_MIN = 64;

  private int[] slots = new int[LENGTH_MIN];
  private int size;

  /// Creates an empty frontier.
  public Frontier() {}

  /// Returns how many slots there are. O(1).
  public int size() {
    return size;
  }

  /// Returns the slot at an index. O(1).
  public int get(int index) {
    return slots[index];
  }

  /// Removes all slots and keeps the array. O(1).
  public void clear() {
    size = 0;
  }

  /// Adds a slot. O(1), amortised.
  public void add(int slot) {
    reserve(1);
    slots[size++] = slot;
  }

  /// Adds the slots of the current run of a cursor that are not in a set yet, to both. O(run).
  ///
  /// @param shift the width of the ordinals below the slots in the keys, 0 if there are none
  public void addUnseen(FixedSizeForest.Cursor cursor, int shift, SlotSet seen) {
    reserve(cursor.runCount());
    if (shift == 0 && cursor.runKeyBytes() == Integer.BYTES) {
      addIntKeys(
          cursor.runSegment(), cursor.runOffset(), cursor.runCount(), cursor.runBase(), seen);
    } else {
      addAnyKeys(cursor, shift, seen);
    }
  }

  /// The hot loop: nearly every node has one run of 4-byte keys.
  private void addIntKeys(MemorySegment run, long offset, int count, long base, SlotSet seen) {
    int[] added = slots;
    int end = size;
    int first = (int) base;
    for (int i = 0; i < count; i++) {
      int slot = first + run.get(PageLayout.INT, offset + (long) i * Integer.BYTES);
      if (seen.add(slot)) {
        added[end++] = slot;
      }
    }
    size = end;
  }

  private void addAnyKeys(FixedSizeForest.Cursor cursor, int shift, SlotSet seen) {
    MemorySegment run = cursor.runSegment();
    int keyBytes = cursor.runKeyBytes();
    long offset = cursor.runOffset();
    for (int i = 0; i < cursor.runCount(); i++) {
      int slot = (int) (cursor.runBase() + key(run, offset, keyBytes) >>> shift);
      if (seen.add(slot)) {
        slots[size++] = slot;
      }
      offset += keyBytes;
    }
  }

  private static long key(MemorySegment run, long offset, int keyBytes) {
    return switch (keyBytes) {
      case Long.BYTES -> run.get(PageLayout.LONG, offset);
      case Integer.BYTES -> Integer.toUnsignedLong(run.get(PageLayout.INT, offset));
      default -> PageLayout.unsignedShort(run, offset);
    };
  }

  private void reserve(int count) {
    if (slots.length - size < count) {
      long wanted = Math.max((long) size + count, 2L * slots.length);
      slots = Arrays.copyOf(slots, (int) Math.min(wanted, SLOT_COUNT_MAX));
    }
  }
}
