package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.graph.RmatGraph;
import dev.rookery.benchmarks.report.RoundTable;
import dev.rookery.benchmarks.report.RoundTable.Column;
import dev.rookery.benchmarks.work.Directories;
import dev.rookery.benchmarks.work.Queries;
import dev.rookery.benchmarks.work.RookeryGraph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.storage.Durability;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/// Reads of one thread with a writer in another one, against the same reads alone.
///
/// Writers never pause. What they write leaves the out-neighbours of the nodes that are read as
/// they were, or takes one in forty of them away and gives them back.
final class ReadsBesideWriter implements Study {
  private static final int BATCH_EDGES = 50_000;
  private static final Column ALONE = Column.of("alone, nodes/s");
  private static final Column BESIDE = Column.of("beside, nodes/s");
  private static final Column RATIO = Column.ratio("beside ÷ alone");
  private static final Column CPU_RATIO = Column.ratio("by CPU time of the reader");
  private static final Column COMMITS = Column.of("commits/s of the writer");

  private final StudyOptions options;
  private final RmatGraph edges;
  private final RookeryGraph graph;
  private final RoundTable table =
      new RoundTable("writer", ALONE, BESIDE, RATIO, CPU_RATIO, COMMITS);
  private int round;
  private long numbers;

  ReadsBesideWriter(StudyOptions options) throws IOException {
    this.options = options;
    this.edges = RmatGraph.generate(options.scale());
    graph =
        new RookeryGraph(
            Directories.fresh(options.directory().resolve("beside")), GraphOptions.defaults());
    graph.addNodes(edges.nodeCount);
    graph.addEdges(edges);
    graph.graph().checkpoint();
  }

  @Override
  public String description() {
    return "all out-neighbours of random nodes, 1,000 in a read transaction, beside one writer";
  }

  @Override
  public List<RoundTable> tables() {
    return List.of(table);
  }

  @Override
  public void measure() {
    int[] nodes = Queries.of(edges, round++).reads;
    measure("node and edge, BACKGROUND", nodes, running -> commit(running, Durability.BACKGROUND));
    measure("node and edge, SYNC", nodes, running -> commit(running, Durability.SYNC));
    measure("50,000 edges deleted or added, SYNC", nodes, this::exchange);
  }

  private void measure(String row, int[] nodes, Threads.Loop writer) {
    long answer = NeighborReads.sum(graph, nodes);
    NeighborReads alone = NeighborReads.run(graph, nodes, options.seconds());
    NeighborReads[] beside = new NeighborReads[1];
    double commits =
        Threads.beside(
            writer, () -> beside[0] = NeighborReads.run(graph, nodes, options.seconds()));
    graph.graph().checkpoint();
    if (NeighborReads.sum(graph, nodes) != answer) {
      throw new IllegalStateException("neighbours are not what they were before writer=" + row);
    }
    table.add(row, ALONE, alone.perSecond());
    table.add(row, BESIDE, beside[0].perSecond());
    table.add(row, RATIO, beside[0].perSecond() / alone.perSecond());
    table.add(row, CPU_RATIO, beside[0].perCpuSecond() / alone.perCpuSecond());
    table.add(row, COMMITS, commits);
  }

  private long commit(AtomicBoolean running, Durability durability) {
    SplittableRandom random = new SplittableRandom(round);
    long count = 0;
    while (running.get()) {
      graph.commit(numbers++, random, edges.nodeCount, durability);
      count++;
    }
    return count;
  }

  /// Deletes a batch of edges and adds it again, one batch after the other.
  private long exchange(AtomicBoolean running) {
    long count = 0;
    int begin = 0;
    while (running.get()) {
      int end = Math.min(begin + BATCH_EDGES, edges.edgeCount());
      graph.deleteEdges(edges, begin, end);
      graph.addEdges(edges, begin, end);
      begin = end == edges.edgeCount() ? 0 : end;
      count += 2;
    }
    return count;
  }

  @Override
  public void close() {
    graph.close();
  }
}
