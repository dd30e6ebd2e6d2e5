package dev.rookery.traversal;

import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A graph as plain lists, for tests to compare with: nodes are 0 … n - 1, links are numbered.
///
/// Types whose name begins with `M` are MULTI. When it is stored, node *i* gets the property
/// `index` and the label `Even` or `Odd`, link *j* the property `number`.
final class ModelGraph {
  private final int nodeCount;
  private final List<Link> links = new ArrayList<>();

  /// An edge of the model.
  record Link(int number, String type, int source, int target) {
    int other(int node) {
      return node == source ? target : source;
    }
  }

  ModelGraph(int nodeCount) {
    this.nodeCount = nodeCount;
  }

  /// Reads a graph from text: edges such as `0-A->1`, separated by spaces.
  static ModelGraph of(int nodeCount, String edges) {
    ModelGraph model = new ModelGraph(nodeCount);
    for (String edge : edges.split(" ")) {
      if (!edge.isEmpty()) {
        String[] parts = edge.split("->?");
        model.link(parts[1], Integer.parseInt(parts[0]), Integer.parseInt(parts[2]));
      }
    }
    return model;
  }

  /// Makes a random graph of types `A`, `B` and `M`, with self loops and parallel edges.
  static ModelGraph random(Random random, int nodeCount, int linkCount) {
    ModelGraph model = new ModelGraph(nodeCount);
    for (int i = 0; i < linkCount; i++) {
      String type = List.of("A", "A", "B", "M").get(random.nextInt(4));
      model.link(type, random.nextInt(nodeCount), random.nextInt(nodeCount));
    }
    return model;
  }

  /// Adds an edge, unless its type is SIMPLE and it exists.
  void link(String type, int source, int target) {
    boolean exists =
        links.stream()
            .anyMatch(
                link -> link.type.equals(type) && link.source == source && link.target == target);
    if (isMulti(type) || !exists) {
      linkUnchecked(type, source, target);
    }
  }

  /// Adds an edge that does not exist. O(1).
  void linkUnchecked(String type, int source, int target) {
    links.add(new Link(links.size(), type, source, target));
  }

  int nodeCount() {
    return nodeCount;
  }

  List<Link> links() {
    return links;
  }

  /// Stores the graph in memory, after some nodes have been deleted, so that the order of places in
  /// the store is not the order of ids.
  StoredGraph store() {
    return store(1);
  }

  /// As [#store()], with so many empty places before every other of the first nodes, so that a few
  /// nodes lie in several regions.
  StoredGraph store(int gap) {
    Graph graph = Graph.inMemory();
    long[] ids = new long[nodeCount];
    graph.execute(tx -> {
      List<Long> deleted = new ArrayList<>();
      for (int i = 0; i < nodeCount; i++) {
        for (int empty = 0; i % 2 == 0 && empty < gap; empty++) {
          deleted.add(tx.addNode());
        }
        if (i < nodeCount / 2) {
          ids[i] = tx.addNode(i % 2 == 0 ? "Even" : "Odd", Map.of("index", i));
        }
      }
      deleted.forEach(tx::deleteNode);
      for (int i = nodeCount / 2; i < nodeCount; i++) {
        ids[i] = tx.addNode(i % 2 == 0 ? "Even" : "Odd", Map.of("index", i));
      }
    });
    graph.execute(tx -> {
      for (Link link : links) {
        if (isMulti(link.type)) {
          tx.declareEdgeType(link.type, Multiplicity.MULTI);
        }
        tx.addEdge(link.type, ids[link.source], ids[link.target], Map.of("number", link.number));
      }
    });
    return new StoredGraph(graph, ids);
  }

  private static boolean isMulti(String type) {
    return type.startsWith("M");
  }
}
