package dev.rookery.exchange;

import dev.rookery.exchange.value.ValueType;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.PropertyReader;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Exports a snapshot, or a part of it, as CSV files that [CsvImport] makes an equal graph of:
/// `nodes.csv`, `edges.csv` and `types.csv`. Node ids are the keys; the imported graph numbers its
/// nodes anew, in the same order.
///
/// Each property has one column for each type that its values have somewhere. O(graph), read twice;
/// memory for the names of columns and one record.
public final class CsvExport {
  private static final String ID = ":ID";
  private static final String LABEL = ":LABEL";

  /// In place of a value: equal to none.
  private static final Object NOTHING = new Object();

  private CsvExport() {}

  /// A column: a property and a type that some of its values have.
  private record Column(String name, ValueType type) {
    private static final Comparator<Column> ORDER =
        Comparator.comparing(Column::name)
            .thenComparing(column -> column.type().scalar())
            .thenComparing(column -> column.type().isList());
  }

  /// Writes what a transaction sees into a directory, which must not hold such files yet.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if one is there
  /// @throws IOException if a file cannot be written
  public static void write(ReadTransaction tx, Path directory) throws IOException {
    List<String> types = tx.edgeTypes();
    Files.createDirectories(directory);
    writeTypes(tx, types, directory.resolve(CsvImport.TYPES));
    writeNodes(tx.nodes(), directory.resolve(CsvImport.NODES));
    List<Iterable<Edge>> edges = types.stream().map(tx::edges).toList();
    writeEdges(edges, _ -> {}, directory.resolve(CsvImport.EDGES));
  }

  /// Writes a part of what a transaction sees, such as a subgraph: its nodes and its edges, and
  /// those edge types that it has edges of.
  ///
  /// @param nodes each once; iterated over twice
  /// @param edges each once, all between these nodes, else the files cannot be imported; iterated
  ///   over twice
  /// @throws java.nio.file.FileAlreadyExistsException if a file is there
  /// @throws IOException if a file cannot be written
  public static void write(
      ReadTransaction tx, Iterable<Node> nodes, Iterable<Edge> edges, Path directory)
      throws IOException {
    Files.createDirectories(directory);
    writeNodes(nodes, directory.resolve(CsvImport.NODES));
    Set<String> types = new TreeSet<>();
    writeEdges(List.of(edges), types::add, directory.resolve(CsvImport.EDGES));
    writeTypes(tx, types, directory.resolve(CsvImport.TYPES));
  }

  private static Writer open(Path file) throws IOException {
    return Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
  }

  private static void writeTypes(ReadTransaction tx, Collection<String> types, Path file)
      throws IOException {
    try (Writer out = open(file)) {
      record(out, List.of("type", "multiplicity"));
      for (String type : types) {
        record(out, List.of(quoted(type), tx.multiplicity(type).name()));
      }
    }
  }

  private static void writeNodes(Iterable<Node> nodes, Path file) throws IOException {
    TreeSet<Column> found = new TreeSet<>(Column.ORDER);
    for (Node node : nodes) {
      collect(found, node);
    }
    List<Column> columns = List.copyOf(found);
    try (Writer out = open(file)) {
      record(out, header(columns, ID, LABEL));
      for (Node node : nodes) {
        record(
            out, fields(columns, node, Long.toString(node.id()), quoted(node.label().orElse(""))));
      }
    }
  }

  private static void writeEdges(List<Iterable<Edge>> edges, Consumer<String> types, Path file)
      throws IOException {
    TreeSet<Column> found = new TreeSet<>(Column.ORDER);
    for (Iterable<Edge> some : edges) {
      for (Edge edge : some) {
        collect(found, edge);
        types.accept(edge.type());
      }
    }
    List<Column> columns = List.copyOf(found);
    try (Writer out = open(file)) {
      record(out, header(columns, ":START_ID", ":END_ID", ":TYPE"));
      for (Iterable<Edge> some : edges) {
        for (Edge edge : some) {
          record(
              out,
              fields(
                  columns,
                  edge,
                  Long.toString(edge.source()),
                  Long.toString(edge.target()),
                  quoted(edge.type())));
        }
      }
    }
  }

  private static void collect(Set<Column> columns, PropertyReader properties) {
    properties
        .properties()
        .forEach((name, value) -> columns.add(new Column(name, ValueType.ofValue(value))));
  }

  private static List<String> header(List<Column> columns, String... first) {
    List<String> header = new ArrayList<>(Arrays.asList(first));
    columns.forEach(column -> header.add(quoted(column.name() + ":" + column.type().label())));
    return header;
  }

  /// Returns the fields of a record: empty where there is nothing, in quotes if a text is empty.
  private static List<String> fields(List<Column> columns, PropertyReader reader, String... first) {
    List<String> fields = new ArrayList<>(Arrays.asList(first));
    Map<String, Object> properties = reader.properties();
    for (Column column : columns) {
      Object value = properties.getOrDefault(column.name(), NOTHING);
      boolean isHere = !value.equals(NOTHING) && ValueType.ofValue(value).equals(column.type());
      fields.add(isHere ? present(column.type().format(value)) : "");
    }
    return fields;
  }

  /// Marks a text that must be told from nothing even if it is empty.
  private static String present(String text) {
    return text.isEmpty() ? "\"\"" : quoted(text);
  }

  private static String quoted(String text) {
    boolean isPlain =
        text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')
            && text.equals(text.strip());
    return isPlain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private static void record(Writer out, List<String> fields) throws IOException {
    out.write(String.join(",", fields));
    out.write('\n');
  }
}
