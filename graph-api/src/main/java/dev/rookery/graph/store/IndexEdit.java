package dev.rookery.graph.store;

import dev.rookery.graph.error.PropertyException;
import dev.rookery.graph.error.UniqueViolationException;
import dev.rookery.graph.store.IndexEntries.Entry;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.tree.BTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Keeps the indexes in step with the nodes, in the transaction that changes them.
///
/// A change has two halves: [#plan], before anything is done, finds out which entries go and come,
/// and refuses what a unique index forbids; [#apply] does it, beside the change of the node.
/// Belongs to the thread of the transaction.
final class IndexEdit {
  private final GraphView graph;
  private final PageReader pages;
  private final IndexKeyEncoder encoder = new IndexKeyEncoder();
  private final PropertyBytes other = new PropertyBytes();
  private final List<Entry> removals = new ArrayList<>();
  private final List<Entry> additions = new ArrayList<>();

  IndexEdit(GraphView graph) {
    this.graph = graph;
    this.pages = graph.pages();
  }

  /// Returns whether changes of nodes with a label concern an index.
  boolean isConcernedBy(int label) {
    return !graph.catalog().of(label).isEmpty();
  }

  /// Finds out what the change of a node means for the indexes. Label 0, or a negative one, is that
  /// of a node that is not there before, or after.
  ///
  /// @throws UniqueViolationException if a unique index forbids it
  void plan(long node, int labelBefore, PropertyBytes before, int labelAfter, PropertyBytes after) {
    removals.clear();
    additions.clear();
    IndexCatalog catalog = graph.catalog();
    if (catalog.isEmpty()) {
      return;
    }
    for (StoredIndex index : catalog.of(labelBefore)) {
      Entry entry = IndexEntries.entryOf(index, node, before, encoder);
      if (entry != null) {
        removals.add(entry);
      }
    }
    for (StoredIndex index : catalog.of(labelAfter)) {
      Entry entry = IndexEntries.entryOf(index, node, after, encoder);
      if (entry != null && !stays(entry)) {
        checkUnique(entry, after);
        additions.add(entry);
      }
    }
  }

  /// Returns whether an entry that is to come is there, and takes it from those that are to go.
  /// Values that are cut are never taken for the same.
  private boolean stays(Entry entry) {
    for (int i = 0; i < removals.size(); i++) {
      Entry removal = removals.get(i);
      if (removal.index().number() == entry.index().number()
          && entry.cutMask() == 0
          && Arrays.equals(removal.key(), entry.key())) {
        removals.remove(i);
        return true;
      }
    }
    return false;
  }

  private void checkUnique(Entry entry, PropertyBytes properties) {
    long existing = otherNodeWith(entry, properties);
    if (existing != 0) {
      long node = IndexEntries.nodeOf(entry.key());
      throw new UniqueViolationException(
          entry.index().definition(), valuesOf(entry.index(), properties), existing, node);
    }
  }

  private static List<Object> valuesOf(StoredIndex index, PropertyBytes properties) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < index.keyCount(); i++) {
      int found = properties.find(index.keyNumber(i));
      try {
        values.add(properties.valueAt(found));
      } catch (PropertyException e) {
        values.add(String.valueOf(e.getMessage())); // A time zone that this Java does not know.
      }
    }
    return values;
  }

  /// Returns another node that has all values of an entry of a unique index, or 0.
  long otherNodeWith(Entry entry, PropertyBytes properties) {
    if (!entry.index().isUnique() || !entry.isComplete()) {
      return 0;
    }
    long own = IndexEntries.nodeOf(entry.key());
    byte[] values = IndexEntries.valuesOf(entry.key());
    BTree.Cursor cursor = entry.index().tree().cursor(pages);
    for (boolean isFound = cursor.seek(values); isFound; isFound = cursor.next()) {
      byte[] key = cursor.key();
      if (!IndexEntries.startsWith(key, values)) {
        return 0;
      }
      long node = IndexEntries.nodeOf(key);
      if (node != own && (entry.cutMask() == 0 || hasValues(entry.index(), node, properties))) {
        return node;
      }
    }
    return 0;
  }

  /// Returns whether a node has the same values, looked at in full.
  private boolean hasValues(StoredIndex index, long node, PropertyBytes properties) {
    graph.nodeProperties(graph.slotOf(node), other);
    for (int i = 0; i < index.keyCount(); i++) {
      int found = other.find(index.keyNumber(i));
      if (found < 0
          || !Arrays.equals(
              whole(other, found), whole(properties, properties.find(index.keyNumber(i))))) {
        return false;
      }
    }
    return true;
  }

  private byte[] whole(PropertyBytes properties, int found) {
    encoder.clear();
    encoder.appendWhole(properties, found);
    return encoder.toBytes();
  }

  /// Does what was planned.
  void apply(PageWriter writer) {
    for (Entry entry : removals) {
      entry.remove(writer);
    }
    for (Entry entry : additions) {
      entry.put(writer);
    }
    removals.clear();
    additions.clear();
  }

  /// Returns the entry of a node in an index, or null if it has none.
  @Nullable Entry entryOf(StoredIndex index, long node, PropertyBytes properties) {
    return IndexEntries.entryOf(index, node, properties, encoder);
  }
}
