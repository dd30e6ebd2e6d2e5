package dev.rookery.cli;

import dev.rookery.exchange.CsvImport;
import dev.rookery.exchange.EdgeListImport;
import dev.rookery.exchange.GraphMlImport;
import dev.rookery.exchange.GraphSonImport;
import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoadSummary;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.error.BulkLoadException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "edges: plain edge lists, two numbers on a line and perhaps a weight.",
      "graphml, graphson: one file for nodes and edges, as TinkerPop writes it, or export."
    },
    footer = {
      "",
      "Examples:",
      "  rookery import airports --nodes nodes.csv --edges edges.csv",
      "  rookery import copy --directory exported",
      "  rookery import web --format edges --edges web-Google.txt --type LINKS",
      "  rookery import modern --file tinkerpop-modern-v3.json",
      "  rookery import network --file network.graphml --undirected"
    })
final class ImportCommand implements Callable<Integer> {
  private static final long MEBIBYTE = 1L << 20;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "DIRECTORY", description = "The database.")
  private Path database = Path.of("");

  @Option(
      names = "--format",
      description =
          "${COMPLETION-CANDIDATES}; by default what the name of --file ends with (.graphml, .xml;"
              + " .graphson, .json, .jsonl), else csv.")
  private @Nullable FileFormat format;

  @Option(names = "--file", paramLabel = "FILE", description = "A GraphML or GraphSON file.")
  private @Nullable Path file;

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

  @Option(
      names = "--type",
      description = "Type of edges in edge lists, or that GraphML gives none; by default EDGE.")
  private String type = "EDGE";

  @Option(
      names = "--label",
      description = "Label of nodes in edge lists, or that GraphML gives none; by default none.")
  private String label = "";

  @Option(
      names = "--simple",
      description =
          "Edge types of GraphML and GraphSON become SIMPLE, not MULTI: of equal edges one stays.")
  private boolean isSimple;

  @Option(
      names = "--undirected",
      description = "Undirected edges of GraphML become edges as they are written.")
  private boolean takesUndirected;

  @Option(
      names = "--drop-meta-properties",
      description = "Properties of properties of GraphSON are dropped, not an error.")
  private boolean dropsMetaProperties;

  @Option(
      names = "--memory",
      paramLabel = "MIB",
      description = "Mebibytes of memory for sorting; by default 256, or less in a small heap.")
  private long memory;

  /// Made by picocli.
  ImportCommand() {}

  @Override
  public Integer call() throws IOException {
    FileFormat of = formatOfFiles();
    boolean isNew = !Files.exists(database);
    try (Graph graph = Graph.open(database)) {
      BulkLoadSummary summary = run(graph, of, options());
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

  private FileFormat formatOfFiles() {
    Path one = file;
    boolean isSeveral = !(nodes.isEmpty() && edges.isEmpty() && exported.isEmpty());
    if (one == null && !isSeveral) {
      throw new ParameterException(spec.commandLine(), "no files to import");
    }
    FileFormat ofName = one == null ? FileFormat.csv : FileFormat.of(one, FileFormat.csv);
    FileFormat found = format == null ? ofName : format;
    boolean isInOneFile = found == FileFormat.graphml || found == FileFormat.graphson;
    if (isInOneFile == isSeveral || isInOneFile != (one != null)) {
      throw new ParameterException(
          spec.commandLine(),
          "graphml and graphson are one --file, csv and edges are --nodes and --edges format="
              + found);
    }
    return found;
  }

  private BulkLoadSummary run(Graph graph, FileFormat of, BulkLoadOptions options)
      throws IOException {
    return switch (of) {
      case csv -> {
        CsvImport csv = CsvImport.into(graph).delimiter(delimiter).keepKeys(keepKeys);
        exported.forEach(csv::directory);
        nodes.forEach(csv::nodes);
        edges.forEach(csv::edges);
        yield csv.run(options);
      }
      case edges -> {
        EdgeListImport lists = EdgeListImport.into(graph).type(type).label(label);
        nodes.forEach(lists::nodes);
        edges.forEach(lists::edges);
        if (!keepKeys.isEmpty()) {
          lists.keepKeys(keepKeys);
        }
        yield lists.run(options);
      }
      case graphml -> graphMl(graph).run(Objects.requireNonNull(file), options);
      case graphson -> graphSon(graph).run(Objects.requireNonNull(file), options);
    };
  }

  private Multiplicity multiplicity() {
    return isSimple ? Multiplicity.SIMPLE : Multiplicity.MULTI;
  }

  private GraphMlImport graphMl(Graph graph) {
    GraphMlImport xml =
        GraphMlImport.into(graph).type(type).label(label).keepKeys(keepKeys).edges(multiplicity());
    return takesUndirected ? xml.undirectedAsWritten() : xml;
  }

  private GraphSonImport graphSon(Graph graph) {
    GraphSonImport json = GraphSonImport.into(graph).keepKeys(keepKeys).edges(multiplicity());
    return dropsMetaProperties ? json.dropMetaProperties() : json;
  }
}
