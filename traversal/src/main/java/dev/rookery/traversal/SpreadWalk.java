package dev.rookery.traversal;

import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.engine.RegionRun;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotWork;
import java.util.Arrays;

/// A walk over regions that reaches all it can, each node once, in any order: for descriptions to
/// which depths and ways mean nothing. A region is drained, what it adds to itself included, before
/// its worker takes another one, so that a graph larger than memory is read in few passes.
///
/// Belongs to the thread of the run.
final class SpreadWalk {
  private final RegionRun run;
  private final Steps steps;
  private final Filters filters;
  private final SlotWork seen;
  private final SlotWork work;
  private final SlotWork returned;
  private final RegionSeat[] seats;

  SpreadWalk(RegionRun run, Steps steps, Filters filters) {
    this.run = run;
    this.steps = steps;
    this.filters = filters;
    seen = run.memory().work();
    work = run.memory().work();
    returned = run.memory().work();
    seats = new RegionSeat[run.workerCount()];
    Arrays.setAll(seats, _ -> new RegionSeat(steps, filters, null));
  }

  /// Walks, once, and returns the slots that were reached.
  SlotWork walk(long[] startIds) {
    for (long id : startIds) {
      long slot = steps.graph().slotOf(id);
      if (seen.add(slot)) {
        work.add(slot);
      }
    }
    run.drain(steps, work, this::spread);
    run.endRound();
    return returned;
  }

  private void spread(RegionWorker worker, long from, long end) {
    ForestCursor[] cursors = worker.cursors(steps);
    RegionSeat seat = seats[worker.index()];
    for (long word = from >>> 6; word << 6 < end; word++) {
      long taken = work.takeWord(word);
      if (taken == 0) {
        continue;
      }
      worker.visited(Long.bitCount(taken));
      long passed = filters.node() == null ? taken : passed(word, taken, seat);
      if (passed != 0) {
        returned.addWord(word, passed);
      }
      for (long bits = passed; bits != 0; bits &= bits - 1) {
        long slot = (word << 6) + Long.numberOfTrailingZeros(bits);
        for (int step = 0; step < cursors.length; step++) {
          worker.walked(cursors[step].seek(slot));
          spread(cursors[step], step, slot, seat);
        }
      }
    }
  }

  private static long passed(long word, long taken, RegionSeat seat) {
    long passed = taken;
    for (long bits = taken; bits != 0; bits &= bits - 1) {
      seat.moveTo((word << 6) + Long.numberOfTrailingZeros(bits), 0);
      passed &= seat.judge().includes() ? -1L : ~Long.lowestOneBit(bits);
    }
    return passed;
  }

  private void spread(ForestCursor cursor, int step, long slot, RegionSeat seat) {
    while (cursor.next()) {
      long key = cursor.key();
      long target = seat.checkSlot(steps.slotOf(step, key));
      // First it is seen, then it is work: each slot is work once.
      if (!seen.contains(target)
          && seat.passes(step, slot, key, cursor.value())
          && seen.add(target)) {
        work.add(target);
      }
    }
  }
}
