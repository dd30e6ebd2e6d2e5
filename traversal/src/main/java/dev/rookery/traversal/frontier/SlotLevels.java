package dev.rookery.traversal.frontier;

import dev.rookery.graph.store.PhysicalGraph;
import java.util.Arrays;

/// A level for each slot that has one: an `int` array for each region, 256 KiB, made when the
/// region is first touched.
///
/// Belongs to one thread.
public final class SlotLevels {
  /// Returned for a slot without a level.
  public static final int NONE = -1;

  private static final int REGION_SLOTS = 1 << PhysicalGraph.REGION_SHIFT;

  /// Stands for every region whose slots have no level.
  private static final int[] EMPTY_REGION = {};

  private int[][] regions = {};

  /// Creates a table in which no slot has a level.
  public SlotLevels() {}

  /// Returns the level of a slot, or [#NONE]. O(1).
  public int get(long slot) {
    int region = (int) (slot >>> PhysicalGraph.REGION_SHIFT);
    if (region >= regions.length || regions[region].length == 0) {
      return NONE;
    }
    return regions[region][(int) slot & REGION_SLOTS - 1];
  }

  /// Sets the level of a slot. O(1), amortised.
  public void set(long slot, int level) {
    int region = (int) (slot >>> PhysicalGraph.REGION_SHIFT);
    if (region >= regions.length || regions[region].length == 0) {
      touch(region);
    }
    regions[region][(int) slot & REGION_SLOTS - 1] = level;
  }

  private void touch(int region) {
    if (region >= regions.length) {
      int before = regions.length;
      regions = Arrays.copyOf(regions, Math.max(region + 1, before + (before >>> 1)));
      Arrays.fill(regions, before, regions.length, EMPTY_REGION);
    }
    regions[region] = new int[REGION_SLOTS];
    Arrays.fill(regions[region], NONE);
  }
}
