package dev.rookery.traversal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.WriteTransaction;
import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.graph.error.OperationCancelledException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.traversal.error.RunTimeoutException;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.run.RunReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// Traversals with options: how they end, what callbacks get, and what they cost.
final class RegionWalkTest {
  private static final int LENGTH = 3000;

  /// A way through all nodes, and a star from the first, in several regions.
  private static StoredGraph store(boolean isStar) {
    ModelGraph model = new ModelGraph(LENGTH);
    for (int i = 1; i < LENGTH; i++) {
      model.linkUnchecked("A", isStar ? 0 : i - 1, i);
    }
    return model.store(300);
  }

  private static List<RunOptions> matrix() {
    List<RunOptions> all = new ArrayList<>();
    for (int workers = 1; workers <= 3; workers++) {
      for (PageAccess pages : PageAccess.values()) {
        all.add(RunOptions.defaults().withWorkerCount(workers).withPages(pages));
      }
    }
    return all;
  }

  @Test
  void callback_thatThrows_endsTheRunWithItsExceptionAndTheNextIsRight() {
    IndexOutOfBoundsException mine = new IndexOutOfBoundsException("mine");
    Map<String, UnaryOperator<Traversal>> callbacks = new LinkedHashMap<>();
    AtomicInteger left = new AtomicInteger();
    Runnable bomb =
        () -> {
          if (left.decrementAndGet() == 0) {
            throw mine;
          }
        };
    callbacks.put("node", walk -> walk.nodeFilter(_ -> isNow(bomb)));
    callbacks.put("edge", walk -> walk.edgeFilter(_ -> isNow(bomb)));
    callbacks.put(
        "evaluator",
        walk ->
            walk.evaluate(_ -> {
              bomb.run();
              return Verdict.INCLUDE_AND_CONTINUE;
            }));
    try (StoredGraph stored = store(true)) {
      Traversal plain = Traversal.from(stored.id(0)).out("A");
      for (RunOptions options : matrix()) {
        for (int after : new int[] {1, LENGTH / 2}) {
          callbacks.forEach((name, with) ->
              runs(stored, with.apply(plain))
                  .forEach((kind, run) -> {
                    left.set(after);
                    assertThatThrownBy(() -> run.accept(options))
                        .as("%s %s after=%d %s", name, kind, after, options)
                        .isSameAs(mine);
                    left.set(0);
                    run.accept(options);
                  }));
          left.set(after);
          assertThatThrownBy(() -> plain.forEach(stored.tx(), options, _ -> bomb.run()))
              .isSameAs(mine);
        }
        assertThat(plain.count(stored.tx(), options)).isEqualTo(LENGTH);
      }
      assertThat(stored.graph().stats().activeReaders()).isEqualTo(1);
    }
  }

  private static boolean isNow(Runnable bomb) {
    bomb.run();
    return true;
  }

  /// Every way to run a description with options.
  private static Map<String, Consumer<RunOptions>> runs(StoredGraph stored, Traversal traversal) {
    Map<String, Consumer<RunOptions>> all = new LinkedHashMap<>();
    all.put("forEach", options -> traversal.forEach(stored.tx(), options, _ -> {}));
    all.put("count", options -> traversal.count(stored.tx(), options));
    all.put("subgraph", options -> traversal.subgraph(stored.tx(), options));
    all.put("reach", options -> traversal.reach(stored.tx(), options));
    all.put("deep", options -> traversal.depthFirst().maxDepth(9999).count(stored.tx(), options));
    all.put(
        "trails", options -> traversal.uniqueness(Uniqueness.TRAIL).count(stored.tx(), options));
    return all;
  }

  @Test
  void run_cancelledOrTooLong_saysSo() {
    for (boolean isStar : new boolean[] {true, false}) {
      try (StoredGraph stored = store(isStar)) {
        Traversal traversal =
            Traversal.from(stored.id(0)).out("A").nodeFilter(node -> node.getLong("index") >= 0);
        for (RunOptions options : isStar ? matrix() : matrix().subList(1, 3)) {
          runs(stored, traversal)
              .forEach((kind, run) -> {
                assertThatThrownBy(() -> run.accept(options.withCancelled(() -> true)))
                    .as(kind)
                    .isInstanceOf(OperationCancelledException.class);
                assertThatThrownBy(() -> run.accept(options.withTimeout(Duration.ofNanos(1))))
                    .as(kind)
                    .isInstanceOf(RunTimeoutException.class);
                run.accept(options);
              });
        }
      }
    }
  }

  @Test
  void run_cancelledByItsConsumer_isGivenUpBetweenTwoNodes() {
    try (StoredGraph stored = store(true)) {
      AtomicInteger visits = new AtomicInteger();
      assertThatThrownBy(() ->
              Traversal.from(stored.id(0))
                  .out("A")
                  .forEach(
                      stored.tx(),
                      RunOptions.defaults().withCancelled(() -> visits.get() >= 10),
                      _ -> visits.incrementAndGet()))
          .isInstanceOf(OperationCancelledException.class);
      assertThat(visits.get()).isEqualTo(10);
    }
  }

  @Test
  void callbacks_ofOneWorker_getTheSameViewsAgainAndAgain() {
    try (StoredGraph stored = store(true)) {
      Set<Object> nodes = Collections.newSetFromMap(new IdentityHashMap<>());
      Set<Object> edges = Collections.newSetFromMap(new IdentityHashMap<>());
      Set<Object> positions = Collections.newSetFromMap(new IdentityHashMap<>());
      for (int workers = 1; workers <= 3; workers++) {
        nodes.clear();
        edges.clear();
        positions.clear();
        long count =
            Traversal.from(stored.id(0))
                .out("A")
                .nodeFilter(node -> add(nodes, node))
                .edgeFilter(edge -> add(edges, edge))
                .evaluate(at -> Verdict.of(add(positions, at), add(nodes, at.node())))
                .count(stored.tx(), RunOptions.defaults().withWorkerCount(workers));
        assertThat(count).isEqualTo(LENGTH);
        assertThat(nodes).hasSizeBetween(1, workers);
        assertThat(edges).hasSizeBetween(1, workers);
        assertThat(positions).hasSizeBetween(1, workers);
      }
    }
  }

  private static boolean add(Set<Object> set, Object element) {
    synchronized (set) {
      set.add(element);
    }
    return true;
  }

  @Test
  void run_beyondItsBudget_liesInFilesAndSaysSo() {
    try (StoredGraph stored = store(false)) {
      RunOptions little = RunOptions.defaults().withMemoryBytes(RunOptions.MEMORY_BYTES_MIN);
      Traversal traversal = Traversal.from(stored.id(0)).out("A");

      Reached reached = traversal.reachWithPaths(stored.tx(), little);
      assertThat(reached.report().spilledBytes()).isPositive();
      assertThat(reached.report().memoryBytes()).isLessThanOrEqualTo(little.memoryBytes());
      assertThat(reached.report().rounds()).isEqualTo(LENGTH);
      assertThat(reached.path(stored.id(LENGTH - 1)).orElseThrow().length()).isEqualTo(LENGTH - 1);

      Reached rich = traversal.reachWithPaths(stored.tx(), RunOptions.defaults());
      assertThat(rich.report().spilledBytes()).isZero();
    }
  }

  @Test
  void depthFirst_overALongWay_staysWithinItsBudget() {
    ModelGraph model = new ModelGraph(150_000);
    for (int i = 1; i < model.nodeCount(); i++) {
      model.linkUnchecked("A", i - 1, i);
    }
    try (StoredGraph stored = model.store(0)) {
      RunOptions little = RunOptions.defaults().withMemoryBytes(RunOptions.MEMORY_BYTES_MIN);
      AtomicInteger last = new AtomicInteger(-1);
      RunReport report =
          Traversal.from(stored.id(0))
              .out("A")
              .depthFirst()
              .forEach(
                  stored.tx(),
                  little,
                  at -> assertThat(at.depth()).isEqualTo(last.incrementAndGet()));
      assertThat(last.get()).isEqualTo(model.nodeCount() - 1);
      assertThat(report.spilledBytes()).isGreaterThan(3L * 150_000 * Long.BYTES - (2 << 20));
      assertThat(report.memoryBytes()).isLessThanOrEqualTo(little.memoryBytes());
      assertThat(report.edgesWalked()).isEqualTo(model.nodeCount() - 1);
    }
  }

  @Test
  void reach_withoutWaysOrOfAnotherKind_isRefused() {
    try (StoredGraph stored = store(true)) {
      Traversal traversal = Traversal.from(stored.id(0)).out("A");
      RunOptions options = RunOptions.defaults();
      assertThatThrownBy(() -> traversal.reach(stored.tx(), options).path(stored.id(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("reachWithPaths");
      assertThatThrownBy(() -> traversal.depthFirst().reach(stored.tx(), options))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> traversal.uniqueness(Uniqueness.PATH).reach(stored.tx(), options))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> Traversal.from(987_654).out("A").count(stored.tx(), options))
          .isInstanceOf(NodeNotFoundException.class);
    }
  }

  @Test
  void run_inAWriteTransaction_seesItsChanges() {
    try (StoredGraph stored = store(true)) {
      RunOptions options = RunOptions.defaults().withWorkerCount(3);
      try (WriteTransaction write = stored.graph().beginWrite()) {
        long node = write.addNode("Even", Map.of("index", 1));
        write.addEdge("A", stored.id(5), node, Map.of("number", 1));
        Traversal traversal =
            Traversal.from(stored.id(0)).out("A").edgeFilter(edge -> edge.getLong("number") >= 0);
        assertThat(traversal.count(write, options)).isEqualTo(LENGTH + 1);
        assertThat(traversal.reach(write, options).depth(node)).hasValue(2);
        write.deleteNode(stored.id(5));
        assertThat(traversal.count(write, options)).isEqualTo(LENGTH - 1);
      }
      assertThat(Traversal.from(stored.id(0)).out().count(stored.tx(), options)).isEqualTo(LENGTH);
    }
  }

  @Test
  void results_afterTheTransactionHasClosed_fail() {
    try (StoredGraph stored = store(true)) {
      Reached reached;
      Traversal traversal = Traversal.from(stored.id(0)).out("A");
      try (var tx = stored.graph().beginRead()) {
        reached = traversal.reach(tx, RunOptions.defaults());
      }
      assertThatThrownBy(() -> reached.depth(stored.id(1)))
          .isInstanceOf(TransactionClosedException.class);
      assertThat(reached.sizes()).containsExactly(1, LENGTH - 1);
    }
  }
}
