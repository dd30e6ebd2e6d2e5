package dev.rookery.cli;

import dev.rookery.exchange.CsvImport;
import dev.rookery.exchange.EdgeListImport;
import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoadSummary;
import dev.rookery.graph.Graph;
import dev.rookery.graph.error.BulkLoadException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Loads files into a database, which is made if it is missing: all of them or none.
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Loads files into a database, all of them or none. Makes the database if it is missing.",
      "csv: --nodes and --edges with typed headers, as :ID,:LABEL,name:string and",
      "  :START_ID,:END_ID,:TYPE,dist:int (or ~id, ~label, ~from, ~to), or a directory that",
      "  export has written.",
      "edges: plain edge lists, two numbers on a line and perhaps a weight."
    },
    footer = {
      "",
      "Examples:",
      "  rookery import airports --nodes nodes.csv --edges edges.csv",
      "  rookery import copy --directory exported",
      "  rookery import web --format edges --edges web-Google.txt --type LINKS"
    })
final class ImportCommand implements Callable<Integer> {
  private static final long MEBIBYTE = 1L << 20;

  /// What the files are.
  enum Format {
    /// CSV with typed headers.
    csv,
    /// Plain edge lists.
    edges
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The database.")
  private Path database = Path.of("");

  @Option(names = "--format", description = "${COMPLETION-CANDIDATES}; by default csv.")
  private Format format = Format.csv;

  @Option(names = "--nodes", paramLabel = "FILE", description = "Files of nodes.")
  private List<Path> nodes = List.of();

  @Option(names = "--edges", paramLabel = "FILE", description = "Files of edges.")
  private List<Path> edges = List.of();

  @Option(
      names = "--directory",
      paramLabel = "EXPORTED",
      description = "A directory with nodes.csv, edges.csv and perhaps types.csv.")
  private List<Path> exported = List.of();

  @Option(names = "--delimiter", description = "What divides fields; by default a comma.")
  private char delimiter = ',';

  @Option(names = "--keep-keys", paramLabel = "NAME", description = "Property for keys of nodes.")
  private String keepKeys = "";

  @Option(names = "--type", description = "Type of the edges of edge lists; by default EDGE.")
  private String type = "EDGE";

  @Option(names = "--label", description = "Label of the nodes of edge lists; by default none.")
  private String label = "";

  @Option(
      names = "--memory",
      paramLabel = "MIB",
      description = "Mebibytes of memory for sorting; by default 256, or less in a small heap.")
  private long memory;

  /// Made by picocli.
  ImportCommand() {}

  @Override
  public Integer call() throws IOException {
    if (nodes.isEmpty() && edges.isEmpty() && exported.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "no files to import");
    }
    boolean isNew = !Files.exists(database);
    try (Graph graph = Graph.open(database)) {
      BulkLoadSummary summary = run(graph, options());
      PrintWriter out = spec.commandLine().getOut();
      out.printf("nodes          %,15d%n", summary.nodes());
      out.printf("edges          %,15d%n", summary.edges());
      out.printf("duplicates     %,15d not added%n", summary.duplicates());
      return 0;
    } catch (IllegalArgumentException | BulkLoadException e) {
      String made = isNew ? " (an empty database was made)" : "";
      throw new ParameterException(spec.commandLine(), e.getMessage() + made, e);
    }
  }

  private BulkLoadOptions options() {
    BulkLoadOptions options = BulkLoadOptions.defaults();
    return memory == 0 ? options : options.withMemoryBytes(memory * MEBIBYTE);
  }

  private BulkLoadSummary run(Graph graph, BulkLoadOptions options) throws IOException {
    if (format == Format.edges) {
      EdgeListImport lists = EdgeListImport.into(graph).type(type).label(label);
      nodes.forEach(lists::nodes);
      edges.forEach(lists::edges);
      if (!keepKeys.isEmpty()) {
        lists.keepKeys(keepKeys);
      }
      return lists.run(options);
    }
    CsvImport csv = CsvImport.into(graph).delimiter(delimiter).keepKeys(keepKeys);
    exported.forEach(csv::directory);
    nodes.forEach(csv::nodes);
    edges.forEach(csv::edges);
    return csv.run(options);
  }
}
