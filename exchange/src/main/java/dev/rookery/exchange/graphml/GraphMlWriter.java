package dev.rookery.exchange.graphml;

import dev.rookery.exchange.value.ValueType;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.Node;
import dev.rookery.graph.PropertyReader;
import java.io.IOException;
import java.io.Writer;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;

/// Writes GraphML. First it is told of all that will be written, because keys stand before what
/// uses them; then it writes. Belongs to one thread.
///
/// What XML cannot hold in a name, and texts too long to be read back, is an
/// [IllegalArgumentException] that names the place.
public final class GraphMlWriter {
  /// Escaped, they still fit into [GraphMlReader#PART_BYTES_MAX].
  private static final int ELEMENT_CHARS_MAX = 16 << 20;

  /// A property and a type that some of its values have: one key of the file.
  private record Column(String name, ValueType type) {
    private static final Comparator<Column> ORDER =
        Comparator.comparing(Column::name)
            .thenComparing(column -> column.type().scalar())
            .thenComparing(column -> column.type().isList());
  }

  /// Ids of keys.
  private final Map<Column, String> nodeKeys = new TreeMap<>(Column.ORDER);

  private final Map<Column, String> edgeKeys = new TreeMap<>(Column.ORDER);
  private final Map<String, Multiplicity> types = new TreeMap<>();
  private boolean hasLabels;
  private long edgeCount;

  /// Creates a writer that knows of nothing.
  public GraphMlWriter() {}

  /// Tells of an edge type; whether there are edges of it does not matter.
  public void foresee(String type, Multiplicity multiplicity) {
    if (types.put(type, multiplicity) == null) {
      requireName(type, "type of an edge", "");
    }
  }

  /// Tells of a node.
  public void foresee(Node node) {
    String label = node.label().orElse("");
    hasLabels |= !label.isEmpty();
    requireName(label, "label of a node", " node=" + node.id());
    foresee(nodeKeys, "n", node, node);
  }

  /// Tells of an edge, whose type must be foreseen.
  public void foresee(Edge edge) {
    foresee(edgeKeys, "e", edge, edge);
  }

  private static void foresee(
      Map<Column, String> keys, String prefix, PropertyReader reader, Object element) {
    for (Map.Entry<String, Object> property : reader.properties().entrySet()) {
      Column column = columnOf(property);
      if (!keys.containsKey(column)) {
        requireName(property.getKey(), "property key", " " + shown(element));
        keys.put(column, prefix + keys.size());
      }
    }
  }

  private static Column columnOf(Map.Entry<String, Object> property) {
    return new Column(property.getKey(), ValueType.ofValue(property.getValue(), XmlText::holds));
  }

  private static String shown(Object element) {
    return switch (element) {
      case Node node -> "node=" + node.id();
      case Edge edge ->
          "source=%d target=%d ordinal=%d".formatted(edge.source(), edge.target(), edge.ordinal());
      default -> "";
    };
  }

  private static void requireName(String name, String what, String where) {
    if (!XmlText.holds(name)) {
      throw new IllegalArgumentException(
          "XML cannot hold a %s name=%s%s".formatted(what, escaped(name), where));
    }
  }

  /// Returns a text with its control characters as numbers, for a message.
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.chars()
        .forEach(c -> {
          if (c < ' ' || c > 0xFFFD) {
            escaped.append("\\u%04x".formatted(c));
          } else {
            escaped.append((char) c);
          }
        });
    return escaped.toString();
  }

  /// Writes what stands before the nodes.
  public void begin(Writer out) throws IOException {
    out.write("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.write("<graphml xmlns=\"" + GraphMlNames.NAMESPACE + "\"");
    out.write(" xmlns:rookery=\"" + GraphMlNames.ROOKERY + "\">\n");
    if (hasLabels) {
      writeKey(out, GraphMlNames.NODE_LABEL, "node", GraphMlNames.NODE_LABEL, "string");
    }
    if (!types.isEmpty()) {
      writeKey(out, GraphMlNames.EDGE_LABEL, "edge", GraphMlNames.EDGE_LABEL, "string");
      writeKey(out, "simple", "graph", GraphMlNames.SIMPLE_TYPE, "string");
      writeKey(out, "multi", "graph", GraphMlNames.MULTI_TYPE, "string");
    }
    writeKeys(out, nodeKeys, "node");
    writeKeys(out, edgeKeys, "edge");
    out.write("<graph id=\"G\" edgedefault=\"directed\">\n");
    for (Map.Entry<String, Multiplicity> type : types.entrySet()) {
      writeData(out, type.getValue() == Multiplicity.MULTI ? "multi" : "simple", type.getKey());
      out.write('\n');
    }
  }

  private static void writeKeys(Writer out, Map<Column, String> keys, String domain)
      throws IOException {
    for (Map.Entry<Column, String> key : keys.entrySet()) {
      Column column = key.getKey();
      writeKey(out, key.getValue(), domain, column.name(), column.type().label());
    }
  }

  private static void writeKey(Writer out, String id, String domain, String name, String type)
      throws IOException {
    boolean isPlain =
        switch (type) {
          case "boolean", "long", "double", "string" -> true;
          default -> false;
        };
    out.write("<key id=\"%s\" for=\"%s\" attr.name=\"".formatted(id, domain));
    XmlText.write(out, name);
    out.write("\" attr.type=\"" + (isPlain ? type : "string") + '"');
    if (!isPlain) {
      out.write(" rookery:" + GraphMlNames.TYPE + "=\"" + type + '"');
    }
    out.write("/>\n");
  }

  private static void writeData(Writer out, String key, String text) throws IOException {
    out.write("<data key=\"");
    out.write(key);
    out.write("\">");
    XmlText.write(out, text);
    out.write("</data>");
  }

  /// Writes a node.
  public void write(Writer out, Node node) throws IOException {
    out.write("<node id=\"" + node.id() + "\">");
    String label = node.label().orElse("");
    if (!label.isEmpty()) {
      writeData(out, GraphMlNames.NODE_LABEL, label);
    }
    writeProperties(out, nodeKeys, node, node);
    out.write("</node>\n");
  }

  /// Writes an edge.
  public void write(Writer out, Edge edge) throws IOException {
    out.write("<edge id=\"e" + edgeCount++);
    out.write("\" source=\"" + edge.source());
    out.write("\" target=\"" + edge.target() + "\">");
    writeData(out, GraphMlNames.EDGE_LABEL, edge.type());
    writeProperties(out, edgeKeys, edge, edge);
    out.write("</edge>\n");
  }

  private static void writeProperties(
      Writer out, Map<Column, String> keys, PropertyReader reader, Object element)
      throws IOException {
    long chars = 0;
    for (Map.Entry<String, Object> property : new TreeMap<>(reader.properties()).entrySet()) {
      Column column = columnOf(property);
      String key = keys.get(column);
      if (key == null) {
        throw new IllegalArgumentException(
            "property was not foreseen key=%s %s".formatted(column.name(), shown(element)));
      }
      String text = column.type().format(property.getValue());
      chars += text.length();
      if (chars > ELEMENT_CHARS_MAX) {
        throw new IllegalArgumentException(
            "values are too long for GraphML key=%s %s chars=%d charsMax=%d"
                .formatted(column.name(), shown(element), chars, ELEMENT_CHARS_MAX));
      }
      writeData(out, key, text);
    }
  }

  /// Writes what stands behind the edges.
  public void end(Writer out) throws IOException {
    out.write("</graph>\n</graphml>\n");
  }
}
