package dev.rookery.cli;

import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.GraphStats;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.index.IndexStatus;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Prints what a database holds, without changing it.
@Command(
    name = "stats",
    mixinStandardHelpOptions = true,
    description = "Prints what a database holds. Changes nothing.")
final class StatsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The database.")
  private Path directory = Path.of("");

  /// Made by picocli.
  StatsCommand() {}

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    GraphOptions options = GraphOptions.defaults().withReadOnly(true).withCreateIfMissing(false);
    try (Graph graph = Graph.open(directory, options);
        ReadTransaction tx = graph.beginRead()) {
      GraphStats stats = graph.stats();
      out.printf("nodes          %,15d%n", stats.nodes());
      out.printf("edges          %,15d%n", stats.edges());
      for (String type : tx.edgeTypes()) {
        out.printf("  %-12s %,15d%n", type, tx.edgeCount(type));
      }
      out.printf("labels         %s%n", String.join(", ", tx.labels()));
      for (IndexStatus index : tx.indexes()) {
        printIndex(out, index);
      }
      out.printf("commits        %,15d%n", stats.sequence());
      out.printf("pages          %,15d of %,d bytes%n", stats.pages(), stats.pageBytes());
      out.printf("free pages     %,15d%n", stats.freePages());
      out.printf("data file      %,15d bytes%n", stats.dataFileBytes());
      out.printf("  on the disk  %,15d bytes%n", stats.dataFileAllocatedBytes());
      return 0;
    }
  }

  private static void printIndex(PrintWriter out, IndexStatus index) {
    String kind = index.definition().unique() ? "unique index" : "index";
    String state = index.state().name().toLowerCase(Locale.ROOT);
    out.printf(
        "%-14s %s: %s, %,d nodes %s%n",
        kind, index.definition(), state, index.entryCount(), index.failure());
  }
}
