package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.rookery.graph.change.Change;
import dev.rookery.graph.change.ChangeBatch;
import dev.rookery.storage.Commit;
import dev.rookery.storage.Durability;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Listeners may refuse a commit, and hear of each in order.
@Timeout(900)
final class CommitListenerTest {
  @TempDir Path directory;

  /// Refuses people without a name.
  private static final class NamesOnly implements CommitListener {
    @Override
    public void beforeCommit(ReadTransaction tx, ChangeBatch changes) {
      for (Change change : changes.changes()) {
        if (change instanceof Change.NodeAdded added
            && !tx.node(added.node()).hasProperty("name")) {
          throw new IllegalStateException("no name node=" + added.node());
        }
      }
    }
  }

  @Test
  void listener_refusesATransaction_whichIsRolledBack() {
    try (Graph graph = Graph.inMemory()) {
      graph.addCommitListener(new NamesOnly());
      try (WriteTransaction tx = graph.beginWrite()) {
        tx.addNode("Person");
        assertThatIllegalStateException()
            .isThrownBy(tx::commit)
            .withMessageContaining("no name node=1");
      }
      try (WriteTransaction tx = graph.beginWrite()) {
        tx.addNode("Person");
        assertThatIllegalStateException().isThrownBy(() -> tx.submit(Durability.SYNC));
      }
      assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isZero();
      graph.execute(tx -> tx.addNode("Person", Map.of("name", "Ada")));
      assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(1);
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void listener_refusesOneFunctionOfMany_andTheOthersHappen() throws Exception {
    int threadCount = 8;
    try (Graph graph = Graph.open(directory);
        ExecutorService threads = Executors.newFixedThreadPool(threadCount)) {
      graph.addCommitListener(new NamesOnly());
      List<Future<Integer>> results = new ArrayList<>();
      for (int t = 0; t < threadCount; t++) {
        results.add(threads.submit(() -> writeSome(graph)));
      }
      for (Future<Integer> result : results) {
        assertThat(result.get()).isEqualTo(10);
      }
      assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(threadCount * 20L);
    }
  }

  /// Writes with and without names, and returns how often that was refused.
  private static int writeSome(Graph graph) {
    int refused = 0;
    for (int i = 0; i < 30; i++) {
      boolean hasName = i % 3 != 0;
      try {
        graph.execute(
            tx -> tx.addNode("Person", hasName ? Map.of("name", "Ada") : Map.<String, Object>of()));
      } catch (IllegalStateException e) {
        refused++;
      }
    }
    return refused;
  }

  @Test
  void listener_hearsOfEachCommitInOrder_once() throws Exception {
    List<ChangeBatch> heard = Collections.synchronizedList(new ArrayList<>());
    int threadCount = 8;
    try (Graph graph = Graph.open(directory);
        ExecutorService threads = Executors.newFixedThreadPool(threadCount)) {
      graph.addCommitListener(
          new CommitListener() {
            @Override
            public void afterCommit(ChangeBatch changes) {
              heard.add(changes);
            }
          });
      List<Future<?>> results = new ArrayList<>();
      for (int t = 0; t < threadCount; t++) {
        boolean shares = t % 2 == 0;
        results.add(
            threads.submit(() -> {
              for (int i = 0; i < 50; i++) {
                addNode(graph, shares);
              }
            }));
      }
      for (Future<?> result : results) {
        result.get();
      }
    }
    assertThat(heard).extracting(ChangeBatch::sequence).isSorted().doesNotHaveDuplicates();
    List<Long> nodes =
        heard.stream()
            .flatMap(batch -> batch.changes().stream())
            .map(change -> ((Change.NodeAdded) change).node())
            .toList();
    assertThat(nodes).hasSize(threadCount * 50).isSorted().doesNotHaveDuplicates();
  }

  private static void addNode(Graph graph, boolean shares) {
    if (shares) {
      graph.execute(tx -> tx.addNode("A"));
      return;
    }
    try (WriteTransaction tx = graph.beginWrite()) {
      tx.addNode("A");
      Commit commit = tx.submit(Durability.BACKGROUND);
      commit.committed().toCompletableFuture().join();
    }
  }

  @Test
  void listener_thatWritesItself_hearsOfThatToo() {
    List<String> heard = new ArrayList<>();
    try (Graph graph = Graph.inMemory()) {
      graph.addCommitListener(
          new CommitListener() {
            @Override
            public void afterCommit(ChangeBatch changes) {
              Change.NodeAdded added = (Change.NodeAdded) changes.changes().getFirst();
              heard.add(added.label());
              if (added.label().length() < 4) {
                graph.execute(tx -> tx.addNode(added.label() + "x"));
              }
            }
          });
      graph.execute(tx -> tx.addNode("x"));
      assertThat(heard).containsExactly("x", "xx", "xxx", "xxxx");
    }
  }

  @Test
  void listenerThatFails_hurtsNeitherTheCommitNorTheOthers() {
    List<Throwable> uncaught = new ArrayList<>();
    List<Long> heard = new ArrayList<>();
    Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
    Thread.currentThread().setUncaughtExceptionHandler((_, e) -> uncaught.add(e));
    try (Graph graph = Graph.inMemory()) {
      CommitListener failing =
          new CommitListener() {
            @Override
            public void afterCommit(ChangeBatch changes) {
              throw new IllegalArgumentException("as planned");
            }
          };
      graph.addCommitListener(failing);
      graph.addCommitListener(
          new CommitListener() {
            @Override
            public void afterCommit(ChangeBatch changes) {
              heard.add(changes.sequence());
            }
          });
      graph.execute(tx -> tx.addNode("A"));
      assertThat(heard).hasSize(1);
      assertThat(uncaught).hasSize(1).first().isInstanceOf(IllegalArgumentException.class);
      graph.removeCommitListener(failing);
      graph.execute(tx -> tx.addNode("A"));
      assertThat(heard).hasSize(2);
      assertThat(uncaught).hasSize(1);
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(before);
    }
  }

  @Test
  void transactionWithoutChanges_isNotWorthACall() {
    try (Graph graph = Graph.inMemory()) {
      graph.addCommitListener(
          new CommitListener() {
            @Override
            public void beforeCommit(ReadTransaction tx, ChangeBatch changes) {
              throw new IllegalStateException("called");
            }
          });
      graph.execute(tx -> tx.deleteEdges("NONE", 1, 2));
      assertThatExceptionOfType(IllegalStateException.class)
          .isThrownBy(() -> graph.execute(WriteTransaction::addNode));
    }
  }
}
