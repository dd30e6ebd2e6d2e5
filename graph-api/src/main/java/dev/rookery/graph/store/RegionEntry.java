package dev.rookery.graph.store;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;

/// An entry of the region directory: where the slots of a region are, and how full it is.
///
/// ```
/// offset bytes field
///      0    96 twelve extents: first page of a run of slot pages, 0 = none
///     96     4 slots ever used
///    100     4 slots in use
///    104     4 first free slot + 1, 0 = none; free slots are chained
///    108     4 flags: bit 0 = ids are not slot + delta
///    112     8 delta: node id − slot, the same for all nodes of the region unless the flag is set
///    120     8 reserved
/// ```
///
/// Extent 0 holds slot page 0 of the region, extent e > 0 the pages 2^(e−1) … 2^e − 1: a small
/// graph takes few pages, a full region lies in few pieces, and finding a page stays O(1).
///
/// The delta makes the way from slot to node id an addition for graphs that were filled in order
/// and never reused a slot: no page is touched.
final class RegionEntry {
  static final int EXTENT_COUNT = 12;
  static final int USED_OFFSET = EXTENT_COUNT * Long.BYTES;
  static final int LIVE_OFFSET = USED_OFFSET + Integer.BYTES;
  static final int FREE_OFFSET = LIVE_OFFSET + Integer.BYTES;
  static final int FLAGS_OFFSET = FREE_OFFSET + Integer.BYTES;
  static final int DELTA_OFFSET = FLAGS_OFFSET + Integer.BYTES;
  static final int BYTES = 128;

  /// The flag that says that the delta does not hold.
  static final int SCATTERED = 1;

  /// How many slots a region has.
  static final int SLOTS = 1 << PhysicalGraph.REGION_SHIFT;

  /// Base-2 logarithm of the number of slots of a page.
  static final int PAGE_SLOTS_SHIFT = PageLayout.PAGE_SHIFT - 6;

  /// How many slots a page has.
  static final int PAGE_SLOTS = 1 << PAGE_SLOTS_SHIFT;

  private RegionEntry() {}

  /// Gives the slot pages of a region back.
  static void freePages(PageWriter pages, MemorySegment entry) {
    for (int extent = 0; extent < EXTENT_COUNT; extent++) {
      long first = entry.get(PageLayout.LONG, (long) extent * Long.BYTES);
      for (int i = 0; first != 0 && i < pageCountOf(extent); i++) {
        pages.free(first + i);
      }
    }
  }

  /// Returns the extent that holds a slot page of a region.
  static int extentOf(int slotPage) {
    return Integer.SIZE - Integer.numberOfLeadingZeros(slotPage);
  }

  /// Returns the first slot page of an extent.
  static int firstPageOf(int extent) {
    return extent == 0 ? 0 : 1 << (extent - 1);
  }

  /// Returns how many pages an extent has.
  static int pageCountOf(int extent) {
    return extent == 0 ? 1 : 1 << (extent - 1);
  }
}
