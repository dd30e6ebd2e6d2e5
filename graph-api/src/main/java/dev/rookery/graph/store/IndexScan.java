package dev.rookery.graph.store;

import dev.rookery.storage.tree.BTree;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A stretch of the entries of an index, in either direction.
///
/// In a write transaction the graph may be changed on the way: the scan goes on behind the entry
/// that it gave last, so a node whose value was changed to one further on is met again.
final class IndexScan implements NodeSource {
  private final GraphView graph;
  private final StoredIndex index;
  private final BTree.Cursor cursor;
  private final byte[] from;
  private final byte @Nullable [] end;
  private final boolean isDescending;
  private final NodeFilter filter;
  private final boolean filtersAll;

  /// The entry given last.
  private byte @Nullable [] last;

  private boolean isPlaced;
  private boolean isAtEnd;
  private int changeCount;
  private long node;

  /// @param from the first key, if it is there
  /// @param end what all keys are before, or null if they go on to the end
  /// @param filtersAll whether the filter is asked about all nodes, else only where values are cut
  IndexScan(
      GraphView graph,
      StoredIndex index,
      byte[] from,
      byte @Nullable [] end,
      boolean isDescending,
      NodeFilter filter,
      boolean filtersAll) {
    this.graph = graph;
    this.index = index;
    this.cursor = index.tree().cursor(graph.pages());
    this.from = from;
    this.end = end;
    this.isDescending = isDescending;
    this.filter = filter;
    this.filtersAll = filtersAll;
    this.changeCount = graph.changeCount();
  }

  @Override
  public boolean next() {
    boolean isFound = move();
    while (isFound && !isOutside()) {
      if (accept()) {
        return true;
      }
      isFound = step();
    }
    isAtEnd = true;
    return false;
  }

  @Override
  public long node() {
    return node;
  }

  private boolean move() {
    if (isPlaced && changeCount == graph.changeCount()) {
      return !isAtEnd && step();
    }
    checkAlive();
    isPlaced = true;
    isAtEnd = false;
    changeCount = graph.changeCount();
    byte[] key = last;
    if (!isDescending) {
      return cursor.seek(key == null ? from : Arrays.copyOf(key, key.length + 1));
    }
    byte[] behind = key == null ? end : key;
    if (behind == null) {
      return cursor.last();
    }
    cursor.seek(behind);
    return cursor.previous();
  }

  private void checkAlive() {
    StoredIndex now = graph.catalog().find(index.number());
    if (now == null || !now.isReady()) {
      throw new IllegalStateException(
          "index was dropped while its nodes were walked index=" + index.definition());
    }
  }

  private boolean step() {
    return isDescending ? cursor.previous() : cursor.next();
  }

  /// Takes the entry that the cursor stands on, if the filter agrees.
  private boolean accept() {
    byte[] key = cursor.key();
    last = key;
    node = IndexEntries.nodeOf(key);
    return !(filtersAll || IndexEntries.isCut(cursor.value())) || filter.matches(slot());
  }

  private boolean isOutside() {
    byte[] behind = end;
    return isDescending
        ? cursor.compareKey(from) < 0
        : behind != null && cursor.compareKey(behind) >= 0;
  }

  private long slot() {
    long slot = graph.findSlot(node);
    if (slot < 0) {
      throw graph
          .pages()
          .corrupt(index.rootPage(), "entries of nodes", "one of node %d".formatted(node));
    }
    return slot;
  }
}
