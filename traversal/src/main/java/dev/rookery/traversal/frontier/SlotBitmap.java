package dev.rookery.traversal.frontier;

import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;

/// A set of slots below 2^31 as one bitmap: a bit for every slot of the graph, in one array. For
/// the hot loops of searches that reach much of the graph, or of graphs that are small; others are
/// served by [SlotSet].
///
/// Slots that do not exist are an [ArrayIndexOutOfBoundsException], which the loops leave to their
/// caller to name. Belongs to one thread.
public final class SlotBitmap {
  private final long[] words;

  /// Creates an empty set of slots below a count. O(slotCount / 64).
  public SlotBitmap(long slotCount) {
    words = new long[Math.toIntExact((slotCount + Long.SIZE - 1) >>> 6)];
  }

  /// Adds a slot and returns whether it is new. O(1).
  public boolean add(int slot) {
    long word = words[slot >>> 6];
    words[slot >>> 6] = word | 1L << slot;
    return (word & 1L << slot) == 0;
  }

  /// Adds the slots of a set. O(slots / 64).
  public void addAll(SlotSet other) {
    other.copyTo(words);
  }

  /// Adds its slots to a set. O(slots / 64).
  public void addTo(SlotSet other) {
    other.addAll(words);
  }

  /// Moves all slots into an array, sorted.
  void drainTo(int[] slots) {
    int end = 0;
    for (int index = 0; index < words.length; index++) {
      long word = words[index];
      words[index] = 0;
      while (word != 0) {
        slots[end++] = (index << 6) + Long.numberOfTrailingZeros(word);
        word &= word - 1;
      }
    }
  }

  /// Adds a run of 4-byte keys, and appends those that are new to an array. Returns the new end of
  /// the array.
  ///
  /// The hot loop: nearly every node has one such run. There is no call in here, so that the checks
  /// of the segment are made once, before the loop.
  int addInts(MemorySegment run, long offset, int count, int base, int[] added, int end) {
    long[] bits = words;
    int newEnd = end;
    for (int i = 0; i < count; i++) {
      int slot = base + run.get(PageLayout.INT, offset + (long) i * Integer.BYTES);
      long word = bits[slot >>> 6];
      if ((word & 1L << slot) == 0) {
        bits[slot >>> 6] = word | 1L << slot;
        added[newEnd++] = slot;
      }
    }
    return newEnd;
  }

  /// As [#addInts], with 2-byte keys: nodes of many edges have them.
  int addShorts(MemorySegment run, long offset, int count, int base, int[] added, int end) {
    long[] bits = words;
    int newEnd = end;
    for (int i = 0; i < count; i++) {
      int slot = base + PageLayout.unsignedShort(run, offset + (long) i * Short.BYTES);
      long word = bits[slot >>> 6];
      if ((word & 1L << slot) == 0) {
        bits[slot >>> 6] = word | 1L << slot;
        added[newEnd++] = slot;
      }
    }
    return newEnd;
  }
}
