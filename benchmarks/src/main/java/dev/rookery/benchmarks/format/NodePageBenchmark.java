package dev.rookery.benchmarks.format;

import static dev.rookery.benchmarks.format.LittleEndian.INT;
import static dev.rookery.benchmarks.format.LittleEndian.LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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

/// Time for each node to read pages of 128 nodes laid out by column or by row.
///
/// Decides the layout of the node page. A node has an id of 8 bytes, a label of 4 and a property
/// cell of 51. By column: 128 ids, 128 labels, 128 cells. By row: 128 times id, label, cell. There
/// are 2^20 nodes in 64 MiB of pages, more than the caches hold.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 4, time = 400, timeUnit = TimeUnit.MILLISECONDS)
public class NodePageBenchmark {
  private static final int PAGE_SHIFT = 13;
  private static final int PAGE_SIZE = 1 << PAGE_SHIFT;
  private static final int HEADER_LENGTH = 32;
  private static final int SLOT_SHIFT = 7;
  private static final int SLOT_COUNT = 1 << SLOT_SHIFT;
  private static final int SLOT_MASK = SLOT_COUNT - 1;
  private static final int NODE_SHIFT = 20;
  private static final int NODE_COUNT = 1 << NODE_SHIFT;
  private static final int PAGE_COUNT = NODE_COUNT >>> SLOT_SHIFT;

  private static final int ID_LENGTH = 8;
  private static final int LABEL_LENGTH = 4;
  private static final int CELL_LENGTH = 51;
  private static final int ROW_LENGTH = ID_LENGTH + LABEL_LENGTH + CELL_LENGTH;

  private static final int IDS_OFFSET = HEADER_LENGTH;
  private static final int LABELS_OFFSET = IDS_OFFSET + SLOT_COUNT * ID_LENGTH;
  private static final int CELLS_OFFSET = LABELS_OFFSET + SLOT_COUNT * LABEL_LENGTH;

  private static final int LABEL_COUNT = 16;
  private static final int WANTED_LABEL = 3;
  private static final int POINT_COUNT = 4096;
  private static final int RUN_COUNT = 4096;
  private static final int HOT_MASK = 4095;

  private final Arena arena = Arena.ofShared();
  private final MemorySegment columns = arena.allocate((long) PAGE_COUNT << PAGE_SHIFT, PAGE_SIZE);
  private final MemorySegment rows = arena.allocate((long) PAGE_COUNT << PAGE_SHIFT, PAGE_SIZE);
  private final long[] emitted = new long[RUN_COUNT];
  private long random = 27491095L;

  /// Writes the same nodes in both layouts.
  @Setup
  public void build() {
    for (int node = 0; node < NODE_COUNT; node++) {
      long id = 3L * node;
      int label = (int) ((node * 0x9E3779B97F4A7C15L) >>> 60) % LABEL_COUNT;
      int slot = node & SLOT_MASK;
      MemorySegment page = page(columns, node >>> SLOT_SHIFT);
      page.set(LONG, IDS_OFFSET + (long) ID_LENGTH * slot, id);
      page.set(INT, LABELS_OFFSET + (long) LABEL_LENGTH * slot, label);
      page.asSlice(CELLS_OFFSET + (long) CELL_LENGTH * slot, CELL_LENGTH).fill((byte) node);
      MemorySegment row =
          page(rows, node >>> SLOT_SHIFT)
              .asSlice(HEADER_LENGTH + (long) ROW_LENGTH * slot, ROW_LENGTH);
      row.fill((byte) node);
      row.set(LONG, 0, id);
      row.set(INT, ID_LENGTH, label);
    }
    if (labelsByColumn() != labelsByRow()) {
      throw new IllegalStateException("layouts differ");
    }
  }

  /// Releases the pages.
  @TearDown
  public void close() {
    arena.close();
  }

  /// Reads id, label and 16 bytes of the cell of random nodes.
  @Benchmark
  @OperationsPerInvocation(POINT_COUNT)
  public long pointByColumn() {
    return sumPointsByColumn(NODE_COUNT - 1);
  }

  /// As [#pointByColumn()].
  @Benchmark
  @OperationsPerInvocation(POINT_COUNT)
  public long pointByRow() {
    return sumPointsByRow(NODE_COUNT - 1);
  }

  /// As [#pointByColumn()], of 4,096 nodes in 256 KiB.
  @Benchmark
  @OperationsPerInvocation(POINT_COUNT)
  public long hotPointByColumn() {
    return sumPointsByColumn(HOT_MASK);
  }

  /// As [#hotPointByColumn()].
  @Benchmark
  @OperationsPerInvocation(POINT_COUNT)
  public long hotPointByRow() {
    return sumPointsByRow(HOT_MASK);
  }

  /// Reads the label only of random nodes, as a filter at the end of a hop does.
  @Benchmark
  @OperationsPerInvocation(POINT_COUNT)
  public int pointLabelByColumn() {
    int sum = 0;
    for (int i = 0; i < POINT_COUNT; i++) {
      int node = nextNode();
      MemorySegment page = page(columns, node >>> SLOT_SHIFT);
      sum += page.get(INT, LABELS_OFFSET + LABEL_LENGTH * (node & SLOT_MASK));
    }
    return sum;
  }

  /// As [#pointLabelByColumn()].
  @Benchmark
  @OperationsPerInvocation(POINT_COUNT)
  public int pointLabelByRow() {
    int sum = 0;
    for (int i = 0; i < POINT_COUNT; i++) {
      int node = nextNode();
      MemorySegment page = page(rows, node >>> SLOT_SHIFT);
      sum += page.get(INT, HEADER_LENGTH + ROW_LENGTH * (node & SLOT_MASK) + ID_LENGTH);
    }
    return sum;
  }

  /// Counts the nodes of one label.
  @Benchmark
  @OperationsPerInvocation(NODE_COUNT)
  public int labelsByColumn() {
    int count = 0;
    for (int page = 0; page < PAGE_COUNT; page++) {
      count += countLabels(page(columns, page), LABELS_OFFSET, LABEL_LENGTH);
    }
    return count;
  }

  /// As [#labelsByColumn()].
  @Benchmark
  @OperationsPerInvocation(NODE_COUNT)
  public int labelsByRow() {
    int count = 0;
    for (int page = 0; page < PAGE_COUNT; page++) {
      count += countLabels(page(rows, page), HEADER_LENGTH + ID_LENGTH, ROW_LENGTH);
    }
    return count;
  }

  /// Copies the ids of a run of nodes that begins at a random page.
  @Benchmark
  @OperationsPerInvocation(RUN_COUNT)
  public long[] idsByColumn() {
    int first = nextRunPage();
    for (int i = 0; i < RUN_COUNT >>> SLOT_SHIFT; i++) {
      MemorySegment page = page(columns, first + i);
      MemorySegment.copy(page, LONG, IDS_OFFSET, emitted, i << SLOT_SHIFT, SLOT_COUNT);
    }
    return emitted;
  }

  /// As [#idsByColumn()].
  @Benchmark
  @OperationsPerInvocation(RUN_COUNT)
  public long[] idsByRow() {
    int first = nextRunPage();
    for (int i = 0; i < RUN_COUNT >>> SLOT_SHIFT; i++) {
      MemorySegment page = page(rows, first + i);
      int to = i << SLOT_SHIFT;
      for (int slot = 0; slot < SLOT_COUNT; slot++) {
        emitted[to + slot] = page.get(LONG, HEADER_LENGTH + ROW_LENGTH * slot);
      }
    }
    return emitted;
  }

  private long sumPointsByColumn(int mask) {
    long sum = 0;
    for (int i = 0; i < POINT_COUNT; i++) {
      int node = nextNode() & mask;
      int slot = node & SLOT_MASK;
      MemorySegment page = page(columns, node >>> SLOT_SHIFT);
      int cell = CELLS_OFFSET + CELL_LENGTH * slot;
      sum += page.get(LONG, IDS_OFFSET + ID_LENGTH * slot);
      sum += page.get(INT, LABELS_OFFSET + LABEL_LENGTH * slot);
      sum += page.get(LONG, cell) + page.get(LONG, cell + Long.BYTES);
    }
    return sum;
  }

  private long sumPointsByRow(int mask) {
    long sum = 0;
    for (int i = 0; i < POINT_COUNT; i++) {
      int node = nextNode() & mask;
      MemorySegment page = page(rows, node >>> SLOT_SHIFT);
      int row = HEADER_LENGTH + ROW_LENGTH * (node & SLOT_MASK);
      int cell = row + ID_LENGTH + LABEL_LENGTH;
      sum += page.get(LONG, row);
      sum += page.get(INT, row + ID_LENGTH);
      sum += page.get(LONG, cell) + page.get(LONG, cell + Long.BYTES);
    }
    return sum;
  }

  private static MemorySegment page(MemorySegment pages, int page) {
    return pages.asSlice((long) page << PAGE_SHIFT, PAGE_SIZE);
  }

  private static int countLabels(MemorySegment page, int offset, int stride) {
    int count = 0;
    for (int slot = 0; slot < SLOT_COUNT; slot++) {
      count += page.get(INT, offset + stride * slot) == WANTED_LABEL ? 1 : 0;
    }
    return count;
  }

  private int nextRunPage() {
    return Math.min(nextNode() >>> SLOT_SHIFT, PAGE_COUNT - (RUN_COUNT >>> SLOT_SHIFT));
  }

  /// A linear congruential step; its high bits are the node.
  private int nextNode() {
    random = random * 6364136223846793005L + 1442695040888963407L;
    return (int) (random >>> (64 - NODE_SHIFT));
  }
}
