package dev.rookery.benchmarks.pattern;

import dev.rookery.benchmarks.report.RoundTable;
import dev.rookery.benchmarks.report.RoundTable.Column;
import dev.rookery.benchmarks.work.RmatGraph;
import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.pattern.Pattern;
import dev.rookery.traversal.pattern.PatternRows;
import dev.rookery.traversal.run.RunOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Patterns of an RMAT graph counted by queries, on one thread, beside plain code on rows on the
/// heap. What takes plain code longer than a limit is given up, and its ratio is a lower bound.
public final class PatternCounts implements AutoCloseable {
  private static final double LIMIT_SECONDS = 60;
  private static final Column QUERY = Column.of("query, s");
  private static final Column PLAIN = Column.of("plain, s");
  private static final Column RATIO = Column.ratio("plain ÷ query");
  private static final Column COUNT = Column.of("count");

  private final RmatGraph edges;
  private final Rows out;
  private final Rows lower;
  private final Graph graph;
  private final RoundTable table = new RoundTable("pattern", QUERY, PLAIN, RATIO, COUNT);

  /// Makes the database.
  public PatternCounts(int scale, Path directory) throws IOException {
    edges = RmatGraph.generate(scale);
    out = Rows.out(edges);
    lower = Rows.lower(edges);
    graph = Graph.open(directory);
    load();
  }

  private void load() {
    try (BulkLoader loader = graph.bulkLoad(BulkLoadOptions.defaults())) {
      for (int node = 0; node < edges.nodeCount; node++) {
        loader.addNode();
      }
      for (int i = 0; i < edges.edgeCount(); i++) {
        loader.addEdge("E", edges.sources[i] + 1L, edges.targets[i] + 1L);
      }
      for (int node = 0; node < lower.nodeCount(); node++) {
        for (int i = lower.begins[node]; i < lower.begins[node + 1]; i++) {
          loader.addEdge("U", node + 1L, lower.targets[i] + 1L);
        }
      }
      loader.finish();
    }
  }

  /// Returns the table that [#measure] fills.
  public RoundTable table() {
    return table;
  }

  /// Counts everything once.
  ///
  /// @throws IllegalStateException if two ways to count differ
  public void measure() {
    for (CountedPattern pattern :
        List.of(
            CountedPattern.MERGED_TRIANGLES,
            CountedPattern.TRIANGLES,
            CountedPattern.CLIQUES,
            CountedPattern.CYCLES,
            CountedPattern.WALKS,
            CountedPattern.STRANGERS)) {
      measure(pattern);
    }
  }

  private void measure(CountedPattern pattern) {
    long begin = System.nanoTime();
    long count = count(pattern);
    double query = (System.nanoTime() - begin) / 1e9;
    begin = System.nanoTime();
    long plain = -1;
    try {
      plain =
          pattern
              .plain()
              .applyAsLong(new PlainCounts(out, lower, begin + (long) (LIMIT_SECONDS * 1e9)));
    } catch (PlainCounts.GivenUpException e) {
      System.err.println("given up: plain " + pattern.name());
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    if (plain >= 0 && plain != count) {
      throw new IllegalStateException(
          "counts differ pattern=%s query=%d plain=%d".formatted(pattern.name(), count, plain));
    }
    table.add(pattern.name(), QUERY, query);
    table.add(pattern.name(), PLAIN, seconds);
    table.add(pattern.name(), RATIO, seconds / query);
    table.add(pattern.name(), COUNT, count);
  }

  private long count(CountedPattern pattern) {
    RunOptions options = RunOptions.defaults().withWorkerCount(1);
    try (ReadTransaction tx = graph.beginRead();
        PatternRows rows = Pattern.parse(pattern.text()).rows(tx, options)) {
      rows.next();
      return rows.number("count(*)");
    }
  }

  @Override
  public void close() {
    graph.close();
  }
}
