package dev.rookery.traversal.frontier;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.storage.tree.ForestScan;
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
  public void addUnseen(ForestCursor cursor, int shift, SlotSet seen) {
    int count = cursor.runCount();
    reserve(count);
    for (int i = 0; i < count; i++) {
      int slot = slotAt(cursor, i, shift);
      if (seen.add(slot)) {
        slots[size++] = slot;
      }
    }
  }

  /// As above, with a set for many slots.
  public void addUnseen(ForestCursor cursor, int shift, SlotBitmap seen) {
    int count = cursor.runCount();
    reserve(count);
    int keyBytes = shift == 0 ? cursor.runKeyBytes() : 0;
    int base = (int) cursor.runBase();
    if (keyBytes == Integer.BYTES) {
      size = seen.addInts(cursor.runSegment(), cursor.runOffset(), count, base, slots, size);
    } else if (keyBytes == Short.BYTES) {
      size = seen.addShorts(cursor.runSegment(), cursor.runOffset(), count, base, slots, size);
    } else {
      for (int i = 0; i < count; i++) {
        int slot = slotAt(cursor, i, shift);
        if (seen.add(slot)) {
          slots[size++] = slot;
        }
      }
    }
  }

  /// Adds those chosen sources of a batch that have a key in a set. O(keys).
  ///
  /// @param chosen the indexes of `chosenCount` sources in the batch
  public void addChildren(ForestScan batch, int[] chosen, int chosenCount, SlotBitmap parents) {
    reserve(chosenCount);
    size = parents.findParents(batch, chosen, chosenCount, slots, size);
  }

  /// Adds the slots from an index on to a set. O(slots).
  public void addTo(SlotBitmap set, int from) {
    for (int i = from; i < size; i++) {
      set.add(slots[i]);
    }
  }

  /// Adds the slots of the current run of a cursor to a set, and returns how many are new to it.
  /// O(run).
  ///
  /// @param shift the width of the ordinals below the slots in the keys, 0 if there are none
  public static int countUnseen(ForestCursor cursor, int shift, SlotBitmap seen) {
    int count = cursor.runCount();
    int keyBytes = shift == 0 ? cursor.runKeyBytes() : 0;
    int base = (int) cursor.runBase();
    if (keyBytes == Integer.BYTES) {
      return seen.countInts(cursor.runSegment(), cursor.runOffset(), count, base);
    }
    if (keyBytes == Short.BYTES) {
      return seen.countShorts(cursor.runSegment(), cursor.runOffset(), count, base);
    }
    int newCount = 0;
    for (int i = 0; i < count; i++) {
      newCount += seen.add(slotAt(cursor, i, shift)) ? 1 : 0;
    }
    return newCount;
  }

  private static int slotAt(ForestCursor cursor, int index, int shift) {
    int keyBytes = cursor.runKeyBytes();
    long offset = cursor.runOffset() + (long) index * keyBytes;
    return (int) ((cursor.runBase() + key(cursor.runSegment(), offset, keyBytes)) >>> shift);
  }

  private static long key(MemorySegment run, long offset, int keyBytes) {
    return switch (keyBytes) {
      case Long.BYTES -> run.get(PageLayout.LONG, offset);
      case Integer.BYTES -> Integer.toUnsignedLong(run.get(PageLayout.INT, offset));
      default -> PageLayout.unsignedShort(run, offset);
    };
  }

  /// Sorts the slots, so that those whose edges share a page are expanded one after the other.
  /// O(size + slots / 64), by a bitmap.
  ///
  /// @param marks an empty bitmap, left empty
  public void sort(SlotBitmap marks) {
    for (int i = 0; i < size; i++) {
      marks.add(slots[i]);
    }
    marks.drainTo(slots);
  }

  private void reserve(int count) {
    if (slots.length - size < count) {
      long wanted = Math.max((long) size + count, 2L * slots.length);
      slots = Arrays.copyOf(slots, (int) Math.min(wanted, SLOT_COUNT_MAX));
    }
  }
}
