package dev.rookery.graph.store;

import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.table.PagedTable;
import dev.rookery.storage.table.PagedTableLeaves;
import java.lang.foreign.MemorySegment;

/// Nodes: slots of fixed width by physical id, and the translation from node id to slot. Both O(1).
///
/// ```
/// slot page (NODE_SLOTS), n = PAGE_BYTES / 64 slots, in columns
/// offset       bytes    field
///     32       8 · n    node ids, 0 = free slot
///  32 +  8n    4 · n    label numbers, 0 = none
///  32 + 12n   51 · n    cells
///
/// cell: byte 0 = n < 51: a property set of n bytes follows; 255: a record id of 6 bytes follows.
/// In a free slot bytes 1–4 chain to the next free slot of the region: its index + 1, 0 = none.
/// ```
///
/// Columns, because label filters and id emission scan them; the cell keeps small property sets
/// beside their node.
///
/// Node ids are sequential and never used again: a deleted one is retired in the translation table,
/// which gives the space of wholly deleted stretches back. An instance is a handle without state
/// that all threads may share.
final class NodeTable {
  static final int IDS_OFFSET = PageLayout.CONTENT_OFFSET;
  static final int LABELS_OFFSET = IDS_OFFSET + Long.BYTES * RegionEntry.PAGE_SLOTS;
  static final int CELLS_OFFSET = LABELS_OFFSET + Integer.BYTES * RegionEntry.PAGE_SLOTS;
  static final int CELL_BYTES = 51;

  /// How long a property set may be to live in the cell.
  static final int INLINE_BYTES_MAX = CELL_BYTES - 1;

  /// First byte of a cell that names a record.
  static final int IN_RECORD = 0xFF;

  private final PagedTable translation;
  private final PagedTable regions;
  private final LabelTree labels;

  NodeTable(PageReader pages) {
    this.translation =
        new PagedTable(GraphRoot.getLong(pages, GraphRoot.TRANSLATION_OFFSET), Long.BYTES);
    this.regions =
        new PagedTable(GraphRoot.getLong(pages, GraphRoot.REGIONS_OFFSET), RegionEntry.BYTES);
    this.labels = new LabelTree(GraphRoot.getLong(pages, GraphRoot.LABEL_TREE_OFFSET));
  }

  /// Returns which of the first [#labelledSlots] bear which label; kept here with every change.
  LabelTree labels() {
    return labels;
  }

  /// Returns the translation of a snapshot, for one who looks at much of it: for each id the slot +
  /// 1, or 0.
  PagedTableLeaves translation(PageReader snapshot, long nextNode) {
    return new PagedTableLeaves(translation, snapshot, nextNode);
  }

  /// Returns the slot of a node, or -1 if there is none.
  long findSlot(PageReader pages, long node) {
    return findSlot(pages, node, nextNode(pages));
  }

  /// Returns the next node id.
  static long nextNode(PageReader pages) {
    return GraphRoot.getLong(pages, GraphRoot.NEXT_NODE_OFFSET);
  }

  /// Returns the slot of a node, or -1 if there is none, for one who looks for many.
  ///
  /// @param end the next node id
  long findSlot(PageReader pages, long node, long end) {
    if (node < 1 || node >= end) {
      return -1;
    }
    long at = translation.locate(pages, node);
    if (at < 0 && at >= PagedTable.RETIRED) {
      return -1;
    }
    return pages.segmentAt(at).get(PageLayout.LONG, PageReader.offsetAt(at)) - 1;
  }

  long slotOf(PageReader pages, long node) {
    long slot = findSlot(pages, node);
    if (slot < 0) {
      throw notFound(pages, node);
    }
    return slot;
  }

  NodeNotFoundException notFound(PageReader pages, long node) {
    boolean existed = node > 0 && node < GraphRoot.getLong(pages, GraphRoot.NEXT_NODE_OFFSET);
    return new NodeNotFoundException(node, existed);
  }

  /// Returns the location of the region's entry, negative if there is no such region.
  private long region(PageReader pages, long slot) {
    return regions.locate(pages, slot >>> PhysicalGraph.REGION_SHIFT);
  }

  private static boolean isMissing(long location) {
    return location == PagedTable.NEVER_WRITTEN || location == PagedTable.RETIRED;
  }

  /// Returns what a node id is more than its slot in a whole region, or [Long#MIN_VALUE] if it is
  /// not the same for all.
  long deltaOf(PageReader pages, long region) {
    long at = regions.locate(pages, region);
    if (isMissing(at)) {
      return Long.MIN_VALUE;
    }
    MemorySegment segment = pages.segmentAt(at);
    long offset = PageReader.offsetAt(at);
    boolean scattered =
        (segment.get(PageLayout.INT, offset + RegionEntry.FLAGS_OFFSET) & RegionEntry.SCATTERED)
            != 0;
    return scattered
        ? Long.MIN_VALUE
        : segment.get(PageLayout.LONG, offset + RegionEntry.DELTA_OFFSET);
  }

  /// Returns what the entry of a region says.
  KnownRegions.Region region(PageReader pages, int region) {
    long at = regions.locate(pages, region);
    if (isMissing(at)) {
      return KnownRegions.Region.NONE;
    }
    MemorySegment segment = pages.segmentAt(at);
    long offset = PageReader.offsetAt(at);
    long[] extents = new long[RegionEntry.EXTENT_COUNT];
    for (int extent = 0; extent < extents.length; extent++) {
      extents[extent] = segment.get(PageLayout.LONG, offset + (long) extent * Long.BYTES);
    }
    int used = segment.get(PageLayout.INT, offset + RegionEntry.USED_OFFSET);
    int live = segment.get(PageLayout.INT, offset + RegionEntry.LIVE_OFFSET);
    if (used < 0 || used > RegionEntry.SLOTS || live < 0 || live > used) {
      throw pages.corrupt(
          GraphRoot.PAGE, "nodes in region " + region, "used=%d live=%d".formatted(used, live));
    }
    long delta = deltaOf(pages, region);
    boolean isWhole = used > 0 && live == used && delta != Long.MIN_VALUE;
    long base = (long) region << PhysicalGraph.REGION_SHIFT;
    if (isWhole && (delta < 1 - base || delta > nextNode(pages) - used - base)) {
      throw pages.corrupt(GraphRoot.PAGE, "nodes that exist in region " + region, "delta=" + delta);
    }
    return new KnownRegions.Region(used, isWhole, delta, extents);
  }

  /// Returns the page that holds a slot, or 0 if it was never used.
  private long pageOf(PageReader pages, long slot) {
    long at = region(pages, slot);
    if (isMissing(at)) {
      return 0;
    }
    int index = (int) slot & RegionEntry.SLOTS - 1;
    int slotPage = index / RegionEntry.PAGE_SLOTS;
    int extent = RegionEntry.extentOf(slotPage);
    long first =
        pages
            .segmentAt(at)
            .get(PageLayout.LONG, PageReader.offsetAt(at) + (long) extent * Long.BYTES);
    return first == 0 ? 0 : first + slotPage - RegionEntry.firstPageOf(extent);
  }

  private static int indexInPage(long slot) {
    return (int) slot & RegionEntry.PAGE_SLOTS - 1;
  }

  /// Returns the id of the node in a slot, or 0.
  long nodeOf(PageReader pages, long slot) {
    long page = pageOf(pages, slot);
    if (page == 0) {
      return 0;
    }
    long at = pages.locate(page) + idOffset(slot);
    return pages.segmentAt(at).get(PageLayout.LONG, PageReader.offsetAt(at));
  }

  /// Returns how far the id of a slot lies behind the beginning of its page.
  static long idOffset(long slot) {
    return IDS_OFFSET + (long) indexInPage(slot) * Long.BYTES;
  }

  /// Returns how far the label number of a slot lies behind the beginning of its page.
  static long labelOffset(long slot) {
    return LABELS_OFFSET + (long) indexInPage(slot) * Integer.BYTES;
  }

  /// Returns the label number of the node in a slot.
  int labelOf(PageReader pages, long slot) {
    long page = pageOf(pages, slot);
    if (page == 0) {
      return 0;
    }
    long at = pages.locate(page) + labelOffset(slot);
    return pages.segmentAt(at).get(PageLayout.INT, PageReader.offsetAt(at));
  }

  void setLabel(PageWriter pages, long slot, int label) {
    int before = labelOf(pages, slot);
    if (before != label) {
      if (slot < labelledSlots(pages)) {
        labels.remove(pages, before, slot);
        labels.add(pages, label, slot);
      }
      setLabel(pages, pageOf(pages, slot), indexInPage(slot), label);
    }
  }

  private static void setLabel(PageWriter pages, long page, int index, int label) {
    long offset = LABELS_OFFSET + (long) index * Integer.BYTES;
    pages.modify(page, offset, Integer.BYTES).set(PageLayout.INT, offset, label);
  }

  private static void setId(PageWriter pages, long page, int index, long node) {
    long offset = IDS_OFFSET + (long) index * Long.BYTES;
    pages.modify(page, offset, Long.BYTES).set(PageLayout.LONG, offset, node);
  }

  /// Returns the location of the cell of a slot in use.
  long cell(PageReader pages, long slot) {
    return pages.locate(pageOf(pages, slot)) + cellOffset(slot);
  }

  /// Returns the cell of a slot in use, to be changed.
  MemorySegment modifyCell(PageWriter pages, long slot) {
    return modifyCell(pages, pageOf(pages, slot), slot);
  }

  private static MemorySegment modifyCell(PageWriter pages, long page, long slot) {
    long offset = cellOffset(slot);
    return pages.modify(page, offset, CELL_BYTES).asSlice(offset, CELL_BYTES);
  }

  /// Returns how far the cell of a slot lies behind the beginning of its page.
  static long cellOffset(long slot) {
    return CELLS_OFFSET + (long) indexInPage(slot) * CELL_BYTES;
  }

  /// Gives a new node id a slot and returns the id; [#findSlot] tells the slot.
  long add(PageWriter pages, int label) {
    long node = GraphRoot.getLong(pages, GraphRoot.NEXT_NODE_OFFSET);
    long slot = placeIn(pages, regionWithRoom(pages), node, label);
    MemorySegment root = GraphRoot.modifyCounters(pages);
    root.set(PageLayout.LONG, GraphRoot.NEXT_NODE_OFFSET, node + 1);
    add(root, GraphRoot.NODE_COUNT_OFFSET, 1);
    if (slot >= root.get(PageLayout.LONG, GraphRoot.SLOT_COUNT_OFFSET)) {
      root.set(PageLayout.LONG, GraphRoot.SLOT_COUNT_OFFSET, slot + 1);
      noteLabels(pages, slot);
    }
    return node;
  }

  /// Gives a node a slot of a region with room and returns it. The caller counts.
  private long placeIn(PageWriter pages, long region, long node, int label) {
    long at = regions.modify(pages, region);
    MemorySegment entry = pages.segmentAt(at).asSlice(PageReader.offsetAt(at), RegionEntry.BYTES);
    long slot = takeSlot(pages, region, entry);
    noteDelta(entry, node - slot);
    long page = pageOf(pages, slot);
    modifyCell(pages, page, slot).fill((byte) 0);
    setId(pages, page, indexInPage(slot), node);
    setLabel(pages, page, indexInPage(slot), label);
    if (slot < labelledSlots(pages)) {
      labels.add(pages, label, slot);
    }
    long translated = translation.modify(pages, node);
    pages.segmentAt(translated).set(PageLayout.LONG, PageReader.offsetAt(translated), slot + 1);
    return slot;
  }

  /// Gives all slots back. The nodes stay in the translation and must be [placed][#place] anew.
  void clearSlots(PageWriter pages) {
    long slots = GraphRoot.getLong(pages, GraphRoot.SLOT_COUNT_OFFSET);
    for (long region = 0; region << PhysicalGraph.REGION_SHIFT < slots; region++) {
      long at = regions.locate(pages, region);
      if (!isMissing(at)) {
        RegionEntry.freePages(
            pages, pages.segmentAt(at).asSlice(PageReader.offsetAt(at), RegionEntry.BYTES));
      }
    }
    regions.clear(pages);
    labels.tree().clear(pages);
    GraphRoot.setLong(pages, GraphRoot.LABELLED_OFFSET, 0);
  }

  /// Moves the translation to free pages with lower numbers.
  void moveTranslation(PageWriter pages, Runnable between) {
    translation.moveDown(pages, between);
  }

  /// Puts a node that exists into a slot, after [#clearSlots]: slots are to be filled in order,
  /// from 0 on.
  void place(PageWriter pages, long slot, long node, int label) {
    long placed = placeIn(pages, slot >>> PhysicalGraph.REGION_SHIFT, node, label);
    if (placed != slot) {
      throw new IllegalStateException("slots are filled in order slot=" + slot);
    }
    noteLabels(pages, slot);
  }

  /// Says that all nodes were placed.
  void placed(PageWriter pages, long count) {
    MemorySegment root = GraphRoot.modifyCounters(pages);
    root.set(PageLayout.LONG, GraphRoot.SLOT_COUNT_OFFSET, count);
    root.set(PageLayout.LONG, GraphRoot.FREE_REGION_OFFSET, count >>> PhysicalGraph.REGION_SHIFT);
  }

  /// Returns how many slots the label tree speaks of, a multiple of 64: labels of later ones are
  /// told by the columns of their pages alone.
  static long labelledSlots(PageReader pages) {
    long labelled = GraphRoot.getLong(pages, GraphRoot.LABELLED_OFFSET);
    long slots = GraphRoot.getLong(pages, GraphRoot.SLOT_COUNT_OFFSET);
    if (labelled < 0 || labelled > slots || labelled % Long.SIZE != 0) {
      throw pages.corrupt(
          GraphRoot.PAGE, "labels of some of %d slots".formatted(slots), "of " + labelled);
    }
    return labelled;
  }

  /// Enters the labels of whole pages of slots before the newest slot. One slot at a time it would
  /// be a page more for each transaction that adds a node.
  private void noteLabels(PageWriter pages, long newest) {
    long labelled = labelledSlots(pages);
    if (newest - labelled < RegionEntry.PAGE_SLOTS) {
      return;
    }
    for (; newest - labelled >= RegionEntry.PAGE_SLOTS; labelled += RegionEntry.PAGE_SLOTS) {
      for (int i = 0; i < RegionEntry.PAGE_SLOTS; i += Long.SIZE) {
        noteWord(pages, labelled + i);
      }
    }
    GraphRoot.setLong(pages, GraphRoot.LABELLED_OFFSET, labelled);
  }

  private void noteWord(PageWriter pages, long firstSlot) {
    long done = 0;
    for (int i = 0; i < Long.SIZE; i++) {
      int label = labelOf(pages, firstSlot + i);
      if (label != 0 && (done & 1L << i) == 0) {
        long word = labelWord(pages, label, firstSlot);
        labels.addAll(pages, label, firstSlot, word);
        done |= word;
      }
    }
  }

  /// Returns a bit for each of 64 slots, the first one a multiple of 64: whether it bears a label,
  /// as the columns tell.
  long labelWord(PageReader pages, int label, long firstSlot) {
    long page = pageOf(pages, firstSlot);
    if (page == 0) {
      return 0;
    }
    long at = pages.locate(page);
    MemorySegment segment = pages.segmentAt(at);
    long offset = PageReader.offsetAt(at) + labelOffset(firstSlot);
    long word = 0;
    for (int i = 0; i < Long.SIZE; i++) {
      if (segment.get(PageLayout.INT, offset + (long) i * Integer.BYTES) == label) {
        word |= 1L << i;
      }
    }
    return word;
  }

  /// Returns how many nodes bear a label.
  long labelSize(PageReader pages, int label) {
    if (label < 1) {
      return 0;
    }
    long size = labels.count(pages, label);
    long end = GraphRoot.getLong(pages, GraphRoot.SLOT_COUNT_OFFSET);
    for (long slot = labelledSlots(pages); slot < end; slot += Long.SIZE) {
      size += Long.bitCount(labelWord(pages, label, slot));
    }
    return size;
  }

  private static void add(MemorySegment root, int offset, long difference) {
    root.set(PageLayout.LONG, offset, root.get(PageLayout.LONG, offset) + difference);
  }

  private long regionWithRoom(PageWriter pages) {
    long first = GraphRoot.getLong(pages, GraphRoot.FREE_REGION_OFFSET);
    long region = first;
    while (liveCount(pages, region) == RegionEntry.SLOTS) {
      region++;
    }
    if (region != first) {
      GraphRoot.setLong(pages, GraphRoot.FREE_REGION_OFFSET, region);
    }
    return region;
  }

  private int liveCount(PageReader pages, long region) {
    long at = regions.locate(pages, region);
    return isMissing(at)
        ? 0
        : pages
            .segmentAt(at)
            .get(PageLayout.INT, PageReader.offsetAt(at) + RegionEntry.LIVE_OFFSET);
  }

  private long takeSlot(PageWriter pages, long region, MemorySegment entry) {
    int live = entry.get(PageLayout.INT, RegionEntry.LIVE_OFFSET);
    int free = entry.get(PageLayout.INT, RegionEntry.FREE_OFFSET);
    int used = entry.get(PageLayout.INT, RegionEntry.USED_OFFSET);
    entry.set(PageLayout.INT, RegionEntry.LIVE_OFFSET, live + 1);
    long base = region << PhysicalGraph.REGION_SHIFT;
    if (free != 0) {
      long slot = base + free - 1;
      long cell = cell(pages, slot);
      int next = pages.segmentAt(cell).get(PageLayout.INT, PageReader.offsetAt(cell) + 1);
      entry.set(PageLayout.INT, RegionEntry.FREE_OFFSET, next);
      return slot;
    }
    int slotPage = used / RegionEntry.PAGE_SLOTS;
    int extent = RegionEntry.extentOf(slotPage);
    if (entry.get(PageLayout.LONG, (long) extent * Long.BYTES) == 0) {
      int count = RegionEntry.pageCountOf(extent);
      long first = pages.allocateRun(count, PageType.NODE_SLOTS, GraphRoot.SLOTS_ID);
      entry.set(PageLayout.LONG, (long) extent * Long.BYTES, first);
    }
    entry.set(PageLayout.INT, RegionEntry.USED_OFFSET, used + 1);
    return base + used;
  }

  /// Keeps the delta true: the first node of an empty region sets it, a node that differs gives it
  /// up.
  private static void noteDelta(MemorySegment entry, long delta) {
    int flags = entry.get(PageLayout.INT, RegionEntry.FLAGS_OFFSET);
    if (entry.get(PageLayout.INT, RegionEntry.LIVE_OFFSET) == 1) {
      entry.set(PageLayout.LONG, RegionEntry.DELTA_OFFSET, delta);
      entry.set(PageLayout.INT, RegionEntry.FLAGS_OFFSET, flags & ~RegionEntry.SCATTERED);
    } else if (entry.get(PageLayout.LONG, RegionEntry.DELTA_OFFSET) != delta) {
      entry.set(PageLayout.INT, RegionEntry.FLAGS_OFFSET, flags | RegionEntry.SCATTERED);
    }
  }

  /// Frees the slot of a node and retires its id. Its edges and records must be gone. A region that
  /// has become empty gives its pages back.
  void remove(PageWriter pages, long node, long slot) {
    translation.retire(pages, node);
    if (slot < labelledSlots(pages)) {
      labels.remove(pages, labelOf(pages, slot), slot);
    }
    long region = slot >>> PhysicalGraph.REGION_SHIFT;
    long at = regions.modify(pages, region);
    MemorySegment entry = pages.segmentAt(at).asSlice(PageReader.offsetAt(at), RegionEntry.BYTES);
    int live = entry.get(PageLayout.INT, RegionEntry.LIVE_OFFSET) - 1;
    if (live == 0) {
      RegionEntry.freePages(pages, entry);
      entry.fill((byte) 0);
      lowerSlotCount(pages, region);
    } else {
      freeSlot(pages, slot, entry);
      entry.set(PageLayout.INT, RegionEntry.LIVE_OFFSET, live);
    }
    MemorySegment root = GraphRoot.modifyCounters(pages);
    add(root, GraphRoot.NODE_COUNT_OFFSET, -1);
    if (region < root.get(PageLayout.LONG, GraphRoot.FREE_REGION_OFFSET)) {
      root.set(PageLayout.LONG, GraphRoot.FREE_REGION_OFFSET, region);
    }
  }

  private void freeSlot(PageWriter pages, long slot, MemorySegment entry) {
    long page = pageOf(pages, slot);
    setId(pages, page, indexInPage(slot), 0);
    setLabel(pages, page, indexInPage(slot), 0);
    MemorySegment cell = modifyCell(pages, page, slot).fill((byte) 0);
    cell.set(PageLayout.INT, 1, entry.get(PageLayout.INT, RegionEntry.FREE_OFFSET));
    entry.set(PageLayout.INT, RegionEntry.FREE_OFFSET, ((int) slot & RegionEntry.SLOTS - 1) + 1);
  }

  /// After a region became empty: where it was the last one, no slot behind the end of the region
  /// before it is in use, or has a bit in the label tree. O(empty regions at the end), which come
  /// back one by one.
  private void lowerSlotCount(PageWriter pages, long emptied) {
    long end = (emptied + 1) << PhysicalGraph.REGION_SHIFT;
    if (GraphRoot.getLong(pages, GraphRoot.SLOT_COUNT_OFFSET) <= end) {
      long region = emptied;
      while (region > 0 && liveCount(pages, region - 1) == 0) {
        region--;
      }
      long slots = region << PhysicalGraph.REGION_SHIFT;
      if (labelledSlots(pages) > slots) {
        GraphRoot.setLong(pages, GraphRoot.LABELLED_OFFSET, slots);
      }
      GraphRoot.setLong(pages, GraphRoot.SLOT_COUNT_OFFSET, slots);
    }
  }

  /// Verifies slots against the directory and the translation, and claims their pages.
  void check(PageReader pages, CheckReport report) {
    translation.check(pages, report);
    regions.check(pages, report);
    long slots = GraphRoot.getLong(pages, GraphRoot.SLOT_COUNT_OFFSET);
    long nodes = 0;
    for (long region = 0; region << PhysicalGraph.REGION_SHIFT < slots; region++) {
      nodes += new RegionCheck(this, pages, region).run(regions.locate(pages, region), report);
    }
    if (nodes != GraphRoot.getLong(pages, GraphRoot.NODE_COUNT_OFFSET)) {
      report.problem("graph root", GraphRoot.PAGE, "node count is not " + nodes);
    }
    checkTranslation(pages, report);
    long room = GraphRoot.getLong(pages, GraphRoot.FREE_REGION_OFFSET);
    for (long region = 0; region < room; region++) {
      if (liveCount(pages, region) < RegionEntry.SLOTS) {
        report.problem("graph root", GraphRoot.PAGE, "free slots before region " + room);
        return;
      }
    }
  }

  /// The way back of what [RegionCheck] looks at: whatever an id translates to is its node's slot.
  private void checkTranslation(PageReader pages, CheckReport report) {
    long end = GraphRoot.getLong(pages, GraphRoot.NEXT_NODE_OFFSET);
    long slots = GraphRoot.getLong(pages, GraphRoot.SLOT_COUNT_OFFSET);
    translation.scan(
        pages,
        (node, at) -> {
          long slot = pages.segmentAt(at).get(PageLayout.LONG, PageReader.offsetAt(at)) - 1;
          if (slot < 0 ? node > 0 && node < end : node >= end) {
            report.problem("translation", -1, "id %d is not as given".formatted(node));
          } else if (slot >= 0 && (slot >= slots || nodeOf(pages, slot) != node)) {
            report.problem("translation", -1, "slot %d is not of node %d".formatted(slot, node));
          }
        });
  }
}
