package dev.rookery.traversal.algorithm;

import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.engine.EdgeRows;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotDoubles;
import dev.rookery.traversal.frontier.SlotInts;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// One run of [PageRank].
///
/// State of a slot: its rank; how many edges leave it; its *share*, what it gives along each of
/// them; and where the shares that come in are added up, which becomes its next share. Sums over
/// all slots are made of one sum for each 64 slots, added in order, so that they do not depend on
/// who worked where.
final class PageRankRun {
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;

  private final GraphPass pass;
  private final Steps steps;

  /// The steps by which a node looks at those before it.
  private final Steps backward;

  private final NodeSlots nodes;
  private final long slotCount;

  /// For each slot the chance that the walk begins there, or null if it is the same for all nodes.
  private final @Nullable SlotDoubles starts;

  private final SlotDoubles ranks;
  private final SlotInts degrees;
  private SlotDoubles shares;
  private SlotDoubles nextShares;

  /// Rank of nodes that no edge leaves, and change of ranks, for each 64 slots.
  private final SlotDoubles idleOf64;

  private final SlotDoubles changeOf64;
  private final LongAdder edgeCount = new LongAdder();

  PageRankRun(GraphPass pass, Steps steps, long[] startNodes) {
    this.pass = pass;
    this.steps = steps;
    backward = steps.reversed();
    nodes = pass.nodes();
    slotCount = pass.slotCount();
    // The shares first: they alone are read in any order, so they are to lie in memory if anything.
    shares = pass.memory().doubles();
    nextShares = pass.memory().doubles();
    starts = startNodes.length == 0 ? null : chances(startNodes);
    ranks = pass.memory().doubles();
    degrees = pass.memory().ints();
    idleOf64 = blocks();
    changeOf64 = blocks();
  }

  private SlotDoubles chances(long[] startNodes) {
    SlotDoubles chances = pass.memory().doubles();
    for (long node : startNodes) {
      long slot = pass.graph().slotOf(node);
      chances.set(slot, chances.get(slot) + 1.0 / startNodes.length);
    }
    return chances;
  }

  private SlotDoubles blocks() {
    return new SlotDoubles(pass.memory().state(SlotDoubles.bytes((slotCount + 63) / 64)));
  }

  NodeDoubles run(double damping, int iterations, double tolerance) {
    pass.sweep(steps, this::begin);
    RecordedRows record =
        iterations > 1 ? RecordedRows.begin(pass, edgeCount.sum(), steps.count()) : null;
    double change = Double.MAX_VALUE;
    for (int i = 0; i < iterations && change > tolerance; i++) {
      double restart = 1 - damping + damping * sum(idleOf64);
      if (i > 0 && record != null) {
        collectFromRecord(record, damping, restart);
      } else {
        collectFromStore(record, damping, restart);
        record = record != null && record.isWhole() ? record : null;
      }
      advanceShares();
      change = sum(changeOf64);
      pass.endRound();
    }
    return new NodeDoubles(pass, ranks);
  }

  /// Makes the next shares those that are read. If only the others lie in memory, they stay those
  /// that are read.
  private void advanceShares() {
    if (nextShares.segment().isMapped() && !shares.segment().isMapped()) {
      shares.segment().copyFrom(nextShares.segment());
    } else {
      SlotDoubles old = shares;
      shares = nextShares;
      nextShares = old;
    }
  }

  private double sum(SlotDoubles blocks) {
    double sum = 0;
    for (long i = 0; i < blocks.slotCount(); i++) {
      sum += blocks.get(i);
    }
    return sum;
  }

  /// Counts the edges that leave, and sets the first ranks and shares.
  private void begin(RegionWorker worker, long from, long end) {
    long edges = 0;
    for (ForestCursor cursor : worker.cursors(steps)) {
      for (long slot = cursor.seekNext(from, end);
          slot >= 0;
          slot = cursor.seekNext(slot + 1, end)) {
        degrees.set(slot, Math.toIntExact(degrees.get(slot) + cursor.degree()));
        edges += cursor.degree();
      }
    }
    edgeCount.add(edges);
    for (long slot = from; slot < end; slot++) {
      ranks.set(slot, nodes.contains(slot) ? start(slot) : 0);
    }
    share(from, end, shares);
  }

  /// Returns the chance that the walk begins at a node.
  private double start(long slot) {
    return starts == null ? 1.0 / nodes.nodeCount() : starts.get(slot);
  }

  /// Computes the next ranks and shares from the edges in the store.
  ///
  /// @param record takes the edges, if given
  /// @param restart how much rank is given to the nodes that the walk begins at
  private void collectFromStore(@Nullable RecordedRows record, double damping, double restart) {
    pass.sweep(
        backward,
        (worker, from, end) -> {
          nextShares.fill(from, end, 0);
          for (EdgeRows rows : worker.rows(backward)) {
            rows.range(from, end);
            while (rows.nextBatch()) {
              worker.walked(collect(rows, shares.segment(), nextShares.segment()));
              if (record != null) {
                record.add(from, rows);
              }
            }
          }
          rank(from, end, damping, restart);
        });
  }

  /// As [#collectFromStore], from the edges that were recorded: the same sums, in the same order.
  private void collectFromRecord(RecordedRows record, double damping, double restart) {
    MemorySegment given = shares.segment();
    MemorySegment sums = nextShares.segment();
    pass.sweepNodes((worker, from, end) -> {
      nextShares.fill(from, end, 0);
      record.forEach(
          from,
          end,
          (values, first, last) -> worker.walked(collect(values, first, last, given, sums)));
      rank(from, end, damping, restart);
    });
  }

  /// Makes what has been collected the next ranks and shares.
  private void rank(long from, long end, double damping, double restart) {
    MemorySegment sums = nextShares.segment();
    for (long block = from; block < end; block += Long.SIZE) {
      long bits = nodes.word(block);
      double change = 0;
      for (long slot = block; slot < Math.min(end, block + Long.SIZE); slot++) {
        double rank =
            (bits >>> slot & 1) == 0
                ? 0
                : restart * start(slot) + damping * sums.get(DOUBLE, slot << 3);
        change += Math.abs(rank - ranks.get(slot));
        ranks.set(slot, rank);
      }
      changeOf64.set(block >>> 6, change);
    }
    share(from, end, nextShares);
  }

  /// Adds to the sum of each row what comes along its edges, one after the other, and returns how
  /// many edges there are.
  private static long collect(EdgeRows rows, MemorySegment shares, MemorySegment sums) {
    int[] keys = rows.keys();
    int[] begins = rows.begins();
    int[] ends = rows.ends();
    int count = rows.count();
    long edges = 0;
    for (int i = 0; i < count; i++) {
      long at = rows.source(i) << 3;
      int end = ends[i];
      double sum = sums.get(DOUBLE, at);
      for (int k = begins[i]; k < end; k++) {
        sum += shares.get(DOUBLE, (long) keys[k] << 3);
      }
      sums.set(DOUBLE, at, sum);
      edges += end - begins[i];
    }
    return edges;
  }

  /// As above, for a stretch of [RecordedRows].
  private static long collect(
      MemorySegment rows, long begin, long end, MemorySegment shares, MemorySegment sums) {
    long edges = 0;
    for (long at = begin; at < end; ) {
      long sumAt = (long) rows.get(INT, at) << 3;
      int length = rows.get(INT, at + Integer.BYTES);
      long first = at + 2 * Integer.BYTES;
      double sum = sums.get(DOUBLE, sumAt);
      for (int k = 0; k < length; k++) {
        sum += shares.get(DOUBLE, (long) rows.get(INT, first + 4L * k) << 3);
      }
      sums.set(DOUBLE, sumAt, sum);
      edges += length;
      at = first + 4L * length;
    }
    return edges;
  }

  /// Sets what slots give along each edge, and adds up what those have that give nothing.
  private void share(long from, long end, SlotDoubles target) {
    for (long block = from; block < end; block += Long.SIZE) {
      double idle = 0;
      for (long slot = block; slot < Math.min(end, block + Long.SIZE); slot++) {
        int degree = degrees.get(slot);
        double rank = ranks.get(slot);
        target.set(slot, degree == 0 ? 0 : rank / degree);
        idle += degree == 0 ? rank : 0;
      }
      idleOf64.set(block >>> 6, idle);
    }
  }
}
