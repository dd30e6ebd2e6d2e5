package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.storage.Durability;
import dev.rookery.storage.error.SavepointException;
import dev.rookery.storage.error.TransactionClosedException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What transactions promise: all or nothing, snapshots that stand still, own changes seen.
final class TransactionTest {
  private final Graph graph = Graph.inMemory();

  @AfterEach
  void graphIsSound() {
    assertThat(graph.check()).isEmpty();
    graph.close();
  }

  @Test
  void commit_makesChangesVisibleToLaterReaders() {
    try (ReadTransaction before = graph.beginRead()) {
      long node = graph.write(tx -> tx.addNode("Person"));

      try (ReadTransaction after = graph.beginRead()) {
        assertThat(after.hasNode(node)).isTrue();
        assertThat(after.sequence()).isEqualTo(before.sequence() + 1);
      }
      assertThat(before.hasNode(node)).isFalse();
      assertThat(before.nodeCount()).isZero();
      assertThat(before.labels()).isEmpty();
    }
  }

  @Test
  void commit_withEachDurability_isVisibleAtOnce() {
    for (Durability durability : Durability.values()) {
      try (WriteTransaction tx = graph.beginWrite()) {
        tx.addNode(durability.name());
        tx.commit(durability);
      }
      assertThat(graph.<List<String>>read(ReadTransaction::labels)).contains(durability.name());
    }
  }

  @Test
  void snapshot_standsStillWhileTheGraphChanges() {
    long[] ids = new long[2];
    graph.execute(tx -> {
      ids[0] = tx.addNode("Person", Map.of("name", "Ann"));
      ids[1] = tx.addNode("Person");
      tx.addEdge("KNOWS", ids[0], ids[1], Map.of("since", 1999));
    });
    try (ReadTransaction old = graph.beginRead()) {
      Node ann = old.node(ids[0]);
      graph.execute(tx -> tx.setProperty(ids[0], "name", "Anna"));
      graph.execute(tx -> tx.deleteNode(ids[1]));
      graph.execute(tx -> tx.addEdge("LIKES", tx.addNode("Robot"), ids[0]));
      graph.checkpoint();

      assertThat(ann.getString("name")).isEqualTo("Ann");
      assertThat(old.nodeCount()).isEqualTo(2);
      assertThat(old.findEdge("KNOWS", ids[0], ids[1]).orElseThrow().getLong("since"))
          .isEqualTo(1999);
      assertThat(old.edgeTypes()).containsExactly("KNOWS");
      assertThat(old.labels()).containsExactly("Person");
      assertThat(old.edges("LIKES")).isEmpty();
      assertThat(old.nodes("Robot")).isEmpty();
    }
  }

  @Test
  void rollback_takesEverythingBack() {
    long kept = graph.write(tx -> tx.addNode("Kept"));
    try (WriteTransaction tx = graph.beginWrite()) {
      tx.addEdge("LOST", kept, tx.addNode("Lost", Map.of("lost", 1)));
      tx.setProperty(kept, "lost", 2);
      tx.rollback();
    }
    try (WriteTransaction tx = graph.beginWrite()) {
      tx.deleteNode(kept);
      // Closing without a commit rolls back.
    }

    try (ReadTransaction tx = graph.beginRead()) {
      assertThat(tx.nodeCount()).isEqualTo(1);
      assertThat(tx.node(kept).properties()).isEmpty();
      assertThat(tx.labels()).containsExactly("Kept");
      assertThat(tx.edgeTypes()).isEmpty();
    }
  }

  @Test
  void rollbackTo_takesBackWhatCameAfterAndNothingElse() {
    try (WriteTransaction tx = graph.beginWrite()) {
      long kept = tx.addNode("Kept", Map.of("name", "Ann"));
      Savepoint savepoint = tx.savepoint();
      long lost = tx.addNode("Lost", Map.of("lost", 1));
      tx.addEdge("LOST", kept, lost);
      tx.setProperty(kept, "name", "Eve");
      Node node = tx.node(lost);
      NeighborCursor cursor = tx.neighborCursor(Direction.OUT).of(kept);
      tx.rollbackTo(savepoint);

      assertThat(cursor.next()).isFalse();
      assertThatThrownBy(node::label).isInstanceOf(NodeNotFoundException.class);
      assertThat(tx.node(kept).getString("name")).isEqualTo("Ann");
      assertThat(tx.edgeTypes()).isEmpty();
      assertThat(tx.labels()).containsExactly("Kept");
      // The number of the lost type goes to another one; the cursor must not take it for its own.
      tx.addEdge("FOUND", kept, tx.addNode("Found"));
      assertThat(cursor.of(kept).next()).isTrue();
      assertThat(cursor.type()).isEqualTo("FOUND");
      tx.commit();
    }
    try (ReadTransaction tx = graph.beginRead()) {
      assertThat(tx.labels()).containsExactly("Found", "Kept");
      assertThat(tx.edgeCount()).isEqualTo(1);
    }
  }

  @Test
  void savepoint_ofAnotherTransaction_isRefused() {
    Savepoint foreign;
    try (WriteTransaction tx = graph.beginWrite()) {
      foreign = tx.savepoint();
      tx.addNode();
      tx.commit();
      assertThatThrownBy(() -> tx.rollbackTo(foreign))
          .isInstanceOf(TransactionClosedException.class)
          .hasMessageContaining("was committed already");
      assertThatThrownBy(tx::commit)
          .isInstanceOf(TransactionClosedException.class)
          .hasMessageContaining("was committed already");
    }
    try (WriteTransaction tx = graph.beginWrite()) {
      assertThatThrownBy(() -> tx.rollbackTo(foreign)).isInstanceOf(SavepointException.class);
      assertThatThrownBy(() -> tx.release(foreign)).isInstanceOf(SavepointException.class);
    }
  }

  @Test
  void savepoint_leftByAFunction_endsWithIt() {
    Savepoint[] left = new Savepoint[1];
    graph.execute(tx -> {
      left[0] = tx.savepoint();
      tx.addNode();
    });
    graph.execute(tx ->
        assertThatThrownBy(() -> tx.rollbackTo(left[0])).isInstanceOf(SavepointException.class));
  }

  @Test
  void names_ofARolledBackTransaction_doNotGetInTheWay() {
    for (int round = 0; round < 3; round++) {
      try (WriteTransaction tx = graph.beginWrite()) {
        long node = tx.addNode("Ghost" + round, Map.of("ghost" + round, 1, "shadow", 2));
        tx.addEdge("HAUNTS", node, node);
      }
      String name = "real" + round;
      graph.execute(tx -> {
        long node = tx.addNode(name, Map.of(name, name));
        tx.declareEdgeType(name, Multiplicity.MULTI);
        tx.addEdge(name, node, node);
      });
    }

    try (ReadTransaction tx = graph.beginRead()) {
      assertThat(tx.labels()).containsExactly("real0", "real1", "real2");
      assertThat(tx.edgeTypes()).containsExactly("real0", "real1", "real2");
      assertThat(tx.edges("HAUNTS")).isEmpty();
      for (Node node : tx.nodes()) {
        String name = node.label().orElseThrow();
        assertThat(node.properties()).isEqualTo(Map.of(name, name));
      }
    }
  }

  @Test
  void writeTransaction_seesItsOwnChanges() {
    try (WriteTransaction tx = graph.beginWrite()) {
      long a = tx.addNode("Person", Map.of("name", "Ann"));
      long b = tx.addNode("Person");
      tx.addEdge("KNOWS", a, b);
      Node ann = tx.node(a);

      tx.setProperty(a, "name", "Anna");

      assertThat(ann.getString("name")).isEqualTo("Anna");
      assertThat(tx.nodes("Person")).hasSize(2);
      assertThat(tx.edges("KNOWS")).hasSize(1);
      assertThat(tx.nodeCount()).isEqualTo(2);
      tx.deleteNode(b);
      assertThat(tx.neighbors(a, Direction.OUT)).isEmpty();
      assertThat(tx.hasNode(b)).isFalse();
      tx.commit();
    }
    assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(1);
  }

  @Test
  void view_ofANodeDeletedSince_saysSo() {
    try (WriteTransaction tx = graph.beginWrite()) {
      long a = tx.addNode("Person", Map.of("name", "Ann"));
      Node ann = tx.node(a);
      tx.deleteNode(a);
      tx.addNode("TakesTheSlot", Map.of("name", "Zoe"));

      assertThatThrownBy(() -> ann.getString("name"))
          .isInstanceOf(NodeNotFoundException.class)
          .hasMessageContaining("deleted");
      assertThatThrownBy(ann::label).isInstanceOf(NodeNotFoundException.class);
    }
  }

  @Test
  void write_whenTheFunctionThrows_rollsBack() {
    assertThatThrownBy(() ->
            graph.execute(tx -> {
              tx.addNode();
              throw new IllegalStateException("stop");
            }))
        .hasMessage("stop");

    assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isZero();
  }

  @Test
  void emptyCommit_changesNothing() {
    long before = graph.read(ReadTransaction::sequence);
    graph.execute(tx -> assertThat(tx.nodeCount()).isZero());

    assertThat(graph.<Long>read(ReadTransaction::sequence)).isEqualTo(before);
  }

  @Test
  void iteration_whileDeleting_meetsEachElementOnce() {
    graph.execute(tx -> {
      for (int i = 1; i <= 3_000; i++) {
        tx.addNode(i % 2 == 0 ? "Even" : "Odd");
        tx.addEdge("TO", i, 1, Map.of("number", i));
      }
    });
    graph.execute(tx -> {
      int edges = 0;
      for (Edge edge : tx.edges("TO")) {
        assertThat(edge.getLong("number")).isEqualTo(edge.source());
        if (edge.source() % 3 == 0) {
          tx.deleteEdge(edge);
        } else {
          tx.setProperty(edge, "text", PropertyValues.textOfBytes(50));
        }
        edges++;
      }
      assertThat(edges).isEqualTo(3_000);
      for (Node node : tx.nodes("Even")) {
        tx.deleteNode(node.id());
      }
      for (Edge edge : tx.edges(1, Direction.IN, "TO")) {
        tx.deleteEdge(edge);
      }
    });

    try (ReadTransaction tx = graph.beginRead()) {
      assertThat(tx.nodeCount()).isEqualTo(1_500);
      assertThat(tx.nodes("Even")).isEmpty();
      assertThat(tx.edgeCount()).isZero();
    }
  }
}
