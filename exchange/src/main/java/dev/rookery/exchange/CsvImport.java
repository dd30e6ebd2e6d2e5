package dev.rookery.exchange;

import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoadSummary;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.StorageFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Imports CSV files with typed headers, of nodes and of edges, as one bulk load: all or nothing.
///
/// The first record of a file says what its columns are: `:ID`, `:LABEL`, `:START_ID`, `:END_ID`,
/// `:TYPE`, or `~id`, `~label`, `~from`, `~to`; all other columns are properties, `name:type` or
/// `name:type[]`, of the types boolean, long (int, short, byte), double (float), string (char),
/// bytes (Base64), date, localtime, localdatetime, datetime (with a zone), instant, duration and
/// uuid; without a type they are strings. An empty field is no property; an empty string stands in
/// quotes. Elements of lists are divided by semicolons. Several columns may give one property, of
/// which at most one may be filled in a record.
///
/// Nodes come first: an edge names two of them by their keys. An edge type becomes SIMPLE unless a
/// file of types (`type,multiplicity`) says MULTI; of equal SIMPLE edges the first one stays.
///
/// ```java
/// CsvImport.into(graph).nodes(Path.of("nodes.csv")).edges(Path.of("edges.csv")).run();
/// ```
///
/// Belongs to one thread. It has no state but what it was told.
public final class CsvImport {
  /// File names of [CsvExport], which [#directory] looks for.
  static final String NODES = "nodes.csv";

  static final String EDGES = "edges.csv";
  static final String TYPES = "types.csv";

  private final Graph graph;
  private final List<Path> nodeFiles = new ArrayList<>();
  private final List<Path> edgeFiles = new ArrayList<>();
  private final List<Path> typeFiles = new ArrayList<>();
  private char delimiter = ',';
  private String keyProperty = "";

  private CsvImport(Graph graph) {
    this.graph = graph;
  }

  /// Begins to describe an import into a graph, empty or not.
  public static CsvImport into(Graph graph) {
    return new CsvImport(graph);
  }

  /// Adds a file of nodes.
  public CsvImport nodes(Path file) {
    nodeFiles.add(file);
    return this;
  }

  /// Adds a file of edges.
  public CsvImport edges(Path file) {
    edgeFiles.add(file);
    return this;
  }

  /// Adds a file that says which edge types are MULTI.
  public CsvImport types(Path file) {
    typeFiles.add(file);
    return this;
  }

  /// Adds `nodes.csv`, `edges.csv` and, if it is there, `types.csv` of a directory.
  public CsvImport directory(Path directory) {
    if (Files.exists(directory.resolve(TYPES))) {
      types(directory.resolve(TYPES));
    }
    return nodes(directory.resolve(NODES)).edges(directory.resolve(EDGES));
  }

  /// Sets what divides fields, a comma at first.
  public CsvImport delimiter(char divider) {
    delimiter = divider;
    return this;
  }

  /// Keeps the keys of nodes as a string property.
  public CsvImport keepKeys(String property) {
    keyProperty = property;
    return this;
  }

  /// Imports all files.
  ///
  /// @throws ImportException if a file holds something else
  /// @throws IOException if a file cannot be read
  /// @throws DiskFullException if there is no room
  public BulkLoadSummary run() throws IOException {
    return run(BulkLoadOptions.defaults());
  }

  /// As [#run()], with options of the bulk load.
  public BulkLoadSummary run(BulkLoadOptions options) throws IOException {
    try (BulkLoader load = graph.bulkLoad(options)) {
      for (Path file : typeFiles) {
        read(file, csv -> declare(load, csv));
      }
      for (Path file : nodeFiles) {
        read(file, csv -> readNodes(load, csv));
      }
      for (Path file : edgeFiles) {
        read(file, csv -> readEdges(load, csv));
      }
      return load.finish();
    }
  }

  /// What is done with a file whose header was read.
  private interface Body {
    void read(CsvReader csv) throws IOException;
  }

  private void read(Path file, Body body) throws IOException {
    try (CsvReader csv = new CsvReader(file, delimiter)) {
      if (!csv.next()) {
        throw csv.wrong("file is empty");
      }
      try {
        body.read(csv);
      } catch (DiskFullException | StorageFailedException e) {
        throw e;
      } catch (RuntimeException e) {
        throw csv.wrong(e);
      }
    }
  }

  private static void declare(BulkLoader load, CsvReader csv) throws IOException {
    while (csv.next()) {
      if (csv.count() != 2) {
        throw csv.wrong("record is not type,multiplicity");
      }
      load.declareEdgeType(csv.field(0), Multiplicity.valueOf(csv.field(1)));
    }
  }

  private void readNodes(BulkLoader load, CsvReader csv) throws IOException {
    CsvHeader header = CsvHeader.ofNodes(csv);
    while (csv.next()) {
      Map<String, Object> properties = properties(header, csv);
      if (!header.idProperty().isEmpty()) {
        properties.put(header.idProperty(), header.rawId(csv));
      }
      if (!keyProperty.isEmpty()) {
        properties.put(keyProperty, header.rawId(csv));
      }
      load.addNode(header.id(csv), header.label(csv), properties);
    }
  }

  private static void readEdges(BulkLoader load, CsvReader csv) throws IOException {
    CsvHeader header = CsvHeader.ofEdges(csv);
    while (csv.next()) {
      String type = header.label(csv);
      if (type.isEmpty()) {
        throw csv.wrong("edge has no type");
      }
      long source = node(load, csv, header.source(csv));
      long target = node(load, csv, header.target(csv));
      load.addEdge(type, source, target, properties(header, csv));
    }
  }

  private static long node(BulkLoader load, CsvReader csv, String key) {
    OptionalLong node = load.findNode(key);
    if (node.isEmpty()) {
      throw csv.wrong("edge names a node that there is not key=" + key.replace('\0', ':'));
    }
    return node.getAsLong();
  }

  private static Map<String, Object> properties(CsvHeader header, CsvReader csv) {
    Map<String, Object> properties = new HashMap<>();
    for (CsvHeader.Property column : header.properties()) {
      if (csv.isPresent(column.index())) {
        Object value = value(column, csv);
        if (properties.put(column.name(), value) != null) {
          throw csv.wrong("record has a property twice key=" + column.name());
        }
      }
    }
    return properties;
  }

  private static Object value(CsvHeader.Property column, CsvReader csv) {
    try {
      return column.type().parse(csv.field(column.index()));
    } catch (RuntimeException e) { // Whatever the parsers of the JDK throw.
      String text = csv.field(column.index());
      throw csv.wrong(
          "field is no %s column=%s text=%s"
              .formatted(
                  column.type().label(),
                  column.name(),
                  text.length() > 40 ? text.substring(0, 40) + "…" : text));
    }
  }
}
