package dev.rookery.traversal.pattern;

import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.graph.index.IndexDefinition;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Small graphs in which much is alike: few labels, types and values, self loops, parallel edges,
/// properties that are missing or of several types, places in the store that are free.
final class RandomPatternGraph {
  static final List<String> LABELS = List.of("P", "Q", "R");
  static final List<String> TYPES = List.of("A", "B", "M");

  private RandomPatternGraph() {}

  /// Makes a graph in memory.
  static Graph of(Random random, int nodeCount, int edgeCount) {
    Graph graph = Graph.inMemory();
    graph.execute(tx -> {
      tx.declareEdgeType("M", Multiplicity.MULTI);
      List<Long> others = new ArrayList<>();
      List<Long> nodes = new ArrayList<>();
      while (nodes.size() < nodeCount) {
        if (random.nextInt(3) == 0) {
          others.add(tx.addNode());
        }
        nodes.add(addNode(random, tx));
      }
      others.forEach(tx::deleteNode);
      for (int i = 0; i < edgeCount; i++) {
        addEdge(random, tx, nodes);
      }
    });
    if (random.nextInt(3) == 0) {
      graph.execute(tx -> {
        tx.createIndex(IndexDefinition.on("P", "i"));
        tx.createIndex(IndexDefinition.on("Q", "s"));
        tx.createIndex(IndexDefinition.on("R", "x"));
      });
    }
    return graph;
  }

  /// Changes a graph here and there.
  static void change(Random random, WriteTransaction tx) {
    List<Long> nodes = new ArrayList<>();
    tx.nodes().forEach(node -> nodes.add(node.id()));
    for (int i = 0; i < 6; i++) {
      long node = nodes.get(random.nextInt(nodes.size()));
      switch (random.nextInt(6)) {
        case 0 -> nodes.add(addNode(random, tx));
        case 1 -> {
          if (nodes.size() > 1) {
            nodes.remove(node);
            tx.deleteNode(node);
          }
        }
        case 2 -> tx.setLabel(node, LABELS.get(random.nextInt(LABELS.size())));
        case 3 -> tx.setProperty(node, "i", random.nextInt(4));
        default -> addEdge(random, tx, nodes);
      }
    }
  }

  private static long addNode(Random random, WriteTransaction tx) {
    Map<String, Object> properties = new HashMap<>();
    if (random.nextInt(4) > 0) {
      properties.put("i", (long) random.nextInt(4));
    }
    if (random.nextInt(4) > 0) {
      properties.put("d", random.nextBoolean() ? (Object) (random.nextInt(8) / 2.0) : (Object) 2L);
    }
    if (random.nextInt(4) > 0) {
      properties.put("s", text(random));
    }
    if (random.nextBoolean()) {
      properties.put("f", random.nextBoolean());
    }
    if (random.nextInt(3) == 0) {
      properties.put("l", List.of(text(random), text(random)));
    }
    if (random.nextBoolean()) {
      properties.put("x", anyValue(random));
    }
    int label = random.nextInt(LABELS.size() + 1);
    return label < LABELS.size()
        ? tx.addNode(LABELS.get(label), properties)
        : addPlain(tx, properties);
  }

  private static long addPlain(WriteTransaction tx, Map<String, Object> properties) {
    long node = tx.addNode();
    tx.setProperties(node, properties);
    return node;
  }

  private static void addEdge(Random random, WriteTransaction tx, List<Long> nodes) {
    long source = nodes.get(random.nextInt(nodes.size()));
    long target = random.nextInt(6) == 0 ? source : nodes.get(random.nextInt(nodes.size()));
    Map<String, Object> properties = new HashMap<>();
    if (random.nextInt(3) > 0) {
      properties.put("i", (long) random.nextInt(3));
    }
    if (random.nextInt(3) == 0) {
      properties.put("s", text(random));
    }
    tx.addEdge(TYPES.get(random.nextInt(TYPES.size())), source, target, properties);
  }

  static String text(Random random) {
    return List.of("", "a", "ab", "b", "ba", "é", "𝔵").get(random.nextInt(7));
  }

  /// Returns a value of any of the types that statements compare.
  static Object anyValue(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> random.nextBoolean();
      case 1 -> (long) random.nextInt(3);
      case 2 -> random.nextInt(6) / 2.0;
      case 3 -> text(random);
      case 4 -> new byte[] {(byte) random.nextInt(3)};
      case 5 -> LocalDate.of(2000 + random.nextInt(3), 1, 1);
      default -> List.of((long) random.nextInt(2));
    };
  }
}
