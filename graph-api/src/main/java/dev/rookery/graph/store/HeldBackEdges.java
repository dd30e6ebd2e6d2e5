package dev.rookery.graph.store;

import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.tree.BareEntries;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The incoming halves of edges that a transaction has added and not stored: together they are
/// stored in the order of their pages, many for each page.
///
/// The outgoing half is stored at once, since it tells whether an edge is new. So an edge whose
/// incoming half is held back exists in the outgoing forest, and its other half has no value.
/// Belongs to the thread of the transaction.
final class HeldBackEdges {
  /// More are stored before another one is held back.
  static final int COUNT_MAX = 1 << 16;

  /// By edge type; a type without edges held back may have none.
  private final List<@Nullable BareEntries> byType = new ArrayList<>();

  private int count;

  boolean isEmpty() {
    return count == 0;
  }

  boolean isFull() {
    return count == COUNT_MAX;
  }

  /// Holds the incoming half of an edge back.
  ///
  /// @param key the key of the source's end
  void add(EdgeType type, long target, long key) {
    of(type).add(target, key);
    count++;
  }

  private BareEntries of(EdgeType type) {
    while (byType.size() <= type.number()) {
      byType.add(null);
    }
    BareEntries entries = byType.get(type.number());
    if (entries == null) {
      entries = new BareEntries();
      byType.set(type.number(), entries);
    }
    return entries;
  }

  /// Stores all that is held back.
  void store(PageWriter pages, GraphView graph, Runnable between) {
    for (int number = 1; number < byType.size(); number++) {
      BareEntries entries = byType.get(number);
      if (entries != null && entries.count() > 0) {
        graph.type(number).incoming().putAll(pages, entries, between);
        entries.clear();
      }
    }
    count = 0;
  }

  /// Forgets all that is held back.
  void clear() {
    byType.clear();
    count = 0;
  }
}
