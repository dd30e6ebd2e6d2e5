package dev.rookery.cli;

import dev.rookery.examples.large.LargeGraph;
import dev.rookery.graph.BulkLoadSummary;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Makes a database of a made-up graph, as large as one likes.
@Command(
    name = "generate",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a database of a made-up graph (RMAT): 2^SCALE nodes, 16 edges drawn for each.",
      "Scale 20 is a database of about 270 MB, and each further step doubles it."
    })
final class GenerateCommand implements Callable<Integer> {
  private static final long MEBIBYTE = 1L << 20;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The database.")
  private Path directory = Path.of("");

  @Option(names = "--scale", description = "By default ${DEFAULT-VALUE}.")
  private int scale = 18;

  @Option(
      names = "--memory",
      paramLabel = "MIB",
      description = "Mebibytes of memory for sorting; by default ${DEFAULT-VALUE}.")
  private long memory = 256;

  /// Made by picocli.
  GenerateCommand() {}

  @Override
  public Integer call() {
    try {
      BulkLoadSummary summary = LargeGraph.generate(directory, scale, memory * MEBIBYTE);
      PrintWriter out = spec.commandLine().getOut();
      out.printf("nodes          %,15d%n", summary.nodes());
      out.printf("edges          %,15d%n", summary.edges());
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
