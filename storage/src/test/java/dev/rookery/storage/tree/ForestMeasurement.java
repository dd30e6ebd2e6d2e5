package dev.rookery.storage.tree;

import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Measures a forest over an R-MAT graph (scale 17, 16 edges a node) on plain memory: time and
/// bytes for each edge.
///
/// Run its `main`; `-Dscale=...` changes the size. Best of some rounds, one thread.
public final class ForestMeasurement {
  private static final int SCALE = Integer.getInteger("scale", 17);
  private static final int NODES = 1 << SCALE;
  private static final int ROUNDS = 7;

  private ForestMeasurement() {}

  /// Runs all measurements.
  public static void main(String[] arguments) {
    long[] edges = edges(new SplittableRandom(27_491_095));
    long[] ordered = edges.clone();
    Arrays.sort(ordered);
    ordered = Arrays.stream(ordered).distinct().toArray();
    System.out.printf("nodes=%d edges=%d%n", NODES, ordered.length);
    arrays(ordered);
    for (int i = 0; i < 3; i++) {
      forest("ordered", ordered, ordered.length);
      forest("random", edges, ordered.length);
    }
  }

  private static void forest(String name, long[] edges, int distinct) {
    FlatPages pages = new FlatPages(edges.length);
    FixedSizeForest forest = new FixedSizeForest(FixedSizeForest.create(pages, 1));
    long start = cpuNanos();
    for (long edge : edges) {
      forest.putIfAbsent(pages, edge >>> 32, edge & 0xFFFF_FFFFL, 0);
    }
    long nanos = cpuNanos() - start;
    System.out.printf(
        "%-8s insert %.0f ns/edge, %.2f bytes/edge%n",
        name,
        (double) nanos / edges.length,
        (double) (pages.count - pages.freeCount) * PageLayout.PAGE_BYTES / distinct);
    pages.describe();
    ForestCursor cursor = forest.cursor(new ForestModel.ReadOnly(pages, true));
    int[] order = order();
    best(name + " scan in order", distinct, () -> scan(cursor));
    best(name + " scan in order by entries", distinct, () -> scanEntries(cursor));
    best(name + " scan in order, long offsets", distinct, () -> scanByLongOffsets(cursor));
    best(name + " scan at random", distinct, () -> scanAtRandom(cursor, order));
    best(name + " seek at random", NODES, () -> seekAtRandom(cursor, order));
    best(name + " get at random", NODES, () -> getAtRandom(forest, pages, edges));
    pages.close();
  }

  private static void arrays(long[] ordered) {
    int[] starts = new int[NODES + 1];
    int[] targets = new int[ordered.length];
    for (int i = 0; i < ordered.length; i++) {
      starts[(int) (ordered[i] >>> 32) + 1]++;
      targets[i] = (int) ordered[i];
    }
    for (int i = 0; i < NODES; i++) {
      starts[i + 1] += starts[i];
    }
    int[] order = order();
    best("arrays scan at random", ordered.length, () -> sumOf(starts, targets, order));
    Arrays.setAll(order, i -> i);
    best("arrays scan in order", ordered.length, () -> sumOf(starts, targets, order));
  }

  private static long sumOf(int[] starts, int[] targets, int[] order) {
    long sum = 0;
    for (int source : order) {
      int partial = 0;
      for (int i = starts[source]; i < starts[source + 1]; i++) {
        partial += targets[i];
      }
      sum += partial;
    }
    return sum;
  }

  private static long scan(ForestCursor cursor) {
    long sum = 0;
    for (long source = cursor.seekNext(0, NODES);
        source >= 0;
        source = cursor.seekNext(source + 1, NODES)) {
      sum += sumOfRuns(cursor);
    }
    return sum;
  }

  private static long scanEntries(ForestCursor cursor) {
    long sum = 0;
    for (long source = cursor.seekNext(0, NODES);
        source >= 0;
        source = cursor.seekNext(source + 1, NODES)) {
      while (cursor.next()) {
        sum += cursor.key();
      }
    }
    return sum;
  }

  private static long scanAtRandom(ForestCursor cursor, int[] order) {
    long sum = 0;
    for (int source : order) {
      cursor.seek(source);
      sum += sumOfRuns(cursor);
    }
    return sum;
  }

  private static long scanByLongOffsets(ForestCursor cursor) {
    long sum = 0;
    for (long source = cursor.seekNext(0, NODES);
        source >= 0;
        source = cursor.seekNext(source + 1, NODES)) {
      while (cursor.nextRun()) {
        MemorySegment segment = cursor.runSegment();
        long offset = cursor.runOffset();
        int width = cursor.runKeyBytes();
        for (int i = 0; i < cursor.runCount(); i++) {
          sum += segment.get(PageLayout.SHORT, offset + (long) width * i);
        }
      }
    }
    return sum;
  }

  private static long seekAtRandom(ForestCursor cursor, int[] order) {
    long sum = 0;
    for (int source : order) {
      sum += cursor.seek(source);
    }
    return sum;
  }

  private static long getAtRandom(FixedSizeForest forest, PageReader pages, long[] edges) {
    long sum = 0;
    for (int i = 0; i < NODES; i++) {
      long edge = edges[(int) ((i * 7919L) % edges.length)];
      sum += forest.get(pages, edge >>> 32, edge & 0xFFFF_FFFFL);
    }
    return sum;
  }

  private static long sumOfRuns(ForestCursor cursor) {
    long sum = 0;
    while (cursor.nextRun()) {
      if (cursor.runKeyBytes() == Integer.BYTES) {
        sum += sumOfInts(cursor.runSegment(), cursor.runOffset(), cursor.runCount());
      } else {
        for (int i = 0; i < cursor.runCount(); i++) {
          sum += cursor.runSegment().get(PageLayout.SHORT, cursor.runOffset() + 2L * i);
        }
      }
    }
    return sum;
  }

  private static long sumOfInts(MemorySegment segment, long offset, int count) {
    MemorySegment keys = segment.asSlice(offset, 4L * count);
    int sum = 0;
    for (int i = 0; i < count; i++) {
      sum += keys.get(PageLayout.INT, 4L * i);
    }
    return sum;
  }

  /// Time of the processor, so that other work on the machine disturbs less.
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private interface Body {
    long run();
  }

  private static void best(String name, long count, Body body) {
    long best = Long.MAX_VALUE;
    long result = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long start = cpuNanos();
      result += body.run();
      best = Math.min(best, cpuNanos() - start);
    }
    System.out.printf("  %-32s %6.2f ns each (%x)%n", name, (double) best / count, result & 15);
  }

  private static int[] order() {
    int[] order = new int[NODES];
    Arrays.setAll(order, i -> i);
    SplittableRandom random = new SplittableRandom(5);
    for (int i = NODES - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int swap = order[i];
      order[i] = order[j];
      order[j] = swap;
    }
    return order;
  }

  private static long[] edges(SplittableRandom random) {
    long[] edges = new long[NODES * 16];
    for (int i = 0; i < edges.length; i++) {
      long source = 0;
      long target = 0;
      for (int bit = 0; bit < SCALE; bit++) {
        double at = random.nextDouble();
        source = source << 1 | (at >= 0.57 + 0.19 ? 1 : 0);
        target = target << 1 | (at >= 0.57 && at < 0.76 || at >= 0.95 ? 1 : 0);
      }
      edges[i] = source << 32 | target;
    }
    return edges;
  }

  /// Pages side by side in one segment, changed in place.
  private static final class FlatPages implements PageWriter {
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment memory;
    private final long[] free = new long[1 << 16];
    private int freeCount;
    private long count;

    FlatPages(long edges) {
      memory = arena.allocate(edges * 32 + (1 << 24), PageLayout.PAGE_BYTES);
    }

    /// Prints how many pages of each type there are.
    void describe() {
      int[] counts = new int[32];
      for (long page = 0; page < count; page++) {
        counts[PageLayout.type(page(page))]++;
      }
      for (int type = 0; type < counts.length; type++) {
        if (counts[type] > 0) {
          System.out.printf("  pages of type %d: %d%n", type, counts[type]);
        }
      }
    }

    void close() {
      arena.close();
    }

    @Override
    public long locate(long pageNumber) {
      if (pageNumber < 0 || pageNumber >= count) {
        throw corrupt(pageNumber, "a page", "none");
      }
      return pageNumber << PageLayout.PAGE_SHIFT;
    }

    @Override
    public MemorySegment segmentAt(long location) {
      return memory;
    }

    @Override
    public long pageCount() {
      return count;
    }

    @Override
    public RuntimeException corrupt(long pageNumber, String expected, String found) {
      return new CorruptPageException("memory", pageNumber, expected, found);
    }

    @Override
    public MemorySegment modify(long pageNumber) {
      return page(pageNumber);
    }

    @Override
    public long allocate(byte type, int structureId) {
      return freeCount > 0 ? initialise(free[--freeCount], type) : allocateRun(1, type, 0);
    }

    @Override
    public long allocateRun(int pageCount, byte type, int structureId) {
      long first = count;
      count += pageCount;
      for (long page = first; page < count; page++) {
        initialise(page, type);
      }
      return first;
    }

    private long initialise(long page, byte type) {
      MemorySegment segment = page(page);
      segment.fill((byte) 0);
      segment.set(PageLayout.BYTE, PageLayout.TYPE_OFFSET, type);
      return page;
    }

    @Override
    public int maxRun() {
      return 1;
    }

    @Override
    public void free(long pageNumber) {
      free[freeCount++] = pageNumber;
    }
  }
}
