package dev.rookery.graph.store;

import dev.rookery.storage.page.PageReader;
import org.jspecify.annotations.Nullable;

/// What the entries of regions say, kept on the heap for one snapshot, so that the way from a node
/// to its slot and back costs no page as long as a region was filled in order and lost no node.
///
/// An entry is read when it is first asked for, and true for the life of the snapshot. Threads may
/// share an instance: entries are immutable, and what two threads read at once is the same. 8 bytes
/// for each region of the graph, and about 200 for each that was asked for.
final class KnownRegions {
  /// One region.
  static final class Region {
    /// Stands for a region that does not exist.
    static final Region NONE =
        new Region(0, false, Long.MIN_VALUE, new long[RegionEntry.EXTENT_COUNT]);

    private final int used;
    private final boolean isWhole;
    private final long delta;
    private final long[] extents;

    /// @param used slots ever used, at most those of a region
    /// @param isWhole whether each of these has a node, whose id is slot + delta
    /// @param delta what a node id is more than its slot, [Long#MIN_VALUE] if that differs
    /// @param extents first page of each run of slot pages, 0 = none
    Region(int used, boolean isWhole, long delta, long[] extents) {
      this.used = used;
      this.isWhole = isWhole;
      this.delta = delta;
      this.extents = extents;
    }

    /// Returns what a node id is more than its slot, [Long#MIN_VALUE] if that differs.
    long delta() {
      return delta;
    }

    /// Returns the page that holds a slot, or 0 if it was never used.
    long pageOf(long slot) {
      int slotPage = ((int) slot & (RegionEntry.SLOTS - 1)) / RegionEntry.PAGE_SLOTS;
      int extent = RegionEntry.extentOf(slotPage);
      long first = extents[extent];
      return first == 0 ? 0 : first + slotPage - RegionEntry.firstPageOf(extent);
    }

    /// Returns whether each slot up to this one has a node of the id slot + delta.
    boolean hasNodeIn(long slot) {
      return isWhole && ((int) slot & (RegionEntry.SLOTS - 1)) < used;
    }
  }

  private final PageReader pages;
  private final NodeTable nodes;
  private final @Nullable Region[] regions;

  /// What a node id was more than its slot where that was asked for last: a guess. Written and read
  /// without order by all threads.
  private long lastDelta = 1;

  /// @param pages a snapshot, which does not change
  KnownRegions(PageReader pages, NodeTable nodes) {
    this.pages = pages;
    this.nodes = nodes;
    long slotCount = GraphRoot.getLong(pages, GraphRoot.SLOT_COUNT_OFFSET);
    long regionCount = (slotCount + RegionEntry.SLOTS - 1) >>> PhysicalGraph.REGION_SHIFT;
    regions = new Region[Math.toIntExact(regionCount)];
  }

  /// Returns a region by its number.
  Region get(long region) {
    if (region < 0 || region >= regions.length) {
      return Region.NONE;
    }
    Region known = regions[(int) region];
    return known == null ? read((int) region) : known;
  }

  private Region read(int region) {
    Region read = nodes.region(pages, region);
    regions[region] = read;
    return read;
  }

  /// Returns the id of the node in a slot, or 0 if the slot is empty.
  long nodeOf(long slot) {
    Region region = get(slot >>> PhysicalGraph.REGION_SHIFT);
    return region.hasNodeIn(slot)
        ? slot + region.delta
        : NodeTable.nodeOn(pages, region.pageOf(slot), slot);
  }

  /// Returns the slot of a node, or -1 if there is none or it takes a look at the translation.
  long slotOf(long node) {
    long slot = node - lastDelta;
    long region = slot >>> PhysicalGraph.REGION_SHIFT;
    Region known = get(region);
    if (!known.hasNodeIn(slot)) {
      return -1;
    }
    long exact = node - known.delta();
    if (exact == slot) {
      return slot;
    }
    lastDelta = known.delta();
    return exact >>> PhysicalGraph.REGION_SHIFT == region && known.hasNodeIn(exact) ? exact : -1;
  }
}
