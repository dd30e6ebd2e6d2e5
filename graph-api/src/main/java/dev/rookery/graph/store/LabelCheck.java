package dev.rookery.graph.store;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.tree.FixedSizeTree;
import it.unimi.dsi.fastutil.ints.Int2LongOpenHashMap;

/// Verifies the label tree against the slots.
///
/// 1. Every bit is that of a node that bears the label, in a slot that the tree speaks of.
/// 2. A label has as many bits as nodes in these slots bear it (so none is missing), and that is
///    its count.
final class LabelCheck {
  private static final String NAME = "label tree";

  private final GraphView graph;
  private final PageReader pages;
  private final LabelTree labels;
  private final long slotCount;

  LabelCheck(GraphView graph) {
    this.graph = graph;
    this.pages = graph.pages();
    this.labels = graph.store.nodes().labels();
    this.slotCount = NodeTable.labelledSlots(pages);
  }

  void run(CheckReport report) {
    labels.tree().check(pages, report);
    Int2LongOpenHashMap counts = new Int2LongOpenHashMap();
    Int2LongOpenHashMap bits = new Int2LongOpenHashMap();
    FixedSizeTree.Cursor cursor = labels.tree().cursor(pages);
    for (boolean isFound = cursor.first(); isFound; isFound = cursor.next()) {
      long at = cursor.valueLocation();
      long value = pages.segmentAt(at).get(PageLayout.LONG, PageReader.offsetAt(at));
      int label = LabelTree.labelOf(cursor.key());
      if (value == 0) {
        report.problem(NAME, -1, "no bit under the key %x".formatted(cursor.key()));
      } else if (label == 0) {
        counts.put((int) cursor.key(), value);
      } else {
        bits.addTo(label, Long.bitCount(value));
        checkWord(label, LabelTree.slotOf(cursor.key()), value, report);
      }
    }
    if (!counts.equals(bits)) {
      report.problem(NAME, -1, "labels with bits %s, but counts %s".formatted(bits, counts));
    }
    Int2LongOpenHashMap nodes = nodesByLabel();
    if (!nodes.equals(bits)) {
      report.problem(NAME, -1, "labels with bits %s, but nodes %s".formatted(bits, nodes));
    }
  }

  private void checkWord(int label, long firstSlot, long word, CheckReport report) {
    for (long left = word; left != 0; left &= left - 1) {
      long slot = firstSlot + Long.numberOfTrailingZeros(left);
      if (slot >= slotCount || graph.nodeOf(slot) == 0 || graph.labelOf(slot) != label) {
        report.problem(NAME, -1, "slot %d does not bear label %d".formatted(slot, label));
      }
    }
  }

  private Int2LongOpenHashMap nodesByLabel() {
    Int2LongOpenHashMap nodes = new Int2LongOpenHashMap();
    for (long slot = 0; slot < slotCount; slot++) {
      if (graph.nodeOf(slot) != 0 && graph.labelOf(slot) != 0) {
        nodes.addTo(graph.labelOf(slot), 1);
      }
    }
    return nodes;
  }
}
