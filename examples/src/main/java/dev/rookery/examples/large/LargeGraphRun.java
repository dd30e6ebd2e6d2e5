package dev.rookery.examples.large;

import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.algorithm.BreadthFirst;
import dev.rookery.traversal.algorithm.Components;
import dev.rookery.traversal.algorithm.ConnectedComponents;
import dev.rookery.traversal.algorithm.NodeDoubles;
import dev.rookery.traversal.algorithm.NodeLevels;
import dev.rookery.traversal.algorithm.PageRank;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.run.RunReport;
import java.io.PrintWriter;
import java.nio.file.Path;

/// One pass over all of a graph, and what it costs: time, what was read, pages faulted in.
public final class LargeGraphRun {
  private static final int ITERATIONS = 10;

  /// What is computed.
  public enum Work {
    /// Distances from one node, along edges.
    BFS,
    /// Weakly connected components.
    COMPONENTS,
    /// Ten iterations of PageRank.
    PAGERANK
  }

  private final PrintWriter out;

  /// @param out where the figures are printed
  public LargeGraphRun(PrintWriter out) {
    this.out = out;
  }

  /// Runs over the regions of a database that [LargeGraph#generate] has made.
  ///
  /// @param start where a search begins
  public void run(Path directory, Work work, long start, RunOptions options) {
    measure(
        directory,
        tx -> {
          EdgeSelection edges = EdgeSelection.out(LargeGraph.TYPE);
          switch (work) {
            case BFS -> {
              NodeLevels distances = BreadthFirst.from(start).along(edges).run(tx, options);
              out.printf("reached        %,15d nodes%n", distances.reachedCount());
              out.printf("levels         %,15d%n", distances.sizes().length);
              report(distances.report());
            }
            case COMPONENTS -> {
              Components components = ConnectedComponents.along(edges).run(tx, options);
              out.printf("components     %,15d%n", components.count());
              report(components.report());
            }
            case PAGERANK -> {
              PageRank description = PageRank.along(edges).iterations(ITERATIONS);
              NodeDoubles ranks = description.run(tx, options);
              double[] sum = {0};
              ranks.forEach((node, rank) -> sum[0] += rank);
              out.printf("sum of ranks   %15.6f%n", sum[0]);
              report(ranks.report());
            }
          }
        });
  }

  /// Runs the plain queue over the same store.
  ///
  /// @param start where a search begins
  public void runPlain(Path directory, Work work, long start) {
    measure(
        directory,
        tx -> {
          PlainQueue queue = new PlainQueue(tx);
          switch (work) {
            case BFS -> out.printf("reached        %,15d nodes%n", queue.reach(start));
            case COMPONENTS -> out.printf("components     %,15d%n", queue.components());
            case PAGERANK -> throw new IllegalArgumentException("PageRank needs no queue");
          }
          out.printf("edges walked   %,15d%n", queue.edgesWalked());
        });
  }

  private interface Pass {
    void run(ReadTransaction tx);
  }

  private void measure(Path directory, Pass pass) {
    GraphOptions options = GraphOptions.defaults().withReadOnly(true);
    try (Graph graph = Graph.open(directory, options)) {
      ProcessFigures before = ProcessFigures.now();
      long begin = System.nanoTime();
      graph.read(tx -> {
        pass.run(tx);
        return true;
      });
      double seconds = (System.nanoTime() - begin) / 1e9;
      ProcessFigures used = ProcessFigures.now().since(before);
      out.printf("time           %15.2f s%n", seconds);
      out.printf("read           %,15d bytes from disk%n", used.readBytes());
      out.printf("faulted in     %,15d times%n", used.majorFaults());
      out.printf("data file      %,15d bytes%n", graph.stats().dataFileBytes());
    }
  }

  private void report(RunReport report) {
    out.printf("edges walked   %,15d%n", report.edgesWalked());
    out.printf("rounds         %,15d%n", report.rounds());
    out.printf("parts visited  %,15d%n", report.partsVisited());
    out.printf("staged reads   %,15d, %,d bytes%n", report.stagedReads(), report.stagedBytes());
    out.printf("memory         %,15d bytes%n", report.memoryBytes());
    out.printf("spilled        %,15d bytes%n", report.spilledBytes());
  }
}
