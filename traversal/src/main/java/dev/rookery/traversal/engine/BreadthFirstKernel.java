package dev.rookery.traversal.engine;

import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.frontier.Frontier;
import dev.rookery.traversal.frontier.SlotBitmap;
import dev.rookery.traversal.frontier.SlotLevels;
import dev.rookery.traversal.frontier.SlotSet;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Plain breadth-first levels, one thread: no callback, no object for an edge.
///
/// Each level is an `int` array of slots. The runs of keys in the adjacency pages are scanned with
/// plain loops against a bitmap of the slots seen so far; what is new forms the next level. Returns
/// the number of slots of each level and, if asked for, the level of each slot. Within a level
/// there is no order.
///
/// Three things depend on how much of the graph a search touches:
///
/// - **Way.** A large level is expanded bottom-up where that looks cheaper than to follow its
///   edges, see [BottomUpLevels]. What it costs is guessed from the size of the level and the
///   degrees of some of its slots.
/// - **Bitmap.** A search of a large graph begins with a [SlotSet], which costs no more than the
///   regions that it reaches; when a level is large, it goes on with one flat [SlotBitmap], which
///   is faster. Graphs of up to [#FLAT_SLOTS] slots have the flat one from the start.
/// - **Order.** A large level is sorted before it is expanded top-down: nodes whose edges lie in
///   the same page are then expanded one after the other, and pages are read in their order.
///
/// For graphs of up to [Frontier#SLOT_COUNT_MAX] slots. O(slots seen + edges walked) time. Memory:
/// four bits for each slot of the graph if a level is large, and 4 bytes for each slot of the two
/// largest neighbouring levels. Belongs to one thread.
public final class BreadthFirstKernel {
  /// Graphs of up to this size have a flat bitmap at once: 512 KiB cost less to clear than a search
  /// of two hops.
  private static final long FLAT_SLOTS = 1 << 22;

  /// A level is large if it holds more than one of so many slots.
  private static final int LARGE_LEVEL_SHARE = 512;

  /// How many slots of a level are asked for their degree to guess that of all.
  private static final int SAMPLE_COUNT = 64;

  // What the parts of the work cost, in units of the time to follow one edge top-down: to look a
  // slot up; bottom-up, to begin and end with a slot, and to read the pages of all slots and edges
  // in their order. Measured on one machine, and good for a guess.
  private static final double LOOK_UP_COST = 20;
  private static final double UNSEEN_COST = 6;
  private static final double SLOT_COST = 1;
  private static final double EDGE_IN_ORDER_COST = 0.2;

  /// Ways to expand a level.
  public enum Way {
    /// The edges of each slot of the level are followed.
    TOP_DOWN,
    /// Each slot that was not seen looks along its edges backward until it meets the level.
    BOTTOM_UP
  }

  private final Steps steps;
  private final Set<Way> ways;
  private final long slotCount;
  private final ForestCursor[] cursors;
  private final @Nullable SlotLevels levels;
  private final LongArrayList sizes = new LongArrayList();
  private final SlotSet seen;
  private @Nullable SlotBitmap flatSeen;
  private @Nullable SlotBitmap marks;
  private @Nullable BottomUpLevels bottomUp;
  private long edgeCount = -1;
  private long seenCount;
  private Frontier current = new Frontier();
  private Frontier next = new Frontier();
  private long edgesWalked;

  /// Creates a kernel for one run.
  ///
  /// @param levels takes the level of each slot that is reached, or null
  public BreadthFirstKernel(Steps steps, @Nullable SlotLevels levels) {
    this(steps, levels, FLAT_SLOTS, EnumSet.allOf(Way.class));
  }

  /// As above.
  ///
  /// @param flatSlots up to this many slots, the flat bitmap is used from the start
  /// @param ways what to choose from for a large level; small ones are always expanded top-down
  public BreadthFirstKernel(
      Steps steps, @Nullable SlotLevels levels, long flatSlots, Set<Way> ways) {
    this.steps = steps;
    this.ways = Set.copyOf(ways);
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
      expandLevel(depth + 1 == maxDepth && levels == null);
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

  /// Returns how many edges the slots that were walked on from have, of each step. O(1), or O(slots
  /// + pages) at the first call if a level was expanded bottom-up.
  public long edgesWalked() {
    if (bottomUp != null) {
      edgesWalked += bottomUp.countEdges();
    }
    return edgesWalked;
  }

  private void finishLevel(int depth) {
    int count = current.size();
    sizes.add(count);
    seenCount += count;
    if (levels != null) {
      for (int i = 0; i < count; i++) {
        levels.set(current.get(i), depth);
      }
    }
  }

  /// @param isCounted whether nobody asks for the slots of the next level, but for their number
  private void expandLevel(boolean isCounted) {
    next.clear();
    boolean isLarge = current.size() > slotCount / LARGE_LEVEL_SHARE;
    try {
      if (isLarge && prepareLargeLevel() == Way.BOTTOM_UP) {
        Objects.requireNonNull(bottomUp).expand(current, next);
      } else if (isCounted && flatSeen != null) {
        countLevel(flatSeen);
      } else {
        expandTopDown(flatSeen);
      }
    } catch (ArrayIndexOutOfBoundsException e) {
      throw new CorruptDatabaseException(
          "an edge leads to no slot slotCount=" + steps.graph().slotCount(), e);
    }
  }

  /// Notes how many slots the last level has, and lists none of them.
  private void countLevel(SlotBitmap flat) {
    long count = 0;
    for (int step = 0; step < cursors.length; step++) {
      count += count(cursors[step], steps.shift(step), flat);
    }
    if (count > 0) {
      sizes.add(count);
    }
  }

  private long count(ForestCursor cursor, int shift, SlotBitmap flat) {
    long count = 0;
    for (int i = 0; i < current.size(); i++) {
      edgesWalked += cursor.seek(current.get(i));
      while (cursor.nextRun()) {
        count += Frontier.countUnseen(cursor, shift, flat);
      }
    }
    return count;
  }

  private Way prepareLargeLevel() {
    if (flatSeen == null) {
      flatSeen = new SlotBitmap(slotCount);
      flatSeen.addAll(seen);
    }
    if (ways.contains(Way.BOTTOM_UP) && (ways.size() == 1 || isBottomUpCheaper())) {
      if (bottomUp == null) {
        bottomUp = new BottomUpLevels(steps, cursors, slotCount, flatSeen);
      }
      return Way.BOTTOM_UP;
    }
    if (marks == null) {
      marks = new SlotBitmap(slotCount);
    }
    current.sort(marks);
    return Way.TOP_DOWN;
  }

  private boolean isBottomUpCheaper() {
    if (edgeCount < 0) {
      edgeCount = steps.edgeCount();
    }
    double levelEdges = guessEdges();
    double topDownCost = levelEdges + LOOK_UP_COST * current.size() * cursors.length;
    // A slot that was not seen meets the level after as many edges as there are for each edge of
    // the level, or has looked at all of its own.
    double tries = Math.min(edgeCount / Math.max(levelEdges, 1), (double) edgeCount / slotCount);
    double bottomUpCost =
        (slotCount - seenCount) * (tries + UNSEEN_COST)
            + EDGE_IN_ORDER_COST * edgeCount
            + SLOT_COST * slotCount * cursors.length;
    return bottomUpCost < topDownCost;
  }

  /// Guesses how many edges the level has, from the degrees of some of its slots.
  private double guessEdges() {
    int size = current.size();
    int sampleCount = Math.min(size, SAMPLE_COUNT);
    long degrees = 0;
    for (int i = 0; i < sampleCount; i++) {
      int slot = current.get((int) ((long) i * size / sampleCount));
      for (ForestCursor cursor : cursors) {
        degrees += cursor.seek(slot);
      }
    }
    return (double) degrees * size / sampleCount;
  }

  private void expandTopDown(@Nullable SlotBitmap flat) {
    for (int step = 0; step < cursors.length; step++) {
      if (flat == null) {
        expand(cursors[step], steps.shift(step));
      } else {
        expand(cursors[step], steps.shift(step), flat);
      }
    }
  }

  private void expand(ForestCursor cursor, int shift) {
    for (int i = 0; i < current.size(); i++) {
      edgesWalked += cursor.seek(current.get(i));
      while (cursor.nextRun()) {
        next.addUnseen(cursor, shift, seen);
      }
    }
  }

  private void expand(ForestCursor cursor, int shift, SlotBitmap flat) {
    for (int i = 0; i < current.size(); i++) {
      edgesWalked += cursor.seek(current.get(i));
      while (cursor.nextRun()) {
        next.addUnseen(cursor, shift, flat);
      }
    }
  }
}
