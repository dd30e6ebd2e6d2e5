package dev.rookery.exchange;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import dev.rookery.exchange.graphson.GraphSonReader;
import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoadSummary;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.StorageFailedException;
import java.io.CharConversionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/// Imports a GraphSON file as one bulk load: all or nothing. The file has one object for each node,
/// with the edges that stand there, as TinkerPop's `io(…).write()` makes it: of the versions 1, 2
/// and 3, with types of values or without, line by line or in `{"vertices":[…]}`.
///
/// - A property with one value is a property, with several values one that is a list. Integers are
///   long, g:Float and g:Double double, g:Date and g:Timestamp instants, g:List and g:Set lists,
///   gx:ByteBuffer bytes; UUIDs and the dates and times of Java are themselves.
/// - Properties of a property are an error, or passed over: [#dropMetaProperties].
/// - Maps, null, integers beyond long and any other type are errors.
///
/// Edges are those at the nodes that they come from, `outE`, or, where there are none, those of
/// `inE`; a file with both must have as many of each, which a file that was cut off mostly has not.
/// The file is read twice if it has edges. In an object, `id` must stand before the edges, as it
/// does in every file of TinkerPop. Ids of nodes, integers, texts or UUIDs, are keys as long as the
/// import lasts; ids of edges mean nothing.
///
/// As each edge of the file is one of its own, an edge type that is new to the graph becomes MULTI,
/// unless the caller says otherwise; of equal SIMPLE edges the first one stays.
///
/// Belongs to one thread. It has no state but what it was told.
public final class GraphSonImport {
  private final Graph graph;
  private final Map<String, Multiplicity> types = new HashMap<>();
  private Multiplicity multiplicity = Multiplicity.MULTI;
  private String keyProperty = "";
  private boolean dropsMetaProperties;

  private GraphSonImport(Graph graph) {
    this.graph = graph;
  }

  /// Begins to describe an import into a graph, empty or not.
  public static GraphSonImport into(Graph graph) {
    return new GraphSonImport(graph);
  }

  /// Sets what edge types become that the graph does not have, at first MULTI.
  public GraphSonImport edges(Multiplicity ofOthers) {
    multiplicity = ofOthers;
    return this;
  }

  /// Declares an edge type.
  public GraphSonImport edges(String ofType, Multiplicity ofEdges) {
    types.put(ofType, ofEdges);
    return this;
  }

  /// Keeps the ids of nodes as a property, of longs or strings.
  public GraphSonImport keepKeys(String property) {
    keyProperty = property;
    return this;
  }

  /// Passes over properties of properties, for which a graph has no place. At first they are an
  /// error.
  public GraphSonImport dropMetaProperties() {
    dropsMetaProperties = true;
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
      read(file, reading::nodes);
      if (reading.hasEdges()) {
        read(file, reading::edges);
      }
      return load.finish();
    }
  }

  /// What is done with a file.
  private interface Body {
    void read(GraphSonReader json) throws IOException;
  }

  private void read(Path file, Body body) throws IOException {
    String name = String.valueOf(file.getFileName());
    try (GraphSonReader json =
        new GraphSonReader(Files.newInputStream(file), dropsMetaProperties)) {
      try {
        body.read(json);
      } catch (DiskFullException | StorageFailedException | ImportException e) {
        throw e;
      } catch (JacksonException e) {
        throw wrong(name, json.location(), e.getOriginalMessage(), e);
      } catch (CharConversionException | RuntimeException e) {
        throw wrong(name, json.location(), String.valueOf(e.getMessage()), e);
      }
    }
  }

  private static ImportException wrong(String name, JsonLocation at, String message, Exception e) {
    return new ImportException(
        name, at.getLineNr(), at.getColumnNr(), message.replace('\n', ' '), e);
  }

  /// One import.
  private final class Reading {
    private final BulkLoader load;
    private final EdgeTypesInFile edgeTypes;
    private long outCount;
    private long inCount;

    Reading(BulkLoader load) {
      this.load = load;
      this.edgeTypes = new EdgeTypesInFile(graph, load, types, multiplicity);
    }

    boolean hasEdges() {
      return outCount + inCount > 0;
    }

    void nodes(GraphSonReader json) throws IOException {
      while (json.nextNode()) {
        Object key = json.key();
        Map<String, Object> properties = json.properties();
        if (!keyProperty.isEmpty()) {
          properties.put(keyProperty, key);
        }
        if (key instanceof Long number) {
          load.addNode(number, json.label(), properties);
        } else {
          load.addNode((String) key, json.label(), properties);
        }
      }
      outCount = json.outCount();
      inCount = json.inCount();
      if (outCount != 0 && inCount != 0 && outCount != inCount) {
        throw new IllegalArgumentException(
            "file has not both ends of each edge outCount=%d inCount=%d"
                .formatted(outCount, inCount));
      }
    }

    void edges(GraphSonReader json) throws IOException {
      boolean isOut = outCount > 0;
      boolean isThere = true;
      while (isThere) {
        isThere =
            json.nextEdges(
                isOut,
                (own, type, other, properties) -> {
                  edgeTypes.meet(type);
                  long from = node(isOut ? own : other);
                  long to = node(isOut ? other : own);
                  load.addEdge(type, from, to, properties);
                });
      }
    }

    private long node(Object key) {
      OptionalLong node =
          key instanceof Long number ? load.findNode(number) : load.findNode((String) key);
      if (node.isEmpty()) {
        throw new IllegalArgumentException("edge names a node that there is not key=" + key);
      }
      return node.getAsLong();
    }
  }
}
