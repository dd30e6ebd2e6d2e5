package dev.rookery.traversal.algorithm;

import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.run.EdgeSelection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// One of the small graphs of LDBC Graphalytics, stored; ids of nodes ascend as the numbers of
/// vertices do.
final class GraphalyticsData implements AutoCloseable {
  private static final Path DIRECTORY =
      Path.of(System.getProperty("rookery.data", "../../shared/data/air-routes"))
          .resolveSibling("graphalytics");

  private final Graph graph = Graph.inMemory();
  private final SortedMap<Long, Long> nodes = new TreeMap<>();
  private final boolean isDirected;
  private final ReadTransaction tx;

  /// Loads a graph.
  ///
  /// @param name file of adjacency lists, or the name before `.v` and `.e`
  /// @param isDirected whether an edge leads one way only
  GraphalyticsData(String name, boolean isDirected) throws IOException {
    this.isDirected = isDirected;
    boolean isList = Files.exists(DIRECTORY.resolve(name));
    List<String[]> rows = rows(isList ? name : name + ".v");
    List<String[]> edges = isList ? List.of() : rows(name + ".e");
    graph.execute(write -> {
      SortedMap<Long, Long> sorted = nodes;
      rows.forEach(row -> List.of(row).forEach(vertex -> sorted.put(Long.valueOf(vertex), 0L)));
      sorted.replaceAll((_, _) -> write.addNode());
      Set<List<Long>> known = new HashSet<>();
      for (String[] row : rows) {
        for (int i = 1; i < row.length; i++) {
          long source = Long.parseLong(row[0]);
          long target = Long.parseLong(row[i]);
          if (isDirected || known.add(List.of(target, source))) {
            known.add(List.of(source, target));
            write.addEdge("E", node(source), node(target));
          }
        }
      }
      for (String[] edge : edges) {
        write.addEdge(
            "E",
            node(Long.parseLong(edge[0])),
            node(Long.parseLong(edge[1])),
            Map.of("weight", Double.valueOf(edge[2])));
      }
    });
    tx = graph.beginRead();
  }

  /// Returns whether the data is there.
  static boolean isThere() {
    return Files.isDirectory(DIRECTORY);
  }

  private static List<String[]> rows(String file) throws IOException {
    return Files.readAllLines(DIRECTORY.resolve(file)).stream()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .map(line -> line.split("\\s+"))
        .toList();
  }

  /// Returns what a file says of each vertex.
  static Map<Long, String> output(String file) throws IOException {
    Map<Long, String> output = new TreeMap<>();
    rows(file).forEach(row -> output.put(Long.valueOf(row[0]), row[1]));
    return output;
  }

  ReadTransaction tx() {
    return tx;
  }

  /// Returns the edges, by the direction that they have.
  EdgeSelection edges() {
    return isDirected ? EdgeSelection.out() : EdgeSelection.both();
  }

  /// Returns the node of a vertex.
  long node(long vertex) {
    return nodes.get(vertex);
  }

  /// Returns the vertex of a node.
  long vertex(long node) {
    return nodes.entrySet().stream()
        .filter(entry -> entry.getValue() == node)
        .findAny()
        .orElseThrow()
        .getKey();
  }

  @Override
  public void close() {
    tx.close();
    graph.close();
  }
}
