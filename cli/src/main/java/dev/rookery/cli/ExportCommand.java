package dev.rookery.cli;

import dev.rookery.exchange.CsvExport;
import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Writes a database to CSV files, without changing it.
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a database to CSV files nodes.csv, edges.csv and types.csv in a directory, which",
      "must not hold such files. 'rookery import NEW --directory TARGET' makes an equal database",
      "of them. Changes nothing."
    })
final class ExportCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The database.")
  private Path database = Path.of("");

  @Parameters(index = "1", paramLabel = "TARGET", description = "Where the files go.")
  private Path target = Path.of("");

  /// Made by picocli.
  ExportCommand() {}

  @Override
  public Integer call() throws IOException {
    GraphOptions options = GraphOptions.defaults().withReadOnly(true).withCreateIfMissing(false);
    try (Graph graph = Graph.open(database, options);
        ReadTransaction tx = graph.beginRead()) {
      CsvExport.write(tx, target);
      spec.commandLine().getOut().printf("%,d nodes, %,d edges%n", tx.nodeCount(), tx.edgeCount());
      return 0;
    }
  }
}
