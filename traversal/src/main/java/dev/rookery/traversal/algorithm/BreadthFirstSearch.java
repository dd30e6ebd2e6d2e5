package dev.rookery.traversal.algorithm;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.engine.EdgeRows;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotDepths;
import dev.rookery.traversal.frontier.SlotWork;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/// One run of [BreadthFirst].
///
/// Three bitmaps of slots: the *level* that is expanded; those *seen* in it or before; those
/// *found*, which will be the next level. Invariants, between sweeps:
///
/// 1. The level is a part of what was seen, and nothing is found.
/// 2. A slot is seen if and only if it has a depth.
///
/// Top-down, many workers set bits of what is found, and nobody changes what was seen; a second
/// sweep makes the found ones the level. Bottom-up, each worker does both at once for its own slots
/// and looks at nothing of others but the level.
final class BreadthFirstSearch {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final VarHandle WORD = LONG.varHandle();

  /// A level with more than one of so many slots is expanded bottom-up, whatever its edges.
  private static final long LARGE_LEVEL_SHARE = 32;

  /// So is one that has so many edges for each slot that was not seen: a slot that looks for the
  /// level costs as much as so many edges top-down.
  private static final long EDGES_PER_UNSEEN = 2;

  /// The edges of a level are guessed from so many slots of it.
  private static final long SAMPLE_SIZE = 1 << 8;

  /// Levels with fewer edges are not worth a second thread.
  private static final long FEW_EDGES = 1 << 13;

  /// To seek a slot takes as long as to follow so many edges.
  private static final long EDGES_PER_SEEK = 32;

  private final GraphPass pass;
  private final Steps steps;
  private final Steps backward;
  private final long slotCount;
  private final SlotDepths depths;
  private final MemorySegment seen;
  private final MemorySegment found;
  private final byte[] foundRegions;
  private final boolean isAlone;
  private final BottomUpLook bottomUp;
  private SlotWork level;
  private SlotWork next;
  private final LongAdder foundCount = new LongAdder();
  private final LongArrayList sizes = new LongArrayList();

  BreadthFirstSearch(GraphPass pass, Steps steps) {
    this.pass = pass;
    this.steps = steps;
    backward = steps.reversed();
    slotCount = pass.slotCount();
    depths = pass.memory().depths();
    seen = pass.memory().state(SlotWork.bytes(slotCount));
    found = pass.memory().state(SlotWork.bytes(slotCount));
    bottomUp = new BottomUpLook(pass, backward, seen, found);
    level = pass.memory().work();
    next = pass.memory().work();
    foundRegions = new byte[pass.run().regionCount()];
    isAlone = pass.run().workerCount() == 1;
  }

  NodeLevels run(long[] starts, int maxDepth) {
    for (long start : starts) {
      long slot = pass.graph().slotOf(start);
      mark(found, slot);
      foundRegions[region(slot)] = 1;
    }
    takeFound(0);
    long reached = foundCount.sumThenReset();
    long size = reached;
    for (int depth = 0; size > 0; depth++) {
      sizes.add(size);
      if (depth == maxDepth) {
        break;
      }
      depths.reserve(depth + 1);
      expandLevel(size, EDGES_PER_UNSEEN * (slotCount - reached), depth + 1);
      size = foundCount.sumThenReset();
      reached += size;
      pass.endRound();
    }
    return new NodeLevels(pass, depths, sizes.toLongArray());
  }

  /// Finds the slots of the next level and makes them the level.
  ///
  /// @param edgesMax a level with more edges is expanded bottom-up
  /// @param depth of the slots that are found
  private void expandLevel(long size, long edgesMax, int depth) {
    if (size > slotCount / LARGE_LEVEL_SHARE) {
      bottomUp(depth);
      return;
    }
    long edges = pass.isStaged() ? edgesMax : guessEdges(size, edgesMax);
    if (edges > edgesMax) {
      bottomUp(depth);
    } else {
      topDown(edges + EDGES_PER_SEEK * size < FEW_EDGES, depth);
    }
  }

  /// Returns how many edges the level has, about; or if there are more than the most that anybody
  /// wants to know of, a number above that. Costs less than walking them.
  private long guessEdges(long size, long edgesMax) {
    long stride = Math.max(1, size / SAMPLE_SIZE);
    long edges = 0;
    for (ForestCursor cursor : steps.cursors()) {
      long index = 0;
      for (long slot = next(level.segment(), 0, slotCount);
          slot < slotCount && edges <= edgesMax;
          slot = next(level.segment(), slot + 1, slotCount)) {
        edges += index++ % stride == 0 ? stride * cursor.seek(slot) : 0;
      }
    }
    return edges;
  }

  private static int region(long slot) {
    return (int) (slot >>> PhysicalGraph.REGION_SHIFT);
  }

  private static void mark(MemorySegment bits, long slot) {
    long offset = slot >>> 6 << 3;
    bits.set(LONG, offset, bits.get(LONG, offset) | 1L << slot);
  }

  /// Returns the first slot of a set at or behind one, or the end.
  private static long next(MemorySegment bits, long slot, long end) {
    if (slot >= end) {
      return end;
    }
    long word = bits.get(LONG, slot >>> 6 << 3) & -1L << slot;
    long at = slot & -Long.SIZE;
    while (word == 0) {
      at += Long.SIZE;
      if (at >= end) {
        return end;
      }
      word = bits.get(LONG, at >>> 3);
    }
    return Math.min(end, at + Long.numberOfTrailingZeros(word));
  }

  // Top-down.

  /// @param isSmall whether it is not worth a second thread
  private void topDown(boolean isSmall, int depth) {
    if (isSmall) {
      pass.sweepAlone(steps, level, this::expand);
      takeFound(depth);
      return;
    }
    pass.sweep(steps, level, this::expand);
    pass.sweepNodes((_, from, end) -> {
      if (foundRegions[region(from)] != 0) {
        takeFound(from, end, depth);
      }
    });
    Arrays.fill(foundRegions, (byte) 0);
    swap();
  }

  /// Makes what is found the level.
  private void takeFound(int depth) {
    for (int region = 0; region < foundRegions.length; region++) {
      if (foundRegions[region] != 0) {
        long from = (long) region << PhysicalGraph.REGION_SHIFT;
        long end = Math.min(slotCount, from + (1 << PhysicalGraph.REGION_SHIFT));
        takeFound(from, end, depth);
      }
    }
    Arrays.fill(foundRegions, (byte) 0);
    swap();
  }

  private void swap() {
    SlotWork expanded = level;
    expanded.clear();
    level = next;
    next = expanded;
  }

  /// Takes what is found of a region, or a part of one, into the next level.
  private void takeFound(long from, long end, int depth) {
    MemorySegment nextWords = next.segment();
    int count = 0;
    for (long word = from >>> 6; word << 6 < end; word++) {
      long offset = word << 3;
      long bits = found.get(LONG, offset);
      if (bits != 0) {
        found.set(LONG, offset, 0);
        seen.set(LONG, offset, seen.get(LONG, offset) | bits);
        nextWords.set(LONG, offset, bits);
        count += Long.bitCount(bits);
        depths.set(word, bits, depth);
      }
    }
    // Once for the part: workers that count in the same region get in each other's way.
    if (count > 0) {
      next.added(region(from), count);
      foundCount.add(count);
    }
  }

  private void expand(RegionWorker worker, long from, long end) {
    ForestCursor[] cursors = worker.cursors(steps);
    MemorySegment bits = level.segment();
    for (int step = 0; step < cursors.length; step++) {
      ForestCursor cursor = cursors[step];
      int shift = steps.shift(step);
      for (long slot = next(bits, from, end); slot < end; slot = next(bits, slot + 1, end)) {
        worker.walked(cursor.seek(slot));
        while (cursor.nextRun()) {
          find(cursor, shift);
        }
      }
    }
  }

  private void find(ForestCursor cursor, int shift) {
    MemorySegment run = cursor.runSegment();
    long offset = cursor.runOffset();
    int count = cursor.runCount();
    if (shift == 0 && cursor.runKeyBytes() == Integer.BYTES) {
      findInts(run, offset, count, cursor.runBase());
    } else if (shift == 0 && cursor.runKeyBytes() == Short.BYTES) {
      findShorts(run, offset, count, cursor.runBase());
    } else {
      for (int i = 0; i < count; i++) {
        long key = EdgeRows.key(cursor, i);
        long slot = key >>> shift;
        if ((seen.get(LONG, slot >>> 6 << 3) >>> slot & 1) == 0) {
          found(slot);
        }
      }
    }
  }

  /// The hot loop: most slots were seen before.
  private void findInts(MemorySegment run, long offset, int count, long base) {
    MemorySegment bits = seen;
    for (int i = 0; i < count; i++) {
      long slot = base + Integer.toUnsignedLong(run.get(PageLayout.INT, offset + 4L * i));
      if ((bits.get(LONG, slot >>> 6 << 3) >>> slot & 1) == 0) {
        found(slot);
      }
    }
  }

  private void findShorts(MemorySegment run, long offset, int count, long base) {
    MemorySegment bits = seen;
    for (int i = 0; i < count; i++) {
      long slot = base + PageLayout.unsignedShort(run, offset + 2L * i);
      if ((bits.get(LONG, slot >>> 6 << 3) >>> slot & 1) == 0) {
        found(slot);
      }
    }
  }

  private void found(long slot) {
    long offset = slot >>> 6 << 3;
    long word = (long) WORD.getOpaque(found, offset);
    if ((word >>> slot & 1) == 0) {
      if (isAlone) {
        found.set(LONG, offset, word | 1L << slot);
      } else {
        WORD.getAndBitwiseOr(found, offset, 1L << slot);
      }
      // Workers write the same value, and it is read after the sweep. They look first, because a
      // line that all write to has to be fetched for each write.
      int region = region(slot);
      if (foundRegions[region] == 0) {
        foundRegions[region] = 1;
      }
    }
  }

  // Bottom-up.

  private void bottomUp(int depth) {
    MemorySegment expanded = level.segment();
    pass.sweep(
        backward,
        (worker, from, end) -> {
          bottomUp.look(worker, from, end, expanded);
          takeFound(from, end, depth);
        });
    bottomUp.endLevel();
    swap();
  }
}
