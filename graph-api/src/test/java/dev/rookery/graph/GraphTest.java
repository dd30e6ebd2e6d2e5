package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a graph can do, told by examples. Begin to read here.
final class GraphTest {
  private final Graph graph = Graph.inMemory();

  @TempDir Path directory;

  @AfterEach
  void graphIsSound() {
    assertThat(graph.check()).isEmpty();
    graph.close();
  }

  private static List<Long> ids(Iterable<Node> nodes) {
    List<Long> ids = new ArrayList<>();
    nodes.forEach(node -> ids.add(node.id()));
    return ids;
  }

  @Test
  void tutorial() {
    try (Graph people = Graph.open(directory.resolve("people"))) {
      long ann = people.write(tx -> tx.addNode("Person", Map.of("name", "Ann", "age", 31)));
      long bob = people.write(tx -> tx.addNode("Person", Map.of("name", "Bob")));
      people.execute(tx -> {
        tx.addEdge("KNOWS", ann, bob, Map.of("since", 1999));
        tx.addEdge("KNOWS", bob, ann);
      });

      try (ReadTransaction tx = people.beginRead()) {
        assertThat(tx.node(ann).getString("name")).isEqualTo("Ann");
        assertThat(ids(tx.neighbors(ann, Direction.OUT, "KNOWS"))).containsExactly(bob);
        assertThat(tx.findEdge("KNOWS", ann, bob).orElseThrow().getLong("since")).isEqualTo(1999);
        assertThat(tx.degree(ann, Direction.BOTH, "KNOWS")).isEqualTo(2);
      }
    }
    try (Graph people = Graph.open(directory.resolve("people"))) {
      assertThat(people.<Long>read(ReadTransaction::nodeCount)).isEqualTo(2);
    }
  }

  @Test
  void newGraph_isEmpty() {
    try (ReadTransaction tx = graph.beginRead()) {
      assertThat(tx.nodeCount()).isZero();
      assertThat(tx.edgeCount()).isZero();
      assertThat(tx.edgeCount("KNOWS")).isZero();
      assertThat(tx.nodes()).isEmpty();
      assertThat(tx.nodes("Person")).isEmpty();
      assertThat(tx.edges("KNOWS")).isEmpty();
      assertThat(tx.edgeTypes()).isEmpty();
      assertThat(tx.labels()).isEmpty();
      assertThat(tx.hasEdge("KNOWS", 1, 2)).isFalse();
    }
  }

  @Test
  void addNode_givesSequentialIds() {
    List<Long> ids = graph.write(tx -> List.of(tx.addNode(), tx.addNode("A"), tx.addNode("B")));

    assertThat(ids).containsExactly(1L, 2L, 3L);
  }

  @Test
  void deleteNode_slotIsReusedAndTheIdIsNot() {
    long first = graph.write(tx -> tx.addNode("Old", Map.of("name", "old")));
    graph.execute(tx -> tx.deleteNode(first));

    long second = graph.write(tx -> tx.addNode("New"));

    assertThat(second).isNotEqualTo(first);
    try (ReadTransaction tx = graph.beginRead()) {
      assertThat(tx.hasNode(first)).isFalse();
      assertThat(tx.node(second).label()).contains("New");
      assertThat(tx.node(second).properties()).isEmpty();
      assertThat(tx.nodeCount()).isEqualTo(1);
    }
  }

  @Test
  void deleteNode_takesItsEdgesAlongOnBothEnds() {
    long[] ids = new long[3];
    graph.execute(tx -> {
      for (int i = 0; i < 3; i++) {
        ids[i] = tx.addNode();
      }
      tx.declareEdgeType("CALLED", Multiplicity.MULTI);
      tx.addEdge("KNOWS", ids[0], ids[1], Map.of("since", 1));
      tx.addEdge("KNOWS", ids[1], ids[2], Map.of("since", 2));
      tx.addEdge("KNOWS", ids[1], ids[1], Map.of("since", 3));
      tx.addEdge("CALLED", ids[1], ids[2]);
      tx.addEdge("CALLED", ids[1], ids[2], Map.of("at", Instant.EPOCH));
      tx.addEdge("KNOWS", ids[2], ids[0]);
      tx.deleteNode(ids[1]);
    });

    try (ReadTransaction tx = graph.beginRead()) {
      assertThat(tx.edgeCount()).isEqualTo(1);
      assertThat(tx.edges(ids[0], Direction.OUT)).isEmpty();
      assertThat(ids(tx.neighbors(ids[2], Direction.BOTH))).containsExactly(ids[0]);
    }
  }

  @Test
  void properties_ofAllTypes_comeBackAsTheyWere() {
    Map<String, Object> all =
        Map.of(
            "boolean",
            true,
            "long",
            Long.MIN_VALUE,
            "double",
            -0.0,
            "string",
            "Ann \uD83D\uDE00",
            "date",
            LocalDate.of(2026, 2, 28),
            "instant",
            Instant.parse("2026-01-01T00:00:00.123456789Z"),
            "uuid",
            new UUID(1, 2),
            "list",
            List.of("a", "b"));
    long node = graph.write(tx -> tx.addNode("", all));

    try (ReadTransaction tx = graph.beginRead()) {
      assertThat(tx.node(node).properties()).isEqualTo(all);
      assertThat(tx.node(node).propertyKeys()).isEqualTo(all.keySet());
      assertThat(tx.node(node).getBoolean("boolean")).isTrue();
      assertThat(tx.node(node).property("date")).contains(LocalDate.of(2026, 2, 28));
      assertThat(tx.node(node).label()).isEmpty();
    }
  }

  @Test
  void properties_growAndShrink_betweenSlotAndRecord() {
    long node = graph.write(tx -> tx.addNode("Person", Map.of("name", "x")));
    for (int length : new int[] {10, 40, 60, 3_000, 20_000, 9_000, 100, 1}) {
      graph.execute(tx -> tx.setProperty(node, "name", PropertyValues.textOfBytes(length)));

      assertThat(graph.<String>read(tx -> tx.node(node).getString("name"))).hasSize(length);
      assertThat(graph.check()).isEmpty();
    }
    graph.execute(tx -> assertThat(tx.removeProperty(node, "name")).isTrue());
    graph.execute(tx -> assertThat(tx.removeProperty(node, "name")).isFalse());
    assertThat(graph.<Boolean>read(tx -> tx.node(node).hasProperty("name"))).isFalse();
  }

  @Test
  void setLabel_changesWhatNodesOfALabelFinds() {
    long node = graph.write(tx -> tx.addNode("Person"));
    graph.execute(tx -> tx.setLabel(node, "Robot"));
    assertThat(graph.<List<Long>>read(tx -> ids(tx.nodes("Person")))).isEmpty();
    assertThat(graph.<List<Long>>read(tx -> ids(tx.nodes("Robot")))).containsExactly(node);

    graph.execute(tx -> tx.setLabel(node, ""));

    assertThat(graph.<Optional<String>>read(tx -> tx.node(node).label())).isEmpty();
    assertThat(graph.<List<String>>read(ReadTransaction::labels))
        .containsExactly("Person", "Robot");
  }

  @Test
  void addEdge_simpleType_existsOnceForEachPair() {
    graph.execute(tx -> {
      long a = tx.addNode();
      long b = tx.addNode();

      assertThat(tx.addEdge("KNOWS", a, b, Map.of("since", 1))).isTrue();
      assertThat(tx.addEdge("KNOWS", a, b, Map.of("since", 2))).isFalse();
      assertThat(tx.addEdge("KNOWS", b, a)).isTrue();
      assertThat(tx.findEdge("KNOWS", a, b).orElseThrow().getLong("since")).isEqualTo(1);
      assertThat(tx.putEdge("KNOWS", a, b, Map.of("since", 3))).isFalse();
      assertThat(tx.findEdge("KNOWS", a, b).orElseThrow().getLong("since")).isEqualTo(3);
      assertThat(tx.putEdge("KNOWS", a, b, Map.of())).isFalse();
      assertThat(tx.findEdge("KNOWS", a, b).orElseThrow().properties()).isEmpty();
      assertThat(tx.edgeCount("KNOWS")).isEqualTo(2);
    });
  }

  @Test
  void addEdge_multiType_tellsParallelEdgesApart() {
    graph.execute(tx -> {
      long a = tx.addNode();
      long b = tx.addNode();
      tx.declareEdgeType("CALLED", Multiplicity.MULTI);
      for (int i = 0; i < 100; i++) {
        assertThat(tx.addEdge("CALLED", a, b, Map.of("number", i))).isTrue();
      }
      int ordinal = 0;
      for (Edge edge : tx.edges(a, Direction.OUT, "CALLED")) {
        assertThat(edge.ordinal()).isEqualTo(ordinal);
        assertThat(edge.getLong("number")).isEqualTo(ordinal++);
      }
      assertThat(tx.degree(b, Direction.IN, "CALLED")).isEqualTo(100);

      tx.deleteEdge(tx.findEdge("CALLED", a, b).orElseThrow());

      assertThat(tx.findEdge("CALLED", a, b).orElseThrow().ordinal()).isEqualTo(1);
      assertThat(tx.deleteEdges("CALLED", a, b)).isEqualTo(99);
      assertThat(tx.edgeCount("CALLED")).isZero();
    });
  }

  @Test
  void selfLoop_isMetOnceForEachOfItsEnds() {
    graph.execute(tx -> {
      long a = tx.addNode();
      tx.addEdge("LIKES", a, a);

      assertThat(tx.degree(a, Direction.OUT, "LIKES")).isEqualTo(1);
      assertThat(tx.degree(a, Direction.IN, "LIKES")).isEqualTo(1);
      assertThat(tx.degree(a, Direction.BOTH, "LIKES")).isEqualTo(2);
      assertThat(ids(tx.neighbors(a, Direction.BOTH))).containsExactly(a, a);
      assertThat(tx.findEdge("LIKES", a, a).orElseThrow().other(a)).isEqualTo(a);
      tx.deleteNode(a);
      assertThat(tx.edgeCount()).isZero();
    });
  }

  @Test
  void views_areEqualByWhatTheyName() {
    graph.execute(tx -> {
      long a = tx.addNode();
      long b = tx.addNode();
      tx.addEdge("KNOWS", a, b);

      assertThat(tx.node(a)).isEqualTo(tx.node(a)).hasSameHashCodeAs(tx.node(a));
      assertThat(tx.node(a)).isNotEqualTo(tx.node(b));
      Edge edge = tx.findEdge("KNOWS", a, b).orElseThrow();
      assertThat(tx.edges(b, Direction.IN)).containsExactly(edge);
      assertThat(edge).hasToString("Edge[1 -KNOWS-> 2]");
    });
  }

  @Test
  void manyNodes_spanRegions() {
    int count = 150_000;
    graph.execute(tx -> {
      for (int i = 1; i <= count; i++) {
        tx.addNode(i % 1_000 == 0 ? "Rare" : "Common");
      }
      for (int i = 1; i <= count; i += 7) {
        tx.addEdge("NEXT", i, (i + 70_000) % count + 1);
      }
    });
    graph.execute(tx -> {
      for (int i = 1; i <= count; i += 3) {
        tx.deleteNode(i);
      }
    });
    long again =
        graph.write(tx -> {
          long id = 0;
          for (int i = 0; i < 60_000; i++) {
            id = tx.addNode("Again");
          }
          return id;
        });

    try (ReadTransaction tx = graph.beginRead()) {
      assertThat(again).isEqualTo(count + 60_000);
      assertThat(tx.nodeCount()).isEqualTo(count - count / 3 + 60_000);
      assertThat(tx.nodes("Rare")).hasSize(100);
      assertThat(tx.nodes("Again")).hasSize(60_000);
      assertThat(tx.hasNode(1)).isFalse();
      assertThat(tx.node(again).label()).contains("Again");
      tx.edges("NEXT")
          .forEach(edge -> {
            assertThat(edge.target()).isEqualTo((edge.source() + 70_000) % count + 1);
            assertThat(tx.hasNode(edge.source()) && tx.hasNode(edge.target())).isTrue();
          });
    }
  }

  @Test
  void supernode_200kEdges_isFastToChangeAndToDelete() {
    int count = 200_000;
    graph.execute(tx -> {
      long hub = tx.addNode("Hub");
      for (int i = 0; i < count; i++) {
        long spoke = tx.addNode();
        tx.addEdge("TO", hub, spoke);
        if (i % 1_000 == 0) {
          tx.addEdge("FROM", spoke, hub, Map.of("number", i));
        }
      }
    });
    try (ReadTransaction tx = graph.beginRead()) {
      assertThat(tx.degree(1, Direction.OUT, "TO")).isEqualTo(count);
      assertThat(tx.hasEdge("TO", 1, count)).isTrue();
      assertThat(tx.neighbors(1, Direction.OUT, "TO")).hasSize(count);
    }
    graph.execute(tx -> tx.deleteEdges("TO", 1, 77_777));
    assertThat(graph.<Long>read(tx -> tx.degree(1, Direction.OUT, "TO"))).isEqualTo(count - 1);

    graph.execute(tx -> tx.deleteNode(1));

    assertThat(graph.<Long>read(ReadTransaction::edgeCount)).isZero();
    assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(count);
  }

  @Test
  void multiEdges_20kBetweenTwoNodes_areAddedQuickly() {
    graph.execute(tx -> {
      tx.declareEdgeType("CALLED", Multiplicity.MULTI);
      long a = tx.addNode();
      long b = tx.addNode();
      for (int i = 0; i < 20_000; i++) {
        tx.addEdge("CALLED", a, b);
      }
      assertThat(tx.degree(a, Direction.OUT, "CALLED")).isEqualTo(20_000);
    });
  }

  @Test
  void fillAndEmpty_fiveTimes_doesNotGrowTheFile() {
    try (Graph stored = Graph.open(directory.resolve("rounds"))) {
      long pages = 0;
      for (int round = 0; round < 5; round++) {
        fillAndEmpty(stored);
        stored.checkpoint();
        GraphStats stats = stored.stats();
        // The second round needs a little more: its ids are new, and the old ones are not
        // forgotten.
        pages = round < 2 ? stats.pages() : pages;
        assertThat(stats.nodes()).isZero();
        assertThat(stats.edges()).isZero();
        assertThat(stats.pages()).isLessThanOrEqualTo(pages + 2);
        assertThat(stored.check()).isEmpty();
      }
    }
  }

  private static void fillAndEmpty(Graph stored) {
    List<Long> ids =
        stored.write(tx -> {
          List<Long> made = new ArrayList<>();
          for (int i = 0; i < 4_000; i++) {
            String text = PropertyValues.textOfBytes(i % 200);
            made.add(tx.addNode("Filler", Map.of("text", text)));
            tx.addEdge("NEXT", made.get(i), made.get(i / 2), Map.of("text", text));
            tx.addEdge("TO", made.get(i), made.getFirst());
          }
          return made;
        });
    stored.execute(tx -> ids.forEach(tx::deleteNode));
  }
}
