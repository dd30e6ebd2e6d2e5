package dev.rookery.traversal.algorithm;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotDoubles;
import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.frontier.SlotLongs;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Local clustering coefficients (LCC): of all the edges that there could be between the neighbours
/// of a node, how many there are.
///
/// As LDBC Graphalytics defines it: neighbours are nodes that an edge leads to or from; with k of
/// them, there could be k · (k - 1) edges, one each way, and those count to which the selection
/// leads from one neighbour to another. So `out()` takes edges as directed, and `both()` as
/// undirected, where each counts both ways. Parallel edges count once, self loops not at all. A
/// node with fewer than two neighbours has the coefficient 0.
///
/// Triangles are found once each, as in [TriangleCount], and give to their three corners what they
/// have across. O(edges^1.5) time; up to 16 bytes for each edge and 64 for each node while it runs.
/// Immutable and thread-safe.
public final class ClusteringCoefficient {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final EdgeSelection selection;

  private ClusteringCoefficient(EdgeSelection selection) {
    this.selection = selection;
  }

  /// Describes the coefficients along these edges.
  public static ClusteringCoefficient along(EdgeSelection selection) {
    return new ClusteringCoefficient(selection);
  }

  /// Computes the coefficients.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  /// @throws IllegalStateException if no edges were selected
  public NodeDoubles run(ReadTransaction tx, RunOptions options) {
    Steps steps = Steps.of(tx, selection);
    try (GraphPass pass = new GraphPass(tx, options)) {
      return new Corners(pass, steps).run();
    }
  }

  /// One run. State is by rank.
  private static final class Corners {
    private final GraphPass pass;
    private final SlotInts ranks;

    /// Neighbours of a lower rank: all, those that edges lead to, those that edges come from.
    private final CompactRows all;

    private final CompactRows to;
    private final CompactRows from;

    /// For each worker, which of the neighbours of the current node edges lead to, or come from.
    private final MemorySegment[] isTo;

    private final MemorySegment[] isFrom;

    /// Edges across from each rank, and its neighbours.
    private final SlotLongs across;

    private final SlotInts degrees;

    Corners(GraphPass pass, Steps steps) {
      this.pass = pass;
      Steps bothWays = steps.bothWays();
      ranks = DegreeOrder.of(pass, bothWays).ranks();
      all = CompactRows.build(pass, bothWays, ranks, CompactRows.Kind.LOWER);
      to = CompactRows.build(pass, steps, ranks, CompactRows.Kind.LOWER);
      from = CompactRows.build(pass, steps.reversed(), ranks, CompactRows.Kind.LOWER);
      isTo = CompactRows.marks(pass);
      isFrom = CompactRows.marks(pass);
      across = pass.memory().longs();
      degrees = pass.memory().ints();
    }

    NodeDoubles run() {
      pass.endRound();
      pass.sweepNodes((worker, first, end) -> {
        for (long number = first; number < end; number++) {
          visit(worker, number);
        }
      });
      SlotDoubles values = pass.memory().doubles();
      pass.sweepNodes((_, first, end) -> {
        for (long slot = first; slot < end; slot++) {
          int rank = ranks.get(slot);
          long degree = degrees.get(rank);
          values.set(slot, degree < 2 ? 0 : across.get(rank) / ((double) degree * (degree - 1)));
        }
      });
      pass.endRound();
      return new NodeDoubles(pass, values);
    }

    private void visit(RegionWorker worker, long number) {
      int length = all.length(number);
      MemorySegment neighbors = all.targets();
      long first = all.begin(number) << 2;
      degrees.getAndAdd(number, length);
      for (int i = 0; i < length; i++) {
        degrees.getAndAdd(neighbors.get(INT, first + 4L * i), 1);
      }
      if (length < 2) {
        return;
      }
      MemorySegment marksTo = isTo[worker.index()];
      MemorySegment marksFrom = isFrom[worker.index()];
      mark(to, number, marksTo);
      mark(from, number, marksFrom);
      long ownAcross = 0;
      for (int i = 0; i < length; i++) {
        int other = neighbors.get(INT, first + 4L * i);
        worker.walked(all.length(other));
        ownAcross += countMarked(to, other, marksTo, marksFrom);
        ownAcross += countMarked(from, other, marksTo, marksFrom);
        visitCorners(other, marksTo, marksFrom);
      }
      across.getAndAdd(number, ownAcross);
      unmark(to, number, marksTo);
      unmark(from, number, marksFrom);
    }

    /// Gives the third corners, and the second, what they have across.
    private void visitCorners(int other, MemorySegment marksTo, MemorySegment marksFrom) {
      long toOther = edges(other, marksTo, marksFrom);
      MemorySegment neighbors = all.targets();
      long first = all.begin(other) << 2;
      int length = all.length(other);
      long otherAcross = 0;
      for (int i = 0; i < length; i++) {
        int third = neighbors.get(INT, first + 4L * i);
        long toThird = edges(third, marksTo, marksFrom);
        if (toThird > 0) {
          otherAcross += toThird;
          across.getAndAdd(third, toOther);
        }
      }
      across.getAndAdd(other, otherAcross);
    }

    private static long countMarked(
        CompactRows rows, int number, MemorySegment marksTo, MemorySegment marksFrom) {
      MemorySegment neighbors = rows.targets();
      long first = rows.begin(number) << 2;
      int length = rows.length(number);
      long count = 0;
      for (int i = 0; i < length; i++) {
        int third = neighbors.get(INT, first + 4L * i);
        long offset = (long) third >>> 6 << 3;
        count += (marksTo.get(LONG, offset) | marksFrom.get(LONG, offset)) >>> third & 1;
      }
      return count;
    }

    /// Returns how many edges there are between the current node and another: 0, 1 or 2.
    private static long edges(int number, MemorySegment marksTo, MemorySegment marksFrom) {
      long offset = (long) number >>> 6 << 3;
      return (marksTo.get(LONG, offset) >>> number & 1)
          + (marksFrom.get(LONG, offset) >>> number & 1);
    }

    private static void mark(CompactRows rows, long number, MemorySegment marks) {
      long first = rows.begin(number) << 2;
      for (int i = 0; i < rows.length(number); i++) {
        int other = rows.targets().get(INT, first + 4L * i);
        long offset = (long) other >>> 6 << 3;
        marks.set(LONG, offset, marks.get(LONG, offset) | 1L << other);
      }
    }

    private static void unmark(CompactRows rows, long number, MemorySegment marks) {
      long first = rows.begin(number) << 2;
      for (int i = 0; i < rows.length(number); i++) {
        marks.set(LONG, (long) rows.targets().get(INT, first + 4L * i) >>> 6 << 3, 0);
      }
    }
  }
}
