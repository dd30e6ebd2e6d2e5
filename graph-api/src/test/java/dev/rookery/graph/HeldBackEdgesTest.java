package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.storage.tree.ForestScan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A transaction sees the edges that it has added by every way of looking at them, though it stores
/// their incoming halves later and together.
final class HeldBackEdgesTest {
  private static final long A = 1;
  private static final long B = 2;
  private static final long C = 3;

  private final Graph graph =
      Graph.open(
          MemoryFileSystem.create(),
          StorageOptions.defaults().withScratchBytes(1 << 20).inline(),
          Durability.BACKGROUND);
  private WriteTransaction tx;

  @BeforeEach
  void fillAndBegin() {
    graph.execute(filling -> {
      for (int i = 0; i < 3; i++) {
        filling.addNode();
      }
      filling.declareEdgeType("MULTI", Multiplicity.MULTI);
      filling.addEdge("X", C, C);
    });
    tx = graph.beginWrite();
  }

  @AfterEach
  void close() {
    tx.close();
    assertThat(graph.check()).isEmpty();
    graph.close();
  }

  private static List<Long> ids(Iterable<Node> nodes) {
    List<Long> ids = new ArrayList<>();
    nodes.forEach(node -> ids.add(node.id()));
    return ids;
  }

  @Test
  void neighbors_ofTheTarget_haveTheSource() {
    tx.addEdge("X", A, B);
    assertThat(ids(tx.neighbors(B, Direction.IN, "X"))).containsExactly(A);
    tx.addEdge("MULTI", A, B);
    assertThat(ids(tx.neighbors(B, Direction.IN))).containsExactly(A, A);
    tx.addEdge("X", C, B);
    assertThat(ids(tx.neighbors(B, Direction.BOTH))).containsExactly(A, A, C);
  }

  @Test
  void degree_ofTheTarget_countsTheEdge() {
    tx.addEdge("X", A, B);
    assertThat(tx.degree(B, Direction.IN, "X")).isEqualTo(1);
    tx.addEdge("X", B, B);
    assertThat(tx.degree(B, Direction.BOTH, "X")).isEqualTo(3);
  }

  @Test
  void cursor_madeAndPlacedBefore_goesOnWithTheEdge() {
    NeighborCursor cursor = tx.neighborCursor(Direction.IN, "X").of(C);
    tx.addEdge("X", A, C);
    assertThat(cursor.degree()).isEqualTo(2);
    tx.addEdge("X", B, C);
    assertThat(cursor.degree()).isEqualTo(3);

    cursor.of(C);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.neighbor()).isEqualTo(A);
    tx.deleteEdges("X", B, C);
    tx.addEdge("X", B, C);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.neighbor()).isEqualTo(B);

    tx.addEdge("X", C, A);
    cursor.of(A);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.neighbor()).isEqualTo(C);
  }

  @Test
  void iterator_underWay_meetsTheEdge() {
    Iterator<Edge> edges = tx.edges(C, Direction.BOTH, "X").iterator();
    assertThat(edges.next().source()).isEqualTo(C);
    tx.addEdge("X", B, C);

    Set<Long> sources = new HashSet<>();
    edges.forEachRemaining(edge -> sources.add(edge.source()));
    assertThat(sources).containsExactlyInAnyOrder(B, C);
  }

  @Test
  void physicalGraph_fetchedBeforeOrAfter_hasTheEdge() {
    PhysicalGraph before = PhysicalGraph.of(tx);
    tx.addEdge("X", A, B);
    PhysicalGraph after = PhysicalGraph.of(tx);
    int type = before.typeNumber("X");
    assertThat(after.incoming(type).seek(after.slotOf(B))).isEqualTo(1);

    tx.addEdge("X", C, B);
    assertThat(before.incoming(type).seek(before.slotOf(B))).isEqualTo(2);

    ForestCursor early = before.incoming(type);
    tx.addEdge("X", B, B);
    PhysicalGraph.of(tx);
    assertThat(early.seek(before.slotOf(B))).isEqualTo(3);
  }

  @Test
  void scans_haveTheEdge_fromBothEnds() {
    PhysicalGraph physical = PhysicalGraph.of(tx);
    tx.addEdge("MULTI", A, B);
    tx.addEdge("MULTI", A, B);
    tx.addEdge("MULTI", C, B);
    int type = physical.typeNumber("MULTI");
    int a = (int) physical.slotOf(A);
    int b = (int) physical.slotOf(B);
    int c = (int) physical.slotOf(C);

    assertThat(pairs(physical.scanIncoming(type, null)))
        .containsExactly(List.of(b, a), List.of(b, a), List.of(b, c));
    assertThat(pairs(physical.scanOutgoing(type, null)))
        .containsExactly(List.of(a, b), List.of(a, b), List.of(c, b));
  }

  private static List<List<Integer>> pairs(ForestScan scan) {
    List<List<Integer>> pairs = new ArrayList<>();
    while (scan.nextBatch()) {
      for (int i = 0; i < scan.count(); i++) {
        for (int k = scan.begins()[i]; k < scan.ends()[i]; k++) {
          pairs.add(List.of((int) scan.source(i), scan.keys()[k]));
        }
      }
    }
    return pairs;
  }

  @Test
  void deletions_findTheEdge() {
    tx.addEdge("X", A, B);
    assertThat(tx.deleteEdges("X", A, B)).isEqualTo(1);
    assertThat(tx.degree(B, Direction.IN, "X")).isZero();

    tx.addEdge("X", A, B);
    tx.deleteEdge(tx.findEdge("X", A, B).orElseThrow());
    assertThat(tx.degree(B, Direction.IN, "X")).isZero();

    tx.addEdge("X", A, B);
    tx.addEdge("MULTI", B, B);
    tx.deleteNode(B);
    assertThat(tx.degree(A, Direction.OUT, "X")).isZero();
    assertThat(tx.edgeCount()).isEqualTo(1);

    tx.addEdge("X", A, C);
    tx.deleteNode(A);
    assertThat(tx.degree(C, Direction.IN, "X")).isEqualTo(1);
    tx.commit();
  }

  @Test
  void setProperty_ofTheEdge_isSeenFromTheTarget() {
    tx.addEdge("X", A, B);
    tx.setProperty(tx.findEdge("X", A, B).orElseThrow(), "weight", 7);
    tx.addEdge("X", C, B, Map.of("weight", 8));
    tx.putEdge("X", C, B, Map.of("weight", 9));
    assertThat(tx.edges(B, Direction.IN, "X"))
        .extracting(edge -> edge.getLong("weight"))
        .containsExactly(7L, 9L);
    tx.commit();
  }

  @Test
  void savepoint_amidstTheEdges_partsThem() {
    tx.addEdge("X", A, B);
    Savepoint savepoint = tx.savepoint();
    tx.addEdge("X", C, B);
    tx.rollbackTo(savepoint);
    assertThat(ids(tx.neighbors(B, Direction.IN, "X"))).containsExactly(A);

    tx.addEdge("X", C, B);
    tx.release(savepoint);
    assertThat(ids(tx.neighbors(B, Direction.IN, "X"))).containsExactly(A, C);
    tx.commit();
    List<Long> committed = graph.read(reader -> ids(reader.neighbors(B, Direction.IN, "X")));
    assertThat(committed).containsExactly(A, C);
  }

  @Test
  void rollback_forgetsTheEdges() {
    tx.addEdge("X", A, B);
    tx.rollback();
    assertThat(graph.<Long>read(reader -> reader.degree(B, Direction.IN, "X"))).isZero();
  }

  @Test
  void submit_storesTheEdges() {
    tx.addEdge("X", A, B);
    tx.submit(Durability.SYNC).durable().toCompletableFuture().join();
    assertThat(graph.<Long>read(reader -> reader.degree(B, Direction.IN, "X"))).isEqualTo(1);
  }

  @Test
  void addEdges_withAnUnknownNode_addsNone() {
    long[] sources = {A, B};
    assertThatExceptionOfType(NodeNotFoundException.class)
        .isThrownBy(() -> tx.addEdges("X", sources, new long[] {B, 77}, 0, 2));
    assertThatThrownBy(() -> tx.addEdges("X", sources, new long[] {B}, 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThat(tx.edgeCount()).isEqualTo(1);
    assertThat(tx.addEdges("NEW", sources, sources, 1, 0)).isZero();
  }

  @Test
  void addEdges_someOfThemHeldBack_countsTheNewOnes() {
    tx.addEdge("X", A, B);
    long[] sources = {A, C, A, B};
    long[] targets = {B, C, C, B};
    assertThat(tx.addEdges("X", sources, targets, 0, 4)).isEqualTo(2);
    assertThat(tx.addEdges("MULTI", sources, targets, 0, 4)).isEqualTo(4);
    assertThat(ids(tx.neighbors(B, Direction.IN, "X"))).containsExactly(A, B);
  }

  /// More edges than are held back, in a transaction that is larger than its memory, by single
  /// calls and together, must be what sets say.
  @Test
  void manyEdges_moreThanAreHeldBack_equalSets() {
    TestSeeds.forEach("HeldBackEdgesTest", 2, seed -> addMany(new SplittableRandom(seed)));
  }

  private void addMany(SplittableRandom random) {
    int nodes = 3000;
    for (int i = 0; i < nodes; i++) {
      tx.addNode();
    }
    Set<Long> model = new HashSet<>();
    for (Edge edge : tx.edges("X")) {
      model.add(edge.source() << 32 | edge.target());
    }
    for (int round = 0; round < 6; round++) {
      int count = round == 0 ? 80_000 : random.nextInt(6_000);
      long[] sources = random.longs(count, 1, nodes).map(n -> 1 + n * n / nodes).toArray();
      long[] targets = random.longs(count, 1, nodes).toArray();
      int added = 0;
      boolean together = round > 0 && random.nextBoolean();
      for (int i = 0; i < count; i++) {
        boolean isNew = model.add(sources[i] << 32 | targets[i]);
        added += isNew ? 1 : 0;
        if (!together) {
          assertThat(tx.addEdge("X", sources[i], targets[i])).isEqualTo(isNew);
        }
      }
      if (together) {
        assertThat(tx.addEdges("X", sources, targets, 0, count)).isEqualTo(added);
      }
      if (round > 0 && random.nextInt(4) == 0) {
        tx.commit();
        tx = graph.beginWrite();
      }
    }
    assertThat(tx.edgeCount("X")).isEqualTo(model.size());
    Set<Long> found = new HashSet<>();
    NeighborCursor cursor = tx.neighborCursor(Direction.IN, "X");
    for (Node node : tx.nodes()) {
      cursor.of(node.id());
      while (cursor.next()) {
        found.add(cursor.neighbor() << 32 | node.id());
      }
    }
    assertThat(found).isEqualTo(model);
    tx.commit();
    assertThat(graph.check()).isEmpty();
    tx = graph.beginWrite();
  }
}
