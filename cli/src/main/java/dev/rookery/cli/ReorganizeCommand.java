package dev.rookery.cli;

import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.NodeOrder;
import dev.rookery.graph.ReorganizeOptions;
import dev.rookery.graph.ReorganizeSummary;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Lays a database down anew in a better physical order.
@Command(
    name = "reorganize",
    mixinStandardHelpOptions = true,
    description = {
      "Lays a database down anew in a better physical order, and makes its file smaller.",
      "Node ids and all content stay. The database must not be open elsewhere; a program that has",
      "it open calls Graph.reorganize. Needs room on the disk for three copies of the graph."
    })
final class ReorganizeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The database.")
  private Path directory = Path.of("");

  @Option(
      names = "--order",
      paramLabel = "ORDER",
      description = "breadth-first (the default), communities, degree, or unchanged.")
  private String order = "breadth-first";

  @Option(
      names = "--memory",
      paramLabel = "MEBIBYTES",
      description = "Memory for what is known of each node (default: ${DEFAULT-VALUE}).")
  private long memory = 1024;

  /// Made by picocli.
  ReorganizeCommand() {}

  @Override
  public Integer call() {
    ReorganizeOptions how =
        ReorganizeOptions.defaults().withOrder(order()).withMemoryBytes(Math.max(0, memory) << 20);
    GraphOptions options = GraphOptions.defaults().withCreateIfMissing(false);
    try (Graph graph = Graph.open(directory, options)) {
      ReorganizeSummary summary = graph.reorganize(how);
      PrintWriter out = spec.commandLine().getOut();
      out.printf("nodes          %,15d%n", summary.nodes());
      out.printf("edges          %,15d%n", summary.edges());
      out.printf("pages before   %,15d%n", summary.pagesBefore());
      out.printf("pages after    %,15d%n", summary.pagesAfter());
      return 0;
    }
  }

  private NodeOrder order() {
    try {
      return NodeOrder.valueOf(order.toUpperCase(Locale.ROOT).replace('-', '_'));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "no such order order=" + order, e);
    }
  }
}
