package dev.rookery.graph.store;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;

/// Verifies one region: its slots, its chain of free slots, its delta, and that ids translate back.
final class RegionCheck {
  private static final String NAME = "node slots";

  private final NodeTable nodes;
  private final PageReader pages;
  private final long base;

  RegionCheck(NodeTable nodes, PageReader pages, long region) {
    this.nodes = nodes;
    this.pages = pages;
    this.base = region << PhysicalGraph.REGION_SHIFT;
  }

  /// Returns how many nodes the region has.
  int run(long entryLocation, CheckReport report) {
    if (entryLocation < 0 && entryLocation >= -2) {
      return 0;
    }
    MemorySegment entry =
        pages
            .segmentAt(entryLocation)
            .asSlice(PageReader.offsetAt(entryLocation), RegionEntry.BYTES);
    claimExtents(entry, report);
    int used = entry.get(PageLayout.INT, RegionEntry.USED_OFFSET);
    if (used < 0 || used > RegionEntry.SLOTS) {
      report.problem(NAME, -1, "used count %d of region at %d".formatted(used, base));
      return 0;
    }
    BitSet live = new BitSet(used);
    long delta = nodes.deltaOf(pages, base >>> PhysicalGraph.REGION_SHIFT);
    for (int i = 0; i < used; i++) {
      long node = nodes.nodeOf(pages, base + i);
      if (node != 0) {
        live.set(i);
        checkNode(node, base + i, delta, report);
      }
    }
    checkFree(entry, used, live, report);
    return live.cardinality();
  }

  private void claimExtents(MemorySegment entry, CheckReport report) {
    for (int extent = 0; extent < RegionEntry.EXTENT_COUNT; extent++) {
      long first = entry.get(PageLayout.LONG, (long) extent * Long.BYTES);
      for (int i = 0; first != 0 && i < RegionEntry.pageCountOf(extent); i++) {
        report.claim(first + i, NAME);
      }
    }
  }

  private void checkNode(long node, long slot, long delta, CheckReport report) {
    if (nodes.findSlot(pages, node) != slot) {
      report.problem(NAME, -1, "node %d does not translate to its slot %d".formatted(node, slot));
    }
    if (delta != Long.MIN_VALUE && node - slot != delta) {
      report.problem(NAME, -1, "node %d is not slot %d + %d".formatted(node, slot, delta));
    }
  }

  private void checkFree(MemorySegment entry, int used, BitSet live, CheckReport report) {
    if (entry.get(PageLayout.INT, RegionEntry.LIVE_OFFSET) != live.cardinality()) {
      report.problem(NAME, -1, "live count is not %d".formatted(live.cardinality()));
    }
    BitSet free = new BitSet(used);
    int next = entry.get(PageLayout.INT, RegionEntry.FREE_OFFSET);
    while (next != 0) {
      if (next < 1 || next > used || live.get(next - 1) || free.get(next - 1)) {
        report.problem(NAME, -1, "chain of free slots of region at %d is broken".formatted(base));
        return;
      }
      free.set(next - 1);
      long cell = nodes.cell(pages, base + next - 1);
      next = pages.segmentAt(cell).get(PageLayout.INT, PageReader.offsetAt(cell) + 1);
    }
    if (free.cardinality() + live.cardinality() != used) {
      report.problem(NAME, -1, "slots of region at %d are lost".formatted(base));
    }
  }
}
