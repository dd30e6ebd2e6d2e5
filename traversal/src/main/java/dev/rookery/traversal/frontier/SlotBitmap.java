package dev.rookery.traversal.frontier;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tree.ForestScan;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

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

  /// Returns whether a slot is in the set. O(1).
  public boolean contains(int slot) {
    return (words[slot >>> 6] & 1L << slot) != 0;
  }

  /// Returns whether any slot from one to another (exclusive) is in the set. O(slots / 64).
  public boolean containsAny(long begin, long end) {
    return findWord(begin, end, 0);
  }

  /// Returns whether any slot from one to another (exclusive) is not. O(slots / 64).
  public boolean lacksAny(long begin, long end) {
    return findWord(begin, end, -1L);
  }

  /// Returns whether bits of a range differ from those of a pattern.
  private boolean findWord(long begin, long end, long pattern) {
    int first = (int) (begin >>> 6);
    int last = (int) ((end - 1) >>> 6);
    for (int index = first; index <= last; index++) {
      long differing = words[index] ^ pattern;
      differing &= index == first ? -1L << begin : -1L;
      differing &= index == last ? -1L >>> -end : -1L;
      if (differing != 0) {
        return true;
      }
    }
    return false;
  }

  /// Removes all slots. O(slots / 64).
  public void clear() {
    Arrays.fill(words, 0);
  }

  /// Adds the slots of another set of the same size. O(slots / 64).
  public void addAll(SlotBitmap other) {
    for (int index = 0; index < words.length; index++) {
      words[index] |= other.words[index];
    }
  }

  /// Notes which sources of a batch have keys and are in the set, or are not. Returns how many.
  ///
  /// No branch depends on the set: nobody could predict it.
  ///
  /// @param inside whether to note those in the set
  /// @param chosen takes their indexes in the batch
  public int choose(ForestScan batch, boolean inside, int[] chosen) {
    int[] begins = batch.begins();
    int[] ends = batch.ends();
    long wanted = inside ? 0 : 1;
    int count = 0;
    for (int i = 0; i < batch.count(); i++) {
      int slot = (int) batch.source(i);
      chosen[count] = i;
      long isChosen = (words[slot >>> 6] >>> slot ^ wanted) & (begins[i] - ends[i]) >>> 31;
      count += (int) isChosen & 1;
    }
    return count;
  }

  /// Appends those chosen sources of a batch to an array that have a key in this set. Returns the
  /// new end of the array, which must have room for all.
  int findParents(ForestScan batch, int[] chosen, int chosenCount, int[] added, int end) {
    long[] bits = words;
    int[] keys = batch.keys();
    int[] begins = batch.begins();
    int[] ends = batch.ends();
    int newEnd = end;
    for (int i = 0; i < chosenCount; i++) {
      int keyEnd = ends[chosen[i]];
      for (int k = begins[chosen[i]]; k < keyEnd; k++) {
        int slot = keys[k];
        if ((bits[slot >>> 6] >>> slot & 1) != 0) {
          added[newEnd++] = (int) batch.source(chosen[i]);
          break;
        }
      }
    }
    return newEnd;
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

  /// As [#addInts], but returns only how many keys are new.
  ///
  /// No branch depends on the set: nobody could predict it while few slots are in it.
  int countInts(MemorySegment run, long offset, int count, int base) {
    long[] bits = words;
    int newCount = 0;
    for (int i = 0; i < count; i++) {
      int slot = base + run.get(PageLayout.INT, offset + (long) i * Integer.BYTES);
      long word = bits[slot >>> 6];
      bits[slot >>> 6] = word | 1L << slot;
      newCount += (int) (~word >>> slot) & 1;
    }
    return newCount;
  }

  /// As [#countInts], with 2-byte keys.
  int countShorts(MemorySegment run, long offset, int count, int base) {
    long[] bits = words;
    int newCount = 0;
    for (int i = 0; i < count; i++) {
      int slot = base + PageLayout.unsignedShort(run, offset + (long) i * Short.BYTES);
      long word = bits[slot >>> 6];
      bits[slot >>> 6] = word | 1L << slot;
      newCount += (int) (~word >>> slot) & 1;
    }
    return newCount;
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
