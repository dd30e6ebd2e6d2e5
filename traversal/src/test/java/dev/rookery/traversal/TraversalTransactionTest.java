package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.Graph;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.storage.error.TransactionClosedException;
import java.util.Iterator;
import java.util.List;
import java.util.PrimitiveIterator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// How runs get on with transactions and with callbacks that fail.
final class TraversalTransactionTest {
  private final Graph graph = Graph.inMemory();
  private long[] chain = {};

  @BeforeEach
  void makeChain() {
    chain =
        graph.write(tx -> {
          long[] ids = new long[100];
          for (int i = 0; i < ids.length; i++) {
            ids[i] = tx.addNode();
            if (i > 0) {
              tx.addEdge("NEXT", ids[i - 1], ids[i]);
            }
          }
          return ids;
        });
  }

  @AfterEach
  void close() {
    graph.close();
  }

  @Test
  void count_inWriteTransaction_seesItsChanges() {
    try (WriteTransaction tx = graph.beginWrite()) {
      long more = tx.addNode();
      tx.addEdge("NEXT", chain[99], more);
      assertThat(whole().count(tx)).isEqualTo(101);
      assertThat(whole().depthFirst().ids(tx)).toIterable().endsWith(more);

      tx.deleteNode(chain[50]);
      assertThat(whole().count(tx)).isEqualTo(50);
      assertThat(whole().depthFirst().nodes(tx)).hasSize(50);
      assertThat(ShortestPath.between(chain[0], more).out().find(tx)).isEmpty();

      tx.addEdge("NEXT", chain[0], more);
      assertThat(ShortestPath.between(chain[0], more).out().distance(tx)).hasValue(1);
    }
    assertThat(graph.<Long>read(tx -> whole().count(tx))).isEqualTo(100);
  }

  @Test
  void count_inReadTransaction_seesItsSnapshot() {
    try (ReadTransaction tx = graph.beginRead()) {
      graph.execute(write -> write.deleteNode(chain[10]));
      assertThat(whole().count(tx)).isEqualTo(100);
      assertThat(whole().nodes(tx)).hasSize(100);
    }
    assertThat(graph.<Long>read(tx -> whole().count(tx))).isEqualTo(10);
  }

  @Test
  void from_deletedNode_isNotFound() {
    graph.execute(tx -> tx.deleteNode(chain[0]));
    try (ReadTransaction tx = graph.beginRead()) {
      assertThatThrownBy(() -> whole().count(tx))
          .isInstanceOfSatisfying(
              NodeNotFoundException.class, e -> assertThat(e.wasDeleted()).isTrue());
      assertThatThrownBy(() -> whole().ids(tx)).isInstanceOf(NodeNotFoundException.class);
      assertThatThrownBy(() -> ShortestPath.between(chain[1], chain[0]).out().find(tx))
          .isInstanceOf(NodeNotFoundException.class);
    }
  }

  @Test
  void next_afterTheTransactionClosed_fails() {
    ReadTransaction tx = graph.beginRead();
    Iterable<Node> lazy = whole().nodes(tx);
    Iterator<Node> breadthFirst = lazy.iterator();
    Iterator<Path> depthFirst = whole().depthFirst().paths(tx).iterator();
    PrimitiveIterator.OfLong ids = whole().ids(tx);
    Subgraph subgraph = whole().subgraph(tx);
    breadthFirst.next();
    depthFirst.next();
    ids.nextLong();
    tx.close();

    for (Runnable use :
        List.<Runnable>of(
            breadthFirst::next,
            depthFirst::next,
            ids::nextLong,
            () -> lazy.iterator().next(),
            () -> whole().count(tx),
            () -> ShortestPath.between(chain[0], chain[9]).out().find(tx),
            () -> subgraph.edges().iterator().next(),
            () -> subgraph.nodes().iterator().next())) {
      assertThatThrownBy(use::run).isInstanceOf(TransactionClosedException.class);
    }
  }

  @Test
  void throwingCallback_endsTheRunWithItsException() {
    IllegalStateException failure = new IllegalStateException("no more");
    List<Traversal> failing =
        List.of(
            whole().nodeFilter(node -> isBefore(node.id(), failure)),
            whole().edgeFilter(edge -> isBefore(edge.target(), failure)),
            whole().evaluate(at -> Verdict.of(isBefore(at.id(), failure), true)));
    try (ReadTransaction tx = graph.beginRead()) {
      for (Traversal traversal : failing) {
        for (Traversal each : List.of(traversal, traversal.depthFirst())) {
          Iterator<Node> nodes = each.nodes(tx).iterator();
          for (int i = 0; i < 5; i++) {
            assertThat(nodes.next().id()).isEqualTo(chain[i]);
          }
          assertThatThrownBy(nodes::hasNext).isSameAs(failure);
          assertThat(nodes.hasNext()).isFalse();
          assertThatThrownBy(() -> each.count(tx)).isSameAs(failure);
        }
      }
      assertThatThrownBy(() -> whole().forEach(tx, at -> isBefore(at.id(), failure)))
          .isSameAs(failure);
      ShortestPath path =
          ShortestPath.between(chain[0], chain[9])
              .out()
              .nodeFilter(node -> isBefore(node.id(), failure));
      assertThatThrownBy(() -> path.find(tx)).isSameAs(failure);
      assertThat(whole().count(tx)).as("the transaction goes on").isEqualTo(100);
    }
  }

  @Test
  void evaluate_noVerdict_fails() {
    try (ReadTransaction tx = graph.beginRead()) {
      assertThatThrownBy(() -> whole().evaluate(at -> null).count(tx))
          .isInstanceOf(NullPointerException.class)
          .hasMessageContaining("verdict");
    }
  }

  private Traversal whole() {
    return Traversal.from(chain[0]).out("NEXT");
  }

  private boolean isBefore(long node, RuntimeException failure) {
    if (node == chain[5]) {
      throw failure;
    }
    return true;
  }
}
