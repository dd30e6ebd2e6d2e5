package dev.rookery.traversal.engine;

import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.traversal.frontier.Frontier;
import dev.rookery.traversal.frontier.SlotLevels;
import dev.rookery.traversal.frontier.SlotSet;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import org.jspecify.annotations.Nullable;

/// Plain breadth-first levels, top-down, one thread: no callback, no object for an edge.
///
/// Each level is an `int` array of slots. For each of them the runs of keys in the adjacency pages
/// are scanned with a plain loop against a bitmap of the slots seen so far; what is new forms the
/// next level. Returns the number of slots of each level and, if asked for, the level of each slot.
/// Within a level there is no order.
///
/// For graphs of up to [Frontier#SLOT_COUNT_MAX] slots. O(slots seen + edges walked) time; a bit
/// for each slot in a touched region and 4 bytes for each slot of the two largest neighbouring
/// levels. Belongs to one thread.
public final class BreadthFirstKernel {
  private final Steps steps;
  private final FixedSizeForest.Cursor[] cursors;
  private final SlotSet seen;
  private final @Nullable SlotLevels levels;
  private final LongArrayList sizes = new LongArrayList();
  private Frontier current = new Frontier();
  private Frontier next = new Frontier();
  private long edgesWalked;

  /// Creates a kernel for one run.
  ///
  /// @param levels takes the level of each slot that is reached, or null
  public BreadthFirstKernel(Steps steps, @Nullable SlotLevels levels) {
    this.steps = steps;
    this.levels = levels;
    cursors = steps.cursors();
    seen = new SlotSet(steps.graph()::slotCount);
  }

  /// Returns whether a graph is small enough for this kernel.
  public static boolean fits(Steps steps) {
    return steps.graph().slotCount() <= Frontier.SLOT_COUNT_MAX;
  }

  /// Walks from nodes, given by their ids, to a depth. Call it once.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if a node does not exist
  public void run(long[] starts, int maxDepth) {
    for (long start : starts) {
      long slot = steps.graph().slotOf(start);
      if (seen.add(slot)) {
        current.add((int) slot);
      }
    }
    for (int depth = 0; current.size() > 0; depth++) {
      finishLevel(depth);
      if (depth == maxDepth) {
        return;
      }
      next.clear();
      for (int step = 0; step < cursors.length; step++) {
        expand(cursors[step], steps.shift(step));
      }
      Frontier expanded = current;
      current = next;
      next = expanded;
    }
  }

  /// Returns how many slots each level has.
  public long[] sizes() {
    return sizes.toLongArray();
  }

  /// Returns the slots that were reached, the starts as well.
  public SlotSet seen() {
    return seen;
  }

  /// Returns how many edges were looked at, from each end that the walk came from.
  public long edgesWalked() {
    return edgesWalked;
  }

  private void expand(FixedSizeForest.Cursor cursor, int shift) {
    int count = current.size();
    for (int i = 0; i < count; i++) {
      edgesWalked += cursor.seek(current.get(i));
      while (cursor.nextRun()) {
        next.addUnseen(cursor, shift, seen);
      }
    }
  }

  private void finishLevel(int depth) {
    int count = current.size();
    sizes.add(count);
    if (levels != null) {
      for (int i = 0; i < count; i++) {
        levels.set(current.get(i), depth);
      }
    }
  }
}
