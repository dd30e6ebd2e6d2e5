package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.graph.KroneckerGraph;
import dev.rookery.benchmarks.report.RoundTable;
import dev.rookery.benchmarks.report.RoundTable.Column;
import dev.rookery.benchmarks.work.Directories;
import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.algorithm.BreadthFirst;
import dev.rookery.traversal.algorithm.MultiSourceBreadthFirst;
import dev.rookery.traversal.algorithm.SourceLevels;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/// Breadth-first searches of the Kronecker graph of the GAP Benchmark Suite, each edge stored once
/// and walked both ways, beside the search of that suite on arrays; and 64 searches at once. All
/// must find as many nodes at each distance as a plain queue.
final class KroneckerSearches implements Study {
  private static final String TYPE = "E";
  private static final int START_COUNT = 16;

  private static final Column SEARCH = Column.of("ms of CPU time for a search");
  private static final Column RATIO = Column.ratio("÷ GAP's search on arrays");
  private static final Column WALL = Column.of("ms by the clock");

  private final StudyOptions options;
  private final KroneckerGraph edges;
  private final ArraySearch arrays;
  private final int[] starts;
  private final long[][] expected;
  private final Graph graph;
  private final RoundTable table = new RoundTable("search", SEARCH, RATIO, WALL);

  KroneckerSearches(StudyOptions options) throws IOException {
    this.options = options;
    edges = KroneckerGraph.generate(options.scale());
    arrays = new ArraySearch(edges);
    starts =
        new SplittableRandom(1)
            .ints(0, edges.nodeCount)
            .filter(node -> arrays.degree(node) > 0)
            .limit(MultiSourceBreadthFirst.SOURCES_MAX)
            .toArray();
    expected = new long[starts.length][];
    Arrays.setAll(expected, i -> arrays.searchPlainly(starts[i]));
    graph = Graph.open(Directories.fresh(options.directory().resolve("gap")));
    try (BulkLoader load = graph.bulkLoad(BulkLoadOptions.defaults())) {
      for (int node = 0; node < edges.nodeCount; node++) {
        load.addNode();
      }
      for (int i = 0; i < edges.sources.length; i++) {
        load.addEdge(TYPE, edges.sources[i] + 1L, edges.targets[i] + 1L);
      }
      load.finish();
    }
  }

  /// What a search took, in milliseconds.
  private record Cost(double cpu, double wall) {}

  @Override
  public String description() {
    return "Kronecker graph, scale %d: %,d nodes, %,d edges, undirected"
        .formatted(options.scale(), edges.nodeCount, edges.sources.length);
  }

  @Override
  public List<RoundTable> tables() {
    return List.of(table);
  }

  @Override
  public void measure() {
    try (ReadTransaction tx = graph.beginRead()) {
      Cost base = each(arrays::search);
      add("GAP's, on arrays", base, base);
      add("plain queue, on arrays", each(arrays::searchPlainly), base);
      add("BreadthFirst, 1 worker", each(start -> search(tx, start, 1)), base);
      add(
          "BreadthFirst, 2 workers, CPU time of the caller",
          each(start -> search(tx, start, 2)),
          base);
      add("one of 64 at once", atOnce(tx), base);
    }
  }

  private void add(String row, Cost cost, Cost base) {
    table.add(row, SEARCH, cost.cpu);
    table.add(row, RATIO, cost.cpu / base.cpu);
    table.add(row, WALL, cost.wall);
  }

  private static long[] search(ReadTransaction tx, int start, int workers) {
    return BreadthFirst.from(start + 1L)
        .along(EdgeSelection.both(TYPE))
        .run(tx, RunOptions.defaults().withWorkerCount(workers))
        .sizes();
  }

  private Cost each(IntFunction<long[]> search) {
    return repeat(() -> {
      for (int i = 0; i < START_COUNT; i++) {
        check(i, search.apply(starts[i]));
      }
      return START_COUNT;
    });
  }

  private Cost atOnce(ReadTransaction tx) {
    long[] nodes = Arrays.stream(starts).mapToLong(start -> start + 1L).toArray();
    MultiSourceBreadthFirst search =
        MultiSourceBreadthFirst.from(nodes).along(EdgeSelection.both(TYPE));
    return repeat(() -> {
      SourceLevels found = search.run(tx, RunOptions.defaults().withWorkerCount(1));
      for (int i = 0; i < starts.length; i++) {
        check(i, found.sizes(i));
      }
      return starts.length;
    });
  }

  private void check(int index, long[] sizes) {
    if (!Arrays.equals(sizes, expected[index])) {
      throw new IllegalStateException(
          "levels differ start=%d expected=%s found=%s"
              .formatted(starts[index], Arrays.toString(expected[index]), Arrays.toString(sizes)));
    }
  }

  /// Some searches, which say how many.
  private interface Searches {
    int run();
  }

  private Cost repeat(Searches searches) {
    long cpuBefore = Threads.cpuNanos();
    long begin = System.nanoTime();
    long end = begin + (long) (options.seconds() * 1e9);
    double count = 0;
    do {
      count += searches.run();
    } while (System.nanoTime() - end < 0);
    return new Cost(
        (Threads.cpuNanos() - cpuBefore) / count / 1e6, (System.nanoTime() - begin) / count / 1e6);
  }

  @Override
  public void close() {
    graph.close();
  }
}
