package dev.rookery.exchange.graphson;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Nodes of a GraphSON file with their edges, one after the other: one object for each node, behind
/// one another or in `{"vertices":[…]}`.
///
/// A node is read once for itself, [#nextNode], and once for its edges, [#nextEdges], of which
/// there may be any number; two readers go over the file. Memory is bounded whatever the file
/// holds: values of a node or an edge may have [GraphSonValues#ELEMENT_CHARS_MAX] characters,
/// objects stand in one another at most [#DEPTH_MAX] deep.
///
/// What a file holds wrongly is an [IllegalArgumentException] or an exception of Jackson; the
/// caller asks for the place. Belongs to one thread.
public final class GraphSonReader implements AutoCloseable {
  private static final int DEPTH_MAX = 64;
  private static final int NAME_CHARS_MAX = 10_000;
  private static final int PROPERTIES_MAX = 65_535;
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(DEPTH_MAX)
                  .maxNameLength(NAME_CHARS_MAX)
                  .maxStringLength(GraphSonValues.ELEMENT_CHARS_MAX)
                  .build())
          .build();

  /// Takes edges.
  public interface Edges {
    /// Takes one edge.
    ///
    /// @param own key of the node that the edge stands at
    /// @param other key of the node at its other end
    void take(Object own, String type, Object other, Map<String, Object> properties);
  }

  private final JsonParser json;
  private final GraphSonValues values;
  private final boolean dropsMetaProperties;
  private boolean isBegun;
  private boolean isWrapped;

  private @Nullable Object key;
  private String label = "";
  private Map<String, Object> properties = Map.of();
  private long outCount;
  private long inCount;

  /// Begins to read a stream, which [#close] closes.
  ///
  /// @param dropsMetaProperties whether properties of properties are passed over, not an error
  public GraphSonReader(InputStream file, boolean dropsMetaProperties) throws IOException {
    this.json = JSON.createParser(file).enable(JsonParser.Feature.AUTO_CLOSE_SOURCE);
    this.values = new GraphSonValues(json);
    this.dropsMetaProperties = dropsMetaProperties;
  }

  /// Reads the next node without its edges, which are counted, and returns whether there is one:
  /// [#key], [#label], [#properties].
  public boolean nextNode() throws IOException {
    return next(null, true);
  }

  /// Reads the edges of the next node, and returns whether there is one.
  ///
  /// @param isOut whether those that come from it are taken, else those that go to it
  public boolean nextEdges(boolean isOut, Edges edges) throws IOException {
    return next(edges, isOut);
  }

  private boolean next(@Nullable Edges edges, boolean isOut) throws IOException {
    if (!beginNode()) {
      return false;
    }
    key = null;
    label = "";
    properties = new HashMap<>();
    boolean isLabelled = true;
    boolean isFirst = true;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      if (isFirst && !isBegun && field.equals("vertices")) {
        beginWrapped();
        return next(edges, isOut);
      }
      isFirst = false;
      isBegun = true;
      json.nextToken();
      switch (field) {
        case "id" -> key = readKey(key);
        case "label" -> label = text("label");
        case GraphSonWriter.NO_LABEL -> isLabelled = !json.getBooleanValue();
        case "outE" -> outCount += readEdges(isOut ? edges : null);
        case "inE" -> inCount += readEdges(isOut ? null : edges);
        case "properties" -> readProperties(edges == null);
        case "@type", "@class", "mode", "vertices", "edges" ->
            throw new IllegalArgumentException(
                "file is no GraphSON of one object for each node field=" + field);
        default -> json.skipChildren();
      }
    }
    if (key == null) {
      throw new IllegalArgumentException("node has no id");
    }
    label = isLabelled ? label : "";
    return true;
  }

  /// Moves on to the object of the next node.
  private boolean beginNode() throws IOException {
    JsonToken token = json.nextToken();
    if (isWrapped && token == JsonToken.END_ARRAY) {
      if (json.nextToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
        throw new IllegalArgumentException("file has more behind its list of vertices");
      }
      return false;
    }
    if (token == null) {
      return false;
    }
    if (token != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException("file is no GraphSON: no object where a node begins");
    }
    values.beginElement();
    return true;
  }

  private void beginWrapped() throws IOException {
    isBegun = true;
    isWrapped = true;
    if (json.nextToken() != JsonToken.START_ARRAY) {
      throw new IllegalArgumentException("vertices are no list");
    }
  }

  private String text(String what) throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw new IllegalArgumentException(what + " is no text");
    }
    return json.getText();
  }

  /// Returns a key of a node: a [Long] or a [String].
  private Object readKey(@Nullable Object before) throws IOException {
    if (before != null) {
      throw new IllegalArgumentException("element has two ids");
    }
    return switch (values.read()) {
      case Long number -> number;
      case String text -> text;
      case UUID uuid -> uuid.toString();
      default -> throw new IllegalArgumentException("id of a node is no integer, text or UUID");
    };
  }

  /// Returns how many edges there are.
  ///
  /// @param edges takes them, or null if they are only to be counted
  private long readEdges(@Nullable Edges edges) throws IOException {
    requireObject("edges");
    long count = 0;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String type = json.currentName();
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw new IllegalArgumentException("edges of a type are no list type=" + type);
      }
      while (json.nextToken() != JsonToken.END_ARRAY) {
        requireObject("edge");
        if (edges == null) {
          json.skipChildren();
        } else {
          readEdge(type, edges);
        }
        count++;
      }
    }
    return count;
  }

  private void requireObject(String what) {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw new IllegalArgumentException(what + " where an object should be");
    }
  }

  private void readEdge(String type, Edges edges) throws IOException {
    Object own = key;
    if (own == null) {
      throw new IllegalArgumentException("edges of a node stand before its id");
    }
    values.beginElement();
    Object other = null;
    Map<String, Object> found = new HashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "inV", "outV" -> other = readKey(other);
        case "properties" -> {
          requireObject("properties");
          while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            json.nextToken();
            put(found, name, values.read());
          }
        }
        default -> json.skipChildren();
      }
    }
    if (other == null) {
      throw new IllegalArgumentException("edge has no other node type=" + type);
    }
    edges.take(own, type, other, found);
  }

  private void put(Map<String, Object> map, String name, Object value) {
    values.count(name.length());
    if (map.put(name, value) != null) {
      throw new IllegalArgumentException("element has a property twice key=" + name);
    }
    if (map.size() > PROPERTIES_MAX) {
      throw new IllegalArgumentException(
          "element has too many properties countMax=" + PROPERTIES_MAX);
    }
  }

  /// Reads `{"name":[{"id":…,"value":…}]}`; several values of a name become a list.
  private void readProperties(boolean isWanted) throws IOException {
    requireObject("properties");
    if (!isWanted) {
      json.skipChildren();
      return;
    }
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      if (json.nextToken() != JsonToken.START_ARRAY) {
        throw new IllegalArgumentException("property is no list of values key=" + name);
      }
      List<Object> list = new ArrayList<>();
      while (json.nextToken() != JsonToken.END_ARRAY) {
        requireObject("value of a property");
        list.add(readProperty(name));
      }
      if (!list.isEmpty()) {
        put(properties, name, list.size() == 1 ? list.getFirst() : list);
      }
    }
  }

  private Object readProperty(String name) throws IOException {
    Object value = null;
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String field = json.currentName();
      json.nextToken();
      if (field.equals("value") && value == null) {
        value = values.read();
      } else if (field.equals("properties") && !dropsMetaProperties) {
        requireObject("properties");
        if (json.nextToken() != JsonToken.END_OBJECT) {
          throw new IllegalArgumentException(
              "property has properties, and it was not said to drop them key=%s metaKey=%s"
                  .formatted(name, json.currentName()));
        }
      } else {
        json.skipChildren();
      }
    }
    if (value == null) {
      throw new IllegalArgumentException("property has no value key=" + name);
    }
    return value;
  }

  /// Returns the key of the node, a [Long] or a [String].
  public Object key() {
    return key == null ? "" : key;
  }

  /// Returns the label of the node; empty if the file has none.
  public String label() {
    return label;
  }

  /// Returns the properties of the node; the map is the caller's.
  public Map<String, Object> properties() {
    return properties;
  }

  /// Returns how many edges stood at the nodes that they come from.
  public long outCount() {
    return outCount;
  }

  /// Returns how many edges stood at the nodes that they go to.
  public long inCount() {
    return inCount;
  }

  /// Returns where the parser is.
  public JsonLocation location() {
    return json.currentLocation();
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
