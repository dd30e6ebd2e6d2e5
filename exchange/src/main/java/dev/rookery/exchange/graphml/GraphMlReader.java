package dev.rookery.exchange.graphml;

import dev.rookery.exchange.graphml.GraphMlKeys.Domain;
import dev.rookery.exchange.value.ValueType;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/// Nodes and edges of a GraphML file, one after the other, in the order of the file.
///
/// Whatever the file holds, it is read in bounded memory: a part of it (a node, an edge, a text)
/// has at most [#PART_BYTES_MAX], elements stand in one another at most [#DEPTH_MAX] deep, and a
/// document type, which could define entities that grow without end or fetch files, is an error.
///
/// What a file holds wrongly is an [IllegalArgumentException] or an [XMLStreamException]; the
/// caller asks for the place. Belongs to one thread.
public final class GraphMlReader implements AutoCloseable {
  /// Bytes that a node, an edge or anything else between two of them may have.
  public static final long PART_BYTES_MAX = 128L << 20;

  private static final int DEPTH_MAX = 64;

  /// What was found.
  public enum Part {
    /// A node: [#id], [#label], [#properties].
    NODE,
    /// An edge: [#source], [#target], [#label], [#isDirected], [#properties].
    EDGE,
    /// An edge type without parallel edges: [#label].
    SIMPLE_TYPE,
    /// An edge type with parallel edges: [#label].
    MULTI_TYPE,
    /// The end of the file.
    END
  }

  private final InputStream file;
  private final BoundedInput input;
  private final XMLStreamReader xml;
  private final GraphMlKeys keys = new GraphMlKeys();
  private final StringBuilder text = new StringBuilder();
  private @Nullable String namespace;
  private boolean isRooted;
  private boolean isInGraph;
  private boolean hasGraph;
  private boolean isDirectedByDefault;
  private int lastLine = 1;
  private int lastColumn = 1;

  private String id = "";
  private String source = "";
  private String target = "";
  private String label = "";
  private boolean isDirected;
  private Map<String, Object> properties = Map.of();

  /// Begins to read a stream, which [#close] closes.
  ///
  /// @throws IllegalArgumentException if it is in an encoding that is not known
  public GraphMlReader(InputStream file) throws IOException, XMLStreamException {
    this(file, PART_BYTES_MAX);
  }

  /// @param partBytesMax instead of [#PART_BYTES_MAX]
  GraphMlReader(InputStream file, long partBytesMax) throws IOException, XMLStreamException {
    this.file = file;
    this.input = new BoundedInput(file, partBytesMax);
    this.xml = factory().createXMLStreamReader(XmlEncoding.open(input));
  }

  private static XMLInputFactory factory() {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
    factory.setXMLResolver((_, _, _, _) -> {
      throw new XMLStreamException("file refers to another one");
    });
    return factory;
  }

  /// Returns what comes next.
  public Part next() throws XMLStreamException {
    while (xml.hasNext()) {
      input.beginPart();
      int event = xml.next();
      if (event != XMLStreamReader.END_DOCUMENT) { // There, the parser is nowhere.
        lastLine = xml.getLocation().getLineNumber();
        lastColumn = xml.getLocation().getColumnNumber();
      }
      if (event == XMLStreamReader.START_ELEMENT) {
        Part part = isRooted ? readElement() : readRoot();
        if (part != Part.END) {
          return part;
        }
      } else {
        if (event == XMLStreamReader.END_ELEMENT && xml.getLocalName().equals("graph")) {
          isInGraph = false;
        }
        checkHarmless(event);
      }
    }
    if (!hasGraph) {
      throw new IllegalArgumentException("file has no graph");
    }
    return Part.END;
  }

  private static void checkHarmless(int event) {
    if (event == XMLStreamReader.DTD) {
      throw new IllegalArgumentException("file has a document type, which is not read");
    }
    if (event == XMLStreamReader.ENTITY_REFERENCE) {
      throw new IllegalArgumentException("file refers to an entity");
    }
  }

  private Part readRoot() {
    if (!xml.getLocalName().equals("graphml")) {
      throw new IllegalArgumentException("file is no GraphML root=" + xml.getLocalName());
    }
    namespace = xml.getNamespaceURI();
    isRooted = true;
    return Part.END;
  }

  /// Returns what an element is that stands in the root or in the graph, `END` if it is neither
  /// node nor edge nor type.
  private Part readElement() throws XMLStreamException {
    switch (ownName()) {
      case "key" -> readKey();
      case "graph" -> beginGraph();
      case "data" -> {
        if (isInGraph) {
          return readGraphData();
        }
        skip();
      }
      case "node" -> {
        readNode();
        return Part.NODE;
      }
      case "edge" -> {
        readEdge();
        return Part.EDGE;
      }
      case "", "desc" -> skip();
      default -> throw unknown();
    }
    return Part.END;
  }

  /// Returns the name of an element, empty if it is of another namespace than the root.
  private String ownName() {
    return Objects.equals(xml.getNamespaceURI(), namespace) ? xml.getLocalName() : "";
  }

  private IllegalArgumentException unknown() {
    return new IllegalArgumentException(
        switch (xml.getLocalName()) {
          case "hyperedge" -> "file has a hyperedge, which a graph cannot hold";
          case "graph" -> "node or edge holds a graph, which is not read";
          default -> "element is not known here element=" + xml.getLocalName();
        });
  }

  private void beginGraph() {
    if (hasGraph) {
      throw new IllegalArgumentException("file has more than one graph");
    }
    hasGraph = true;
    isInGraph = true;
    isDirectedByDefault = isDirected(xml.getAttributeValue(null, "edgedefault"), "directed");
  }

  private static boolean isDirected(@Nullable String word, String otherwise) {
    return switch (word == null ? otherwise : word) {
      case "directed", "true" -> true;
      case "undirected", "false" -> false;
      default ->
          throw new IllegalArgumentException("edge is neither directed nor not word=" + word);
    };
  }

  private String required(String attribute) {
    String value = xml.getAttributeValue(null, attribute);
    if (value == null) {
      throw new IllegalArgumentException(
          "element has no such attribute element=%s attribute=%s"
              .formatted(xml.getLocalName(), attribute));
    }
    return value;
  }

  private void readKey() throws XMLStreamException {
    String keyId = required("id");
    String domain = xml.getAttributeValue(null, "for");
    String name = xml.getAttributeValue(null, "attr.name");
    String ownType = xml.getAttributeValue(GraphMlNames.ROOKERY, GraphMlNames.TYPE);
    String type = ownType == null ? xml.getAttributeValue(null, "attr.type") : ownType;
    boolean isLabel =
        keyId.equals(GraphMlNames.NODE_LABEL) || keyId.equals(GraphMlNames.EDGE_LABEL);
    String known = name == null && isLabel ? keyId : name == null ? "" : name;
    ValueType valueType = GraphMlKey.typeOf(known.isEmpty() ? null : type);
    Object value = null;
    while (nextChild()) {
      if (ownName().equals("default") && !known.isEmpty()) {
        value = GraphMlKey.parse(valueType, known, readText());
      } else {
        skip();
      }
    }
    keys.add(
        domain == null ? "all" : domain.toLowerCase(Locale.ROOT),
        new GraphMlKey(keyId, known, valueType, value));
  }

  /// Moves on to the next element in this one, or to its end.
  private boolean nextChild() throws XMLStreamException {
    while (true) {
      int event = xml.next();
      if (event == XMLStreamReader.START_ELEMENT) {
        return true;
      }
      if (event == XMLStreamReader.END_ELEMENT) {
        return false;
      }
      checkHarmless(event);
    }
  }

  /// Moves on to the end of this element.
  private void skip() throws XMLStreamException {
    int depth = 1;
    while (depth > 0) {
      int event = xml.next();
      if (event == XMLStreamReader.START_ELEMENT) {
        depth++;
      } else if (event == XMLStreamReader.END_ELEMENT) {
        depth--;
      } else {
        checkHarmless(event);
      }
      if (depth > DEPTH_MAX) {
        throw new IllegalArgumentException("elements are too deep depthMax=" + DEPTH_MAX);
      }
    }
  }

  /// Returns the text of this element and moves on to its end.
  private String readText() throws XMLStreamException {
    text.setLength(0);
    while (true) {
      int event = xml.next();
      switch (event) {
        case XMLStreamReader.END_ELEMENT -> {
          return text.toString();
        }
        case XMLStreamReader.CHARACTERS, XMLStreamReader.CDATA, XMLStreamReader.SPACE ->
            text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
        case XMLStreamReader.START_ELEMENT ->
            throw new IllegalArgumentException(
                "data holds elements, not a text element=" + xml.getLocalName());
        default -> checkHarmless(event);
      }
    }
  }

  private Part readGraphData() throws XMLStreamException {
    GraphMlKey key = keys.get(Domain.GRAPH, required("key"));
    Part part =
        switch (key.name()) {
          case GraphMlNames.SIMPLE_TYPE -> Part.SIMPLE_TYPE;
          case GraphMlNames.MULTI_TYPE -> Part.MULTI_TYPE;
          default -> Part.END;
        };
    if (part == Part.END) {
      skip();
    } else {
      label = readText();
    }
    return part;
  }

  private void readNode() throws XMLStreamException {
    checkInGraph();
    id = required("id");
    readData(Domain.NODE, xml.getAttributeValue(null, "labels"));
  }

  private void readEdge() throws XMLStreamException {
    checkInGraph();
    source = required("source");
    target = required("target");
    isDirected =
        isDirected(
            xml.getAttributeValue(null, "directed"),
            isDirectedByDefault ? "directed" : "undirected");
    readData(Domain.EDGE, xml.getAttributeValue(null, "label"));
  }

  private void checkInGraph() {
    if (!isInGraph) {
      throw new IllegalArgumentException("element is in no graph element=" + xml.getLocalName());
    }
  }

  private void readData(Domain domain, @Nullable String labelAttribute) throws XMLStreamException {
    GraphMlElement element = new GraphMlElement(domain, labelAttribute);
    while (nextChild()) {
      switch (ownName()) {
        case "data" -> {
          GraphMlKey key = keys.get(domain, required("key"));
          if (key.name().isEmpty()) {
            skip();
          } else {
            element.add(key, readText());
          }
        }
        case "", "desc", "port" -> skip();
        default -> throw unknown();
      }
    }
    element.addDefaults(keys);
    label = element.takeLabel();
    properties = element.properties();
  }

  /// Returns the id of the node.
  public String id() {
    return id;
  }

  /// Returns the id of the node that the edge comes from.
  public String source() {
    return source;
  }

  /// Returns the id of the node that the edge goes to.
  public String target() {
    return target;
  }

  /// Returns the label of the node or the type of the edge; empty if the file has none.
  public String label() {
    return label;
  }

  /// Returns whether the edge has a direction.
  public boolean isDirected() {
    return isDirected;
  }

  /// Returns the properties; the map is the caller's.
  public Map<String, Object> properties() {
    return properties;
  }

  /// Returns the line that the parser is on, from 1 on.
  public long line() {
    int line = xml.getLocation().getLineNumber();
    return line > 0 ? line : lastLine;
  }

  /// Returns the column that the parser is before, from 1 on.
  public long column() {
    int column = xml.getLocation().getColumnNumber();
    return column > 0 ? column : lastColumn;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
