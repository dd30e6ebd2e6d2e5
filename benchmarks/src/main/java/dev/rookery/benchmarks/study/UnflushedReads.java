package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.graph.RmatGraph;
import dev.rookery.benchmarks.report.RoundTable;
import dev.rookery.benchmarks.report.RoundTable.Column;
import dev.rookery.benchmarks.work.Directories;
import dev.rookery.benchmarks.work.Queries;
import dev.rookery.benchmarks.work.RookeryGraph;
import dev.rookery.graph.GraphStats;
import dev.rookery.storage.Durability;
import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// Reads of a graph whose pages are all still in scratch, among many others, against the same reads
/// after a checkpoint.
final class UnflushedReads implements Study {
  private static final Column PAGES = Column.of("pages in scratch");
  private static final Column UNFLUSHED = Column.of("unflushed, nodes/s");
  private static final Column SETTLED = Column.of("settled, nodes/s");
  private static final Column RATIO = Column.ratio("unflushed ÷ settled");
  private static final Column CPU_RATIO = Column.ratio("by CPU time");
  private static final Column CHECKPOINT = Column.of("checkpoint, s");

  private final StudyOptions options;
  private final RmatGraph edges;
  private final RoundTable table =
      new RoundTable("reads", PAGES, UNFLUSHED, SETTLED, RATIO, CPU_RATIO, CHECKPOINT);
  private int round;

  UnflushedReads(StudyOptions options) {
    this.options = options;
    this.edges = RmatGraph.generate(options.scale());
  }

  @Override
  public String description() {
    return "all out-neighbours of random nodes, before and after a checkpoint";
  }

  @Override
  public List<RoundTable> tables() {
    return List.of(table);
  }

  @Override
  public void measure() throws IOException {
    int[] nodes = Queries.of(edges, round++).reads;
    Path made = Directories.fresh(options.directory().resolve("unflushed"));
    long bytes = (long) options.unflushedPages() << PageLayout.PAGE_SHIFT;
    try (RookeryGraph graph =
        new RookeryGraph(made, StudyOptions.unhurried(bytes).withDurability(Durability.NONE))) {
      graph.addNodes(edges.nodeCount);
      graph.addEdges(edges);
      LargeValues.addUntilUnflushed(graph, options.unflushedPages());
      measure(graph, nodes);
    } finally {
      Directories.delete(made);
    }
  }

  private void measure(RookeryGraph graph, int[] nodes) {
    long answer = NeighborReads.sum(graph, nodes);
    NeighborReads unflushed = NeighborReads.run(graph, nodes, options.seconds());
    GraphStats stats = graph.graph().stats();
    if (stats.scratchPages() < options.unflushedPages()) {
      throw new IllegalStateException("pages were flushed scratchPages=" + stats.scratchPages());
    }
    long begin = System.nanoTime();
    graph.graph().checkpoint();
    double checkpointSeconds = (System.nanoTime() - begin) / 1e9;
    // The first pass brings the pages of the file into the address space.
    if (NeighborReads.sum(graph, nodes) != answer) {
      throw new IllegalStateException("neighbours differ after the checkpoint");
    }
    NeighborReads settled = NeighborReads.run(graph, nodes, options.seconds());
    String row = "scale " + options.scale();
    table.add(row, PAGES, (double) stats.scratchPages());
    table.add(row, UNFLUSHED, unflushed.perSecond());
    table.add(row, SETTLED, settled.perSecond());
    table.add(row, RATIO, unflushed.perSecond() / settled.perSecond());
    table.add(row, CPU_RATIO, unflushed.perCpuSecond() / settled.perCpuSecond());
    table.add(row, CHECKPOINT, checkpointSeconds);
  }
}
