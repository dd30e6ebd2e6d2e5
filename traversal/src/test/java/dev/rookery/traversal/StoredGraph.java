package dev.rookery.traversal;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.util.ArrayList;
import java.util.List;
import java.util.PrimitiveIterator;

/// A [ModelGraph] in a graph in memory, with one read transaction open.
final class StoredGraph implements AutoCloseable {
  private final Graph graph;
  private final long[] ids;
  private final ReadTransaction tx;

  StoredGraph(Graph graph, long[] ids) {
    this.graph = graph;
    this.ids = ids;
    tx = graph.beginRead();
  }

  Graph graph() {
    return graph;
  }

  ReadTransaction tx() {
    return tx;
  }

  /// Returns the id of a node of the model.
  long id(int index) {
    return ids[index];
  }

  /// Returns the ids of nodes of the model.
  long[] ids(int... indexes) {
    long[] result = new long[indexes.length];
    for (int i = 0; i < result.length; i++) {
      result[i] = ids[indexes[i]];
    }
    return result;
  }

  /// Returns which node of the model an id belongs to.
  int index(long id) {
    return (int) tx.node(id).getLong("index");
  }

  List<Integer> indexes(Iterable<Node> nodes) {
    List<Integer> result = new ArrayList<>();
    nodes.forEach(node -> result.add((int) node.getLong("index")));
    return result;
  }

  List<Integer> indexes(PrimitiveIterator.OfLong nodes) {
    List<Integer> result = new ArrayList<>();
    nodes.forEachRemaining((long id) -> result.add(index(id)));
    return result;
  }

  List<Integer> numbers(Iterable<Edge> edges) {
    List<Integer> result = new ArrayList<>();
    edges.forEach(edge -> result.add((int) edge.getLong("number")));
    return result;
  }

  /// Returns a path in terms of the model.
  Way way(Path path) {
    return new Way(indexes(path), numbers(path.edges()));
  }

  List<Way> ways(Iterable<Path> paths) {
    List<Way> result = new ArrayList<>();
    paths.forEach(path -> result.add(way(path)));
    return result;
  }

  @Override
  public void close() {
    tx.close();
    graph.close();
  }
}
