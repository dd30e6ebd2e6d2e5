package dev.rookery.exchange;

import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoadSummary;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.storage.error.DiskFullException;
import dev.rookery.storage.error.StorageFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// Imports plain edge lists, as those of SNAP and Graphalytics (`.e`), as one bulk load: all or
/// nothing.
///
/// A line has two integers, source and target, and perhaps a number, the weight, which becomes the
/// property `weight`; between them are spaces, tabs or commas. Empty lines and those that begin
/// with `#` or `%` are passed over. Nodes keep their number as the property `id`. Where files of
/// nodes are given (`.v`: a number on each line), an edge to any other node is an error; else nodes
/// are made as they are first named.
///
/// Belongs to one thread. It has no state but what it was told.
public final class EdgeListImport {
  private static final String WEIGHT = "weight";

  private final Graph graph;
  private final List<Path> nodeFiles = new ArrayList<>();
  private final List<Path> edgeFiles = new ArrayList<>();
  private String type = "EDGE";
  private String label = "";
  private String keyProperty = "id";

  private EdgeListImport(Graph graph) {
    this.graph = graph;
  }

  /// Begins to describe an import into a graph, empty or not.
  public static EdgeListImport into(Graph graph) {
    return new EdgeListImport(graph);
  }

  /// Adds a file of nodes.
  public EdgeListImport nodes(Path file) {
    nodeFiles.add(file);
    return this;
  }

  /// Adds a file of edges.
  public EdgeListImport edges(Path file) {
    edgeFiles.add(file);
    return this;
  }

  /// Sets the type of the edges, at first `EDGE`.
  public EdgeListImport type(String name) {
    type = name;
    return this;
  }

  /// Sets the label of the nodes; at first they have none.
  public EdgeListImport label(String name) {
    label = name;
    return this;
  }

  /// Sets the property that keeps the numbers of nodes, at first `id`; empty for none.
  public EdgeListImport keepKeys(String property) {
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
      for (Path file : nodeFiles) {
        try (NumberLines lines = new NumberLines(file)) {
          read(lines, () -> readNode(load, lines));
        }
      }
      for (Path file : edgeFiles) {
        try (NumberLines lines = new NumberLines(file)) {
          read(lines, () -> readEdge(load, lines));
        }
      }
      return load.finish();
    }
  }

  private static void read(NumberLines lines, Runnable line) throws IOException {
    while (lines.next()) {
      try {
        line.run();
      } catch (DiskFullException | StorageFailedException e) {
        throw e;
      } catch (RuntimeException e) {
        throw lines.wrong(e);
      }
    }
  }

  private void readNode(BulkLoader load, NumberLines lines) {
    if (lines.count() != 1) {
      throw lines.wrong("line is not one number");
    }
    addNode(load, lines.number(0));
  }

  private long addNode(BulkLoader load, long key) {
    Map<String, Object> properties = keyProperty.isEmpty() ? Map.of() : Map.of(keyProperty, key);
    return load.addNode(key, label, properties);
  }

  private void readEdge(BulkLoader load, NumberLines lines) {
    if (lines.count() < 2 || lines.count() > 3) {
      throw lines.wrong("line is not two numbers and perhaps a weight");
    }
    long source = node(load, lines, lines.number(0));
    long target = node(load, lines, lines.number(1));
    if (lines.count() == 2) {
      load.addEdge(type, source, target);
    } else {
      load.addEdge(type, source, target, Map.of(WEIGHT, lines.decimal(2)));
    }
  }

  private long node(BulkLoader load, NumberLines lines, long key) {
    OptionalLong node = load.findNode(key);
    if (node.isPresent()) {
      return node.getAsLong();
    }
    if (!nodeFiles.isEmpty()) {
      throw lines.wrong("edge names a node that there is not key=" + key);
    }
    return addNode(load, key);
  }
}
