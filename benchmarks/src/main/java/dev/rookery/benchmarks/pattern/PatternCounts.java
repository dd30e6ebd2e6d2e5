package dev.rookery.benchmarks.pattern;

import dev.rookery.benchmarks.graph.CsrRows;
import dev.rookery.benchmarks.graph.RmatGraph;
import dev.rookery.benchmarks.report.RoundTable;
import dev.rookery.benchmarks.report.RoundTable.Column;
import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.pattern.Pattern;
import dev.rookery.traversal.pattern.PatternRows;
import dev.rookery.traversal.run.RunOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/// Patterns of an RMAT graph counted by queries, on one thread, beside plain code on rows on the
/// heap and beside peers. What takes these longer than a limit is given up: the ratio is then a
/// lower bound, and it is not tried again.
final class PatternCounts implements AutoCloseable {
  private static final Column QUERY = Column.of("Rookery, ms");
  private static final Column PLAIN = Column.of("plain, ms");
  private static final Column RATIO = Column.ratio("plain ÷ Rookery");
  private static final Column PEER = Column.of("peer, ms");
  private static final Column PEER_RATIO = Column.ratio("peer ÷ Rookery");
  private static final Column COUNT = Column.of("count");

  private final RmatGraph edges;
  private final CsrRows out;
  private final CsrRows lower;
  private final Graph graph;
  private final List<PatternPeer> peers;
  private final Duration limit;
  private final Set<String> givenUp = new HashSet<>();
  private final RoundTable table =
      new RoundTable("pattern", QUERY, PLAIN, RATIO, PEER, PEER_RATIO, COUNT);

  /// Makes the databases.
  ///
  /// @param limit after how much time others are given up
  PatternCounts(int scale, Path directory, List<PatternPeer> peers, Duration limit)
      throws IOException {
    this.peers = peers;
    this.limit = limit;
    edges = RmatGraph.generate(scale);
    out = CsrRows.out(edges);
    lower = CsrRows.lower(edges);
    int[] high = lower.sources();
    graph = Graph.open(directory.resolve("rookery"));
    try (BulkLoader loader = graph.bulkLoad(BulkLoadOptions.defaults())) {
      for (int node = 0; node < edges.nodeCount; node++) {
        loader.addNode();
      }
      add(loader, "E", edges.sources, edges.targets);
      add(loader, "U", high, lower.targets);
      loader.finish();
    }
    for (PatternPeer peer : peers) {
      peer.load(
          directory.resolve(peer.name()),
          edges.nodeCount,
          new String[] {"E", "U"},
          new int[][] {edges.sources, high},
          new int[][] {edges.targets, lower.targets});
    }
  }

  private static void add(BulkLoader loader, String type, int[] sources, int[] targets) {
    for (int i = 0; i < sources.length; i++) {
      loader.addEdge(type, sources[i] + 1L, targets[i] + 1L);
    }
  }

  /// Returns the table that [#measure] fills.
  RoundTable table() {
    return table;
  }

  /// Counts everything once.
  ///
  /// @param only what the names of patterns are to contain
  /// @throws IllegalStateException if two ways to count differ
  void measure(String only) {
    for (CountedPattern pattern : CountedPattern.all()) {
      if (!pattern.name().contains(only)) {
        continue;
      }
      long begin = System.nanoTime();
      long count = count(pattern);
      double seconds = seconds(begin);
      table.add(pattern.name(), QUERY, seconds * 1e3);
      table.add(pattern.name(), COUNT, (double) count);
      measurePlain(pattern, count, seconds);
      for (PatternPeer peer : peers) {
        measurePeer(peer, pattern, count, seconds);
      }
    }
  }

  private static double seconds(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private long count(CountedPattern pattern) {
    RunOptions options = RunOptions.defaults().withWorkerCount(1);
    try (ReadTransaction tx = graph.beginRead();
        PatternRows rows = Pattern.parse(pattern.text()).rows(tx, options)) {
      rows.next();
      return rows.number("count(*)");
    }
  }

  private void measurePlain(CountedPattern pattern, long count, double seconds) {
    long begin = System.nanoTime();
    OptionalLong plain = OptionalLong.empty();
    if (!givenUp.contains(pattern.name())) {
      try {
        PlainCounts counts = new PlainCounts(out, lower, begin + limit.toNanos());
        plain = OptionalLong.of(pattern.plain().applyAsLong(counts));
      } catch (PlainCounts.GivenUpException e) {
        givenUp.add(pattern.name());
      }
    }
    double taken = plain.isPresent() ? seconds(begin) : limit.toMillis() / 1e3;
    check(pattern, "plain", count, plain);
    table.add(pattern.name(), PLAIN, taken * 1e3);
    table.add(pattern.name(), RATIO, taken / seconds);
  }

  private void measurePeer(PatternPeer peer, CountedPattern pattern, long count, double seconds) {
    String name = peer.name() + " " + pattern.name();
    long begin = System.nanoTime();
    OptionalLong found =
        givenUp.contains(name) ? OptionalLong.empty() : peer.count(pattern.cypher(), limit);
    if (found.isEmpty()) {
      givenUp.add(name);
    }
    double taken = found.isPresent() ? seconds(begin) : limit.toMillis() / 1e3;
    check(pattern, peer.name(), count, found);
    table.add(pattern.name(), PEER, taken * 1e3);
    table.add(pattern.name(), PEER_RATIO, taken / seconds);
  }

  private static void check(
      CountedPattern pattern, String other, long count, OptionalLong otherCount) {
    if (otherCount.isPresent() && otherCount.getAsLong() != count) {
      throw new IllegalStateException(
          "counts differ pattern=%s rookery=%d %s=%d"
              .formatted(pattern.name(), count, other, otherCount.getAsLong()));
    }
  }

  /// Returns what was given up, so that its times are only limits.
  Set<String> givenUp() {
    return givenUp;
  }

  @Override
  public void close() {
    graph.close();
    peers.forEach(PatternPeer::close);
  }
}
