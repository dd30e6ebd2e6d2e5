package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.error.PropertyException;
import dev.rookery.graph.error.UniqueViolationException;
import dev.rookery.graph.index.IndexDefinition;
import dev.rookery.graph.index.IndexState;
import dev.rookery.graph.index.IndexStatus;
import dev.rookery.graph.index.NodeQuery;
import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.CrashMode;
import dev.rookery.storage.io.SimulatedDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// Indexes as a program uses them. Random changes, crashes and all kinds of values are the business
/// of [GraphModelTest] and [GraphCrashTest].
final class IndexTest {
  private static final IndexDefinition EMAIL = IndexDefinition.unique("Person", "email");
  private static final IndexDefinition BORN = IndexDefinition.on("Person", "country", "born");

  private static Graph people() {
    Graph graph = Graph.inMemory();
    graph.execute(tx -> {
      tx.addNode("Person", Map.of("email", "ada@x", "country", "GB", "born", 1815));
      tx.addNode("Person", Map.of("email", "charles@x", "country", "GB", "born", 1791));
      tx.addNode("Person", Map.of("email", "sofya@x", "country", "RU", "born", 1850));
      tx.addNode("Person", Map.of("email", "emmy@x", "country", "DE", "born", 1882.5));
      tx.addNode("Dog", Map.of("email", "ada@x", "country", "GB"));
      tx.addNode("Person", Map.of("country", "GB"));
    });
    return graph;
  }

  private static List<Long> ids(NodeCursor cursor) {
    List<Long> ids = new ArrayList<>();
    while (cursor.next()) {
      ids.add(cursor.node());
    }
    return ids;
  }

  private static List<Long> found(Graph graph, String label, String key, Object value) {
    try (ReadTransaction tx = graph.beginRead()) {
      return ids(tx.findNodes(label, key, value));
    }
  }

  @Test
  void queries_withAndWithoutIndexes_giveTheSame() {
    try (Graph graph = people()) {
      for (int round = 0; round < 2; round++) {
        try (ReadTransaction tx = graph.beginRead()) {
          assertThat(tx.findNode("Person", "email", "ada@x").orElseThrow().id()).isEqualTo(1);
          assertThat(tx.findNode("Person", "email", "nobody")).isEmpty();
          assertThat(tx.findNode("Nobody", "email", "ada@x")).isEmpty();
          assertThat(ids(tx.findNodes("Person", "country", "GB")))
              .containsExactlyInAnyOrder(1L, 2L, 6L);
          NodeQuery british = NodeQuery.of("Person").equal("country", "GB");
          assertThat(ids(tx.findNodes(british.descending("born")))).containsExactly(1L, 2L);
          assertThat(ids(tx.findNodes(british.atLeast("born", 1791).below("born", 1815))))
              .containsExactly(2L);
          assertThat(ids(tx.findNodes(british.above("born", 1791.0)))).containsExactly(1L);
          NodeQuery all = NodeQuery.of("Person");
          assertThat(ids(tx.findNodes(all.ascending("born")))).containsExactly(2L, 1L, 3L, 4L);
          assertThat(ids(tx.findNodes(all.above("born", "1800")))).isEmpty();
          assertThat(tx.countNodes(all)).isEqualTo(5);
          assertThat(ids(tx.findNodes(all.equal("born", 1882.5).equal("country", "DE"))))
              .containsExactly(4L);
        }
        graph.createIndex(EMAIL);
        graph.createIndex(BORN);
      }
      assertThat(graph.indexes())
          .containsExactly(
              new IndexStatus(EMAIL, IndexState.READY, 4, ""),
              new IndexStatus(BORN, IndexState.READY, 5, ""));
      assertThat(graph.check()).isEmpty();
    }
  }

  /// Values of which an index keeps the beginning and a hash.
  @Test
  void longValues_thatBeginAlike_areToldApart() {
    String[] texts = new String[30];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = "x".repeat(190 + i % 15) + (i % 2 == 0 ? "" : "y".repeat(i)) + "\0".repeat(i % 3);
    }
    NodeQuery all = NodeQuery.of("L");
    List<List<Long>> scanned = new ArrayList<>();
    try (Graph graph = Graph.inMemory()) {
      graph.execute(tx -> {
        for (String text : texts) {
          tx.addNode("L", Map.of("text", text));
        }
      });
      for (int round = 0; round < 2; round++) {
        List<List<Long>> answers = new ArrayList<>();
        try (ReadTransaction tx = graph.beginRead()) {
          for (String text : texts) {
            for (NodeQuery query :
                List.of(
                    all.equal("text", text),
                    all.above("text", text),
                    all.atLeast("text", text),
                    all.below("text", text),
                    all.atMost("text", text).descending("text"))) {
              answers.add(ids(tx.findNodes(query)).stream().sorted().toList());
            }
          }
        }
        if (round == 0) {
          scanned.addAll(answers);
          graph.createIndex(IndexDefinition.on("L", "text"));
        } else {
          assertThat(answers).isEqualTo(scanned);
        }
      }
      for (int i = 0; i < texts.length; i++) {
        String text = texts[i];
        assertThat(scanned.get(5 * i)).allMatch(node -> texts[(int) (node - 1)].equals(text));
        assertThat(scanned.get(5 * i + 1))
            .allMatch(node -> texts[(int) (node - 1)].compareTo(text) > 0);
        assertThat(scanned.get(5 * i + 1).size() + scanned.get(5 * i + 4).size()).isEqualTo(30);
      }
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void uniqueIndex_violated_refusesTheCallAndNothingElse() {
    try (Graph graph = people()) {
      graph.createIndex(EMAIL);
      try (WriteTransaction tx = graph.beginWrite()) {
        assertThatThrownBy(() -> tx.addNode("Person", Map.of("email", "ada@x")))
            .isInstanceOfSatisfying(
                UniqueViolationException.class,
                e -> {
                  assertThat(e.index()).isEqualTo(EMAIL);
                  assertThat(e.values()).containsExactly("ada@x");
                  assertThat(e.existingNode()).isEqualTo(1);
                  assertThat(e.node()).isEqualTo(7);
                })
            .hasMessageContaining("Person(email)")
            .hasMessageContaining("ada@x");
        assertThatThrownBy(() -> tx.setProperty(2, "email", "ada@x"))
            .isInstanceOf(UniqueViolationException.class);
        assertThatThrownBy(() -> tx.setProperties(2, Map.of("email", "ada@x", "born", 1)))
            .isInstanceOf(UniqueViolationException.class);
        assertThatThrownBy(() -> tx.setLabel(5, "Person"))
            .isInstanceOf(UniqueViolationException.class);
        assertThat(tx.node(2).getLong("born")).isEqualTo(1791);
        assertThat(tx.node(5).label()).contains("Dog");
        tx.setProperty(1, "email", "ada@y");
        tx.setLabel(5, "Person");
        tx.commit();
      }
      assertThat(graph.check()).isEmpty();
      assertThat(found(graph, "Person", "email", "ada@x")).containsExactly(5L);
    }
  }

  @Test
  void upsert_findsOrAdds() {
    try (Graph graph = people()) {
      graph.createIndex(EMAIL);
      graph.createIndex(IndexDefinition.on("Dog", "email"));
      try (WriteTransaction tx = graph.beginWrite()) {
        assertThat(tx.upsert("Person", "email", "ada@x", Map.of("born", 1))).isEqualTo(1);
        assertThat(tx.node(1).getLong("born")).isEqualTo(1);
        assertThat(tx.node(1).getString("country")).isEqualTo("GB");
        assertThat(tx.upsert("Person", "email", "grace@x", Map.of("born", 1906))).isEqualTo(7);
        assertThat(tx.upsert("Person", "email", "grace@x", Map.of())).isEqualTo(7);
        assertThat(tx.node(7).properties()).isEqualTo(Map.of("email", "grace@x", "born", 1906L));
        assertThatThrownBy(() -> tx.upsert("Dog", "email", "rex", Map.of()))
            .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> tx.upsert("Person", "email", "x", Map.of("email", "y")))
            .isInstanceOf(IllegalArgumentException.class);
        tx.commit();
      }
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void badCalls_always_areRefused() {
    assertThatThrownBy(() -> IndexDefinition.on("", "a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IndexDefinition.on("L")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IndexDefinition.on("L", "a", "a"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> IndexDefinition.on("L", "a", "b", "c", "d", "e"))
        .isInstanceOf(IllegalArgumentException.class);
    NodeQuery query = NodeQuery.of("L").equal("a", 1).above("b", 1);
    assertThatThrownBy(() -> query.equal("a", 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> query.below("c", 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> query.atLeast("b", 2)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> query.ascending("a")).isInstanceOf(IllegalArgumentException.class);
    try (Graph graph = people();
        WriteTransaction tx = graph.beginWrite()) {
      assertThatThrownBy(() -> tx.findNodes(query.below("b", "x")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> tx.findNodes("L", "a", new Object()))
          .isInstanceOf(PropertyException.class);
      assertThatThrownBy(() -> tx.createIndex(IndexDefinition.on("\uD800", "a")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> tx.createIndex(IndexDefinition.on("L", "\uD800")))
          .isInstanceOf(PropertyException.class);
      assertThatThrownBy(() -> tx.nodesWithLabel("Person").node())
          .isInstanceOf(IllegalStateException.class);
      tx.createIndex(EMAIL);
      assertThatThrownBy(() -> tx.createIndex(IndexDefinition.on("Person", "email")))
          .isInstanceOf(IllegalArgumentException.class);
      NodeCursor cursor = tx.findNodes(NodeQuery.of("Person").ascending("email"));
      assertThat(cursor.next()).isTrue();
      tx.dropIndex(EMAIL);
      assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
      tx.commit();
    }
  }

  @Test
  void createIndex_onDuplicates_failsAndMayBeBegunAgain() {
    try (Graph graph = people()) {
      IndexDefinition country = IndexDefinition.unique("Person", "country");
      IndexStatus failed = graph.createIndex(country);
      assertThat(failed.state()).isEqualTo(IndexState.FAILED);
      assertThat(failed.failure()).contains("node=1 otherNode=2");
      assertThat(found(graph, "Person", "country", "GB")).hasSize(3);
      graph.execute(tx -> tx.addNode("Person", Map.of("country", "GB")));
      for (long node : new long[] {1, 6, 7}) {
        graph.execute(tx -> tx.removeProperty(node, "country"));
      }
      assertThat(graph.createIndex(country).state()).isEqualTo(IndexState.READY);
      assertThat(graph.indexes()).hasSize(1);
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void cursor_overAChangingGraph_goesOnBehindItsLastEntry() {
    try (Graph graph = Graph.inMemory();
        WriteTransaction tx = graph.beginWrite()) {
      tx.createIndex(IndexDefinition.on("L", "n"));
      for (int i = 0; i < 1000; i++) {
        tx.addNode("L", Map.of("n", i));
      }
      for (NodeQuery.Order order : List.of(NodeQuery.Order.ASCENDING, NodeQuery.Order.DESCENDING)) {
        boolean isAscending = order == NodeQuery.Order.ASCENDING;
        NodeQuery query = NodeQuery.of("L").atLeast("n", 100);
        NodeCursor cursor =
            tx.findNodes(isAscending ? query.ascending("n") : query.descending("n"));
        int met = 0;
        while (cursor.next()) {
          long n = tx.node(cursor.node()).getLong("n");
          assertThat(n).isEqualTo(isAscending ? 100 + met : 999 - met);
          tx.setProperty(cursor.node(), "n", n + (isAscending ? -10_000 : 10_000));
          tx.setProperty(cursor.node(), "n", n);
          met++;
        }
        assertThat(met).isEqualTo(900);
        assertThat(cursor.next()).isFalse();
      }
      tx.commit();
      assertThat(graph.check()).isEmpty();
    }
  }

  /// A build of many small transactions, beside writers that add, change and delete.
  @Test
  void createIndex_besideWriters_missesNothing() throws InterruptedException {
    long seed = Long.getLong("seed", System.nanoTime());
    try (Graph graph = Graph.inMemory()) {
      graph.execute(tx -> {
        for (int i = 0; i < 30_000; i++) {
          tx.addNode(i % 3 == 0 ? "Other" : "L", Map.of("n", i, "text", "text " + i));
        }
      });
      AtomicBoolean isBuilt = new AtomicBoolean();
      List<Throwable> failures = new ArrayList<>();
      Thread writer =
          Thread.ofPlatform()
              .start(() -> {
                SplittableRandom random = new SplittableRandom(seed);
                try {
                  for (int i = 0; i < 200 || !isBuilt.get(); i++) {
                    graph.execute(tx -> change(tx, random));
                  }
                } catch (RuntimeException | Error e) {
                  failures.add(e);
                }
              });
      IndexStatus n = graph.createIndex(IndexDefinition.on("L", "n"));
      IndexStatus text = graph.createIndex(IndexDefinition.unique("L", "text", "n"));
      isBuilt.set(true);
      writer.join();
      assertThat(failures).as("seed=%d", seed).isEmpty();
      assertThat(n.state()).isEqualTo(IndexState.READY);
      assertThat(text.state()).as("seed=%d %s", seed, text).isEqualTo(IndexState.READY);
      assertThat(graph.check()).as("seed=%d", seed).isEmpty();
      try (ReadTransaction tx = graph.beginRead()) {
        long expected = 0;
        for (Node node : tx.nodes("L")) {
          expected += node.hasProperty("n") && node.getLong("n") < 15_000 ? 1 : 0;
        }
        assertThat(tx.countNodes(NodeQuery.of("L").below("n", 15_000))).isEqualTo(expected);
      }
    }
  }

  private static boolean change(WriteTransaction tx, SplittableRandom random) {
    for (int i = 0; i < 10; i++) {
      long node = 1 + random.nextInt(30_000);
      if (!tx.hasNode(node)) {
        tx.addNode("L", Map.of("n", random.nextInt(30_000), "text", "text " + random.nextLong()));
        continue;
      }
      switch (random.nextInt(5)) {
        case 0 -> tx.deleteNode(node);
        case 1 -> tx.setLabel(node, "L");
        case 2 -> tx.setLabel(node, "Other");
        case 3 -> tx.removeProperty(node, "n");
        default -> tx.setProperty(node, "n", random.nextInt(30_000));
      }
    }
    return true;
  }

  @Test
  void build_afterACrash_goesOnWhereItStood() {
    SimulatedDisk disk = new SimulatedDisk();
    StorageOptions options = StorageOptions.defaults().inline();
    IndexDefinition definition = IndexDefinition.on("L", "n");
    try (Graph graph = Graph.open(disk.fileSystem(), options, Durability.SYNC)) {
      graph.execute(tx -> {
        for (int i = 0; i < 1000; i++) {
          tx.addNode("L", Map.of("n", i % 100));
        }
      });
      graph.execute(tx -> ((StoredWriteTransaction) tx).createIndex(definition, 0));
      graph.execute(tx -> ((StoredWriteTransaction) tx).buildIndex(definition, 400));
      graph.execute(tx -> tx.setProperty(1, "n", 7));
      graph.execute(tx -> tx.setProperty(900, "n", 7));
      disk = disk.fork(1, CrashMode.LOSE_ALL_UNSYNCED);
    }
    try (Graph graph = Graph.open(disk.fileSystem(), options, Durability.SYNC)) {
      assertThat(graph.indexes())
          .containsExactly(new IndexStatus(definition, IndexState.BUILDING, 401, ""));
      assertThat(graph.check()).isEmpty();
      assertThat(found(graph, "L", "n", 7)).hasSize(12);
      assertThat(graph.buildIndexes())
          .containsExactly(new IndexStatus(definition, IndexState.READY, 1000, ""));
      assertThat(found(graph, "L", "n", 7)).hasSize(12);
      assertThat(graph.check()).isEmpty();
    }
  }
}
