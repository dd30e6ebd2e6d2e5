package dev.rookery.graph.store;

import dev.rookery.graph.index.IndexState;
import dev.rookery.graph.store.IndexEntries.Entry;
import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.tree.BTree;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Verifies the indexes against the nodes.
///
/// 1. Every entry is that of a node: its label, the values that it has, no others.
/// 2. Every node that belongs into an index has its entry, unless the index is being built and has
///    not come to it.
/// 3. A unique index has no two nodes with the same values.
final class IndexCheck {
  private final GraphView graph;
  private final PageReader pages;
  private final IndexEdit entries;
  private final PropertyBytes properties = new PropertyBytes();

  IndexCheck(GraphView graph) {
    this.graph = graph;
    this.pages = graph.pages();
    this.entries = new IndexEdit(graph);
  }

  void run(CheckReport report) {
    BTree table = IndexTable.tree(pages);
    if (table != null) {
      table.check(pages, report);
    }
    for (StoredIndex index : graph.catalog().all()) {
      if (index.rootPage() != 0) {
        index.tree().check(pages, report);
        checkEntries(index, report);
        checkNodes(index, report);
      } else if (index.state() != IndexState.FAILED) {
        report.problem(nameOf(index), -1, "has no entries");
      }
    }
  }

  private static String nameOf(StoredIndex index) {
    return "index " + index.definition();
  }

  private void checkEntries(StoredIndex index, CheckReport report) {
    BTree.Cursor cursor = index.tree().cursor(pages);
    for (boolean isFound = cursor.first(); isFound; isFound = cursor.next()) {
      byte[] key = cursor.key();
      long node = key.length < IndexEntries.NODE_BYTES ? -1 : IndexEntries.nodeOf(key);
      Entry entry = entryOf(index, node);
      if (entry == null
          || !Arrays.equals(entry.key(), key)
          || !Arrays.equals(IndexEntries.value(entry.cutMask()), cursor.value())) {
        report.problem(nameOf(index), -1, "an entry of node %d is not its own".formatted(node));
      } else {
        long other = entries.otherNodeWith(entry, properties);
        if (other != 0) {
          report.problem(
              nameOf(index), -1, "nodes %d and %d have the same values".formatted(node, other));
        }
      }
    }
  }

  private @Nullable Entry entryOf(StoredIndex index, long node) {
    long slot = graph.findSlot(node);
    if (slot < 0 || graph.labelOf(slot) != index.labelNumber()) {
      return null;
    }
    graph.nodeProperties(slot, properties);
    return entries.entryOf(index, node, properties);
  }

  private void checkNodes(StoredIndex index, CheckReport report) {
    long end = index.isReady() ? Long.MAX_VALUE : IndexTable.nextNode(pages, index);
    LabelCursor cursor = graph.slotsOf(index.labelNumber());
    while (cursor.next()) {
      long node = graph.nodeOf(cursor.slot());
      Entry entry = node < end ? entryOf(index, node) : null;
      if (entry != null && index.tree().get(pages, entry.key()) == null) {
        report.problem(nameOf(index), -1, "node %d has no entry".formatted(node));
      }
    }
  }
}
