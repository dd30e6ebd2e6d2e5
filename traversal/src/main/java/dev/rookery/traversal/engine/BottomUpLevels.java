package dev.rookery.traversal.engine;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.storage.tree.ForestScan;
import dev.rookery.traversal.frontier.Frontier;
import dev.rookery.traversal.frontier.SlotBitmap;
import org.jspecify.annotations.Nullable;

/// Expands levels of a breadth-first walk from the other side: each slot that was not seen yet
/// looks along its edges backward until it meets a slot of the level.
///
/// Where a level has much of all edges, most slots meet it at once, and nearly all edges are never
/// looked at (Beamer, Asanović, Patterson, "Direction-Optimizing Breadth-First Search", 2012). All
/// leaves that have a slot that was not seen are read in their order, so a small level costs as
/// much as a large one.
///
/// Belongs to one walk and one thread.
final class BottomUpLevels {
  /// Sources of a batch at most: a page holds no more numbers of 4 bytes.
  private static final int BATCH_COUNT_MAX = PageLayout.PAGE_BYTES / Integer.BYTES;

  private final Steps steps;
  private final ForestCursor[] cursors;
  private final long slotCount;
  private final SlotBitmap seen;

  /// The slots of the level that is expanded; empty in between.
  private final SlotBitmap level;

  /// Slots of levels that were expanded bottom-up, whose edges nobody has counted.
  private final SlotBitmap uncounted;

  private boolean areSomeUncounted;
  private final int[] chosen = new int[BATCH_COUNT_MAX];
  private final @Nullable ForestScan[] backward;

  /// @param cursors one for each step
  /// @param seen the slots seen so far, which levels add to
  BottomUpLevels(Steps steps, ForestCursor[] cursors, long slotCount, SlotBitmap seen) {
    this.steps = steps;
    this.cursors = cursors;
    this.slotCount = slotCount;
    this.seen = seen;
    level = new SlotBitmap(slotCount);
    uncounted = new SlotBitmap(slotCount);
    backward = new ForestScan[steps.count()];
  }

  /// Adds the slots that a level leads to and that were not seen to the next level.
  void expand(Frontier current, Frontier next) {
    current.addTo(level, 0);
    for (int step = 0; step < backward.length; step++) {
      ForestScan scan = backward(step).range(0, slotCount);
      while (scan.nextIndex()) {
        int before = next.size();
        int count = seen.choose(scan, false, chosen);
        scan.load(chosen, count);
        next.addChildren(scan, chosen, count, level);
        next.addTo(seen, before);
      }
    }
    uncounted.addAll(level);
    areSomeUncounted = true;
    level.clear();
  }

  /// Returns how many edges the levels have that were expanded bottom-up, and forgets them. O(slots
  /// + leaves).
  long countEdges() {
    long edges = 0;
    for (int step = 0; areSomeUncounted && step < cursors.length; step++) {
      TreeDegrees trees = new TreeDegrees(uncounted, cursors[step]);
      ForestScan scan = steps.scan(step, trees).range(0, slotCount);
      while (scan.nextIndex()) {
        edges += keyCount(scan, uncounted.choose(scan, true, chosen));
      }
      edges += trees.edges;
    }
    uncounted.clear();
    areSomeUncounted = false;
    return edges;
  }

  /// Adds up the degrees of slots whose trees have pages of their own, and reads none of them.
  private static final class TreeDegrees implements ForestScan.SourceFilter {
    private final SlotBitmap set;
    private final ForestCursor cursor;
    private long edges;

    TreeDegrees(SlotBitmap set, ForestCursor cursor) {
      this.set = set;
      this.cursor = cursor;
    }

    @Override
    public boolean wantsAny(long firstSource, long endSource) {
      return set.containsAny(firstSource, endSource);
    }

    @Override
    public boolean wants(long source) {
      edges += set.contains((int) source) ? cursor.seek(source) : 0;
      return false;
    }
  }

  private long keyCount(ForestScan batch, int count) {
    int[] begins = batch.begins();
    int[] ends = batch.ends();
    long keys = 0;
    for (int i = 0; i < count; i++) {
      keys += ends[chosen[i]] - begins[chosen[i]];
    }
    return keys;
  }

  private ForestScan backward(int step) {
    ForestScan scan = backward[step];
    if (scan == null) {
      scan = steps.backwardScan(step, new Unseen(seen));
      backward[step] = scan;
    }
    return scan;
  }

  /// Slots outside a set.
  private record Unseen(SlotBitmap seen) implements ForestScan.SourceFilter {
    @Override
    public boolean wantsAny(long firstSource, long endSource) {
      return seen.lacksAny(firstSource, endSource);
    }

    @Override
    public boolean wants(long source) {
      return !seen.contains((int) source);
    }
  }
}
