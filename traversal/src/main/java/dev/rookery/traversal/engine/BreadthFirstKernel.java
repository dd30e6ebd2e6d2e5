package dev.rookery.traversal.engine;

import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.traversal.frontier.Frontier;
import dev.rookery.traversal.frontier.SlotBitmap;
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
/// Two things depend on how much of the graph a search touches:
///
/// - **Bitmap.** A search of a large graph begins with a [SlotSet], which costs no more than the
///   regions that it reaches; when a level is large, it goes on with one flat [SlotBitmap], which
///   is faster. Graphs of up to [#FLAT_SLOTS] slots have the flat one from the start.
/// - **Order.** A large level is sorted before it is expanded: nodes whose edges lie in the same
///   page are then expanded one after the other, and pages are read in their order.
///
/// For graphs of up to [Frontier#SLOT_COUNT_MAX] slots. O(slots seen + edges walked) time. Memory:
/// two bits for each slot of the graph if a level is large, and 4 bytes for each slot of the two
/// largest neighbouring levels. Belongs to one thread.
public final class BreadthFirstKernel {
  /// Graphs of up to this size have a flat bitmap at once: 512 KiB cost less to clear than a search
  /// of two hops.
  private static final long FLAT_SLOTS = 1 << 22;

  /// A level is large if it holds more than one of so many slots.
  private static final int LARGE_LEVEL_SHARE = 512;

  private final Steps steps;
  private final long slotCount;
  private final FixedSizeForest.Cursor[] cursors;
  private final @Nullable SlotLevels levels;
  private final LongArrayList sizes = new LongArrayList();
  private final SlotSet seen;
  private @Nullable SlotBitmap flatSeen;
  private @Nullable SlotBitmap marks;
  private Frontier current = new Frontier();
  private Frontier next = new Frontier();
  private long edgesWalked;

  /// Creates a kernel for one run.
  ///
  /// @param levels takes the level of each slot that is reached, or null
  public BreadthFirstKernel(Steps steps, @Nullable SlotLevels levels) {
    this(steps, levels, FLAT_SLOTS);
  }

  /// As above.
  ///
  /// @param flatSlots up to this many slots, the flat bitmap is used from the start
  public BreadthFirstKernel(Steps steps, @Nullable SlotLevels levels, long flatSlots) {
    this.steps = steps;
    this.levels = levels;
    cursors = steps.cursors();
    slotCount = steps.graph().slotCount();
    seen = new SlotSet(steps.graph()::slotCount);
    flatSeen = slotCount <= flatSlots ? new SlotBitmap(slotCount) : null;
  }

  /// Returns whether a graph is small enough for this kernel.
  public static boolean fits(Steps steps) {
    return steps.graph().slotCount() <= Frontier.SLOT_COUNT_MAX;
  }

  /// Walks from nodes, given by their ids, to a depth. Call it once.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if a node does not exist
  /// @throws CorruptDatabaseException if an edge leads to a slot that does not exist
  public void run(long[] starts, int maxDepth) {
    for (long start : starts) {
      int slot = (int) steps.graph().slotOf(start);
      if (flatSeen != null ? flatSeen.add(slot) : seen.add(slot)) {
        current.add(slot);
      }
    }
    for (int depth = 0; current.size() > 0; depth++) {
      finishLevel(depth);
      if (depth == maxDepth) {
        return;
      }
      if (current.size() > slotCount / LARGE_LEVEL_SHARE) {
        prepareLargeLevel();
      }
      expandLevel();
      Frontier expanded = current;
      current = next;
      next = expanded;
    }
  }

  /// Returns how many slots each level has.
  public long[] sizes() {
    return sizes.toLongArray();
  }

  /// Returns the slots that were reached, the starts as well. O(slots / 64) at the first call.
  public SlotSet seen() {
    if (flatSeen != null) {
      flatSeen.addTo(seen);
      flatSeen = null;
    }
    return seen;
  }

  /// Returns how many edges were looked at, from each end that the walk came from.
  public long edgesWalked() {
    return edgesWalked;
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

  private void prepareLargeLevel() {
    if (marks == null) {
      marks = new SlotBitmap(slotCount);
    }
    current.sort(marks);
    if (flatSeen == null) {
      flatSeen = new SlotBitmap(slotCount);
      flatSeen.addAll(seen);
    }
  }

  private void expandLevel() {
    next.clear();
    SlotBitmap flat = flatSeen;
    try {
      for (int step = 0; step < cursors.length; step++) {
        if (flat == null) {
          expand(cursors[step], steps.shift(step));
        } else {
          expand(cursors[step], steps.shift(step), flat);
        }
      }
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new CorruptDatabaseException(
          "an edge leads to no slot slotCount=" + steps.graph().slotCount(), e);
    }
  }

  private void expand(FixedSizeForest.Cursor cursor, int shift) {
    for (int i = 0; i < current.size(); i++) {
      edgesWalked += cursor.seek(current.get(i));
      while (cursor.nextRun()) {
        next.addUnseen(cursor, shift, seen);
      }
    }
  }

  private void expand(FixedSizeForest.Cursor cursor, int shift, SlotBitmap flat) {
    for (int i = 0; i < current.size(); i++) {
      edgesWalked += cursor.seek(current.get(i));
      while (cursor.nextRun()) {
        next.addUnseen(cursor, shift, flat);
      }
    }
  }
}
