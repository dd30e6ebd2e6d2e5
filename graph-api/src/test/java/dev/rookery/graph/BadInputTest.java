package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.rookery.graph.error.EdgeNotFoundException;
import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.graph.error.PropertyException;
import dev.rookery.storage.error.ForeignThreadException;
import dev.rookery.storage.error.NestedWriteException;
import dev.rookery.storage.error.TransactionClosedException;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Calls that cannot be right: each has its exception, and the database is as it was.
///
/// What can be wrong with files and directories is in [BadFilesTest].
final class BadInputTest {
  private final Graph graph = Graph.inMemory();
  private final ReferenceGraph model = new ReferenceGraph();
  private long ann;
  private long bob;
  private long deleted;

  @BeforeEach
  void fill() {
    graph.execute(tx -> {
      ann = tx.addNode("Person", Map.of("name", "Ann", "age", 31));
      bob = tx.addNode("Person", Map.of("name", "Bob"));
      deleted = tx.addNode();
      tx.addEdge("KNOWS", ann, bob, Map.of("since", 1999));
      tx.declareEdgeType("CALLED", Multiplicity.MULTI);
      tx.addEdge("CALLED", ann, bob);
      tx.deleteNode(deleted);
    });
    model.addNode("Person", Map.of("name", "Ann", "age", 31));
    model.addNode("Person", Map.of("name", "Bob"));
    model.addNode("", Map.of());
    model.addEdge("KNOWS", ann, bob, Map.of("since", 1999));
    model.declareType("CALLED", Multiplicity.MULTI);
    model.addEdge("CALLED", ann, bob, Map.of());
    model.deleteNode(deleted);
  }

  @AfterEach
  void nothingIsLost() {
    try (ReadTransaction tx = graph.beginRead()) {
      model.assertSeenBy(tx);
    }
    assertThat(graph.check()).isEmpty();
    graph.execute(tx -> assertThat(tx.addNode("After")).isEqualTo(deleted + 1));
    graph.close();
  }

  /// Asserts that a call in a write transaction throws, and that the transaction goes on unharmed.
  private void refused(
      Class<? extends Throwable> expected, java.util.function.Consumer<WriteTransaction> call) {
    try (WriteTransaction tx = graph.beginWrite()) {
      assertThatThrownBy(() -> call.accept(tx)).isInstanceOf(expected);
      model.assertSeenBy(tx);
      tx.setProperty(bob, "touched", true);
      tx.commit();
    }
    graph.execute(tx -> tx.removeProperty(bob, "touched"));
  }

  @Test
  void node_unknownId_isNotFound() {
    try (ReadTransaction tx = graph.beginRead()) {
      for (long id : new long[] {deleted + 1, 0, -1, Long.MAX_VALUE, Long.MIN_VALUE}) {
        NodeNotFoundException e =
            catchThrowableOfType(NodeNotFoundException.class, () -> tx.node(id));
        assertThat(e.node()).isEqualTo(id);
        assertThat(e.wasDeleted()).isFalse();
        assertThat(tx.findNode(id)).isEmpty();
        assertThat(tx.hasNode(id)).isFalse();
      }
    }
  }

  @Test
  void node_deletedId_isGoneForEver() {
    try (ReadTransaction tx = graph.beginRead()) {
      NodeNotFoundException e =
          catchThrowableOfType(NodeNotFoundException.class, () -> tx.node(deleted));

      assertThat(e.wasDeleted()).isTrue();
      assertThat(e).hasMessageContaining("deleted").hasMessageContaining("node=" + deleted);
      assertThat(tx.findNode(deleted)).isEmpty();
    }
  }

  @Test
  void neighbors_unknownNode_isRefusedAtOnce() {
    try (ReadTransaction tx = graph.beginRead()) {
      assertNotFound(() -> tx.neighbors(deleted, Direction.OUT));
      assertNotFound(() -> tx.neighbors(deleted, Direction.OUT, "KNOWS"));
      assertNotFound(() -> tx.edges(deleted, Direction.IN));
      assertNotFound(() -> tx.edges(deleted, Direction.IN, "KNOWS"));
      assertNotFound(() -> tx.degree(deleted, Direction.BOTH, "KNOWS"));
      assertNotFound(() -> tx.neighborCursor(Direction.OUT).of(deleted));
    }
  }

  private static void assertNotFound(ThrowingCallable call) {
    assertThatThrownBy(call).isInstanceOf(NodeNotFoundException.class);
  }

  @Test
  void addEdge_unknownEnd_isRefused() {
    refused(NodeNotFoundException.class, tx -> tx.addEdge("KNOWS", ann, deleted));
    refused(NodeNotFoundException.class, tx -> tx.addEdge("NEW_TYPE", deleted, ann));
    refused(NodeNotFoundException.class, tx -> tx.putEdge("NEW_TYPE", ann, 77, Map.of("a", 1)));
  }

  @Test
  void changes_ofAnUnknownNode_areRefused() {
    refused(NodeNotFoundException.class, tx -> tx.deleteNode(deleted));
    refused(NodeNotFoundException.class, tx -> tx.setLabel(deleted, "NewLabel"));
    refused(NodeNotFoundException.class, tx -> tx.setProperty(deleted, "a", 1));
    refused(NodeNotFoundException.class, tx -> tx.setProperties(deleted, Map.of("a", 1)));
    refused(NodeNotFoundException.class, tx -> tx.removeProperty(deleted, "a"));
  }

  @Test
  void deleteEdges_unknownNodeOrType_deletesNone() {
    graph.execute(tx -> {
      assertThat(tx.deleteEdges("KNOWS", ann, deleted)).isZero();
      assertThat(tx.deleteEdges("NO_SUCH_TYPE", ann, bob)).isZero();
    });
  }

  @Test
  void getters_wrongType_nameBothTypes() {
    try (ReadTransaction tx = graph.beginRead()) {
      Node node = tx.node(ann);

      assertThatThrownBy(() -> node.getLong("name"))
          .isInstanceOf(PropertyException.class)
          .hasMessageContaining("key=name")
          .hasMessageContaining("wanted=long")
          .hasMessageContaining("found=String");
      assertThatThrownBy(() -> node.getString("age")).isInstanceOf(PropertyException.class);
      assertThatThrownBy(() -> node.getString("age", "x")).isInstanceOf(PropertyException.class);
      assertThatThrownBy(() -> node.getBoolean("age")).isInstanceOf(PropertyException.class);
      assertThatThrownBy(() -> node.getDouble("name")).isInstanceOf(PropertyException.class);
      assertThatThrownBy(() -> node.getLong("name", 1)).isInstanceOf(PropertyException.class);
      assertThat(node.getDouble("age")).isEqualTo(31.0);
    }
  }

  @Test
  void getters_missingProperty_throwOrGiveTheDefault() {
    try (ReadTransaction tx = graph.beginRead()) {
      Node node = tx.node(bob);

      assertThatThrownBy(() -> node.getLong("age"))
          .isInstanceOf(PropertyException.class)
          .hasMessageContaining("key=age");
      assertThatThrownBy(() -> node.getString("no such key")).isInstanceOf(PropertyException.class);
      assertThat(node.getLong("age", 7)).isEqualTo(7);
      assertThat(node.getDouble("age", 7.5)).isEqualTo(7.5);
      assertThat(node.getString("age", "seven")).isEqualTo("seven");
      assertThat(node.property("age")).isEmpty();
      assertThat(node.hasProperty("age")).isFalse();
    }
  }

  @Test
  void setProperty_unsupportedType_isRefused() {
    refused(PropertyException.class, tx -> tx.setProperty(ann, "a", new Object()));
    refused(PropertyException.class, tx -> tx.setProperty(ann, "new key", new StringBuilder()));
    refused(PropertyException.class, tx -> tx.setProperty(ann, "a", List.of(1, "two")));
    refused(PropertyException.class, tx -> tx.setProperty(ann, "a", List.of(List.of(1))));
    refused(PropertyException.class, tx -> tx.addNode("NewLabel", Map.of("a", Map.of())));
    refused(PropertyException.class, tx -> tx.addEdge("NEW_TYPE", ann, bob, Map.of("a", Map.of())));
    refused(
        PropertyException.class, tx -> tx.putEdge("KNOWS", ann, bob, Map.of("a", new int[1][1])));
  }

  @Test
  void nulls_areRefused() {
    Map<String, Object> nullValue = new java.util.HashMap<>();
    nullValue.put("name", null);
    refused(PropertyException.class, tx -> tx.setProperty(ann, "name", null));
    refused(PropertyException.class, tx -> tx.setProperties(ann, nullValue));
    refused(
        PropertyException.class,
        tx -> tx.setProperty(tx.findEdge("KNOWS", ann, bob).orElseThrow(), "since", null));
    refused(NullPointerException.class, tx -> tx.addNode(null));
    refused(NullPointerException.class, tx -> tx.addNode("NewLabel", null));
    refused(NullPointerException.class, tx -> tx.addEdge(null, ann, bob));
    refused(NullPointerException.class, tx -> tx.setLabel(ann, null));
    refused(PropertyException.class, tx -> tx.setProperty(ann, null, 1));
    refused(NullPointerException.class, tx -> tx.deleteEdge(null));
    refused(NullPointerException.class, tx -> tx.hasEdge(null, ann, bob));
  }

  @Test
  void names_tooLongOrMalformed_areRefused() {
    String tooLong = PropertyValues.textOfBytes(256);
    refused(IllegalArgumentException.class, tx -> tx.addNode(tooLong));
    refused(IllegalArgumentException.class, tx -> tx.setLabel(ann, tooLong));
    refused(IllegalArgumentException.class, tx -> tx.addEdge(tooLong, ann, bob));
    refused(IllegalArgumentException.class, tx -> tx.addEdge("", ann, bob));
    refused(IllegalArgumentException.class, tx -> tx.declareEdgeType("\uDC00", Multiplicity.MULTI));
    refused(PropertyException.class, tx -> tx.setProperty(ann, tooLong, 1));
    refused(PropertyException.class, tx -> tx.setProperty(ann, "", 1));
  }

  @Test
  void property_tooLarge_isRefused() {
    List<byte[]> tooLarge = Collections.nCopies(64, new byte[1 << 24]);

    refused(PropertyException.class, tx -> tx.setProperty(ann, "photo", tooLarge));
    refused(PropertyException.class, tx -> tx.addNode("", Map.of("photo", tooLarge)));
  }

  @Test
  void edgeType_declaredOtherwise_isRefused() {
    refused(IllegalArgumentException.class, tx -> tx.declareEdgeType("KNOWS", Multiplicity.MULTI));
    refused(
        IllegalArgumentException.class, tx -> tx.declareEdgeType("CALLED", Multiplicity.SIMPLE));
    refused(IllegalArgumentException.class, tx -> tx.putEdge("CALLED", ann, bob, Map.of()));
  }

  @Test
  void propertyKeys_tooMany_areRefusedAndTheTransactionGoesOn() {
    try (WriteTransaction tx = graph.beginWrite()) {
      long node = tx.addNode();
      // Three keys are in use already.
      for (int first = 3; first < 65_535; first += 5_000) {
        Map<String, Object> many = new java.util.HashMap<>();
        for (int i = first; i < Math.min(65_535, first + 5_000); i++) {
          many.put("key" + i, true);
        }
        tx.setProperties(node, many);
      }
      int before = tx.node(node).properties().size();

      assertThatThrownBy(() -> tx.setProperty(node, "one too many", 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("too many");

      assertThat(tx.node(node).properties()).hasSize(before);
      tx.setProperty(node, "name", "known keys can still be used");
      assertThat(tx.node(node).getString("name")).startsWith("known");
    }
  }

  @Test
  void edge_ofAnotherTransaction_isLookedUpAgain() {
    Edge old = graph.read(tx -> tx.findEdge("KNOWS", ann, bob).orElseThrow());
    try (WriteTransaction tx = graph.beginWrite()) {
      tx.deleteEdge(old);
      assertThatThrownBy(() -> tx.deleteEdge(old)).isInstanceOf(EdgeNotFoundException.class);
      assertThatThrownBy(() -> tx.setProperty(old, "since", 1))
          .isInstanceOf(EdgeNotFoundException.class);
      tx.deleteNode(bob);
      assertThatThrownBy(() -> tx.removeProperty(old, "since"))
          .isInstanceOf(EdgeNotFoundException.class);
    }
  }

  @Test
  void readTransaction_afterClose_isRefused() {
    ReadTransaction tx = graph.beginRead();
    Node node = tx.node(ann);
    Edge edge = tx.findEdge("KNOWS", ann, bob).orElseThrow();
    NeighborCursor cursor = tx.neighborCursor(Direction.OUT).of(ann);
    var nodes = tx.nodes().iterator();
    var edges = tx.edges("KNOWS").iterator();
    tx.close();
    tx.close();

    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            tx::nodeCount,
            () -> tx.node(ann),
            () -> node.property("name"),
            node::label,
            edge::properties,
            cursor::next,
            () -> cursor.of(ann),
            nodes::next,
            edges::next,
            tx::sequence,
            tx::labels,
            () -> tx.hasEdge("KNOWS", ann, bob))) {
      assertThatThrownBy(call).isInstanceOf(TransactionClosedException.class);
    }
    assertThat(node.id()).isEqualTo(ann);
    assertThat(edge.source()).isEqualTo(ann);
  }

  @Test
  void writeTransaction_afterItsEnd_isRefused() {
    for (boolean commits : new boolean[] {true, false}) {
      WriteTransaction tx = graph.beginWrite();
      Node node = tx.node(ann);
      NeighborCursor cursor = tx.neighborCursor(Direction.OUT).of(ann);
      if (commits) {
        tx.commit();
      } else {
        tx.rollback();
      }
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              tx::commit,
              tx::addNode,
              tx::nodeCount,
              () -> tx.deleteNode(ann),
              () -> tx.deleteEdges("KNOWS", ann, bob),
              () -> node.property("name"),
              cursor::next)) {
        assertThatThrownBy(call).isInstanceOf(TransactionClosedException.class);
      }
      tx.rollback();
      tx.close();
    }
  }

  @Test
  void beginWrite_inAThreadThatWrites_isRefused() {
    try (WriteTransaction tx = graph.beginWrite()) {
      assertThatThrownBy(graph::beginWrite).isInstanceOf(NestedWriteException.class);
      assertThatThrownBy(() -> graph.execute(nested -> nested.addNode()))
          .isInstanceOf(NestedWriteException.class);
      assertThatThrownBy(graph::close).isInstanceOf(NestedWriteException.class);
      tx.setProperty(ann, "age", 31);
      tx.commit();
    }
  }

  private static <T> T inOtherThread(Callable<T> call) throws Throwable {
    FutureTask<T> task = new FutureTask<>(call);
    Thread.ofPlatform().daemon().start(task);
    try {
      return task.get(120, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }

  @Test
  void beginWrite_whileAnotherThreadWrites_waits() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    FutureTask<Long> other =
        new FutureTask<>(() -> {
          started.countDown();
          try (WriteTransaction tx = graph.beginWrite()) {
            return tx.nodeCount();
          }
        });
    try (WriteTransaction tx = graph.beginWrite()) {
      Thread.ofPlatform().daemon().start(other);
      started.await();
      tx.addNode();
      assertThat(other.isDone()).isFalse();
    }
    assertThat(other.get(120, TimeUnit.SECONDS)).isEqualTo(2);
  }

  @Test
  void writeTransaction_inAnotherThread_isRefusedAndGoesOnInItsOwn() throws Throwable {
    try (WriteTransaction tx = graph.beginWrite()) {
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              tx::addNode, tx::commit, tx::rollback, tx::close, () -> tx.deleteNode(ann))) {
        assertThatThrownBy(() ->
                inOtherThread(() -> {
                  try {
                    call.call();
                  } catch (Throwable e) {
                    throw (Exception) e;
                  }
                  return 0;
                }))
            .isInstanceOf(ForeignThreadException.class)
            .hasMessageContaining("another thread");
      }
      tx.setProperty(ann, "age", 31);
      tx.commit();
    }
  }
}
