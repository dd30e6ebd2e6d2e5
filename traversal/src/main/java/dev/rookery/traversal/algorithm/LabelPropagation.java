package dev.rookery.traversal.algorithm;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotLongs;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/// Communities by label propagation (CDLP), synchronous and deterministic: each node begins with
/// its id as its label, and in each iteration takes the label that most of its neighbours had
/// before; of several, the smallest.
///
/// After Raghavan, Albert, Kumara, *Near Linear Time Algorithm to Detect Community Structures in
/// Large-Scale Networks* (2007), as LDBC Graphalytics defines it: neighbours along and against the
/// edges both count, one that is both counts twice, and parallel edges count each. Of the
/// selection, the types count and the directions do not. A node without edges keeps its label.
///
/// O(iterations · edges · log degree) time; 8 bytes for each edge and 28 for each node while it
/// runs, and 8 for each edge of the largest node for each worker. Immutable and thread-safe.
public final class LabelPropagation {
  private static final int ITERATIONS = 10;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final EdgeSelection selection;
  private final int iterations;

  private LabelPropagation(EdgeSelection selection, int iterations) {
    this.selection = selection;
    this.iterations = iterations;
  }

  /// Describes ten iterations along edges of these types.
  public static LabelPropagation along(EdgeSelection selection) {
    return new LabelPropagation(selection, ITERATIONS);
  }

  /// Sets how many iterations there are at most; it ends before when no label changes.
  ///
  /// @throws IllegalArgumentException if it is negative
  public LabelPropagation iterations(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("iterations are negative iterations=" + count);
    }
    return new LabelPropagation(selection, count);
  }

  /// Returns the label of each node: the id of some node.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  /// @throws IllegalStateException if no edges were selected
  public NodeLongs run(ReadTransaction tx, RunOptions options) {
    Steps steps = Steps.of(tx, selection).bothWays();
    try (GraphPass pass = new GraphPass(tx, options)) {
      return run(pass, steps);
    }
  }

  private NodeLongs run(GraphPass pass, Steps steps) {
    CompactRows rows = CompactRows.build(pass, steps, null, CompactRows.Kind.ALL);
    SlotLongs labels = pass.memory().longs();
    SlotLongs next = pass.memory().longs();
    NodeSlots nodes = pass.nodes();
    SlotLongs first = labels;
    pass.sweepNodes((_, from, end) -> {
      for (long slot = from; slot < end; slot++) {
        first.set(slot, nodes.contains(slot) ? nodes.id(slot) : 0);
      }
    });
    long[][] buffers = new long[pass.run().workerCount()][0];
    long changed = 1;
    for (int i = 0; i < iterations && changed > 0; i++) {
      SlotLongs before = labels;
      SlotLongs after = next;
      LongAdder changes = new LongAdder();
      pass.sweepNodes((worker, from, end) ->
          changes.add(propagate(worker, rows, before, after, buffers, from, end)));
      changed = changes.sum();
      labels = after;
      next = before;
      pass.endRound();
    }
    return new NodeLongs(pass, labels::get);
  }

  private static long propagate(
      RegionWorker worker,
      CompactRows rows,
      SlotLongs before,
      SlotLongs after,
      long[][] buffers,
      long from,
      long end) {
    MemorySegment targets = rows.targets();
    MemorySegment labels = before.segment();
    long changed = 0;
    for (long slot = from; slot < end; slot++) {
      int length = rows.length(slot);
      long label = before.get(slot);
      if (length > 0) {
        if (buffers[worker.index()].length < length) {
          buffers[worker.index()] = new long[Math.max(64, length + (length >> 1))];
        }
        long[] buffer = buffers[worker.index()];
        long at = rows.begin(slot) << 2;
        for (int i = 0; i < length; i++) {
          buffer[i] = labels.get(LONG, (long) targets.get(INT, at + 4L * i) << 3);
        }
        worker.walked(length);
        Arrays.sort(buffer, 0, length);
        long taken = mostFrequent(buffer, length);
        changed += taken == label ? 0 : 1;
        label = taken;
      }
      after.set(slot, label);
    }
    return changed;
  }

  /// Returns the smallest of the most frequent values of a sorted array.
  private static long mostFrequent(long[] sorted, int length) {
    long best = sorted[0];
    int bestCount = 0;
    int begin = 0;
    for (int i = 1; i <= length; i++) {
      if (i == length || sorted[i] != sorted[begin]) {
        if (i - begin > bestCount) {
          bestCount = i - begin;
          best = sorted[begin];
        }
        begin = i;
      }
    }
    return best;
  }
}
