package dev.rookery.exchange;

import dev.rookery.exchange.graphml.GraphMlReader;
import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoadSummary;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.StorageFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import javax.xml.stream.Location;
import javax.xml.stream.XMLStreamException;

/// Imports a GraphML file as one bulk load: all or nothing.
///
/// - A `data` is the property that its `key` says: `attr.name`, and `attr.type`, which is boolean,
///   int, long, float, double, string, or a type of a column in [CsvImport]; without one it is
///   string. Elements without such a `data` have its `default`, if there is one.
/// - `data key="labelV"` and `data key="labelE"` are the label of a node and the type of an edge,
///   as TinkerPop writes them.
/// - The attributes `labels=":A:B"` of a node and `label` of an edge are the same, as Neo4j writes
///   them. The first of several labels is the label, and all of them are the property `labels`.
/// - An undirected edge is an error, or one edge from source to target: [#undirectedAsWritten].
/// - A `key` without `attr.name` and its `data`, elements of another namespace, `desc` and `port`
///   are passed over: drawings, as of yEd.
/// - A `hyperedge`, a graph in a node or edge, a second graph, any other element and a document
///   type are errors.
///
/// Ids of nodes are keys as long as the import lasts; ids of edges mean nothing. Edges may stand
/// before their nodes; then the file is read twice. As each edge of the file is one of its own, an
/// edge type that is new to the graph becomes MULTI, unless the file (by [GraphMlExport]) or the
/// caller says otherwise; of equal SIMPLE edges the first one stays.
///
/// Belongs to one thread. It has no state but what it was told.
public final class GraphMlImport {
  private final Graph graph;
  private final Map<String, Multiplicity> types = new HashMap<>();
  private Multiplicity multiplicity = Multiplicity.MULTI;
  private String keyProperty = "";
  private String type = "EDGE";
  private String label = "";
  private boolean takesUndirected;

  private GraphMlImport(Graph graph) {
    this.graph = graph;
  }

  /// Begins to describe an import into a graph, empty or not.
  public static GraphMlImport into(Graph graph) {
    return new GraphMlImport(graph);
  }

  /// Sets the type of edges whose type the file does not say, at first `EDGE`.
  public GraphMlImport type(String name) {
    type = name;
    return this;
  }

  /// Sets the label of nodes whose label the file does not say; at first they have none.
  public GraphMlImport label(String name) {
    label = name;
    return this;
  }

  /// Sets what edge types become of which neither graph nor file says it, at first MULTI.
  public GraphMlImport edges(Multiplicity ofOthers) {
    multiplicity = ofOthers;
    return this;
  }

  /// Declares an edge type, whatever the file says.
  public GraphMlImport edges(String ofType, Multiplicity ofEdges) {
    types.put(ofType, ofEdges);
    return this;
  }

  /// Keeps the ids of nodes as a string property.
  public GraphMlImport keepKeys(String property) {
    keyProperty = property;
    return this;
  }

  /// Takes an undirected edge as one edge from its source to its target; whoever asks for its
  /// neighbours in both directions finds what the file says. At first it is an error.
  public GraphMlImport undirectedAsWritten() {
    takesUndirected = true;
    return this;
  }

  /// Imports a file.
  ///
  /// @throws ImportException if it holds something else
  /// @throws IllegalArgumentException if an edge type that was declared exists with another
  ///   multiplicity
  /// @throws IOException if it cannot be read
  /// @throws DiskFullException if there is no room
  public BulkLoadSummary run(Path file) throws IOException {
    return run(file, BulkLoadOptions.defaults());
  }

  /// As [#run(Path)], with options of the bulk load.
  public BulkLoadSummary run(Path file, BulkLoadOptions options) throws IOException {
    try (BulkLoader load = graph.bulkLoad(options)) {
      Reading reading = new Reading(load);
      read(file, reading::first);
      if (reading.isEdgePutOff()) {
        read(file, reading::second);
      }
      return load.finish();
    }
  }

  /// What is done with a file.
  private interface Body {
    void read(GraphMlReader xml) throws XMLStreamException;
  }

  private static void read(Path file, Body body) throws IOException {
    String name = String.valueOf(file.getFileName());
    try (InputStream in = Files.newInputStream(file);
        GraphMlReader xml = open(in, name)) {
      try {
        body.read(xml);
      } catch (DiskFullException | StorageFailedException e) {
        throw e;
      } catch (XMLStreamException e) {
        throw wrong(name, e);
      } catch (RuntimeException e) {
        throw wrong(name, xml, e);
      }
    }
  }

  private static GraphMlReader open(InputStream in, String name) throws IOException {
    try {
      return new GraphMlReader(in);
    } catch (XMLStreamException e) {
      throw wrong(name, e);
    } catch (IllegalArgumentException e) {
      throw new ImportException(name, 1, 1, String.valueOf(e.getMessage()), e);
    }
  }

  private static ImportException wrong(String name, XMLStreamException e) throws IOException {
    Throwable nested = e.getNestedException();
    boolean isBadText = nested instanceof CharacterCodingException;
    if (nested instanceof IOException failure && !isBadText) {
      throw failure;
    }
    Location at = e.getLocation();
    String told = Objects.requireNonNullElse(e.getMessage(), "file is no XML");
    String message =
        isBadText
            ? "file is not in its encoding"
            : told.substring(told.lastIndexOf('\n') + 1).replaceFirst("^Message: ", "");
    long line = at == null ? 1 : at.getLineNumber();
    return new ImportException(name, line, at == null ? 1 : at.getColumnNumber(), message, e);
  }

  private static ImportException wrong(String name, GraphMlReader xml, RuntimeException e) {
    return e instanceof ImportException same
        ? same
        : new ImportException(name, xml.line(), xml.column(), String.valueOf(e.getMessage()), e);
  }

  /// One import. Edges go in the order of the file, which decides over duplicates: the first edge
  /// that names a node which is not there yet, and all behind it, wait for the second reading.
  private final class Reading {
    private static final long NONE = Long.MAX_VALUE;

    private final BulkLoader load;
    private final EdgeTypesInFile edgeTypes;
    private long firstPutOff = NONE;

    Reading(BulkLoader load) {
      this.load = load;
      this.edgeTypes = new EdgeTypesInFile(graph, load, types, multiplicity);
    }

    boolean isEdgePutOff() {
      return firstPutOff != NONE;
    }

    void first(GraphMlReader xml) throws XMLStreamException {
      long edge = 0;
      while (true) {
        switch (xml.next()) {
          case NODE -> addNode(xml);
          case EDGE -> {
            checkDirection(xml);
            if (firstPutOff == NONE && !addEdge(xml)) {
              firstPutOff = edge;
            }
            edge++;
          }
          case SIMPLE_TYPE -> edgeTypes.declare(xml.label(), Multiplicity.SIMPLE);
          case MULTI_TYPE -> edgeTypes.declare(xml.label(), Multiplicity.MULTI);
          case END -> {
            return;
          }
        }
      }
    }

    void second(GraphMlReader xml) throws XMLStreamException {
      long edge = 0;
      for (var part = xml.next(); part != GraphMlReader.Part.END; part = xml.next()) {
        if (part == GraphMlReader.Part.EDGE && edge++ >= firstPutOff && !addEdge(xml)) {
          String key = load.findNode(xml.source()).isEmpty() ? xml.source() : xml.target();
          throw new IllegalArgumentException("edge names a node that there is not key=" + key);
        }
      }
    }

    private void checkDirection(GraphMlReader xml) {
      if (!xml.isDirected() && !takesUndirected) {
        throw new IllegalArgumentException(
            "edge is undirected, and it was not said to take it as written source=%s target=%s"
                .formatted(xml.source(), xml.target()));
      }
    }

    private void addNode(GraphMlReader xml) {
      Map<String, Object> properties = xml.properties();
      if (!keyProperty.isEmpty()) {
        properties.put(keyProperty, xml.id());
      }
      load.addNode(xml.id(), xml.label().isEmpty() ? label : xml.label(), properties);
    }

    /// Returns whether both nodes are there.
    private boolean addEdge(GraphMlReader xml) {
      OptionalLong source = load.findNode(xml.source());
      OptionalLong target = load.findNode(xml.target());
      if (source.isEmpty() || target.isEmpty()) {
        return false;
      }
      String name = xml.label().isEmpty() ? type : xml.label();
      edgeTypes.meet(name);
      load.addEdge(name, source.getAsLong(), target.getAsLong(), xml.properties());
      return true;
    }
  }
}
