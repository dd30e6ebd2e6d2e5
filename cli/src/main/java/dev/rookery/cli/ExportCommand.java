package dev.rookery.cli;

import dev.rookery.exchange.CsvExport;
import dev.rookery.exchange.GraphMlExport;
import dev.rookery.exchange.GraphSonExport;
import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
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

  @Option(
      names = "--label",
      description = "Only nodes with this label, and edges between them; several are possible.")
  private Set<String> labels = Set.of();

  @Option(names = "--type", description = "Only edges of this type; several are possible.")
  private Set<String> types = Set.of();

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
      ExportedPart part = new ExportedPart(tx, labels, types);
      if (part.isAll()) {
        writeAll(of, tx);
        print(tx.nodeCount(), tx.edgeCount());
      } else {
        writePart(of, part);
        print(count(part.nodes()), count(part.edges()));
      }
      return 0;
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private void writeAll(FileFormat of, ReadTransaction tx) throws IOException {
    switch (of) {
      case graphml -> GraphMlExport.write(tx, target);
      case graphson -> GraphSonExport.write(tx, target);
      default -> CsvExport.write(tx, target);
    }
  }

  private void writePart(FileFormat of, ExportedPart part) throws IOException {
    ReadTransaction tx = part.tx();
    switch (of) {
      case graphml -> GraphMlExport.write(tx, part.nodes(), part.edges(), target);
      case graphson -> GraphSonExport.write(tx, part::has, part::has, target);
      default -> CsvExport.write(tx, part.nodes(), part.edges(), target);
    }
  }

  private void print(long nodes, long edges) {
    spec.commandLine().getOut().printf("%,d nodes, %,d edges%n", nodes, edges);
  }

  private static long count(Iterable<?> all) {
    long count = 0;
    for (Object _ : all) {
      count++;
    }
    return count;
  }
}
