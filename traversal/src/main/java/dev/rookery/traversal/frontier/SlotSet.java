package dev.rookery.traversal.frontier;

import dev.rookery.graph.store.PhysicalGraph;
import java.util.Arrays;

/// A set of slots: a bitmap for each region, 8 KiB, made when the region gets its first slot.
///
/// A search that touches 1 % of the regions pays for 1 % of the bitmap. Grows as needed; any slot
/// from 0 to 2^47 - 1 will do. Belongs to one thread.
@SuppressWarnings("ReferenceEquality") // One array stands for all regions that are not there.
public final class SlotSet {
  /// Words of the bitmap of one region.
  static final int REGION_WORDS = 1 << (PhysicalGraph.REGION_SHIFT - 6);

  /// Stands for every region that has no slot in the set. Never written.
  private static final long[] EMPTY_REGION = new long[REGION_WORDS];

  private long[][] regions;
  private long count;

  /// Creates an empty set with room for the slots below a count. O(slotCount / 65,536).
  public SlotSet(long slotCount) {
    regions = new long[Math.toIntExact(regionOf(slotCount + EMPTY_REGION.length * 64L - 1))][];
    Arrays.fill(regions, EMPTY_REGION);
  }

  /// Returns whether a slot is in the set. O(1).
  public boolean contains(long slot) {
    int region = regionOf(slot);
    return region < regions.length && (regions[region][wordOf(slot)] & 1L << slot) != 0;
  }

  /// Adds a slot and returns whether it is new. O(1).
  public boolean add(long slot) {
    int region = regionOf(slot);
    if (region >= regions.length) {
      grow(region);
    }
    int word = wordOf(slot);
    long bit = 1L << slot;
    long[] words = regions[region];
    if ((words[word] & bit) != 0) {
      return false;
    }
    if (words == EMPTY_REGION) {
      words = touch(region);
    }
    words[word] |= bit;
    count++;
    return true;
  }

  /// Returns how many slots are in the set. O(1).
  public long count() {
    return count;
  }

  /// Returns the smallest slot of the set at or behind the given one, or -1 if there is none.
  public long next(long slot) {
    int region = regionOf(slot);
    if (region >= regions.length) {
      return -1;
    }
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

  private long[] touch(int region) {
    long[] words = new long[REGION_WORDS];
    regions[region] = words;
    return words;
  }

  private void grow(int region) {
    int before = regions.length;
    regions = Arrays.copyOf(regions, Math.max(region + 1, before + (before >>> 1)));
    Arrays.fill(regions, before, regions.length, EMPTY_REGION);
  }

  private static int regionOf(long slot) {
    return (int) (slot >>> PhysicalGraph.REGION_SHIFT);
  }

  private static int wordOf(long slot) {
    return (int) (slot >>> 6) & REGION_WORDS - 1;
  }
}
