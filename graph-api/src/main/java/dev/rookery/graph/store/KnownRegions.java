package dev.rookery.graph.store;

import dev.rookery.storage.page.KnownLocations;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.table.PagedTableLeaves;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// What a snapshot knows of its regions, on the heap: the way from a node to its slot and back
/// costs no page as long as a region was filled in order and lost no node, and one page else.
///
/// The entry of a region is read when it is first asked for, and true for the life of the snapshot;
/// where slot pages lie is kept as they are met (see [KnownLocations]). 8 bytes for each region of
/// the graph, about 200 for each that was asked for, and where much is looked up, one for 16 nodes,
/// at most 4 MiB.
///
/// Threads may share an instance: entries are immutable, and what two threads look up at once is
/// the same.
final class KnownRegions {
  /// How many slots are translated between two looks whether the snapshot is still there.
  private static final int TOGETHER = 256;

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
    private long pageOf(long slot) {
      int slotPage = ((int) slot & (RegionEntry.SLOTS - 1)) / RegionEntry.PAGE_SLOTS;
      int extent = RegionEntry.extentOf(slotPage);
      long first = extents[extent];
      return first == 0 ? 0 : first + slotPage - RegionEntry.firstPageOf(extent);
    }

    /// Returns whether each slot up to this one has a node of the id slot + delta.
    private boolean hasNodeIn(long slot) {
      return isWhole && ((int) slot & (RegionEntry.SLOTS - 1)) < used;
    }
  }

  private final PageReader pages;
  private final NodeTable nodes;
  private final @Nullable Region[] regions;
  private final PagedTableLeaves translation;

  /// The next node id: all are smaller.
  private final long nextNode;

  /// By the number of the page among those of slots.
  private final KnownLocations slotPages;

  /// What a node id was more than its slot where that was asked for last: a guess. Written and read
  /// without order by all threads.
  private long lastDelta = 1;

  /// @param pages a snapshot, which does not change
  KnownRegions(PageReader pages, NodeTable nodes) {
    this.pages = pages;
    this.nodes = nodes;
    nextNode = NodeTable.nextNode(pages);
    translation = nodes.translation(pages, nextNode);
    long slotCount = GraphRoot.getLong(pages, GraphRoot.SLOT_COUNT_OFFSET);
    slotPages = new KnownLocations(pages, slotPage(slotCount - 1) + 1);
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

  private Region regionOf(long slot) {
    return get(slot >>> PhysicalGraph.REGION_SHIFT);
  }

  private static long slotPage(long slot) {
    return slot >> RegionEntry.PAGE_SLOTS_SHIFT;
  }

  /// Returns the location of the page that holds a slot, or -1 if the slot was never used.
  private long locate(long slot) {
    long known = slotPages.get(slotPage(slot));
    return known != 0 ? known : lookUp(slot);
  }

  private long lookUp(long slot) {
    long page = regionOf(slot).pageOf(slot);
    if (page == 0) {
      return -1;
    }
    long location = pages.locate(page);
    slotPages.note(slotPage(slot), location);
    return location;
  }

  /// Returns the id of the node in a slot, or 0 if the slot is empty.
  long nodeOf(long slot) {
    Region region = regionOf(slot);
    if (region.hasNodeIn(slot)) {
      return slot + region.delta;
    }
    long page = locate(slot);
    return page < 0 ? 0 : read(page + NodeTable.idOffset(slot));
  }

  private long read(long at) {
    return pages.segmentAt(at).get(PageLayout.LONG, PageReader.offsetAt(at));
  }

  /// Replaces slots by the ids of the nodes in them, as [#nodeOf] tells them.
  void translate(long[] slots, int from, int end) {
    int i = from;
    while (i < end) {
      int partEnd = Math.min(i + TOGETHER, end);
      i = translateKnown(slots, i, partEnd);
      if (i < partEnd) {
        pages.pageCount(); // Fails if the transaction has closed, as reading a page does.
        slots[i] = nodeOf(slots[i]);
        i++;
      }
    }
  }

  /// Translates slots as long as it is known where their pages lie, and returns the index behind
  /// the last one.
  private int translateKnown(long[] slots, int from, int end) {
    int i = from;
    while (i < end) {
      long first = slotPages.get(slotPage(slots[i]));
      if (first == 0) {
        return i;
      }
      i = translateIn(pages.segmentAt(first), first, slots, i, end);
    }
    return end;
  }

  /// As [#translateKnown], as long as the pages lie in one segment. The hot loop: what it needs of
  /// the segment is found out once, and no load waits for that of another slot.
  private int translateIn(MemorySegment segment, long inSegment, long[] slots, int from, int end) {
    for (int i = from; i < end; i++) {
      long slot = slots[i];
      long page = slotPages.get(slotPage(slot));
      if (page == 0 || !PageReader.areTogether(page, inSegment)) {
        return i;
      }
      slots[i] = segment.get(PageLayout.LONG, PageReader.offsetAt(page) + NodeTable.idOffset(slot));
    }
    return end;
  }

  /// Returns the number of the label of the node in a slot, 0 if it has none.
  int labelOf(long slot) {
    long page = locate(slot);
    if (page < 0) {
      return 0;
    }
    long at = page + NodeTable.labelOffset(slot);
    return pages.segmentAt(at).get(PageLayout.INT, PageReader.offsetAt(at));
  }

  /// Returns the location of the cell of a slot in use.
  long cell(long slot) {
    long page = locate(slot);
    if (page < 0) {
      throw pages.corrupt(GraphRoot.PAGE, "a page of slot " + slot, "none");
    }
    return page + NodeTable.cellOffset(slot);
  }

  /// Returns the slot of a node, or -1 if there is none.
  long findSlot(long node) {
    long slot = guessSlot(node);
    return slot >= 0 || node < 1 || node >= nextNode ? slot : translate(node);
  }

  private long translate(long node) {
    long at = translation.locate(node);
    return at < 0 ? -1 : read(at) - 1;
  }

  /// Returns the slot of a node of a whole region, or -1 if that cannot be told from what is known.
  private long guessSlot(long node) {
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
