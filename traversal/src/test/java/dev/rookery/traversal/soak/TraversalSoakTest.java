package dev.rookery.traversal.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.Graph;
import dev.rookery.graph.GraphOptions;
import dev.rookery.graph.GraphStats;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.ReorganizeOptions;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.storage.Durability;
import dev.rookery.traversal.Uniqueness;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two readers put random questions to snapshots, lazily and over regions, beside a writer who
/// changes nodes, edges and properties, rolls back, and now and then moves all nodes. Each answer
/// is compared with that of plain lists at the same commit. In the end nothing may be left over.
///
/// `-Dsoak.seconds` says how long; `-Dseed` repeats what each thread draws, not how they meet.
final class TraversalSoakTest {
  private static final long SECONDS = Long.getLong("soak.seconds", 6);
  private static final int READERS = 2;

  /// Places that were in use and are not: state by place exceeds the smallest budget.
  private static final int EMPTY_PLACES = 150_000;

  private static final int QUESTIONS_PER_SNAPSHOT = 6;

  @TempDir Path directory;

  private final Object lock = new Object();

  /// Guarded by the lock, together with which commit is the newest.
  private SoakGraph model = new SoakGraph();

  private final AtomicBoolean isFailed = new AtomicBoolean();
  private final AtomicLong commits = new AtomicLong();
  private final Map<SoakReader.Question, AtomicInteger> asked =
      new EnumMap<>(SoakReader.Question.class);
  private long end;

  @Test
  void traversals_besideAWriter_agreeWithPlainListsAndLeaveNothing() throws Exception {
    long seed = Long.getLong("seed", 20_263);
    System.out.println("TraversalSoakTest seed=" + seed + " seconds=" + SECONDS);
    Arrays.stream(SoakReader.Question.values()).forEach(q -> asked.put(q, new AtomicInteger()));
    GraphOptions options =
        GraphOptions.defaults()
            .withDurability(Durability.BACKGROUND)
            .withScratchBytes(4 << 20)
            .withCheckpointMillis(2000);
    try (Graph graph = Graph.open(directory, options)) {
      prepare(graph, new Random(seed));
      SystemState before = SystemState.now(directory);
      end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      runAll(graph, seed, before);
      assertThat(graph.check()).isEmpty();
      compare(graph);
      checkNothingLeft(graph, before);
    }
    try (Graph graph = Graph.open(directory)) {
      compare(graph);
    }
  }

  private void prepare(Graph graph, Random random) {
    graph.execute(tx -> {
      List<Long> ids = new ArrayList<>();
      for (int i = 0; i < EMPTY_PLACES; i++) {
        ids.add(tx.addNode());
      }
      ids.forEach(tx::deleteNode);
    });
    SoakGraph first = model;
    graph.execute(tx -> {
      for (int i = 0; i < 8000; i++) {
        first.change(random, tx);
      }
    });
  }

  private void runAll(Graph graph, long seed, SystemState before) throws Exception {
    try (ExecutorService executor = Executors.newFixedThreadPool(READERS + 1)) {
      List<Future<Void>> futures = new ArrayList<>();
      futures.add(executor.submit(guarded(() -> write(graph, new Random(seed + 1)))));
      for (int i = 0; i < READERS; i++) {
        Random random = new Random(seed + 2 + i);
        futures.add(executor.submit(guarded(() -> read(graph, random))));
      }
      for (long minute = 1; System.nanoTime() < end && !isFailed.get(); minute++) {
        long next = Math.min(end, System.nanoTime() + TimeUnit.MINUTES.toNanos(1));
        while (System.nanoTime() < next && !isFailed.get()) {
          LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
        }
        System.out.println(
            "minute=%d commits=%d questions=%d %s"
                .formatted(minute, commits.get(), questions(), SystemState.now(directory)));
      }
      for (Future<Void> future : futures) {
        future.get();
      }
    }
    System.out.println("before=" + before + " asked=" + asked);
  }

  private long questions() {
    return asked.values().stream().mapToLong(AtomicInteger::get).sum();
  }

  private Callable<Void> guarded(Runnable body) {
    return () -> {
      try {
        body.run();
      } catch (Throwable e) {
        isFailed.set(true);
        throw e;
      }
      return null;
    };
  }

  private boolean goesOn() {
    return System.nanoTime() < end && !isFailed.get();
  }

  private void write(Graph graph, Random random) {
    while (goesOn()) {
      if (random.nextInt(400) == 0) {
        graph.reorganize(ReorganizeOptions.defaults());
      }
      SoakGraph working;
      synchronized (lock) {
        working = model.copy(); // Nobody else writes.
      }
      try (WriteTransaction tx = graph.beginWrite()) {
        for (int i = random.nextInt(random.nextInt(20) == 0 ? 2000 : 60); i >= 0; i--) {
          working.change(random, tx);
        }
        if (random.nextInt(20) == 0) {
          new SoakReader(random, tx, working.snapshot()).ask(SoakReader.Question.REGION_LEVELS);
        }
        if (random.nextInt(10) > 0) {
          synchronized (lock) {
            tx.commit();
            model = working;
          }
          commits.incrementAndGet();
        }
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(20)));
    }
  }

  private void read(Graph graph, Random random) {
    SoakReader.Question[] all = SoakReader.Question.values();
    while (goesOn()) {
      ReadTransaction tx;
      SoakGraph at;
      synchronized (lock) {
        tx = graph.beginRead();
        at = model; // Not changed any more once it is the model.
      }
      try (tx) {
        SoakReader reader = new SoakReader(random, tx, at.snapshot());
        for (int i = 0; i < QUESTIONS_PER_SNAPSHOT && goesOn(); i++) {
          SoakReader.Question question = all[random.nextInt(all.length)];
          reader.ask(question);
          asked.get(question).incrementAndGet();
        }
      }
    }
  }

  /// Compares the whole graph with the model.
  private void compare(Graph graph) {
    SoakSnapshot expected = model.snapshot();
    try (ReadTransaction tx = graph.beginRead()) {
      assertThat(tx.nodeCount()).isEqualTo(expected.ids.length);
      assertThat(tx.edgeCount()).isEqualTo(expected.arcs.size());
      for (int node = 0; node < expected.ids.length; node++) {
        assertThat(tx.node(expected.ids[node]).getLong("value")).isEqualTo(expected.values[node]);
      }
      List<SoakGraph.Arc> found = new ArrayList<>();
      for (long id : expected.ids) {
        for (Edge edge : tx.edges(id, Direction.OUT)) {
          double weight = edge.getDouble("weight");
          found.add(
              new SoakGraph.Arc(edge.type(), edge.source(), edge.target(), edge.ordinal(), weight));
        }
      }
      assertThat(found).containsExactlyInAnyOrderElementsOf(expected.arcs);
      SoakWalk walk = SoakWalk.random(new Random(1), expected).withoutDepths();
      assertThat(walk.traversal(expected, Uniqueness.NODE, false).subgraph(tx).nodeCount())
          .isEqualTo(Arrays.stream(expected.depths(walk)).filter(depth -> depth >= 0).count());
    }
  }

  private void checkNothingLeft(Graph graph, SystemState before) {
    graph.checkpoint();
    GraphStats stats = graph.stats();
    assertThat(stats.activeReaders()).isZero();
    assertThat(stats.scratchPages()).as("%s", stats).isZero();
    assertThat(stats.spilledPages()).as("%s", stats).isZero();
    // Memory of state goes with its last reference; the collector decides when.
    SystemState after = SystemState.now(directory);
    for (int i = 0; i < 100 && !after.isWithin(before); i++) {
      System.gc();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
      after = SystemState.now(directory);
    }
    System.out.println("after=" + after + " " + stats);
    assertThat(after.isWithin(before)).as("before=%s after=%s", before, after).isTrue();
  }
}
