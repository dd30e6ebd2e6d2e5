package dev.rookery.exchange.graphson;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.PropertyReader;
import dev.rookery.graph.ReadTransaction;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;

/// Writes GraphSON 3: one object on a line for each node, with its edges of both directions.
/// Belongs to one thread.
public final class GraphSonWriter {
  /// Field of a node that says that its label is only there because TinkerPop must have one.
  static final String NO_LABEL = "rookery.noLabel";

  private static final String TINKERPOP_DEFAULT_LABEL = "vertex";

  /// Halves of surrogate pairs are written as `\ud83d`, as UTF-8 cannot hold them.
  private static final int LAST_UNESCAPED = 0xD7FF;

  private static final int ELEMENT_CHARS_MAX = GraphSonValues.ELEMENT_CHARS_MAX / 4;

  private final JsonGenerator json;
  private final Writer out;
  private final ReadTransaction tx;
  private final Predicate<Edge> isWritten;
  private long propertyCount;
  private long elementChars;

  /// Creates a writer for what a transaction sees.
  ///
  /// @param isWritten whether an edge is written; asked at both of its ends
  public GraphSonWriter(ReadTransaction tx, Predicate<Edge> isWritten, Writer out)
      throws IOException {
    this.tx = tx;
    this.isWritten = isWritten;
    this.out = out;
    JsonFactory factory = new JsonFactory();
    this.json =
        factory
            .createGenerator(out)
            .setHighestNonEscapedChar(LAST_UNESCAPED)
            .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
            .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM)
            .setRootValueSeparator(null);
  }

  /// Writes a node and its edges.
  public void write(Node node) throws IOException {
    json.writeStartObject();
    json.writeFieldName("id");
    writeLong(node.id());
    String label = node.label().orElse("");
    json.writeStringField("label", label.isEmpty() ? TINKERPOP_DEFAULT_LABEL : label);
    if (label.isEmpty()) {
      json.writeBooleanField(NO_LABEL, true);
    }
    writeEdges("outE", "inV", node.id(), Direction.OUT);
    writeEdges("inE", "outV", node.id(), Direction.IN);
    elementChars = 0;
    writeProperties(node);
    json.writeEndObject();
    json.flush();
    out.write('\n');
  }

  private void writeProperties(Node node) throws IOException {
    Map<String, Object> properties = sorted(node);
    if (properties.isEmpty()) {
      return;
    }
    json.writeObjectFieldStart("properties");
    for (Map.Entry<String, Object> property : properties.entrySet()) {
      json.writeArrayFieldStart(property.getKey());
      json.writeStartObject();
      json.writeFieldName("id");
      writeLong(propertyCount++);
      json.writeFieldName("value");
      writeValue(property.getKey(), property.getValue());
      json.writeEndObject();
      json.writeEndArray();
    }
    json.writeEndObject();
  }

  private static Map<String, Object> sorted(PropertyReader reader) {
    return new TreeMap<>(reader.properties());
  }

  private void writeEdges(String field, String otherField, long node, Direction direction)
      throws IOException {
    String type = "";
    Set<String> types = new HashSet<>();
    for (Edge edge : tx.edges(node, direction)) {
      if (!isWritten.test(edge)) {
        continue;
      }
      if (types.isEmpty()) {
        json.writeObjectFieldStart(field);
      }
      if (!edge.type().equals(type)) {
        if (!types.isEmpty()) {
          json.writeEndArray();
        }
        type = edge.type();
        if (!types.add(type)) {
          throw new IllegalStateException("edges of a node are not by type type=" + type);
        }
        json.writeArrayFieldStart(type);
      }
      writeEdge(edge, otherField, edge.other(node));
    }
    if (!types.isEmpty()) {
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  private void writeEdge(Edge edge, String otherField, long other) throws IOException {
    elementChars = 0;
    json.writeStartObject();
    // Equal at both ends of an edge, and different for different edges.
    json.writeStringField(
        "id", edge.source() + "-" + edge.type() + "-" + edge.target() + "-" + edge.ordinal());
    json.writeFieldName(otherField);
    writeLong(other);
    Map<String, Object> properties = sorted(edge);
    if (!properties.isEmpty()) {
      json.writeObjectFieldStart("properties");
      for (Map.Entry<String, Object> property : properties.entrySet()) {
        json.writeFieldName(property.getKey());
        writeValue(property.getKey(), property.getValue());
      }
      json.writeEndObject();
    }
    json.writeEndObject();
  }

  private void writeValue(String key, Object value) throws IOException {
    switch (value) {
      case Boolean flag -> {
        count(key, "");
        json.writeBoolean(flag);
      }
      case String text -> {
        count(key, text);
        json.writeString(text);
      }
      case Long number -> {
        count(key, "");
        writeLong(number);
      }
      case Double number -> {
        count(key, "");
        writeDouble(number);
      }
      case List<?> list -> {
        beginTyped("g:List");
        json.writeStartArray();
        for (Object element : list) {
          writeValue(key, element);
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      default -> {
        String text =
            value instanceof byte[] bytes
                ? Base64.getEncoder().encodeToString(bytes)
                : value.toString();
        count(key, text);
        beginTyped(typeOf(key, value));
        json.writeString(text);
        json.writeEndObject();
      }
    }
  }

  /// Returns the type of a value that is written as a text.
  private static String typeOf(String key, Object value) {
    return switch (value) {
      case byte[] _ -> "gx:ByteBuffer";
      case LocalDate _ -> "gx:LocalDate";
      case LocalTime _ -> "gx:LocalTime";
      case LocalDateTime _ -> "gx:LocalDateTime";
      case ZonedDateTime _ -> "gx:ZonedDateTime";
      case Instant _ -> "gx:Instant";
      case Duration _ -> "gx:Duration";
      case UUID _ -> "g:UUID";
      default ->
          throw new IllegalArgumentException(
              "GraphSON has no type for a value key=%s type=%s".formatted(key, value.getClass()));
    };
  }

  /// What is written can be read back: a reader counts alike, and has more room.
  private void count(String key, String text) {
    elementChars += text.length() + GraphSonValues.VALUE_CHARS;
    if (elementChars > ELEMENT_CHARS_MAX) {
      throw new IllegalArgumentException(
          "values of one element are too long for GraphSON key=%s charsMax=%d"
              .formatted(key, ELEMENT_CHARS_MAX));
    }
  }

  private void beginTyped(String type) throws IOException {
    json.writeStartObject();
    json.writeStringField("@type", type);
    json.writeFieldName("@value");
  }

  private void writeLong(long number) throws IOException {
    beginTyped("g:Int64");
    json.writeNumber(number);
    json.writeEndObject();
  }

  /// Numbers that JSON does not have are texts.
  private void writeDouble(double number) throws IOException {
    beginTyped("g:Double");
    if (Double.isFinite(number)) {
      json.writeNumber(number);
    } else {
      json.writeString(Double.toString(number));
    }
    json.writeEndObject();
  }
}
