package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.storage.error.TransactionClosedException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Snapshots find nodes by what they know of regions; nodes that were deleted, slots that were used
/// again and regions that were emptied must not deceive them.
final class KnownRegionsTest {
  private static final int REGION_SLOTS = 1 << 16;

  private final Graph graph = Graph.inMemory();

  @AfterEach
  void close() {
    assertThat(graph.check()).isEmpty();
    graph.close();
  }

  private void add(int count) {
    graph.execute(tx -> {
      for (int i = 0; i < count; i++) {
        long node = tx.addNode();
        tx.setProperty(node, "id", node);
      }
    });
  }

  private static void verify(ReadTransaction tx, Set<Long> nodes, long end) {
    for (long node = -1; node < end + 2; node++) {
      assertThat(tx.hasNode(node)).as("node=%d", node).isEqualTo(nodes.contains(node));
      if (nodes.contains(node)) {
        assertThat(tx.node(node).getLong("id")).isEqualTo(node);
      }
    }
    assertThat(tx.node(nodes.iterator().next()).property("other")).isEmpty();
    Set<Long> met = new HashSet<>();
    tx.nodes().forEach(node -> met.add(node.id()));
    assertThat(met).isEqualTo(nodes);
  }

  @Test
  void nodes_deletedAndAddedAgain_areFoundInEachSnapshot() {
    TestSeeds.forEach("KnownRegionsTest", 2, seed -> changeAndVerify(new SplittableRandom(seed)));
  }

  private void changeAndVerify(SplittableRandom random) {
    Set<Long> nodes = new HashSet<>();
    long end = 1;
    try (ReadTransaction tx = graph.beginRead()) {
      for (Node node : tx.nodes()) {
        nodes.add(node.id());
        end = Math.max(end, node.id() + 1);
      }
    }
    for (int round = 0; round < 6; round++) {
      int count = random.nextInt(300);
      add(count);
      for (int i = 0; i < count; i++) {
        nodes.add(end++);
      }
      long begin = random.nextLong(end);
      Set<Long> gone = new HashSet<>();
      for (long node : nodes) {
        if (node >= begin && random.nextInt(round + 1) == 0) {
          gone.add(node);
        }
      }
      if (nodes.size() == gone.size()) {
        continue;
      }
      try (ReadTransaction before = graph.beginRead()) {
        verify(before, nodes, end);
        graph.execute(tx -> gone.forEach(tx::deleteNode));
        verify(before, nodes, end);
      }
      nodes.removeAll(gone);
      try (ReadTransaction after = graph.beginRead()) {
        verify(after, nodes, end);
      }
    }
  }

  /// The first region is emptied and filled anew: ids are no longer as far from slots there as in
  /// the second one.
  @Test
  void regions_withDeltasOfTheirOwn_areTranslated() {
    int count = REGION_SLOTS + 500;
    graph.execute(tx -> {
      for (int i = 0; i < count; i++) {
        tx.addNode();
      }
    });
    graph.execute(tx -> {
      for (long node = 1; node <= REGION_SLOTS; node++) {
        tx.deleteNode(node);
      }
    });
    graph.execute(tx -> {
      for (int i = 0; i < 1000; i++) {
        long node = tx.addNode("X", Map.of("id", count + 1L + i));
        tx.addEdge("TO", node, REGION_SLOTS + 1L + i % 500);
        tx.addEdge("TO", REGION_SLOTS + 1L + i % 500, node);
      }
    });
    try (ReadTransaction tx = graph.beginRead()) {
      NeighborCursor cursor = tx.neighborCursor(Direction.OUT, "TO");
      long[] neighbors = new long[10];
      for (int i = 0; i < 1000; i++) {
        long node = count + 1L + i;
        assertThat(tx.node(node).getLong("id")).isEqualTo(node);
        assertThat(cursor.of(node).next(neighbors)).isEqualTo(1);
        assertThat(neighbors[0]).isEqualTo(REGION_SLOTS + 1L + i % 500);
        assertThat(cursor.of(REGION_SLOTS + 1L + i % 500).next(neighbors)).isEqualTo(2);
        assertThat(neighbors).startsWith(count + 1L + i % 500, count + 501L + i % 500);
        assertThat(tx.hasNode(1L + i)).isFalse();
      }
      assertThat(tx.hasNode(count + 1001L)).isFalse();
      assertThatThrownBy(() -> tx.node(REGION_SLOTS)).isInstanceOf(NodeNotFoundException.class);
    }
  }

  /// Three regions whose ids are as far from their slots as in none of the others, one of which is
  /// scattered later; lists of neighbours in one, in two and in all of them.
  @Test
  void neighbors_inRegionsOfDifferentKinds_areTranslatedTogether() {
    graph.execute(tx -> {
      tx.declareEdgeType("MANY", Multiplicity.MULTI);
      for (int i = 0; i < 3 * REGION_SLOTS; i++) {
        tx.addNode();
      }
    });
    graph.execute(tx -> {
      for (long node = 1; node <= REGION_SLOTS; node++) {
        tx.deleteNode(node);
      }
    });
    graph.execute(tx -> {
      for (int i = 0; i < 2000; i++) {
        tx.addNode();
      }
    });
    verifyNeighbors(1);
    graph.execute(tx -> tx.deleteNode(2L * REGION_SLOTS + 77));
    graph.execute(WriteTransaction::addNode);
    verifyNeighbors(2);
    graph.reorganize(ReorganizeOptions.defaults().withOrder(NodeOrder.BREADTH_FIRST));
    verifyNeighbors(3);
  }

  private void verifyNeighbors(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    try (WriteTransaction tx = graph.beginWrite()) {
      for (int i = 0; i < 60; i++) {
        long hub = 3L * REGION_SLOTS + 1 + random.nextInt(1000);
        long from = random.nextInt(3) * (long) REGION_SLOTS;
        for (int k = random.nextInt(60); k > 0; k--) {
          long other = 1 + (from + random.nextInt(1 + i * 3000)) % (3 * REGION_SLOTS + 2000);
          if (tx.hasNode(other)) {
            tx.addEdge(random.nextBoolean() ? "TO" : "MANY", hub, other);
          }
        }
      }
      verifyNeighbors(tx);
      tx.commit();
    }
    try (ReadTransaction tx = graph.beginRead()) {
      verifyNeighbors(tx);
    }
  }

  private static void verifyNeighbors(ReadTransaction tx) {
    for (String type : List.of("TO", "MANY")) {
      NeighborCursor many = tx.neighborCursor(Direction.OUT, type);
      long[] neighbors = new long[40];
      for (long hub = 3L * REGION_SLOTS + 1; hub <= 3L * REGION_SLOTS + 1000; hub++) {
        // A cursor that knows no region yet, one by one, beside one that has met others.
        NeighborCursor single = tx.neighborCursor(Direction.OUT, type).of(hub);
        many.of(hub);
        for (int count = many.next(neighbors); count > 0; count = many.next(neighbors)) {
          for (int i = 0; i < count; i++) {
            assertThat(single.next()).isTrue();
            assertThat(neighbors[i]).isEqualTo(single.neighbor());
            assertThat(tx.hasNode(neighbors[i])).isTrue();
          }
        }
        assertThat(single.next()).isFalse();
      }
    }
  }

  @Test
  void lookUp_inAClosedTransaction_fails() {
    add(10);
    ReadTransaction tx = graph.beginRead();
    Node node = tx.node(3);
    assertThat(node.getLong("id")).isEqualTo(3);
    tx.close();

    assertThatThrownBy(() -> tx.hasNode(3)).isInstanceOf(TransactionClosedException.class);
    assertThatThrownBy(() -> tx.node(3)).isInstanceOf(TransactionClosedException.class);
    assertThatThrownBy(() -> node.getLong("id")).isInstanceOf(TransactionClosedException.class);
  }
}
