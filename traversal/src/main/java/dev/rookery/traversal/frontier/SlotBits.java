package dev.rookery.traversal.frontier;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.error.CorruptDatabaseException;

/// A set of slots in the state of a run: that of a [SlotWork] whose workers are done with it, or
/// that one thread fills.
public final class SlotBits implements Slots {
  private static final int REGION_WORDS = 1 << (PhysicalGraph.REGION_SHIFT - 6);

  private final SlotWork slots;
  private final long slotCount;

  /// @param slotCount how many slots there are
  public SlotBits(SlotWork slots, long slotCount) {
    this.slots = slots;
    this.slotCount = slotCount;
  }

  @Override
  public boolean contains(long slot) {
    return slot >= 0 && slot < slotCount && slots.contains(slot);
  }

  @Override
  public boolean add(long slot) {
    if (slot < 0 || slot >= slotCount) {
      throw new CorruptDatabaseException("no such slot slot=" + slot + " slotCount=" + slotCount);
    }
    return slots.add(slot);
  }

  @Override
  public long count() {
    return slots.count();
  }

  @Override
  public long next(long slot) {
    if (slot >= slotCount) {
      return -1;
    }
    long word = slot >>> 6;
    long bits = slots.word(word) & -1L << slot;
    while (bits == 0) {
      word++;
      while ((word & REGION_WORDS - 1) == 0
          && word << 6 < slotCount
          && slots.count((int) (word >>> (PhysicalGraph.REGION_SHIFT - 6))) == 0) {
        word += REGION_WORDS;
      }
      if (word << 6 >= slotCount) {
        return -1;
      }
      bits = slots.word(word);
    }
    return (word << 6) + Long.numberOfTrailingZeros(bits);
  }
}
