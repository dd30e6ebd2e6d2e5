package dev.rookery.traversal.algorithm;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.EndedRun;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.run.RunReport;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.LongAdder;

/// How many triangles there are: three nodes of which each two are joined by an edge, whatever its
/// direction. Each is counted once; parallel edges and self loops make no difference.
///
/// ```java
/// long count = TriangleCount.along(EdgeSelection.both("KNOWS")).run(tx, options).count();
/// ```
///
/// Edges are led from the end with fewer edges to the one with more (Schank and Wagner, *Finding,
/// Counting and Listing All Triangles in Large Graphs*, WEA 2005), in rows by rank. For each node
/// its row is marked in a bitmap, and the rows of those in it are looked up there: one load and no
/// branch for each candidate, where merging two sorted rows mispredicts a branch for most.
/// O(edges^1.5) time; 4 bytes for each edge and 16 for each node while it runs. Immutable and
/// thread-safe.
public final class TriangleCount {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;

  private final EdgeSelection selection;

  /// What was found. Immutable and thread-safe.
  public static final class Triangles {
    private final long count;
    private final EndedRun ended;

    private Triangles(long count, EndedRun ended) {
      this.count = count;
      this.ended = ended;
    }

    /// Returns how many triangles there are. O(1).
    public long count() {
      return count;
    }

    /// Returns what the run has done.
    public RunReport report() {
      return ended.report();
    }
  }

  private TriangleCount(EdgeSelection selection) {
    this.selection = selection;
  }

  /// Describes the triangles that edges of these types make.
  public static TriangleCount along(EdgeSelection selection) {
    return new TriangleCount(selection);
  }

  /// Counts.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  /// @throws IllegalStateException if no edges were selected
  public Triangles run(ReadTransaction tx, RunOptions options) {
    Steps steps = Steps.of(tx, selection).bothWays();
    try (GraphPass pass = new GraphPass(tx, options)) {
      return new Triangles(count(pass, steps), pass.ended());
    }
  }

  private static long count(GraphPass pass, Steps steps) {
    DegreeOrder order = DegreeOrder.of(pass, steps);
    CompactRows rows = CompactRows.build(pass, steps, order.ranks(), CompactRows.Kind.LOWER);
    pass.endRound();
    MemorySegment[] marks = CompactRows.marks(pass);
    LongAdder count = new LongAdder();
    pass.sweepNodes((worker, from, end) -> {
      for (long number = from; number < end; number++) {
        worker.walked(rows.length(number));
        count.add(count(rows, number, marks[worker.index()]));
      }
    });
    pass.endRound();
    return count.sum();
  }

  private static long count(CompactRows rows, long number, MemorySegment marks) {
    int length = rows.length(number);
    if (length < 2) {
      return 0;
    }
    MemorySegment targets = rows.targets();
    long first = rows.begin(number) << 2;
    for (int i = 0; i < length; i++) {
      int other = targets.get(INT, first + 4L * i);
      long offset = (long) other >>> 6 << 3;
      marks.set(LONG, offset, marks.get(LONG, offset) | 1L << other);
    }
    long count = 0;
    for (int i = 0; i < length; i++) {
      int other = targets.get(INT, first + 4L * i);
      count += countMarked(targets, rows.begin(other) << 2, rows.length(other), marks);
    }
    for (int i = 0; i < length; i++) {
      marks.set(LONG, (long) targets.get(INT, first + 4L * i) >>> 6 << 3, 0);
    }
    return count;
  }

  /// The hot loop.
  private static long countMarked(
      MemorySegment targets, long first, int length, MemorySegment marks) {
    long count = 0;
    for (int i = 0; i < length; i++) {
      int other = targets.get(INT, first + 4L * i);
      count += marks.get(LONG, (long) other >>> 6 << 3) >>> other & 1;
    }
    return count;
  }
}
