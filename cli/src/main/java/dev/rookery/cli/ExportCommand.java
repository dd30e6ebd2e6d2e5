package dev.rookery.cli;

import dev.rookery.exchange.CsvExport;
import dev.rookery.exchange.GraphMlExport;
import dev.rookery.exchange.GraphSonExport;
import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Writes a database to files of a format, without changing it.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a database to files, which must not be there yet. Changes nothing.",
      "csv: nodes.csv, edges.csv and types.csv in a directory; 'rookery import NEW --directory",
      "  TARGET' makes an equal database of them.",
      "graphml, graphson: one file, as TinkerPop and others read it; 'rookery import NEW --file",
      "  TARGET' reads it too. GraphSON does not say which edge types are SIMPLE."
    })
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The database.")
  private Path database = Path.of("");

  @Parameters(index = "1", paramLabel = "TARGET", description = "Where the files go.")
  private Path target = Path.of("");

  @Option(
      names = "--format",
      description =
          "csv, graphml, graphson; by default what the name of TARGET ends with (.graphml, .xml;"
              + " .graphson, .json, .jsonl), else csv.")
  private @Nullable FileFormat format;

  /// Made by picocli.
  ExportCommand() {}

  @Override
  public Integer call() throws IOException {
    FileFormat of = format == null ? FileFormat.of(target, FileFormat.csv) : format;
    if (of == FileFormat.edges) {
      throw new ParameterException(spec.commandLine(), "edge lists are not written");
    }
    GraphOptions options = GraphOptions.defaults().withReadOnly(true).withCreateIfMissing(false);
    try (Graph graph = Graph.open(database, options);
        ReadTransaction tx = graph.beginRead()) {
      switch (of) {
        case graphml -> GraphMlExport.write(tx, target);
        case graphson -> GraphSonExport.write(tx, target);
        default -> CsvExport.write(tx, target);
      }
      spec.commandLine().getOut().printf("%,d nodes, %,d edges%n", tx.nodeCount(), tx.edgeCount());
      return 0;
    }
  }
}
