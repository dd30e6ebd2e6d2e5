package dev.rookery.traversal;

import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.Path.Hop;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotSet;

/// Breadth-first search from both ends by whole levels (Pohl 1971), for one run on one thread.
///
/// **Invariants**, when no level is being expanded
/// 1. A side at depth *d* has seen exactly the slots within *d* of its end, and logged them in
///    order of distance; those at distance *d* are its last level.
/// 2. No slot has been seen by both sides, so the distance is greater than the sum of their depths.
///
/// The first slot of a new level that the other side has seen is therefore in the other's last
/// level, and lies on a shortest path: the search ends at once.
///
/// **Which side.** The one whose last level has fewer edges. They are counted only until one side
/// is known to have fewer, so that counting never costs more than expanding.
final class BidirectionalSearch {
  private final Steps steps;
  private final Filters filters;
  private final int maxLength;
  private final SlotSet rejected;
  private final Side fromStart;
  private final Side fromEnd;

  /// The entries where the sides have met, in the logs of either.
  private long startEntry;

  private long endEntry;

  BidirectionalSearch(Steps steps, Filters filters, int maxLength) {
    this.steps = steps;
    this.filters = filters;
    this.maxLength = maxLength;
    rejected = new SlotSet(steps.graph()::slotCount);
    fromStart = new Side(steps, true);
    fromEnd = new Side(steps, false);
  }

  /// Searches and returns whether there is a path. Call it once.
  boolean run(long start, long end) {
    long startSlot = steps.graph().slotOf(start);
    long endSlot = steps.graph().slotOf(end);
    if (rejects(startSlot) || rejects(endSlot)) {
      return false;
    }
    fromStart.begin(startSlot);
    fromEnd.begin(endSlot);
    if (startSlot == endSlot) {
      return true;
    }
    while (length() < maxLength && fromStart.hasLevel() && fromEnd.hasLevel()) {
      Side side = cheaperSide();
      if (expand(side, side == fromStart ? fromEnd : fromStart)) {
        return true;
      }
    }
    return false;
  }

  /// Returns the length of the path that was found.
  int length() {
    return fromStart.depth + fromEnd.depth;
  }

  /// Returns the path that was found.
  Path path() {
    long[] ids = new long[length() + 1];
    Hop[] hops = new Hop[length()];
    fromStart.log.write(startEntry, fromStart.depth, ids, hops);
    fromEnd.log.writeReversed(endEntry, fromEnd.depth, ids, hops);
    return new Path(steps.transaction(), ids, hops);
  }

  private Side cheaperSide() {
    boolean startIsSmaller = fromStart.levelSize() <= fromEnd.levelSize();
    Side smaller = startIsSmaller ? fromStart : fromEnd;
    Side larger = startIsSmaller ? fromEnd : fromStart;
    long limit = smaller.countEdges(Long.MAX_VALUE);
    return larger.countEdges(limit) < limit ? larger : smaller;
  }

  /// Expands the last level of a side and returns whether it has met the other.
  private boolean expand(Side side, Side other) {
    long levelEnd = side.beginLevel();
    for (long entry = side.expandedLevel; entry < levelEnd; entry++) {
      for (int step = 0; step < steps.count(); step++) {
        ForestCursor cursor = side.cursors[step];
        cursor.seek(side.log.slot(entry));
        while (cursor.next()) {
          long slot = arrive(side, entry, step, cursor.key());
          if (slot >= 0 && other.seen.contains(slot)) {
            meet(side, other, slot);
            return true;
          }
        }
      }
    }
    return false;
  }

  /// Logs the far end of an edge, unless it was seen or is rejected, and returns its slot, else -1.
  private long arrive(Side side, long entry, int step, long key) {
    long slot = steps.slotOf(step, key);
    if (side.seen.contains(slot) || rejected.contains(slot)) {
      return -1;
    }
    int ordinal = steps.ordinalOf(step, key);
    if (filters.edge() != null) {
      long near = side.log.slot(entry);
      long from = side.forward ? near : slot;
      long to = side.forward ? slot : near;
      if (!filters.edge().test(steps.edge(step, from, to, ordinal))) {
        return -1;
      }
    }
    if (rejects(slot)) {
      rejected.add(slot);
      return -1;
    }
    side.seen.add(slot);
    side.log.add(slot, entry, step, ordinal);
    return slot;
  }

  private boolean rejects(long slot) {
    return filters.node() != null && !filters.node().test(steps.node(slot));
  }

  private void meet(Side side, Side other, long slot) {
    long met = other.find(slot);
    long last = side.log.size() - 1;
    startEntry = side.forward ? last : met;
    endEntry = side.forward ? met : last;
  }

  /// What one end has seen so far.
  private static final class Side {
    private final boolean forward;
    private final ForestCursor[] cursors;
    private final WalkLog log;
    private final SlotSet seen;

    private int depth;
    private long expandedLevel;
    private long levelBegin;

    /// How many edges the entries from `levelBegin` to `counted` (exclusive) have.
    private long edgeCount;

    private long counted;

    Side(Steps steps, boolean forward) {
      this.forward = forward;
      cursors = forward ? steps.cursors() : steps.backwardCursors();
      log = new WalkLog(steps, true, WalkRoom.HEAP);
      seen = new SlotSet(steps.graph()::slotCount);
    }

    void begin(long slot) {
      seen.add(slot);
      log.add(slot, WalkLog.NO_ENTRY, 0, 0);
    }

    boolean hasLevel() {
      return levelSize() > 0;
    }

    long levelSize() {
      return log.size() - levelBegin;
    }

    /// Returns the entry of a slot in the last level.
    long find(long slot) {
      for (long entry = levelBegin; entry < log.size(); entry++) {
        if (log.slot(entry) == slot) {
          return entry;
        }
      }
      throw new CorruptDatabaseException("edges differ between their two ends slot=" + slot);
    }

    /// Makes the last level the one that is expanded, and returns where it ends.
    long beginLevel() {
      expandedLevel = levelBegin;
      levelBegin = log.size();
      counted = levelBegin;
      edgeCount = 0;
      depth++;
      return levelBegin;
    }

    /// Returns how many edges the last level has, or some number that is not below the limit.
    long countEdges(long limit) {
      while (counted < log.size() && edgeCount < limit) {
        for (ForestCursor cursor : cursors) {
          edgeCount += cursor.seek(log.slot(counted));
        }
        counted++;
      }
      return edgeCount;
    }
  }
}
