package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Graph;
import dev.rookery.graph.Multiplicity;
import dev.rookery.graph.NeighborCursor;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.graph.error.OperationCancelledException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.List;
import java.util.Map;
import java.util.PrimitiveIterator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Subgraphs at their limits: large sets, other transactions, nodes that are not there.
final class SubgraphTest {
  private static final EdgeSelection ALL = EdgeSelection.out();

  private final Graph graph = Graph.inMemory();

  @AfterEach
  void close() {
    graph.close();
  }

  private long[] ring(int nodeCount) {
    return graph.write(tx -> {
      long[] ids = new long[nodeCount];
      for (int i = 0; i < nodeCount; i++) {
        ids[i] = tx.addNode();
      }
      long[] targets = new long[nodeCount];
      for (int i = 0; i < nodeCount; i++) {
        targets[i] = ids[(i + 1) % nodeCount];
      }
      tx.addEdges("NEXT", ids, targets, 0, nodeCount);
      return ids;
    });
  }

  @Test
  void of_manyNodesWithinASmallBudget_hasThemAll() {
    int nodeCount = 150_000;
    long[] ids = ring(nodeCount);
    RunOptions options = RunOptions.defaults().withMemoryBytes(RunOptions.MEMORY_BYTES_MIN);
    try (ReadTransaction tx = graph.beginRead()) {
      // Every third node is left out, so of the edges one of three is inside.
      PrimitiveIterator.OfLong chosen =
          LongStream.range(0, nodeCount).filter(i -> i % 3 != 2).map(i -> ids[(int) i]).iterator();
      Subgraph subgraph = Subgraph.of(tx, ALL, chosen, options);

      assertThat(subgraph.nodeCount()).isEqualTo(100_000);
      assertThat(subgraph.edgeCount()).isEqualTo(50_000);
      assertThat(subgraph.degree(ids[0], Direction.OUT)).isOne();
      assertThat(subgraph.degree(ids[1], Direction.OUT)).isZero();
      assertThat(subgraph.degree(ids[1], Direction.IN)).isOne();
      assertThat(subgraph.degree(ids[2], Direction.BOTH)).isZero();
      try (Graph other = Graph.inMemory()) {
        SubgraphCopy copy = other.write(subgraph::copyTo);
        assertThat(copy.edgeCount()).isEqualTo(50_000);
        assertThat(other.<Long>read(ReadTransaction::edgeCount)).isEqualTo(50_000);
      }
    }
  }

  @Test
  void of_cancelledRun_isGivenUp() {
    long[] ids = ring(10);
    try (ReadTransaction tx = graph.beginRead()) {
      long[] asked = new long[1];
      RunOptions options = RunOptions.defaults().withCancelled(() -> asked[0] > 20_000);
      PrimitiveIterator.OfLong endless =
          LongStream.generate(() -> ids[(int) (asked[0]++ % ids.length)]).iterator();

      assertThatThrownBy(() -> Subgraph.of(tx, ALL, endless, options))
          .isInstanceOf(OperationCancelledException.class);
    }
  }

  @Test
  void unknownNode_isNotFound() {
    long[] ids = ring(4);
    graph.execute(tx -> tx.deleteNode(ids[3]));
    try (ReadTransaction tx = graph.beginRead()) {
      assertThatThrownBy(() -> Subgraph.of(tx, ALL, ids)).isInstanceOf(NodeNotFoundException.class);
      assertThatThrownBy(() -> Subgraph.around(tx, ALL, 1, ids[3]))
          .isInstanceOf(NodeNotFoundException.class);
      Subgraph subgraph = Subgraph.of(tx, ALL, ids[0], ids[1]);
      assertThat(subgraph.contains(ids[3])).isFalse();
      assertThat(subgraph.contains(Long.MAX_VALUE)).isFalse();
      assertThatThrownBy(() -> subgraph.degree(ids[3], Direction.OUT))
          .isInstanceOf(NodeNotFoundException.class);
      assertThatThrownBy(() -> subgraph.neighbors(777, Direction.OUT))
          .isInstanceOf(NodeNotFoundException.class);
      assertThatThrownBy(() -> subgraph.edges(777, Direction.OUT).iterator())
          .isInstanceOf(NodeNotFoundException.class);
    }
  }

  @Test
  void cursor_afterAnUnknownNode_standsAtTheEnd() {
    long[] ids = ring(3);
    try (ReadTransaction tx = graph.beginRead()) {
      NeighborCursor cursor = Subgraph.of(tx, ALL, ids).neighborCursor(Direction.OUT);
      cursor.of(ids[0]);
      assertThatThrownBy(() -> cursor.of(777)).isInstanceOf(NodeNotFoundException.class);
      assertThat(cursor.next()).isFalse();
      assertThat(cursor.degree()).isZero();
      assertThatThrownBy(cursor::neighbor).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(cursor::edge).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> cursor.next(new long[0]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void anyUse_afterTheTransactionClosed_fails() {
    long[] ids = ring(4);
    ReadTransaction tx = graph.beginRead();
    Subgraph subgraph = Subgraph.of(tx, ALL, ids);
    NeighborCursor cursor = subgraph.neighborCursor(Direction.OUT).of(ids[0]);
    PrimitiveIterator.OfLong begun = subgraph.neighbors(ids[0], Direction.BOTH);
    tx.close();

    for (Runnable use :
        List.<Runnable>of(
            () -> subgraph.contains(ids[0]),
            () -> subgraph.degree(ids[0], Direction.IN),
            () -> subgraph.neighbors(ids[0], Direction.IN),
            () -> subgraph.edges(ids[0], Direction.IN).forEach(_ -> {}),
            subgraph::edgeCount,
            () -> subgraph.withEdges(EdgeSelection.out()),
            () -> graph.write(subgraph::copyTo),
            cursor::next,
            begun::nextLong)) {
      assertThatThrownBy(use::run).isInstanceOf(TransactionClosedException.class);
    }
    assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(4);
  }

  @Test
  void of_inWriteTransaction_seesItsChangesAndIsNotCopiedIntoItself() {
    long[] ids = ring(3);
    try (WriteTransaction tx = graph.beginWrite()) {
      long more = tx.addNode("More", Map.of("name", "more"));
      tx.addEdge("NEXT", ids[0], more, Map.of("weight", 1.5));
      Subgraph subgraph = Subgraph.of(tx, ALL, ids[0], more);

      assertThat(subgraph.edgeCount()).isOne();
      assertThatThrownBy(() -> subgraph.copyTo(tx)).isInstanceOf(IllegalArgumentException.class);
      try (Graph other = Graph.inMemory()) {
        other.write(subgraph::copyTo);
        try (ReadTransaction copied = other.beginRead()) {
          assertThat(copied.edges("NEXT"))
              .extracting(edge -> edge.getDouble("weight"))
              .containsExactly(1.5);
        }
      }
    }
  }

  @Test
  void copyTo_typeOfOtherMultiplicity_isRefused() {
    long[] ids = ring(3);
    try (Graph other = Graph.inMemory();
        ReadTransaction tx = graph.beginRead()) {
      other.execute(target -> target.declareEdgeType("NEXT", Multiplicity.MULTI));
      Subgraph subgraph = Subgraph.of(tx, ALL, ids);

      assertThatThrownBy(() -> other.write(subgraph::copyTo))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(other.<Long>read(ReadTransaction::nodeCount)).isZero();
    }
  }

  @Test
  void edges_throwingFilter_endsIterators() {
    long[] ids = ring(5);
    IllegalStateException failure = new IllegalStateException("no more");
    boolean[] fails = new boolean[1];
    try (ReadTransaction tx = graph.beginRead()) {
      Subgraph subgraph =
          Traversal.from(ids)
              .out()
              .edgeFilter(edge -> {
                if (fails[0]) {
                  throw failure;
                }
                return edge.source() != ids[1];
              })
              .subgraph(tx);
      assertThat(subgraph.edgeCount()).isEqualTo(4);
      assertThat(subgraph.withEdges(ALL).edgeCount()).isEqualTo(5);
      assertThat(subgraph.degree(ids[1], Direction.OUT)).isZero();
      NeighborCursor cursor = subgraph.neighborCursor(Direction.OUT).of(ids[0]);
      Iterable<Edge> edges = subgraph.edges(ids[0], Direction.OUT);
      fails[0] = true;

      assertThatThrownBy(cursor::next).isSameAs(failure);
      assertThat(cursor.next()).isFalse();
      assertThatThrownBy(() -> edges.iterator().next()).isSameAs(failure);
    }
  }
}
