package dev.rookery.traversal.frontier;

import dev.rookery.graph.store.PhysicalGraph;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

/// A set of slots that many workers fill at once and one worker for each region empties: a frontier
/// or the slots that have work. One bit for each slot, outside of the heap, and a count for each
/// region.
///
/// Because it is a bitmap, what is added twice is there once, and what is taken out comes sorted.
///
/// A slot that is out of range is an [IndexOutOfBoundsException]. Threads: [#add] by any number at
/// once; words are taken by one worker at a time for each region.
public final class SlotWork {
  /// Slots that share a word.
  public static final int WORD_SLOTS = Long.SIZE;

  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

  private final MemorySegment words;
  private final AtomicIntegerArray counts;
  private volatile IntConsumer activated = _ -> {};

  /// @param words [#bytes] of zeros, aligned
  public SlotWork(MemorySegment words, long slotCount) {
    this.words = words;
    this.counts =
        new AtomicIntegerArray(
            Math.toIntExact(
                (slotCount + (1 << PhysicalGraph.REGION_SHIFT) - 1)
                    >>> PhysicalGraph.REGION_SHIFT));
  }

  /// Returns how many bytes the bits of so many slots take.
  public static long bytes(long slotCount) {
    return ((slotCount + WORD_SLOTS - 1) >>> 6) * Long.BYTES;
  }

  /// Has somebody told, by the thread that adds, whenever a region that had no slots gets one.
  public void whenActive(IntConsumer told) {
    activated = told;
  }

  /// Adds a slot and returns whether it is new. Atomic.
  public boolean add(long slot) {
    long offset = (slot >>> 6) * Long.BYTES;
    long bit = 1L << slot;
    if (((long) WORD.getOpaque(words, offset) & bit) != 0
        || ((long) WORD.getAndBitwiseOr(words, offset, bit) & bit) != 0) {
      return false;
    }
    int region = (int) (slot >>> PhysicalGraph.REGION_SHIFT);
    // The slot may have been taken out before it is counted here: a count may be below the truth,
    // and even below 0, for that long. Whoever brings it to 1 says so, so nothing is forgotten.
    if (counts.getAndIncrement(region) == 0) {
      activated.accept(region);
    }
    return true;
  }

  /// Returns where the bits lie, for loops that are hot: slot 0 is the lowest bit of the first
  /// word.
  public MemorySegment segment() {
    return words;
  }

  /// Returns whether a slot is in the set.
  public boolean contains(long slot) {
    return (words.get(ValueLayout.JAVA_LONG, (slot >>> 6) * Long.BYTES) >>> slot & 1) != 0;
  }

  /// Adds slots of one word, given as bits that are not in the set yet. Not beside others who
  /// change the same word.
  public void addWord(long index, long bits) {
    long offset = index * Long.BYTES;
    words.set(ValueLayout.JAVA_LONG, offset, words.get(ValueLayout.JAVA_LONG, offset) | bits);
    int region = (int) (index >>> (PhysicalGraph.REGION_SHIFT - 6));
    if (counts.getAndAdd(region, Long.bitCount(bits)) == 0) {
      activated.accept(region);
    }
  }

  /// Counts slots of a region whose bits the caller has set in [#segment], and that were not in the
  /// set: for many words at once.
  public void added(int region, int count) {
    if (counts.getAndAdd(region, count) == 0) {
      activated.accept(region);
    }
  }

  /// Takes all slots out. Not beside others. O(slots / 64) of the regions that have any.
  public void clear() {
    for (int region = 0; region < counts.length(); region++) {
      if (counts.getAndSet(region, 0) != 0) {
        long from = (long) region << (PhysicalGraph.REGION_SHIFT - 3);
        long end = Math.min(words.byteSize(), from + (1 << (PhysicalGraph.REGION_SHIFT - 3)));
        words.asSlice(from, end - from).fill((byte) 0);
      }
    }
  }

  /// Takes the slots of one word out and returns them as bits: bit *i* stands for slot 64 · index +
  /// i. Atomic.
  public long takeWord(long index) {
    long offset = index * Long.BYTES;
    if ((long) WORD.getOpaque(words, offset) == 0) {
      return 0;
    }
    long taken = (long) WORD.getAndSet(words, offset, 0L);
    counts.addAndGet((int) (index >>> (PhysicalGraph.REGION_SHIFT - 6)), -Long.bitCount(taken));
    return taken;
  }

  /// Takes all slots out, sorted, and hands them to a function. Not beside others. O(slots / 64) of
  /// the regions that have any.
  public void takeAll(LongConsumer taker) {
    int regionWords = 1 << (PhysicalGraph.REGION_SHIFT - 6);
    long wordCount = words.byteSize() / Long.BYTES;
    for (int region = 0; region < counts.length(); region++) {
      long word = (long) region * regionWords;
      long end = Math.min(wordCount, word + regionWords);
      for (; counts.get(region) != 0 && word < end; word++) {
        for (long bits = takeWord(word); bits != 0; bits &= bits - 1) {
          taker.accept((word << 6) + Long.numberOfTrailingZeros(bits));
        }
      }
    }
  }

  /// Returns the slots of one word.
  public long word(long index) {
    return words.get(ValueLayout.JAVA_LONG, index * Long.BYTES);
  }

  /// Returns how many slots of a region are in the set.
  public int count(int region) {
    return counts.get(region);
  }

  /// Returns how many slots are in the set. O(regions).
  public long count() {
    long count = 0;
    for (int region = 0; region < counts.length(); region++) {
      count += counts.get(region);
    }
    return count;
  }
}
