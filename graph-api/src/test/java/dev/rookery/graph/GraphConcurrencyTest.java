package dev.rookery.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.DatabaseClosedException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.io.DirectoryFileSystem;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Threads that read and write at once: what every commit keeps true, every reader finds true.
final class GraphConcurrencyTest {
  private static final int NODE_COUNT = 60;
  private static final int OUT_DEGREE = 3;
  private static final long TOTAL = 1_000_000;

  @TempDir Path directory;

  /// Far above what anything here takes, so that a busy machine does not fail a test.
  private static final long PATIENCE_MILLIS = 300_000;

  /// Threads that are joined at the end; what one of them threw fails the test.
  private static final class Crew {
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    /// Work that may throw anything.
    private interface Work {
      void run() throws Exception;
    }

    Thread start(Work work) {
      Thread thread =
          Thread.ofPlatform()
              .daemon()
              .start(() -> {
                try {
                  work.run();
                } catch (Throwable e) {
                  failure.compareAndSet(null, e);
                }
              });
      threads.add(thread);
      return thread;
    }

    void join() throws InterruptedException {
      for (Thread thread : threads) {
        thread.join(PATIENCE_MILLIS);
        assertThat(thread.isAlive()).isFalse();
      }
      if (failure.get() != null) {
        throw new AssertionError("a thread failed", failure.get());
      }
    }
  }

  /// Makes a graph in which all balances together are [#TOTAL] and every node has as many out
  /// edges.
  private static void fill(Graph graph) {
    graph.execute(tx -> {
      for (int i = 0; i < NODE_COUNT; i++) {
        tx.addNode("Account", Map.of("balance", i == 0 ? TOTAL : 0L));
      }
      for (int i = 0; i < NODE_COUNT; i++) {
        for (int step = 1; step <= OUT_DEGREE; step++) {
          tx.addEdge("PAYS", i + 1, (i + step) % NODE_COUNT + 1, Map.of("step", step));
        }
      }
    });
  }

  private static void assertInvariant(ReadTransaction tx) {
    long total = 0;
    int nodes = 0;
    NeighborCursor cursor = tx.neighborCursor(Direction.OUT, "PAYS");
    for (Node node : tx.nodes("Account")) {
      total += node.getLong("balance");
      nodes++;
      int edges = 0;
      cursor.of(node.id());
      while (cursor.next()) {
        assertThat(tx.hasNode(cursor.neighbor())).isTrue();
        assertThat(cursor.edge().getLong("step")).isPositive();
        edges++;
      }
      assertThat(edges).isEqualTo(OUT_DEGREE);
    }
    assertThat(total).isEqualTo(TOTAL);
    assertThat(nodes).isEqualTo(NODE_COUNT);
    assertThat(tx.edgeCount("PAYS")).isEqualTo((long) NODE_COUNT * OUT_DEGREE);
  }

  /// Moves money, and sometimes replaces a node by another one that does not get its in edges:
  /// those who paid it pay somebody else.
  private static void change(WriteTransaction tx, SplittableRandom random) {
    List<Long> ids = new ArrayList<>();
    tx.nodes("Account").forEach(node -> ids.add(node.id()));
    long from = ids.get(random.nextInt(ids.size()));
    long to = ids.get(random.nextInt(ids.size()));
    long amount = tx.node(from).getLong("balance") / 2;
    tx.setProperty(from, "balance", tx.node(from).getLong("balance") - amount);
    tx.setProperty(to, "balance", tx.node(to).getLong("balance") + amount);
    if (random.nextInt(4) == 0) {
      replace(tx, from, ids, random);
    }
  }

  private static void replace(
      WriteTransaction tx, long old, List<Long> ids, SplittableRandom random) {
    List<Long> payers = new ArrayList<>();
    for (Node payer : tx.neighbors(old, Direction.IN, "PAYS")) {
      payers.add(payer.id());
    }
    long balance = tx.node(old).getLong("balance");
    tx.deleteNode(old);
    ids.remove(old);
    long added =
        tx.addNode(
            "Account",
            Map.of("balance", balance, "note", PropertyValues.textOfBytes(random.nextInt(300))));
    ids.add(added);
    payers.remove(old);
    for (int i = 0; i < OUT_DEGREE; i++) {
      payers.add(added);
    }
    for (long payer : payers) {
      long target = ids.get(random.nextInt(ids.size()));
      while (!tx.addEdge("PAYS", payer, target, Map.of("step", 9))) {
        target = ids.get(random.nextInt(ids.size()));
      }
    }
  }

  private void race(Graph graph, int commitCount) throws Exception {
    fill(graph);
    Crew crew = new Crew();
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong reads = new AtomicLong();
    for (int i = 0; i < 3; i++) {
      crew.start(() -> {
        do {
          try (ReadTransaction tx = graph.beginRead()) {
            assertInvariant(tx);
            Thread.yield();
            assertInvariant(tx);
            reads.incrementAndGet();
          }
        } while (!done.get());
      });
    }
    crew.start(() -> {
      while (!done.get()) {
        graph.checkpoint();
        assertThat(graph.check()).isEmpty();
      }
    });
    crew.start(() -> {
      try {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < commitCount; i++) {
          try (WriteTransaction tx = graph.beginWrite()) {
            change(tx, random);
            if (i % 10 != 0) {
              tx.commit(i % 50 == 1 ? Durability.SYNC : Durability.NONE);
            }
          }
        }
      } finally {
        done.set(true);
      }
    });
    crew.join();
    assertThat(reads.get()).isPositive();
    assertThat(graph.check()).isEmpty();
  }

  private Graph openFiles(String name) {
    StorageOptions options =
        StorageOptions.defaults()
            .withScratchBytes(256 << 10)
            .withBackgroundSyncMillis(5)
            .withJournalFileBytes(256 << 10);
    return Graph.open(
        DirectoryFileSystem.open(directory.resolve(name), false), options, Durability.BACKGROUND);
  }

  @Test
  void readers_besideAWriter_findEveryCommitWhole() throws Exception {
    try (Graph graph = Graph.inMemory()) {
      race(graph, 300);
    }
    try (Graph graph = openFiles("race")) {
      race(graph, 300);
    }
    try (Graph graph = openFiles("race")) {
      graph.read(tx -> {
        assertInvariant(tx);
        return true;
      });
    }
  }

  @Test
  void write_fromManyThreads_losesNoUpdate() throws Exception {
    int threadCount = 8;
    int writeCount = 60;
    try (Graph graph = openFiles("counter")) {
      long counter = graph.write(tx -> tx.addNode("Counter", Map.of("count", 0)));
      Crew crew = new Crew();
      for (int i = 0; i < threadCount; i++) {
        crew.start(() -> {
          for (int write = 0; write < writeCount; write++) {
            long count =
                graph.write(tx -> {
                  long next = tx.node(counter).getLong("count") + 1;
                  tx.setProperty(counter, "count", next);
                  tx.addEdge("COUNTED", counter, tx.addNode());
                  return next;
                });
            assertThat(count).isPositive();
          }
        });
      }
      crew.join();

      try (ReadTransaction tx = graph.beginRead()) {
        long expected = (long) threadCount * writeCount;
        assertThat(tx.node(counter).getLong("count")).isEqualTo(expected);
        assertThat(tx.degree(counter, Direction.OUT, "COUNTED")).isEqualTo(expected);
      }
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void interrupts_ofUserThreads_doNotDisturbTheDatabase() throws Exception {
    int writeCount = 150;
    try (Graph graph = openFiles("interrupts")) {
      long counter = graph.write(tx -> tx.addNode("Counter", Map.of("count", 0)));
      Crew crew = new Crew();
      AtomicLong interrupts = new AtomicLong();
      for (int i = 0; i < 2; i++) {
        AtomicBoolean isInterrupted = new AtomicBoolean();
        Thread writer =
            crew.start(() -> {
              while (!isInterrupted.get()) { // The other thread may begin late.
                Thread.onSpinWait();
              }
              for (int write = 0; write < writeCount; write++) {
                try (WriteTransaction tx = graph.beginWrite()) {
                  long next = tx.node(counter).getLong("count") + 1;
                  tx.setProperty(counter, "count", next);
                  tx.commit(Durability.SYNC);
                }
                if (write % 25 == 0) {
                  graph.checkpoint();
                }
                if (Thread.interrupted()) {
                  interrupts.incrementAndGet();
                }
              }
            });
        crew.start(() -> {
          while (writer.isAlive()) {
            writer.interrupt();
            isInterrupted.set(true);
            Thread.yield();
          }
        });
      }
      crew.join();

      assertThat(graph.<Long>read(tx -> tx.node(counter).getLong("count")))
          .isEqualTo(2L * writeCount);
      assertThat(interrupts.get()).isPositive();
      assertThat(graph.check()).isEmpty();
    }
  }

  @Test
  void close_whileOthersReadAndWrite_endsThemCleanly() throws Exception {
    for (int round = 0; round < 8; round++) {
      Graph graph = round % 2 == 0 ? openFiles("close") : Graph.inMemory();
      if (graph.<Long>read(ReadTransaction::nodeCount) == 0) {
        fill(graph);
      }
      Crew crew = new Crew();
      CountDownLatch running = new CountDownLatch(4);
      AtomicLong commits = new AtomicLong();
      for (int i = 0; i < 3; i++) {
        crew.start(() -> untilClosed(() -> readUntilClosed(graph, running)));
      }
      crew.start(() ->
          untilClosed(() -> {
            SplittableRandom random = new SplittableRandom(7);
            while (true) {
              graph.execute(tx -> change(tx, random));
              commits.incrementAndGet();
              running.countDown();
            }
          }));
      running.await();
      graph.close();
      crew.join();
      assertThat(commits.get()).isPositive();
    }
    try (Graph graph = openFiles("close")) {
      assertThat(graph.check()).isEmpty();
      graph.read(tx -> {
        assertInvariant(tx);
        return true;
      });
    }
  }

  /// Reads one snapshot for ever. A read that the close overtakes may fail in any way, but nothing
  /// fails before, and nothing works after.
  private static void readUntilClosed(Graph graph, CountDownLatch running) {
    try (ReadTransaction tx = graph.beginRead()) {
      running.countDown();
      try {
        while (true) {
          assertInvariant(tx);
        }
      } catch (RuntimeException | AssertionError e) {
        assertThatThrownBy(tx::sequence)
            .as("after %s", e)
            .isInstanceOf(TransactionClosedException.class);
      }
    }
  }

  private static void untilClosed(Crew.Work work) throws Exception {
    try {
      work.run();
    } catch (TransactionClosedException | DatabaseClosedException expected) {
      // The database was closed.
    }
  }
}
