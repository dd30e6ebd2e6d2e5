package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.graph.RmatGraph;
import dev.rookery.benchmarks.report.RoundTable;
import dev.rookery.benchmarks.report.RoundTable.Column;
import dev.rookery.benchmarks.work.Directories;
import dev.rookery.benchmarks.work.RookeryGraph;
import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.GraphStats;
import dev.rookery.storage.Durability;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How long it takes to open a database that was closed properly, by its size.
final class OpenTime implements Study {
  private static final GraphOptions LOADING =
      GraphOptions.defaults().withDurability(Durability.NONE);
  private static final Column SIZE = Column.of("data file, MiB");
  private static final Column OPEN = Column.of("open, ms");
  private static final Column READ = Column.of("first read, ms");

  private final Map<String, Stored> databases = new LinkedHashMap<>();
  private final RoundTable table = new RoundTable("database", SIZE, OPEN, READ);

  /// A database that was closed.
  ///
  /// @param nodes how many nodes it has
  private record Stored(Path directory, long nodes) {}

  OpenTime(StudyOptions options) throws IOException {
    Path parent = options.directory().resolve("open");
    for (int scale = Math.max(1, options.scale() - 6); scale <= options.scale(); scale += 3) {
      RmatGraph edges = RmatGraph.generate(scale);
      Path made = Directories.fresh(parent);
      try (RookeryGraph graph = new RookeryGraph(made, LOADING)) {
        graph.addNodes(edges.nodeCount);
        graph.addEdges(edges);
      }
      databases.put("scale " + scale, new Stored(made, edges.nodeCount));
    }
    Path made = Directories.fresh(parent);
    try (RookeryGraph graph = new RookeryGraph(made, LOADING)) {
      LargeValues.addUntilStored(graph, options.unflushedPages());
      databases.put(
          "values on %,d pages".formatted(options.unflushedPages()),
          new Stored(made, graph.graph().stats().nodes()));
    }
  }

  @Override
  public String description() {
    return "a database is opened after a proper close; its files are in the system's cache";
  }

  @Override
  public List<RoundTable> tables() {
    return List.of(table);
  }

  @Override
  public void measure() {
    databases.forEach(this::measure);
  }

  private void measure(String row, Stored stored) {
    long begin = System.nanoTime();
    Graph graph = Graph.open(stored.directory);
    long opened = System.nanoTime();
    try (graph) {
      long nodes = graph.read(tx -> tx.node(1).id() > 0 ? tx.nodeCount() : 0);
      long read = System.nanoTime();
      if (nodes != stored.nodes) {
        throw new IllegalStateException("nodes=" + nodes + " expected=" + stored.nodes);
      }
      GraphStats stats = graph.stats();
      table.add(row, SIZE, stats.dataFileBytes() / (double) (1 << 20));
      table.add(row, OPEN, (opened - begin) / 1e6);
      table.add(row, READ, (read - opened) / 1e6);
    }
  }
}
