package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.storage.error.TransactionClosedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Walking over the edges of many nodes with one cursor.
final class NeighborCursorTest {
  private final Graph graph = Graph.inMemory();

  @BeforeEach
  void fill() {
    graph.execute(tx -> {
      for (int i = 0; i < 6; i++) {
        tx.addNode();
      }
      tx.addEdge("A", 1, 2);
      tx.addEdge("A", 1, 3, Map.of("weight", 13));
      tx.addEdge("A", 3, 1);
      tx.addEdge("A", 4, 4);
      tx.addEdge("B", 1, 2);
      tx.declareEdgeType("C", Multiplicity.MULTI);
      tx.addEdge("C", 5, 1, Map.of("weight", 51));
      tx.addEdge("C", 5, 1, Map.of("weight", 52));
    });
  }

  @AfterEach
  void close() {
    assertThat(graph.check()).isEmpty();
    graph.close();
  }

  private static List<Long> walk(NeighborCursor cursor, long node) {
    List<Long> neighbors = new ArrayList<>();
    cursor.of(node);
    while (cursor.next()) {
      neighbors.add(cursor.neighbor());
    }
    assertThat(cursor.next()).isFalse();
    assertThat(cursor.degree()).isEqualTo(neighbors.size());
    return neighbors;
  }

  @Test
  void cursor_ofOneType_isUsedForManyNodes() {
    try (ReadTransaction tx = graph.beginRead()) {
      NeighborCursor out = tx.neighborCursor(Direction.OUT, "A");
      NeighborCursor in = tx.neighborCursor(Direction.IN, "A");
      NeighborCursor both = tx.neighborCursor(Direction.BOTH, "A");

      assertThat(walk(out, 1)).containsExactlyInAnyOrder(2L, 3L);
      assertThat(walk(out, 2)).isEmpty();
      assertThat(walk(out, 3)).containsExactly(1L);
      assertThat(walk(in, 1)).containsExactly(3L);
      assertThat(walk(both, 1)).containsExactlyInAnyOrder(2L, 3L, 3L);
      assertThat(walk(both, 4)).containsExactly(4L, 4L);
      assertThat(walk(out, 1)).containsExactlyInAnyOrder(2L, 3L);
    }
  }

  @Test
  void cursor_ofAllTypes_tellsTypeAndDirection() {
    try (ReadTransaction tx = graph.beginRead()) {
      NeighborCursor cursor = tx.neighborCursor(Direction.BOTH).of(1);
      List<String> met = new ArrayList<>();
      while (cursor.next()) {
        met.add(cursor.type() + " " + cursor.direction() + " " + cursor.neighbor());
      }

      assertThat(met)
          .containsExactlyInAnyOrder("A OUT 2", "A OUT 3", "A IN 3", "B OUT 2", "C IN 5", "C IN 5");
      assertThat(cursor.degree()).isEqualTo(6);
    }
  }

  @Test
  void edge_remainsValidWhenTheCursorMovesOn() {
    try (ReadTransaction tx = graph.beginRead()) {
      NeighborCursor cursor = tx.neighborCursor(Direction.IN, "C").of(1);
      assertThat(cursor.next()).isTrue();
      Edge first = cursor.edge();
      assertThat(cursor.next()).isTrue();
      Edge second = cursor.edge();
      assertThat(cursor.next()).isFalse();

      assertThat(first.ordinal()).isZero();
      assertThat(first.getLong("weight")).isEqualTo(51);
      assertThat(second.ordinal()).isEqualTo(1);
      assertThat(second.getLong("weight")).isEqualTo(52);
      assertThat(second.source()).isEqualTo(5);
      assertThat(second.target()).isEqualTo(1);
    }
  }

  @Test
  void cursor_ofAnUnknownType_findsNothing() {
    try (ReadTransaction tx = graph.beginRead()) {
      assertThat(walk(tx.neighborCursor(Direction.BOTH, "NO_SUCH_TYPE"), 1)).isEmpty();
    }
  }

  @Test
  void cursor_ofAnUnknownNode_standsAtTheEnd() {
    try (ReadTransaction tx = graph.beginRead()) {
      NeighborCursor cursor = tx.neighborCursor(Direction.OUT, "A").of(1);
      assertThat(cursor.next()).isTrue();

      assertThatThrownBy(() -> cursor.of(99)).isInstanceOf(NodeNotFoundException.class);

      assertThat(cursor.next()).isFalse();
      assertThat(cursor.degree()).isZero();
      assertThatThrownBy(cursor::neighbor).isInstanceOf(IllegalStateException.class);
      assertThat(walk(cursor, 3)).containsExactly(1L);
    }
  }

  @Test
  void cursor_standingOnNoEdge_refusesToAnswer() {
    try (ReadTransaction tx = graph.beginRead()) {
      NeighborCursor cursor = tx.neighborCursor(Direction.OUT);

      assertThat(cursor.next()).isFalse();
      assertThatThrownBy(cursor::neighbor).isInstanceOf(IllegalStateException.class);
      cursor.of(1);
      assertThatThrownBy(cursor::edge).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void cursor_inAWriteTransaction_seesWhatChangesMeanwhile() {
    try (WriteTransaction tx = graph.beginWrite()) {
      NeighborCursor cursor = tx.neighborCursor(Direction.OUT);
      assertThat(walk(cursor, 6)).isEmpty();
      tx.addEdge("NEW", 6, 1);
      assertThat(walk(cursor, 6)).containsExactly(1L);

      cursor.of(1);
      assertThat(cursor.next()).isTrue();
      long first = cursor.neighbor();
      tx.deleteEdge(cursor.edge());
      assertThat(cursor.neighbor()).isEqualTo(first);
      int rest = 0;
      while (cursor.next()) {
        rest++;
      }
      assertThat(rest).isEqualTo(2);
      assertThat(cursor.degree()).isEqualTo(2);
    }
  }

  @Test
  void cursor_whoseNodeIsDeleted_ends() {
    try (WriteTransaction tx = graph.beginWrite()) {
      NeighborCursor cursor = tx.neighborCursor(Direction.OUT).of(1);
      assertThat(cursor.next()).isTrue();

      tx.deleteNode(1);
      tx.addEdge("A", tx.addNode(), 2);

      assertThat(cursor.next()).isFalse();
      assertThat(cursor.degree()).isZero();
    }
  }

  @Test
  void nextToAnArray_meetsTheSameEdges_asOneByOne() {
    TestSeeds.forEach("NeighborCursorTest.array", 3, seed -> walkBoth(new SplittableRandom(seed)));
  }

  private void walkBoth(SplittableRandom random) {
    // A hub whose neighbours have pages of their own, and slots that were used twice.
    graph.execute(tx -> {
      for (int i = 0; i < 3000; i++) {
        long node = tx.addNode();
        tx.addEdge(random.nextBoolean() ? "A" : "B", 1, node);
        long other = random.nextLong(1, node + 1);
        tx.addEdge("A", node, tx.hasNode(other) ? other : 1);
        tx.addEdge("C", 1, node);
        tx.addEdge("C", node, 2);
        if (random.nextInt(300) == 0) {
          tx.deleteNode(node);
        }
      }
    });
    try (ReadTransaction tx = graph.beginRead()) {
      walkBoth(tx, random);
    }
    try (WriteTransaction tx = graph.beginWrite()) {
      tx.addEdge("A", 5, 1);
      walkBoth(tx, random);
    }
  }

  private static void walkBoth(ReadTransaction tx, SplittableRandom random) {
    for (Direction direction : Direction.values()) {
      NeighborCursor single = tx.neighborCursor(direction);
      NeighborCursor many = tx.neighborCursor(direction);
      for (int i = 0; i < 30; i++) {
        long node = i < 3 ? i + 1 : random.nextLong(1, 3000);
        if (!tx.hasNode(node)) {
          continue;
        }
        long[] buffer = new long[1 + random.nextInt(random.nextBoolean() ? 3 : 2000)];
        single.of(node);
        many.of(node);
        while (single.next()) {
          if (random.nextInt(4) == 0) {
            assertThat(many.next()).isTrue();
            assertThat(many.neighbor()).isEqualTo(single.neighbor());
            continue;
          }
          int count = many.next(buffer);
          assertThat(count).isBetween(1, buffer.length);
          for (int k = 0; k < count; k++) {
            assertThat(k == 0 || single.next()).isTrue();
            assertThat(buffer[k]).isEqualTo(single.neighbor());
          }
          assertThat(many.neighbor()).isEqualTo(single.neighbor());
          assertThat(many.type()).isEqualTo(single.type());
          assertThat(many.direction()).isEqualTo(single.direction());
          if (count < buffer.length) {
            assertThat(single.next()).isFalse();
            assertThat(many.next(buffer)).isZero();
            break;
          }
        }
        assertThat(many.next(buffer)).isZero();
        assertThatThrownBy(many::neighbor).isInstanceOf(IllegalStateException.class);
        assertThat(many.next()).isFalse();
      }
    }
  }

  @Test
  void nextToAnArray_afterAChange_goesOnBehindTheLastEdge() {
    try (WriteTransaction tx = graph.beginWrite()) {
      NeighborCursor cursor = tx.neighborCursor(Direction.OUT, "A").of(1);
      long[] one = new long[1];
      assertThat(cursor.next(one)).isEqualTo(1);
      assertThat(one[0]).isEqualTo(2);
      tx.addEdge("A", 1, 6);
      tx.deleteEdges("A", 1, 3);

      assertThat(cursor.next(one)).isEqualTo(1);
      assertThat(one[0]).isEqualTo(6);
      assertThat(cursor.next(one)).isZero();
      assertThatThrownBy(() -> cursor.next(new long[0]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /// The neighbours of a hub have pages of their own, whose end is found before the array is full.
  @Test
  void nextToAnArray_thatHasRoomLeft_standsOnTheLastEdge() {
    graph.execute(tx -> {
      for (int i = 0; i < 3000; i++) {
        long node = tx.addNode();
        tx.addEdge("A", 6, node, Map.of("weight", node));
        tx.addEdge("C", 6, node, Map.of("weight", node));
      }
    });
    try (ReadTransaction tx = graph.beginRead()) {
      for (String type : List.of("A", "C")) {
        NeighborCursor cursor = tx.neighborCursor(Direction.OUT, type).of(6);
        long[] neighbors = new long[5000];
        assertThat(cursor.next(neighbors)).isEqualTo(3000);
        assertThat(cursor.neighbor()).isEqualTo(neighbors[2999]);
        assertThat(cursor.edge().getLong("weight")).isEqualTo(neighbors[2999]);
        assertThat(cursor.edge().target()).isEqualTo(neighbors[2999]);
        assertThat(cursor.next(neighbors)).isZero();
      }
    }
  }

  /// The slot of a deleted node gets a node whose id is not as far from it.
  @Test
  void nextToAnArray_afterASlotWasUsedAgain_tellsTheNewNode() {
    try (WriteTransaction tx = graph.beginWrite()) {
      NeighborCursor cursor = tx.neighborCursor(Direction.OUT, "A");
      long[] neighbors = new long[10];
      assertThat(cursor.of(1).next(neighbors)).isEqualTo(2);
      assertThat(neighbors).startsWith(2, 3);
      tx.deleteNode(2);
      long added = tx.addNode();
      tx.addEdge("A", 1, added);

      assertThat(cursor.of(1).next(neighbors)).isEqualTo(2);
      assertThat(neighbors).startsWith(added, 3);
    }
  }

  @Test
  void of_oftenAndThenInAClosedTransaction_fails() {
    ReadTransaction tx = graph.beginRead();
    NeighborCursor cursor = tx.neighborCursor(Direction.OUT, "A");
    long[] neighbors = new long[10];
    for (int i = 0; i < 1000; i++) {
      assertThat(cursor.of(1 + i % 6).next(neighbors)).isLessThan(3);
    }
    tx.close();
    assertThatThrownBy(() -> cursor.of(1).next(neighbors))
        .isInstanceOf(TransactionClosedException.class);
  }

  @Test
  void nextToAnArray_inAClosedTransaction_fails() {
    ReadTransaction tx = graph.beginRead();
    NeighborCursor cursor = tx.neighborCursor(Direction.OUT, "A").of(1);
    assertThat(cursor.next(new long[1])).isEqualTo(1);
    tx.close();

    assertThatThrownBy(() -> cursor.next(new long[1]))
        .isInstanceOf(TransactionClosedException.class);
    assertThatThrownBy(() -> cursor.of(1)).isInstanceOf(TransactionClosedException.class);
  }
}
