package dev.rookery.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.Node;
import dev.rookery.graph.PropertyReader;
import dev.rookery.graph.ReadTransaction;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.UUID;

/// Graphs with everything that a format may stumble over, and what is in a graph, to be compared.
final class RandomGraphs {
  private static final List<Object> VALUES =
      List.of(
          true,
          false,
          -7L,
          Long.MIN_VALUE,
          0.1,
          Double.NaN,
          Double.NEGATIVE_INFINITY,
          "",
          "plain",
          " spaces ",
          "a,b;c\\;\\\\d\"e\"\r\n\tf",
          "\uD83D\uDE00 \u00E9",
          "half \uD83D",
          "\u0000\u0001\u000B\u001F\uFFFE\uFFFF",
          "\u007F\u0085\u2028 \uE000\uFFFD",
          "\uFFFE",
          "]]>&amp;<a b='c'/>\r",
          new byte[] {0, 1, -1},
          new byte[0],
          LocalDate.of(-5, 2, 28),
          LocalTime.of(23, 59, 59, 999_999_999),
          LocalDateTime.of(2020, 2, 29, 0, 0),
          Instant.ofEpochSecond(-1, 5),
          ZonedDateTime.of(2021, 10, 31, 2, 30, 0, 0, ZoneId.of("Europe/Paris")),
          Duration.ofNanos(-3),
          new UUID(1, -2),
          List.of(),
          List.of(""),
          List.of("a;b", "c\\", "", "\uDE00"),
          List.of("d;\te", "f\b"),
          List.of(1L, 2L),
          List.of(true, false),
          List.of(0.5, -0.0),
          List.of(new byte[] {1}, new byte[0]),
          List.of(LocalDate.of(2000, 1, 1)));

  private RandomGraphs() {}

  static void fill(Graph graph, SplittableRandom random) {
    graph.execute(tx -> {
      tx.declareEdgeType("MULTI,\"<TYPE>", Multiplicity.MULTI);
      tx.declareEdgeType("UNUSED", Multiplicity.MULTI);
      List<Long> nodes = new ArrayList<>();
      for (int i = random.nextInt(80); i >= 0; i--) {
        String label = random.nextInt(3) == 0 ? "" : "Label, & " + random.nextInt(3);
        nodes.add(tx.addNode(label, properties(random)));
      }
      if (nodes.size() > 5) {
        tx.deleteNode(nodes.remove(2));
      }
      for (int i = random.nextInt(300); i > 0; i--) {
        long source = nodes.get(random.nextInt(nodes.size()));
        long target = nodes.get(random.nextInt(nodes.size()));
        String type = random.nextBoolean() ? "MULTI,\"<TYPE>" : "SIMPLE";
        tx.addEdge(type, source, target, random.nextInt(3) == 0 ? properties(random) : Map.of());
      }
    });
  }

  private static Map<String, Object> properties(SplittableRandom random) {
    Map<String, Object> properties = new HashMap<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      properties.put("key, <" + random.nextInt(6), VALUES.get(random.nextInt(VALUES.size())));
    }
    return properties;
  }

  /// Returns everything in a graph, nodes by their place among the nodes.
  static List<Object> describe(Graph graph) {
    try (ReadTransaction tx = graph.beginRead()) {
      List<Object> all = new ArrayList<>();
      Map<Long, Integer> places = new HashMap<>();
      List<Node> nodes = new ArrayList<>();
      tx.nodes().forEach(nodes::add);
      nodes.sort((one, other) -> Long.compare(one.id(), other.id()));
      for (Node node : nodes) {
        places.put(node.id(), places.size());
        all.add(List.of(node.label().orElse(""), normal(node)));
      }
      for (String type : tx.edgeTypes()) {
        all.add(type + " " + tx.multiplicity(type));
        List<List<Object>> edges = new ArrayList<>();
        for (Edge edge : tx.edges(type)) {
          edges.add(
              List.of(
                  places.get(edge.source()),
                  places.get(edge.target()),
                  edge.ordinal(),
                  normal(edge)));
        }
        edges.sort(
            (one, other) -> one.subList(0, 3).toString().compareTo(other.subList(0, 3).toString()));
        all.add(edges);
      }
      return all;
    }
  }

  static Map<String, Object> normal(PropertyReader reader) {
    Map<String, Object> normal = new HashMap<>();
    reader.properties().forEach((key, value) -> normal.put(key, normal(value)));
    return normal;
  }

  static Object normal(Object value) {
    return switch (value) {
      case byte[] bytes -> ByteBuffer.wrap(bytes);
      case List<?> list -> list.stream().map(RandomGraphs::normal).toList();
      default -> value;
    };
  }

  /// Fails unless a graph is sound and has what another one has.
  static void assertEqual(Graph copy, Graph graph, long seed) {
    assertThat(copy.check()).isEmpty();
    assertThat(describe(copy)).as("seed=" + seed).isEqualTo(describe(graph));
  }
}
