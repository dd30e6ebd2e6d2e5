package dev.rookery.traversal.frontier;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.error.CorruptDatabaseException;
import java.util.Arrays;
import java.util.function.LongSupplier;

/// A set of slots: a bitmap for each region, 8 KiB, made when the region gets its first slot.
///
/// A search that touches 1 % of the regions pays for 1 % of the bitmap. Slots may be as large as
/// the graph has them, also beyond 2^31. Belongs to one thread.
@SuppressWarnings("ReferenceEquality") // One array stands for all regions that are not there.
public final class SlotSet implements Slots {
  private static final int REGION_SLOTS = 1 << PhysicalGraph.REGION_SHIFT;

  /// Words of the bitmap of one region.
  private static final int REGION_WORDS = REGION_SLOTS / Long.SIZE;

  /// Stands for every region that has no slot in the set. Never written.
  private static final long[] EMPTY_REGION = new long[REGION_WORDS];

  private final LongSupplier slotCount;
  private long[][] regions;
  private long count;

  /// Creates an empty set. O(slots / 65,536).
  ///
  /// @param slotCount says how many slots there are, now and later
  public SlotSet(LongSupplier slotCount) {
    this.slotCount = slotCount;
    regions = new long[Math.toIntExact(regionOf(slotCount.getAsLong() + REGION_SLOTS - 1))][];
    Arrays.fill(regions, EMPTY_REGION);
  }

  /// Returns whether a slot is in the set. O(1).
  @Override
  public boolean contains(long slot) {
    long region = regionOf(slot);
    return region < regions.length && (regions[(int) region][wordOf(slot)] & 1L << slot) != 0;
  }

  /// Adds a slot and returns whether it is new. O(1).
  ///
  /// @throws CorruptDatabaseException if there is no such slot
  @Override
  public boolean add(long slot) {
    long region = regionOf(slot);
    if (region >= regions.length) {
      grow(slot);
    }
    int word = wordOf(slot);
    long bit = 1L << slot;
    long[] words = regions[(int) region];
    if ((words[word] & bit) != 0) {
      return false;
    }
    if (words == EMPTY_REGION) {
      words = touch((int) region);
    }
    words[word] |= bit;
    count++;
    return true;
  }

  /// Returns how many slots are in the set. O(1).
  @Override
  public long count() {
    return count;
  }

  /// Returns the smallest slot of the set at or behind the given one, or -1 if there is none.
  @Override
  public long next(long slot) {
    if (regionOf(slot) >= regions.length) {
      return -1;
    }
    int region = (int) regionOf(slot);
    int word = wordOf(slot);
    long bits = regions[region][word] & -1L << slot;
    while (bits == 0) {
      if (++word == REGION_WORDS) {
        word = 0;
        do {
          if (++region == regions.length) {
            return -1;
          }
        } while (regions[region] == EMPTY_REGION);
      }
      bits = regions[region][word];
    }
    return ((long) region << PhysicalGraph.REGION_SHIFT)
        + word * 64L
        + Long.numberOfTrailingZeros(bits);
  }

  /// Adds the slots to a bitmap that has room for them.
  void copyTo(long[] words) {
    for (int region = 0; region < regions.length; region++) {
      long[] from = regions[region];
      for (int i = 0; from != EMPTY_REGION && i < REGION_WORDS; i++) {
        if (from[i] != 0) {
          words[region * REGION_WORDS + i] |= from[i];
        }
      }
    }
  }

  /// Adds the slots of a bitmap.
  void addAll(long[] words) {
    for (int i = 0; i < words.length; i++) {
      long word = words[i];
      while (word != 0) {
        add(((long) i << 6) + Long.numberOfTrailingZeros(word));
        word &= word - 1;
      }
    }
  }

  private long[] touch(int region) {
    long[] words = new long[REGION_WORDS];
    regions[region] = words;
    return words;
  }

  /// Makes room for slots that a write transaction has added since; a damaged page may name others.
  private void grow(long slot) {
    long slots = slotCount.getAsLong();
    if (slot < 0 || slot >= slots) {
      throw new CorruptDatabaseException("no such slot slot=" + slot + " slotCount=" + slots);
    }
    int before = regions.length;
    regions = Arrays.copyOf(regions, Math.toIntExact(regionOf(slots + REGION_SLOTS - 1)));
    Arrays.fill(regions, before, regions.length, EMPTY_REGION);
  }

  private static long regionOf(long slot) {
    return slot >>> PhysicalGraph.REGION_SHIFT;
  }

  private static int wordOf(long slot) {
    return (int) (slot >>> 6) & REGION_WORDS - 1;
  }
}
