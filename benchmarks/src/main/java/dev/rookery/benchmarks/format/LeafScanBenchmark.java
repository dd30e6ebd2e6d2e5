package dev.rookery.benchmarks.format;

import static dev.rookery.benchmarks.format.AdjacencyLeaves.BIG;
import static dev.rookery.benchmarks.format.AdjacencyLeaves.BIG_MASK;
import static dev.rookery.benchmarks.format.AdjacencyLeaves.BIG_PAGE_TARGETS;
import static dev.rookery.benchmarks.format.AdjacencyLeaves.COUNT_OFFSET;
import static dev.rookery.benchmarks.format.AdjacencyLeaves.FIRST_SOURCE_OFFSET;
import static dev.rookery.benchmarks.format.AdjacencyLeaves.HEADER_LENGTH;
import static dev.rookery.benchmarks.format.LittleEndian.INT;
import static dev.rookery.benchmarks.format.LittleEndian.unsignedShort;

import dev.rookery.benchmarks.format.AdjacencyLeaves.Layout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Time for each edge to sum all neighbours, by layout of the adjacency leaf.
///
/// Decides how a leaf page says where the targets of a source lie, and whether paged adjacency is
/// near enough to plain arrays. Two workloads: all sources in order, and all sources in random
/// order. Run once with `-Drookery.benchmark.pageSize=16384` to compare page sizes.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(PermutedGraph.EDGE_COUNT)
@Fork(1)
@Warmup(iterations = 3, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class LeafScanBenchmark {
  private static final long ORDER_SEED = 7L;

  private final Arena arena = Arena.ofShared();
  private final PermutedGraph graph = PermutedGraph.generate();
  private final int[] order = PermutedGraph.permutation(new SplittableRandom(ORDER_SEED));
  private final AdjacencyLeaves dense = new AdjacencyLeaves(graph, Layout.DENSE, arena);
  private final AdjacencyLeaves sparse = new AdjacencyLeaves(graph, Layout.SPARSE, arena);
  private final AdjacencyLeaves headed = new AdjacencyLeaves(graph, Layout.HEADED, arena);

  /// Checks that all variants compute the same sum, so that none of them skips work.
  @Setup
  public void check() {
    int expected = arraysInOrder();
    for (int sum :
        new int[] {
          denseInOrder(),
          sparseInOrder(),
          headedInOrder(),
          arraysAtRandom(),
          denseAtRandom(),
          denseFencedAtRandom(),
          sparseAtRandom(),
          headedAtRandom()
        }) {
      if (sum != expected) {
        throw new IllegalStateException("sum=" + sum + " expected=" + expected);
      }
    }
  }

  /// Releases the pages.
  @TearDown
  public void close() {
    arena.close();
  }

  /// Compressed sparse rows on the heap, the yardstick.
  @Benchmark
  public int arraysInOrder() {
    int sum = 0;
    for (int source = 0; source < PermutedGraph.NODE_COUNT; source++) {
      sum += sumArray(source);
    }
    return sum;
  }

  /// An offset for each source of the span.
  @Benchmark
  public int denseInOrder() {
    int sum = 0;
    for (int leaf = 0; leaf < dense.leafCount; leaf++) {
      sum += sumOffsets(dense, dense.page(leaf), HEADER_LENGTH);
    }
    return sum;
  }

  /// A key and an offset for each source with edges.
  @Benchmark
  public int sparseInOrder() {
    int sum = 0;
    for (int leaf = 0; leaf < sparse.leafCount; leaf++) {
      MemorySegment page = sparse.page(leaf);
      int count = unsignedShort(page, COUNT_OFFSET);
      sum += sumOffsets(sparse, page, HEADER_LENGTH + 2 * count);
    }
    return sum;
  }

  /// A count before each run, walked from run to run.
  @Benchmark
  public int headedInOrder() {
    int sum = 0;
    for (int leaf = 0; leaf < headed.leafCount; leaf++) {
      sum += sumHeaded(headed.page(leaf));
    }
    return sum;
  }

  /// As [#arraysInOrder()], sources at random.
  @Benchmark
  public int arraysAtRandom() {
    int sum = 0;
    for (int source : order) {
      sum += sumArray(source);
    }
    return sum;
  }

  /// As [#denseInOrder()], sources at random.
  @Benchmark
  public int denseAtRandom() {
    int sum = 0;
    for (int source : order) {
      MemorySegment page = dense.page(dense.leafOfSource[source]);
      int index = source - page.get(INT, FIRST_SOURCE_OFFSET);
      int start = unsignedShort(page, HEADER_LENGTH + 2 * index);
      int end = unsignedShort(page, HEADER_LENGTH + 2 * index + 2);
      sum += sumRun(dense, page, start, end);
    }
    return sum;
  }

  /// As [#denseAtRandom()], the first source taken from the directory and not from the leaf.
  @Benchmark
  public int denseFencedAtRandom() {
    int sum = 0;
    for (int source : order) {
      int leaf = dense.leafOfSource[source];
      MemorySegment page = dense.page(leaf);
      int index = source - dense.firstSourceOfLeaf[leaf];
      int start = unsignedShort(page, HEADER_LENGTH + 2 * index);
      int end = unsignedShort(page, HEADER_LENGTH + 2 * index + 2);
      sum += sumRun(dense, page, start, end);
    }
    return sum;
  }

  /// As [#sparseInOrder()], sources at random, each found by binary search.
  @Benchmark
  public int sparseAtRandom() {
    int sum = 0;
    for (int source : order) {
      sum += sumSparse(sparse.page(sparse.leafOfSource[source]), source & 0xFFFF);
    }
    return sum;
  }

  /// A count before each run, which is found by its offset; sources at random.
  @Benchmark
  public int headedAtRandom() {
    int sum = 0;
    for (int source : order) {
      MemorySegment page = headed.page(headed.leafOfSource[source]);
      int index = source - page.get(INT, FIRST_SOURCE_OFFSET);
      int run = unsignedShort(page, HEADER_LENGTH + 2 * index);
      int count = unsignedShort(page, run);
      sum +=
          (count & BIG) == 0
              ? sumInts(page, run + 2, run + 2 + 4 * count)
              : sumBig(headed, page, run + 2);
    }
    return sum;
  }

  private int sumArray(int source) {
    int[] targets = graph.targets;
    int end = graph.offsets[source + 1];
    int sum = 0;
    for (int i = graph.offsets[source]; i < end; i++) {
      sum += targets[i];
    }
    return sum;
  }

  private static int sumOffsets(AdjacencyLeaves leaves, MemorySegment page, int offsets) {
    int count = unsignedShort(page, COUNT_OFFSET);
    int start = unsignedShort(page, offsets);
    int sum = 0;
    for (int index = 1; index <= count; index++) {
      int end = unsignedShort(page, offsets + 2 * index);
      sum += sumRun(leaves, page, start, end);
      start = end;
    }
    return sum;
  }

  private int sumHeaded(MemorySegment page) {
    int count = unsignedShort(page, COUNT_OFFSET);
    int at = headed.runsOffset(count);
    int sum = 0;
    for (int index = 0; index < count; index++) {
      int targets = unsignedShort(page, at);
      if ((targets & BIG) == 0) {
        int end = at + 2 + 4 * targets;
        sum += sumInts(page, at + 2, end);
        at = end;
      } else {
        sum += sumBig(headed, page, at + 2);
        at += 10;
      }
    }
    return sum;
  }

  /// The search has no branch that depends on the keys: its outcome is a coin toss at each step.
  private int sumSparse(MemorySegment page, int key) {
    int count = unsignedShort(page, COUNT_OFFSET);
    int base = 0;
    for (int length = count; length > 1; ) {
      int half = length >>> 1;
      int probe = unsignedShort(page, HEADER_LENGTH + 2 * (base + half));
      base += half & ((probe - key - 1) >> 31);
      length -= half;
    }
    if (count == 0 || unsignedShort(page, HEADER_LENGTH + 2 * base) != key) {
      return 0;
    }
    int offset = HEADER_LENGTH + 2 * (count + base);
    return sumRun(sparse, page, unsignedShort(page, offset), unsignedShort(page, offset + 2));
  }

  private static int sumRun(AdjacencyLeaves leaves, MemorySegment page, int start, int end) {
    return (start & BIG) == 0
        ? sumInts(page, start, end & BIG_MASK)
        : sumBig(leaves, page, start & BIG_MASK);
  }

  private static int sumInts(MemorySegment page, int start, int end) {
    int sum = 0;
    for (int at = start; at < end; at += 4) {
      sum += page.get(INT, at);
    }
    return sum;
  }

  private static int sumBig(AdjacencyLeaves leaves, MemorySegment page, int stub) {
    int bigPage = page.get(INT, stub);
    int left = page.get(INT, stub + 4);
    int sum = 0;
    while (left > 0) {
      int count = Math.min(left, BIG_PAGE_TARGETS);
      sum += sumInts(leaves.page(bigPage++), HEADER_LENGTH, HEADER_LENGTH + 4 * count);
      left -= count;
    }
    return sum;
  }
}
