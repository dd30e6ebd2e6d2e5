package dev.rookery.traversal.algorithm;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.engine.EdgeRows;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotLongs;
import dev.rookery.traversal.frontier.SlotWork;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// One run of [MultiSourceBreadthFirst].
///
/// State of a slot: which searches have it in the *level* that is expanded, which have *seen* it in
/// that level or before, which have *found* it, so that it will be in the next level; each a bit in
/// a `long`. Two bitmaps of slots say which have any bit in the level, and in the next one.
/// Invariants, between sweeps:
///
/// 1. The level is a part of what was seen, and nothing is found.
/// 2. A slot is in the bitmap of the level if and only if it has a bit in the level.
///
/// Top-down, many workers set bits of what is found, and nobody changes what was seen; a second
/// sweep makes the found ones the level. Bottom-up, each worker does both at once for its own slots
/// and looks at nothing of others but the level.
final class MultiSourceSearch {
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final VarHandle WORD = LONG.varHandle();

  /// A level with more than one of so many slots is expanded bottom-up, whatever its edges.
  private static final long LARGE_LEVEL_SHARE = 8;

  /// So is one that has more than one of so many edges.
  private static final long LARGE_EDGE_SHARE = 4;

  /// Levels up to this size are not worth a second thread.
  private static final long SMALL_LEVEL = 1 << 10;

  private final GraphPass pass;
  private final Steps steps;
  private final Steps backward;
  private final MultiSourceBreadthFirst.@Nullable Visitor visitor;
  private final long slotCount;
  private final long edgeCount;
  private final boolean isAlone;
  private final SlotLongs seen;
  private SlotLongs level;
  private SlotLongs found;
  private SlotWork levelSlots;
  private SlotWork nextSlots;

  /// The slots that have been found, until a sweep has made them those of the next level.
  private final MemorySegment foundSlots;

  private final byte[] foundRegions;

  /// The searches that have any slot in the level.
  private long active;

  /// For each worker, how many slots each search has found.
  private final BitTally[] tallies;

  private final int[][] keys;

  MultiSourceSearch(
      GraphPass pass, Steps steps, MultiSourceBreadthFirst.@Nullable Visitor visitor) {
    this.pass = pass;
    this.steps = steps;
    this.visitor = visitor;
    backward = steps.reversed();
    slotCount = pass.slotCount();
    edgeCount = steps.edgeCount();
    // First what is read in any order, so that it lies in memory if anything does.
    level = pass.memory().longs();
    found = pass.memory().longs();
    seen = pass.memory().longs();
    levelSlots = pass.memory().work();
    nextSlots = pass.memory().work();
    foundSlots = pass.memory().state(SlotWork.bytes(slotCount));
    foundRegions = new byte[pass.run().regionCount()];
    int workers = pass.run().workerCount();
    isAlone = workers == 1;
    tallies = new BitTally[workers];
    Arrays.setAll(tallies, _ -> new BitTally());
    keys = new int[workers][0];
  }

  SourceLevels run(long[] sources, int maxDepth) {
    LongArrayList[] sizes = new LongArrayList[sources.length];
    for (int i = 0; i < sources.length; i++) {
      sizes[i] = new LongArrayList();
      found(pass.graph().slotOf(sources[i]), 1L << i);
    }
    takeFound(0);
    swap();
    for (int depth = 0; append(sizes) && depth < maxDepth; depth++) {
      if (isForBottomUp()) {
        bottomUp(depth + 1);
      } else {
        topDown(depth + 1);
      }
      clearLevel();
      swap();
      pass.endRound();
    }
    long[][] counts = new long[sources.length][];
    Arrays.setAll(counts, i -> sizes[i].toLongArray());
    return new SourceLevels(sources, counts, pass.nodes().nodeCount(), pass.ended());
  }

  /// Notes how many slots each search has in the level, and returns whether any has one.
  private boolean append(LongArrayList[] sizes) {
    long[] counts = new long[sizes.length];
    for (BitTally tally : tallies) {
      tally.drainTo(counts);
    }
    active = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        sizes[i].add(counts[i]);
        active |= 1L << i;
      }
    }
    return active != 0;
  }

  private boolean isForBottomUp() {
    if (levelSlots.count() > slotCount / LARGE_LEVEL_SHARE) {
      return true;
    }
    if (pass.isStaged()) {
      return false;
    }
    // Counting the edges costs less than walking them.
    long edges = 0;
    MemorySegment slots = levelSlots.segment();
    for (ForestCursor cursor : steps.cursors()) {
      for (long word = 0; word << 6 < slotCount && edges <= edgeCount / LARGE_EDGE_SHARE; word++) {
        for (long bits = slots.get(LONG, word << 3); bits != 0; bits &= bits - 1) {
          edges += cursor.seek((word << 6) + Long.numberOfTrailingZeros(bits));
        }
      }
    }
    return edges > edgeCount / LARGE_EDGE_SHARE;
  }

  private void swap() {
    SlotLongs expanded = level;
    level = found;
    found = expanded;
    SlotWork expandedSlots = levelSlots;
    levelSlots = nextSlots;
    nextSlots = expandedSlots;
  }

  /// Takes all bits out of the level.
  private void clearLevel() {
    for (int region = 0; region < foundRegions.length; region++) {
      if (levelSlots.count(region) > 0) {
        long from = (long) region << PhysicalGraph.REGION_SHIFT;
        long end = Math.min(slotCount, from + (1 << PhysicalGraph.REGION_SHIFT));
        for (long block = from; block < end; block += Long.SIZE) {
          if (levelSlots.word(block >>> 6) != 0) {
            level.fill(block, Math.min(end, block + Long.SIZE), 0);
          }
        }
      }
    }
    levelSlots.clear();
  }

  /// Makes bits that a slot has found, and has not seen before, those of the next level.
  private void take(long slot, long bits, BitTally tally, int depth) {
    seen.set(slot, seen.get(slot) | bits);
    tally.add(bits);
    if (visitor != null) {
      visitor.visit(pass.nodes().id(slot), bits, depth);
    }
  }

  // Top-down.

  private void topDown(int depth) {
    long size = levelSlots.count();
    pass.sweep(steps, levelSlots, this::expand);
    if (size > SMALL_LEVEL) {
      pass.sweepNodes((worker, from, end) -> takeFound(from, end, tallies[worker.index()], depth));
      Arrays.fill(foundRegions, (byte) 0);
    } else {
      takeFound(depth);
    }
  }

  private void expand(RegionWorker worker, long from, long end) {
    ForestCursor[] cursors = worker.cursors(steps);
    MemorySegment slots = levelSlots.segment();
    for (int step = 0; step < cursors.length; step++) {
      ForestCursor cursor = cursors[step];
      for (long block = from; block < end; block += Long.SIZE) {
        for (long bits = slots.get(LONG, block >>> 3); bits != 0; bits &= bits - 1) {
          long slot = block + Long.numberOfTrailingZeros(bits);
          worker.walked(cursor.seek(slot));
          while (cursor.nextRun()) {
            int count = cursor.runCount();
            expand(level.get(slot), read(worker, cursor, steps.shift(step)), count);
          }
        }
      }
    }
  }

  private int[] read(RegionWorker worker, ForestCursor cursor, int shift) {
    int[] target = keys[worker.index()];
    if (target.length < cursor.runCount()) {
      target = new int[2 * cursor.runCount()];
      keys[worker.index()] = target;
    }
    EdgeRows.decode(cursor, shift, target, 0);
    return target;
  }

  private void expand(long bits, int[] targets, int count) {
    MemorySegment seenBits = seen.segment();
    for (int i = 0; i < count; i++) {
      long missing = bits & ~seenBits.get(LONG, (long) targets[i] << 3);
      if (missing != 0) {
        found(targets[i], missing);
      }
    }
  }

  private void found(long slot, long bits) {
    setBits(found.segment(), slot << 3, bits);
    setBits(foundSlots, slot >>> 6 << 3, 1L << slot);
    // Workers write the same value, and it is read after the sweep.
    foundRegions[(int) (slot >>> PhysicalGraph.REGION_SHIFT)] = 1;
  }

  private void setBits(MemorySegment words, long offset, long bits) {
    long word = (long) WORD.getOpaque(words, offset);
    if ((bits & ~word) == 0) {
      return;
    }
    if (isAlone) {
      words.set(LONG, offset, word | bits);
    } else {
      WORD.getAndBitwiseOr(words, offset, bits);
    }
  }

  private void takeFound(int depth) {
    for (int region = 0; region < foundRegions.length; region++) {
      if (foundRegions[region] != 0) {
        foundRegions[region] = 0;
        long from = (long) region << PhysicalGraph.REGION_SHIFT;
        long end = Math.min(slotCount, from + (1 << PhysicalGraph.REGION_SHIFT));
        takeFound(from, end, tallies[0], depth);
      }
    }
  }

  private void takeFound(long from, long end, BitTally tally, int depth) {
    for (long word = from >>> 6; word << 6 < end; word++) {
      long slots = foundSlots.get(LONG, word << 3);
      if (slots != 0) {
        foundSlots.set(LONG, word << 3, 0);
        nextSlots.addWord(word, slots);
        for (; slots != 0; slots &= slots - 1) {
          long slot = (word << 6) + Long.numberOfTrailingZeros(slots);
          take(slot, found.get(slot), tally, depth);
        }
      }
    }
  }

  // Bottom-up.

  private void bottomUp(int depth) {
    pass.sweep(
        backward,
        (worker, from, end) -> {
          for (EdgeRows rows : worker.rows(backward)) {
            rows.range(from, end);
            while (rows.nextBatch()) {
              worker.walked(collect(rows));
            }
          }
          takeCollected(from, end, tallies[worker.index()], depth);
        });
  }

  /// Collects in the sources of a batch what they lead to has in the level, until no search is left
  /// that has not met the source, and returns how many edges that took.
  private long collect(EdgeRows rows) {
    MemorySegment levelBits = level.segment();
    MemorySegment seenBits = seen.segment();
    MemorySegment foundBits = found.segment();
    int[] targets = rows.keys();
    int[] begins = rows.begins();
    int[] ends = rows.ends();
    int count = rows.count();
    long edges = 0;
    for (int i = 0; i < count; i++) {
      int begin = begins[i];
      int end = ends[i];
      if (begin == end) {
        continue;
      }
      long at = rows.source(i) << 3;
      long before = foundBits.get(LONG, at);
      long missing = active & ~(seenBits.get(LONG, at) | before);
      long collected = 0;
      int k = begin;
      while ((missing & ~collected) != 0 && k < end) {
        collected |= levelBits.get(LONG, (long) targets[k++] << 3);
      }
      foundBits.set(LONG, at, before | (collected & missing));
      edges += k - begin;
    }
    return edges;
  }

  private void takeCollected(long from, long end, BitTally tally, int depth) {
    for (long block = from; block < end; block += Long.SIZE) {
      long slots = 0;
      for (long slot = block; slot < Math.min(end, block + Long.SIZE); slot++) {
        long bits = found.get(slot);
        if (bits != 0) {
          take(slot, bits, tally, depth);
          slots |= 1L << slot;
        }
      }
      if (slots != 0) {
        nextSlots.addWord(block >>> 6, slots);
      }
    }
  }
}
