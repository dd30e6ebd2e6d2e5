package dev.rookery.traversal.algorithm;

import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.traversal.engine.RegionRun;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.frontier.SlotWork;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A breadth-first search by levels: three sets of slots, and a pass over the regions for each
/// level.
///
/// Invariants between two levels:
/// 1. `level` holds the slots of the newest level, `next` none.
/// 2. `unseen` holds all slots that may still be met: none of a level so far, and none that was
///    found to have no edge to be met by.
///
/// Top-down, any worker may take any slot out of `unseen`, and who did adds it to `next`: both are
/// atomic. Bottom-up, both belong to the worker whose part the slot is in. Within a level it
/// depends on the workers who finds a slot, but not which are found.
final class LevelRun {
  private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;

  /// How many slots of a level are asked for their degree to guess that of all.
  private static final int SAMPLE_COUNT = 64;

  /// Beamer's alpha: bottom-up pays when the edges of the level are more than one of so many of
  /// those that are left.
  private static final long EDGES_SHARE = 15;

  /// Beamer's beta: top-down pays again when the level has less than one of so many slots.
  private static final long SLOTS_SHARE = 18;

  private final RegionRun run;
  private final Steps steps;
  private final Steps backward;
  private final boolean isShared;
  private final SlotInts levels;
  private final SlotWork unseen;
  private SlotWork level;
  private SlotWork next;
  private final LongArrayList sizes = new LongArrayList();
  private boolean isBottomUp;

  LevelRun(RegionRun run, Steps steps) {
    this.run = run;
    this.steps = steps;
    this.backward = steps.reversed();
    this.isShared = run.workerCount() > 1;
    unseen = run.memory().work();
    level = run.memory().work();
    next = run.memory().work();
    levels = run.memory().ints();
  }

  Distances run(long[] starts, int maxDepth) {
    run.sweep(
        steps.none(),
        (worker, from, end) -> {
          for (long word = from >>> 6; word < (end + 63) >>> 6; word++) {
            unseen.setWord(word, -1L >>> Math.max(0, 64 - (end - (word << 6))));
          }
        });
    for (long start : starts) {
      long slot = run.graph().slotOf(start);
      if (unseen.takeUncounted(slot, false)) {
        next.addUncounted(slot, false);
      }
    }
    for (int depth = 0; finishLevel(depth) && depth < maxDepth; depth++) {
      try {
        expand();
      } catch (IndexOutOfBoundsException e) {
        throw new CorruptDatabaseException(
            "an edge leads to no slot slotCount=" + run.slotCount(), e);
      }
    }
    return new Distances(run.graph(), levels, sizes.toLongArray(), run.report());
  }

  /// Makes what was found the newest level, and returns whether that is anything.
  private boolean finishLevel(int depth) {
    next.recount();
    long size = next.count();
    if (size == 0) {
      return false;
    }
    sizes.add(size);
    SlotWork found = next;
    run.sweep(
        steps.none(),
        found,
        (worker, from, end) -> {
          for (long word = from >>> 6; word < (end + 63) >>> 6; word++) {
            for (long bits = found.word(word); bits != 0; bits &= bits - 1) {
              levels.set((word << 6) + Long.numberOfTrailingZeros(bits), depth + 1);
            }
          }
        });
    next = level;
    level = found;
    run.endRound();
    return true;
  }

  private void expand() {
    unseen.recount();
    SlotWork found = next;
    SlotWork from = level;
    if (chooseBottomUp()) {
      run.sweep(
          backward, unseen, (worker, begin, end) -> bottomUp(worker, begin, end, from, found));
    } else {
      run.sweep(steps, from, (worker, begin, end) -> topDown(worker, begin, end, from, found));
    }
    run.sweep(
        steps.none(),
        from,
        (worker, begin, end) -> {
          for (long word = begin >>> 6; word < (end + 63) >>> 6; word++) {
            from.setWord(word, 0);
          }
        });
  }

  /// Returns whether the level is to be met from the slots that are left.
  private boolean chooseBottomUp() {
    long size = sizes.getLong(sizes.size() - 1);
    long left = unseen.count();
    if (run.isStaged()) {
      // What is read decides: the leaves of the level, or those of the slots that are left.
      isBottomUp = left < size;
    } else if (isBottomUp) {
      isBottomUp = size > run.slotCount() / SLOTS_SHARE;
    } else {
      isBottomUp = guessEdges(size) > edgesOf(left) / EDGES_SHARE;
    }
    return isBottomUp;
  }

  private double edgesOf(long slots) {
    return (double) steps.edgeCount() * slots / Math.max(1, run.slotCount());
  }

  /// Guesses how many edges leave the level, from the degrees of some of its slots.
  private double guessEdges(long size) {
    FixedSizeForest.Cursor[] cursors = steps.cursors();
    long stride = Math.max(1, size / SAMPLE_COUNT);
    long index = 0;
    long asked = 0;
    long degrees = 0;
    for (long word = 0; word < (run.slotCount() + 63) >>> 6; word++) {
      for (long bits = level.word(word); bits != 0; bits &= bits - 1) {
        if (index++ % stride == 0) {
          asked++;
          for (FixedSizeForest.Cursor cursor : cursors) {
            degrees += cursor.seek((word << 6) + Long.numberOfTrailingZeros(bits));
          }
        }
      }
    }
    return (double) degrees * size / Math.max(1, asked);
  }

  private void topDown(RegionWorker worker, long begin, long end, SlotWork from, SlotWork found) {
    FixedSizeForest.Cursor[] cursors = worker.cursors(steps);
    for (long word = begin >>> 6; word < (end + 63) >>> 6; word++) {
      for (long bits = from.word(word); bits != 0; bits &= bits - 1) {
        long slot = (word << 6) + Long.numberOfTrailingZeros(bits);
        for (int step = 0; step < cursors.length; step++) {
          FixedSizeForest.Cursor cursor = cursors[step];
          worker.walked(cursor.seek(slot));
          while (cursor.nextRun()) {
            meet(cursor, steps.shift(step), found);
          }
        }
      }
    }
  }

  /// Takes the ends of a run of edges that are unseen to the slots found.
  private void meet(FixedSizeForest.Cursor cursor, int shift, SlotWork found) {
    MemorySegment left = unseen.segment();
    MemorySegment keys = cursor.runSegment();
    long offset = cursor.runOffset();
    long base = cursor.runBase();
    int count = cursor.runCount();
    int keyBytes = cursor.runKeyBytes();
    for (int i = 0; i < count; i++) {
      long slot = (base + key(keys, offset, i, keyBytes)) >>> shift;
      if ((left.get(WORD, slot >>> 6 << 3) >>> slot & 1) != 0
          && unseen.takeUncounted(slot, isShared)) {
        found.addUncounted(slot, isShared);
      }
    }
  }

  private void bottomUp(RegionWorker worker, long begin, long end, SlotWork from, SlotWork found) {
    FixedSizeForest.Cursor[] cursors = worker.cursors(backward);
    for (long word = begin >>> 6; word < (end + 63) >>> 6; word++) {
      for (long bits = unseen.word(word); bits != 0; bits &= bits - 1) {
        long slot = (word << 6) + Long.numberOfTrailingZeros(bits);
        long degree = 0;
        boolean isMet = false;
        for (int step = 0; step < cursors.length && !isMet; step++) {
          FixedSizeForest.Cursor cursor = cursors[step];
          degree += cursor.seek(slot);
          while (!isMet && cursor.nextRun()) {
            isMet = meets(worker, cursor, backward.shift(step), from);
          }
        }
        if (isMet || degree == 0) { // Without edges it will never be met.
          unseen.takeUncounted(slot, false);
        }
        if (isMet) {
          found.addUncounted(slot, false);
        }
      }
    }
  }

  /// Returns whether any end of a run of edges is in the level.
  private static boolean meets(
      RegionWorker worker, FixedSizeForest.Cursor cursor, int shift, SlotWork level) {
    MemorySegment words = level.segment();
    MemorySegment keys = cursor.runSegment();
    long offset = cursor.runOffset();
    long base = cursor.runBase();
    int count = cursor.runCount();
    int keyBytes = cursor.runKeyBytes();
    for (int i = 0; i < count; i++) {
      long slot = (base + key(keys, offset, i, keyBytes)) >>> shift;
      if ((words.get(WORD, slot >>> 6 << 3) >>> slot & 1) != 0) {
        worker.walked(i + 1L);
        return true;
      }
    }
    worker.walked(count);
    return false;
  }

  private static long key(MemorySegment keys, long offset, int index, int keyBytes) {
    return switch (keyBytes) {
      case Integer.BYTES ->
          Integer.toUnsignedLong(keys.get(PageLayout.INT, offset + (long) index * Integer.BYTES));
      case Long.BYTES -> keys.get(PageLayout.LONG, offset + (long) index * Long.BYTES);
      default -> PageLayout.unsignedShort(keys, offset + (long) index * Short.BYTES);
    };
  }
}
