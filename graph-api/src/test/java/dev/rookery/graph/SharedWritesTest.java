package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.Commit;
import dev.rookery.storage.Durability;
import dev.rookery.storage.error.DatabaseClosedException;
import dev.rookery.storage.error.NestedWriteException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Functions of many threads share transactions, and nobody notices but the disk.
@Timeout(900)
final class SharedWritesTest {
  @TempDir Path directory;

  /// Runs tasks at once, each on a thread of its own, so that they meet in transactions.
  private static <T> List<Future<T>> atOnce(
      ExecutorService threads, List<java.util.concurrent.Callable<T>> tasks) {
    List<Future<T>> futures = new ArrayList<>();
    tasks.forEach(task -> futures.add(threads.submit(task)));
    return futures;
  }

  @Test
  void functionsOfManyThreads_shareTransactionsAndGetTheirOwnResults() throws Exception {
    int threadCount = 16;
    int each = 60;
    try (Graph graph = Graph.open(directory);
        ExecutorService threads = Executors.newFixedThreadPool(threadCount)) {
      long before = graph.stats().commits();
      List<java.util.concurrent.Callable<List<Long>>> tasks = new ArrayList<>();
      for (int t = 0; t < threadCount; t++) {
        int thread = t;
        tasks.add(() -> {
          List<Long> ids = new ArrayList<>();
          for (int i = 0; i < each; i++) {
            int number = thread * each + i;
            ids.add(graph.write(tx -> tx.addNode("N", Map.of("number", (long) number))));
          }
          return ids;
        });
      }
      Set<Long> all = new HashSet<>();
      List<Future<List<Long>>> results = atOnce(threads, tasks);
      for (int t = 0; t < threadCount; t++) {
        List<Long> ids = results.get(t).get();
        for (int i = 0; i < each; i++) {
          long id = ids.get(i);
          assertThat(all.add(id)).isTrue();
          long expected = (long) t * each + i;
          assertThat(graph.<Long>read(tx -> tx.node(id).getLong("number"))).isEqualTo(expected);
        }
      }
      assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(threadCount * each);
      long commits = graph.stats().commits() - before;
      System.out.println("writes=" + threadCount * each + " commits=" + commits);
      assertThat(commits).isLessThan(threadCount * each);
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void runner_isRelievedWhileOthersGoOnWriting() throws Exception {
    AtomicBoolean isEnough = new AtomicBoolean();
    try (Graph graph = Graph.open(directory);
        ExecutorService threads = Executors.newFixedThreadPool(8)) {
      List<java.util.concurrent.Callable<Integer>> tasks = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        tasks.add(() -> {
          int written = 0;
          do { // Once at least: this thread may begin when the other one is through.
            graph.write(Durability.NONE, tx -> tx.addNode("N"));
            written++;
          } while (!isEnough.get());
          return written;
        });
      }
      List<Future<Integer>> others = atOnce(threads, tasks);
      for (int i = 0;
          i < 200;
          i++) { // Never, if this thread once ran the others' functions forever.
        graph.write(Durability.NONE, tx -> tx.addNode("Mine"));
      }
      isEnough.set(true);
      long written = 200;
      for (Future<Integer> other : others) {
        assertThat(other.get()).isPositive();
        written += other.get();
      }
      assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(written);
    }
  }

  /// Holds a runner in its function until others wait, so that they share the next transaction.
  private static final class Gate {
    final CountDownLatch isIn = new CountDownLatch(1);
    final CountDownLatch mayGoOn = new CountDownLatch(1);

    long pass(WriteTransaction tx) {
      isIn.countDown();
      try {
        mayGoOn.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return tx.addNode("Gate");
    }
  }

  @Test
  void functionThatThrows_isCutOutAndTheOthersHappenOnce() throws Exception {
    Random random = new Random(Long.getLong("seed", 7));
    try (Graph graph = Graph.open(directory);
        ExecutorService threads = Executors.newCachedThreadPool()) {
      for (int round = 0; round < 20; round++) {
        Gate gate = new Gate();
        Future<Long> first = threads.submit(() -> graph.write(gate::pass));
        gate.isIn.await();
        int count = 2 + random.nextInt(8);
        boolean[] throwing = new boolean[count];
        AtomicInteger runs = new AtomicInteger();
        List<java.util.concurrent.Callable<Long>> tasks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          throwing[i] = random.nextInt(3) == 0;
          boolean fails = throwing[i];
          String label = "R" + round + "T" + i;
          tasks.add(() ->
              graph.write(tx -> {
                runs.incrementAndGet();
                long id = tx.addNode(label);
                if (fails) {
                  throw new ArithmeticException(label);
                }
                return id;
              }));
        }
        List<Future<Long>> results = atOnce(threads, tasks);
        TimeUnit.MILLISECONDS.sleep(20);
        gate.mayGoOn.countDown();
        first.get();
        for (int i = 0; i < count; i++) {
          Future<Long> result = results.get(i);
          String label = "R" + round + "T" + i;
          if (throwing[i]) {
            assertThatThrownBy(result::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(ArithmeticException.class)
                .hasMessage(label);
          } else {
            assertThat(result.get()).isPositive();
          }
          long expected = throwing[i] ? 0 : 1;
          assertThat(graph.<Long>read(tx -> count(tx, label))).isEqualTo(expected);
        }
        assertThat(runs.get()).isGreaterThanOrEqualTo(count);
      }
      assertThat(graph.check()).isEmpty();
    }
  }

  private static long count(ReadTransaction tx, String label) {
    long count = 0;
    for (Node _ : tx.nodes(label)) {
      count++;
    }
    return count;
  }

  @Test
  void misuse_namesTheMistakeAndHurtsNobodyElse() {
    try (Graph graph = Graph.open(directory)) {
      assertThatThrownBy(() -> graph.write(tx -> tx.commit()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("ends with its function");
      assertThatThrownBy(() -> graph.execute(WriteTransaction::rollback))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> graph.execute(WriteTransaction::close))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> graph.execute(tx -> graph.execute(WriteTransaction::addNode)))
          .isInstanceOf(NestedWriteException.class);
      try (WriteTransaction tx = graph.beginWrite()) {
        assertThatThrownBy(() -> graph.execute(WriteTransaction::addNode))
            .isInstanceOf(NestedWriteException.class);
        tx.addNode();
        tx.commit();
      }
      assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(1);
      graph.execute(WriteTransaction::addNode);
      assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(2);
    }
  }

  @Test
  void close_refusesThoseWhoWait() throws Exception {
    Graph graph = Graph.open(directory);
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      Gate gate = new Gate();
      Future<Long> first = threads.submit(() -> graph.write(gate::pass));
      gate.isIn.await();
      List<Future<Long>> waiting = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        waiting.add(threads.submit(() -> graph.write(tx -> tx.addNode())));
      }
      Future<?> closing = threads.submit(graph::close);
      TimeUnit.MILLISECONDS.sleep(50);
      gate.mayGoOn.countDown();
      assertThat(first.get()).isPositive();
      closing.get();
      for (Future<Long> result : waiting) {
        try {
          assertThat(result.get()).isPositive(); // It came before the close.
        } catch (ExecutionException e) {
          assertThat(e.getCause()).isInstanceOf(DatabaseClosedException.class);
        }
      }
      assertThatThrownBy(() -> graph.write(tx -> tx.addNode()))
          .isInstanceOf(DatabaseClosedException.class);
    }
  }

  @Test
  void interruptedThreads_keepTheirInterruptAndTheirChanges() throws Exception {
    Map<Long, Boolean> ids = new ConcurrentHashMap<>();
    try (Graph graph = Graph.open(directory)) {
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        threads.add(
            Thread.ofPlatform()
                .start(() -> {
                  for (int i = 0; i < 40; i++) {
                    Thread.currentThread().interrupt();
                    Durability durability = i % 2 == 0 ? Durability.SYNC : Durability.BACKGROUND;
                    long id = graph.write(durability, tx -> tx.addNode());
                    ids.put(id, Thread.interrupted());
                  }
                }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(ids).hasSize(320);
      assertThat(ids.values()).containsOnly(true);
    }
    try (Graph graph = Graph.open(directory)) {
      assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(320);
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void callbackOfACommit_mayCommitAndMayClose() throws Exception {
    CountDownLatch closed = new CountDownLatch(1);
    Graph graph = Graph.open(directory);
    for (int i = 0; i < 50; i++) {
      WriteTransaction tx = graph.beginWrite();
      tx.addNode();
      boolean last = i == 49;
      tx.submit(i % 2 == 0 ? Durability.SYNC : Durability.BACKGROUND)
          .committed()
          .thenRun(() -> {
            graph.execute(Durability.SYNC, WriteTransaction::addNode);
            if (last) {
              graph.close();
              closed.countDown();
            }
          });
    }
    assertThat(closed.await(60, TimeUnit.SECONDS)).isTrue();
    try (Graph reopened = Graph.open(directory)) {
      assertThat(reopened.<Long>read(ReadTransaction::nodeCount)).isEqualTo(100);
    }
  }

  @Test
  void handle_tellsWhenACommitIsVisibleAndDurable() {
    try (Graph graph =
        Graph.open(directory, GraphOptions.defaults().withBackgroundSyncMillis(60_000))) {
      List<Commit> commits = new ArrayList<>();
      List<CompletionStage<Void>> told = new ArrayList<>();
      List<Long> order = java.util.Collections.synchronizedList(new ArrayList<>());
      for (int i = 0; i < 200; i++) {
        try (WriteTransaction tx = graph.beginWrite()) {
          tx.addNode();
          Commit commit = tx.submit(i % 3 == 0 ? Durability.SYNC : Durability.BACKGROUND);
          // A stage wakes who waits for it before it runs what hangs on it: that is waited for too.
          told.add(commit.committed().thenRun(() -> order.add(commit.sequence())));
          commits.add(commit);
        }
      }
      for (Commit commit : commits) {
        commit.committed().toCompletableFuture().join();
      }
      assertThat(graph.<Long>read(ReadTransaction::nodeCount)).isEqualTo(200);
      told.forEach(stage -> stage.toCompletableFuture().join());
      assertThat(order).hasSize(200);
      Commit last = commits.getLast();
      last.durable().toCompletableFuture().join();
      long syncs = graph.stats().syncs();
      last.durable().toCompletableFuture().join();
      commits.getFirst().durable().toCompletableFuture().join();
      assertThat(graph.stats().syncs()).isEqualTo(syncs);
      assertThat(last.sequence()).isEqualTo(commits.getFirst().sequence() + 199);
      try (WriteTransaction tx = graph.beginWrite()) {
        Commit nothing = tx.commit(Durability.BACKGROUND);
        assertThat(nothing.sequence()).isEqualTo(last.sequence());
        nothing.durable().toCompletableFuture().join();
      }
    }
  }
}
