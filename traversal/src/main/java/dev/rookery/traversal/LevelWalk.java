package dev.rookery.traversal;

import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.engine.RegionRun;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.frontier.SlotWork;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A breadth-first walk over regions, level by level, by all workers of a run, each node once.
///
/// Each level takes two passes, between which all workers wait for each other:
///
/// 1. *expand*: the edges of the nodes that are walked on from; what they lead to and was not there
///    before has arrived, and of several parents the smallest is kept;
/// 2. *judge*: each arrival is asked about once, when its parent is known for good.
///
/// So what callbacks are shown, and what is returned, does not depend on who worked where. Belongs
/// to the thread of the run.
///
/// **Invariants**, between two passes
/// 1. `seen` holds all slots that have been judged; `frontier` those of the last level that are
///    walked on from; `arrivals` is empty after a judging, `frontier` after an expansion.
/// 2. `returned` holds the slots that were returned, since it was last taken out.
final class LevelWalk {
  private final RegionRun run;
  private final Steps steps;
  private final Steps none;
  private final Shape shape;
  private final Filters filters;
  private final SlotWork seen;
  private final SlotWork frontier;
  private final SlotWork arrivals;
  private final SlotWork returned;
  private final @Nullable SlotInts depths;
  private final @Nullable ParentSlots parents;
  private final RegionSeat[] seats;
  private final long[] returnedCounts;
  private long[] sizes = {};
  private int depth;

  /// Is told of each level when it has been judged, by the thread of the run.
  interface Listener {
    /// Is told of one level.
    ///
    /// @param returned what has been returned, of this level and those before; may be taken out
    void levelDone(int depth, SlotWork returned);
  }

  /// @param keepsDepths whether the depths of what is returned are kept
  /// @param keepsWays whether anybody may ask for the way to a node
  LevelWalk(
      RegionRun run,
      Steps steps,
      Shape shape,
      Filters filters,
      boolean keepsDepths,
      boolean keepsWays) {
    this.run = run;
    this.steps = steps;
    this.shape = shape;
    this.filters = filters;
    none = steps.none();
    seen = run.memory().work();
    frontier = run.memory().work();
    arrivals = run.memory().work();
    returned = run.memory().work();
    depths = keepsDepths ? run.memory().ints() : null;
    parents = keepsWays || filters.evaluator() != null ? new ParentSlots(run) : null;
    seats = new RegionSeat[run.workerCount()];
    Arrays.setAll(seats, _ -> new RegionSeat(steps, filters, parents));
    returnedCounts = new long[seats.length];
  }

  /// Walks, once.
  void walk(long[] startIds, Listener listener) {
    for (long id : startIds) {
      arrivals.add(steps.graph().slotOf(id));
    }
    while (arrivals.count() > 0) {
      run.sweep(none, arrivals, this::judge);
      endLevel();
      listener.levelDone(depth, returned);
      run.endRound();
      run.sweep(steps, frontier, this::expand);
      depth++;
    }
  }

  private void endLevel() {
    long count = Arrays.stream(returnedCounts).sum();
    Arrays.fill(returnedCounts, 0);
    if (count > 0) {
      sizes = Arrays.copyOf(sizes, depth + 1);
      sizes[depth] = count;
    }
  }

  /// Returns how many nodes were returned at each depth.
  long[] sizes() {
    return sizes;
  }

  /// Returns what was returned.
  SlotWork returned() {
    return returned;
  }

  /// Returns 1 more than the depth of each slot that was returned, 0 for the others.
  @Nullable SlotInts depths() {
    return depths;
  }

  /// Returns where each slot was reached from, if that was kept.
  @Nullable ParentSlots parents() {
    return parents;
  }

  /// Returns a position that is nobody else's, to show what was returned.
  RegionSeat seat() {
    return new RegionSeat(steps, filters, parents);
  }

  private void judge(RegionWorker worker, long from, long end) {
    RegionSeat seat = seats[worker.index()];
    boolean isDeepEnough = depth >= shape.minDepth();
    boolean goesOn = depth < shape.maxDepth();
    long count = 0;
    for (long word = from >>> 6; word << 6 < end; word++) {
      long arrived = arrivals.takeWord(word);
      if (arrived == 0) {
        continue;
      }
      seen.addWord(word, arrived);
      long included = arrived;
      long continued = arrived;
      for (long bits = filters.asksAboutNodes() ? arrived : 0; bits != 0; bits &= bits - 1) {
        seat.moveTo((word << 6) + Long.numberOfTrailingZeros(bits), depth);
        Verdict verdict = seat.judge();
        long bit = Long.lowestOneBit(bits);
        included &= verdict.includes() ? -1L : ~bit;
        continued &= verdict.continues() ? -1L : ~bit;
      }
      if (isDeepEnough && included != 0) {
        keep(word, included);
        count += Long.bitCount(included);
      }
      if (goesOn && continued != 0) {
        frontier.addWord(word, continued);
      }
      worker.visited(Long.bitCount(arrived));
    }
    returnedCounts[worker.index()] += count;
  }

  private void keep(long word, long included) {
    returned.addWord(word, included);
    SlotInts kept = depths;
    for (long bits = kept == null ? 0 : included; kept != null && bits != 0; bits &= bits - 1) {
      kept.set((word << 6) + Long.numberOfTrailingZeros(bits), depth + 1);
    }
  }

  private void expand(RegionWorker worker, long from, long end) {
    ForestCursor[] cursors = worker.cursors(steps);
    RegionSeat seat = seats[worker.index()];
    for (long word = from >>> 6; word << 6 < end; word++) {
      for (long bits = frontier.takeWord(word); bits != 0; bits &= bits - 1) {
        long slot = (word << 6) + Long.numberOfTrailingZeros(bits);
        for (int step = 0; step < cursors.length; step++) {
          worker.walked(cursors[step].seek(slot));
          expand(cursors[step], step, slot, seat);
        }
      }
    }
  }

  private void expand(ForestCursor cursor, int step, long slot, RegionSeat seat) {
    ParentSlots ways = parents;
    while (cursor.next()) {
      long key = cursor.key();
      long target = seat.checkSlot(steps.slotOf(step, key));
      // What is settled already costs no question: a filter is dear.
      if (seen.contains(target)
          || (ways == null ? arrivals.contains(target) : ways.isReached(target, slot))
          || !seat.passes(step, slot, key, cursor.value())) {
        continue;
      }
      if (ways != null) {
        ways.lower(target, slot);
      }
      arrivals.add(target);
    }
  }
}
