package dev.rookery.graph.store;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.tree.FixedSizeTree;

/// Walks the slots that bear a label, ascending, without allocating. Belongs to one thread.
///
/// In a write transaction the graph may be changed on the way: the cursor goes on behind the slot
/// that it gave last.
public final class LabelCursor {
  private final GraphView graph;
  private final int label;
  private final FixedSizeTree.Cursor cursor;

  /// The slot given last.
  private long slot = -1;

  /// What is left of the current word, and its first slot.
  private long word;

  private long base;

  /// Whether the tree has more; behind it the columns of the slot pages tell.
  private boolean isInTree;

  /// The first slot of the next word behind the tree.
  private long tail;

  private int changeCount;

  LabelCursor(GraphView graph, int label) {
    this.graph = graph;
    this.label = label;
    this.cursor = graph.store.nodes().labels().tree().cursor(graph.pages());
    seek(0);
  }

  /// Moves before the first slot at or behind the given one. O(log slots).
  public void seek(long from) {
    changeCount = graph.changeCount();
    slot = from - 1;
    word = 0;
    long labelled = NodeTable.labelledSlots(graph.pages());
    isInTree = label > 0 && from < labelled;
    tail = Math.max(labelled, from & -Long.SIZE);
    boolean isFound = isInTree && cursor.seek(LabelTree.key(label, from));
    if (take(isFound) && base < from) {
      word &= -1L << from;
    }
  }

  /// Moves to the next slot and returns whether there is one.
  public boolean next() {
    if (changeCount != graph.changeCount()) {
      seek(slot + 1);
    }
    while (word == 0) {
      if (!take(isInTree && cursor.next())) {
        return false;
      }
    }
    slot = base + Long.numberOfTrailingZeros(word);
    word &= word - 1;
    return true;
  }

  /// Returns the current slot.
  public long slot() {
    return slot;
  }

  /// Takes the word that the cursor stands on, if it stands on one of the label, or else the next
  /// one behind the tree. Returns whether there is one.
  private boolean take(boolean isFound) {
    if (isFound && LabelTree.labelOf(cursor.key()) == label) {
      base = LabelTree.slotOf(cursor.key());
      long at = cursor.valueLocation();
      word = graph.pages().segmentAt(at).get(PageLayout.LONG, PageReader.offsetAt(at));
      return true;
    }
    isInTree = false;
    if (label < 1 || tail >= graph.slotCount()) {
      return false;
    }
    base = tail;
    tail += Long.SIZE;
    word = graph.store.nodes().labelWord(graph.pages(), label, base);
    return true;
  }
}
