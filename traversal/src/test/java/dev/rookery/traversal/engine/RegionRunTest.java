package dev.rookery.traversal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.graph.BulkLoadOptions;
import dev.rookery.graph.BulkLoader;
import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.graph.error.OperationCancelledException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.error.MemoryBudgetException;
import dev.rookery.traversal.error.RunTimeoutException;
import dev.rookery.traversal.event.PassEvent;
import dev.rookery.traversal.event.RunEvent;
import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.frontier.SlotWork;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.run.RunReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Runs over four regions give the same, whatever the workers, the budget and the way to read.
final class RegionRunTest {
  private static final int NODE_COUNT = 200_000;
  private static final int EDGE_COUNT = 150_000;
  private static final EdgeSelection BOTH = EdgeSelection.both("E");

  @TempDir static Path directory;
  private static Graph graph;

  /// The smallest slot of the component of each slot, by a plain union-find.
  private static final int[] components = new int[NODE_COUNT];

  @BeforeAll
  static void load() {
    long seed = Long.getLong("seed", 9);
    System.out.println("RegionRunTest seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    graph = Graph.open(directory);
    for (int i = 0; i < NODE_COUNT; i++) {
      components[i] = i;
    }
    try (BulkLoader loader = graph.bulkLoad(BulkLoadOptions.defaults())) {
      for (int i = 0; i < NODE_COUNT; i++) {
        loader.addNode();
      }
      for (int i = 0; i < EDGE_COUNT; i++) {
        int source = random.nextInt(NODE_COUNT);
        // One node has pages of its own, and most edges stay near.
        int target = i % 8 == 0 ? 77_777 : (source + random.nextInt(1_000)) % NODE_COUNT;
        loader.addEdge("E", source + 1, target + 1);
        union(source, target);
      }
      loader.finish();
    }
    for (int i = 0; i < NODE_COUNT; i++) {
      components[i] = root(i);
    }
    graph.write(tx -> { // Some pages are in scratch, and not in the file.
      for (int i = 0; i < 300; i++) {
        long source = 1 + random.nextInt(NODE_COUNT);
        tx.addEdge("OTHER", source, 1);
      }
      return null;
    });
  }

  @AfterAll
  static void close() {
    graph.close();
  }

  private static int root(int slot) {
    int root = slot;
    while (components[root] != root) {
      root = components[root];
    }
    return root;
  }

  private static void union(int a, int b) {
    int one = root(a);
    int other = root(b);
    components[Math.max(one, other)] = Math.min(one, other);
    components[a] = Math.min(one, other);
  }

  static List<RunOptions> matrix() {
    List<RunOptions> all = new ArrayList<>();
    for (int workers : new int[] {1, 2, 5}) {
      for (long memory : new long[] {1 << 20, 3 << 20, 1 << 28}) {
        for (PageAccess access : PageAccess.values()) {
          all.add(
              RunOptions.defaults()
                  .withWorkerCount(workers)
                  .withMemoryBytes(memory)
                  .withPages(access));
        }
      }
    }
    return all;
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void sweep_visitsEachSlotOnce(RunOptions options) {
    AtomicIntegerArray visits = new AtomicIntegerArray(NODE_COUNT);
    AtomicLong edges = new AtomicLong();
    RunReport report =
        graph.read(tx -> {
          Steps steps = Steps.of(tx, BOTH);
          try (RegionRun run = RegionRun.begin(tx, options)) {
            run.sweep(
                steps,
                (worker, from, end) -> {
                  long walked = 0;
                  for (long slot = from; slot < end; slot++) {
                    visits.incrementAndGet((int) slot);
                    for (ForestCursor cursor : worker.cursors(steps)) {
                      long degree = cursor.seek(slot);
                      long found = 0;
                      while (cursor.nextRun()) {
                        found += cursor.runCount();
                      }
                      if (found != degree) {
                        assertThat(found).as("slot " + slot).isEqualTo(degree);
                      }
                      walked += degree;
                    }
                  }
                  edges.addAndGet(walked);
                  worker.walked(walked);
                });
            return run.report();
          }
        });
    for (int i = 0; i < NODE_COUNT; i++) {
      if (visits.get(i) != 1) {
        assertThat(visits.get(i)).as("slot " + i).isEqualTo(1);
      }
    }
    long count = graph.read(tx -> tx.edgeCount("E"));
    assertThat(edges.get()).isEqualTo(2 * count);
    assertThat(report.edgesWalked()).isEqualTo(2 * count);
    assertThat(report.memoryBytes()).isLessThanOrEqualTo(options.memoryBytes());
    assertThat(report.stagedReads() > 0).isEqualTo(options.pages().isStaged());
    assertThat(report.partsVisited()).isGreaterThanOrEqualTo(4);
  }

  /// Spreads the smallest slot of each component until nothing changes.
  private static SlotInts components(ReadTransaction tx, RegionRun run) {
    Steps steps = Steps.of(tx, BOTH);
    SlotInts labels = run.memory().ints();
    SlotWork work = run.memory().work();
    for (long slot = 0; slot < run.slotCount(); slot++) {
      labels.set(slot, (int) slot);
      work.add(slot);
    }
    run.drain(
        steps,
        work,
        (worker, from, end) -> {
          ForestCursor[] cursors = worker.cursors(steps);
          for (long word = from >>> 6; word < (end + 63) >>> 6; word++) {
            for (long bits = work.takeWord(word); bits != 0; bits &= bits - 1) {
              long slot = (word << 6) + Long.numberOfTrailingZeros(bits);
              for (ForestCursor cursor : cursors) {
                worker.walked(cursor.seek(slot));
                while (cursor.next()) {
                  if (labels.min(cursor.key(), labels.get(slot))) {
                    work.add(cursor.key());
                  }
                }
              }
            }
          }
        });
    assertThat(work.count()).isZero();
    return labels;
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void drain_reachesTheFixpoint(RunOptions options) {
    graph.read(tx -> {
      try (RegionRun run = RegionRun.begin(tx, options)) {
        SlotInts labels = components(tx, run);
        for (int slot = 0; slot < NODE_COUNT; slot++) {
          if (labels.get(slot) != components[slot]) {
            assertThat(labels.get(slot)).as("slot " + slot).isEqualTo(components[slot]);
          }
        }
        RunReport report = run.report();
        assertThat(report.memoryBytes()).isLessThanOrEqualTo(options.memoryBytes());
        boolean isTight = options.memoryBytes() == 1 << 20 && options.pages().isStaged();
        assertThat(report.spilledBytes() > 0).isEqualTo(isTight);
      }
      return null;
    });
  }

  @Test
  void regionsWithoutWork_areNotVisited() {
    graph.read(tx -> {
      for (PageAccess access : PageAccess.values()) {
        RunOptions options = RunOptions.defaults().withWorkerCount(1).withPages(access);
        Steps steps = Steps.of(tx, EdgeSelection.out("E"));
        try (RegionRun run = RegionRun.begin(tx, options)) {
          SlotWork work = run.memory().work();
          assertThat(work.add(70_000)).isTrue();
          assertThat(work.add(70_000)).isFalse();
          work.add(140_000);
          List<Long> found = new ArrayList<>();
          run.sweep(
              steps,
              work,
              (worker, from, end) -> {
                for (long word = from >>> 6; word < (end + 63) >>> 6; word++) {
                  for (long bits = work.word(word); bits != 0; bits &= bits - 1) {
                    found.add((word << 6) + Long.numberOfTrailingZeros(bits));
                    worker.cursors(steps)[0].seek(found.getLast());
                  }
                }
              });
          assertThat(found).containsExactly(70_000L, 140_000L);
          assertThat(run.report().partsVisited()).isEqualTo(2);
          // No more than the leaves of these two nodes, and what leads to them.
          assertThat(run.report().stagedReads()).isLessThanOrEqualTo(6);
        }
      }
      return null;
    });
  }

  @ParameterizedTest
  @MethodSource("matrix")
  void failure_ofAKernelEndsTheRun(RunOptions options) {
    graph.read(tx -> {
      Steps steps = Steps.of(tx, BOTH);
      try (RegionRun run = RegionRun.begin(tx, options)) {
        SlotWork work = run.memory().work();
        for (long slot = 0; slot < NODE_COUNT; slot += 100) {
          work.add(slot);
        }
        AtomicInteger calls = new AtomicInteger();
        assertThatThrownBy(() ->
                run.drain(
                    steps,
                    work,
                    (worker, from, end) -> {
                      if (calls.incrementAndGet() == 3) {
                        throw new IllegalStateException("enough");
                      }
                      for (long word = from >>> 6; word < (end + 63) >>> 6; word++) {
                        work.takeWord(word);
                      }
                      work.add(from); // It would go on for ever.
                    }))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("enough");
        assertThatThrownBy(() -> run.sweep(steps, (worker, from, end) -> {}))
            .isInstanceOf(RuntimeException.class);
      }
      try (RegionRun run = RegionRun.begin(tx, options)) {
        assertThatThrownBy(() ->
                run.sweep(
                    steps,
                    (worker, from, end) -> {
                      throw new AssertionError("at once");
                    }))
            .isInstanceOf(AssertionError.class);
      }
      return null;
    });
  }

  @Test
  void cancellationAndTimeout_endTheRun() {
    graph.read(tx -> {
      AtomicInteger asked = new AtomicInteger();
      RunOptions cancelled = RunOptions.defaults().withCancelled(() -> asked.incrementAndGet() > 3);
      try (RegionRun run = RegionRun.begin(tx, cancelled)) {
        assertThatThrownBy(() -> components(tx, run))
            .isInstanceOf(OperationCancelledException.class);
      }
      RunOptions late = RunOptions.defaults().withTimeout(Duration.ofNanos(1));
      try (RegionRun run = RegionRun.begin(tx, late)) {
        assertThatThrownBy(() -> components(tx, run)).isInstanceOf(RunTimeoutException.class);
      }
      return null;
    });
  }

  @Test
  void closedTransaction_isNamed() {
    ReadTransaction tx = graph.beginRead();
    Steps steps = Steps.of(tx, BOTH);
    try (RegionRun run = RegionRun.begin(tx, RunOptions.defaults())) {
      tx.close();
      assertThatThrownBy(() -> run.sweep(steps, (worker, from, end) -> {}))
          .isInstanceOf(TransactionClosedException.class);
    }
  }

  @Test
  void writeTransaction_isReadWithItsChanges() {
    try (WriteTransaction tx = graph.beginWrite()) {
      long node = tx.addNode();
      tx.addEdge("E", node, 1);
      RunOptions options = RunOptions.defaults().withPages(PageAccess.STAGED).withWorkerCount(3);
      try (RegionRun run = RegionRun.begin(tx, options)) {
        assertThat(run.workerCount()).isEqualTo(1);
        long slot = run.graph().slotOf(node);
        assertThat(components(tx, run).get(slot)).isEqualTo(components[0]);
        assertThat(run.report().stagedReads()).isZero();
      }
    }
  }

  @Test
  void interruptOfTheCaller_isKeptForLater() {
    graph.read(tx -> {
      for (PageAccess access : PageAccess.values()) {
        Thread.currentThread().interrupt();
        try (RegionRun run = RegionRun.begin(tx, RunOptions.defaults().withPages(access))) {
          assertThat(components(tx, run).get(NODE_COUNT - 1)).isEqualTo(components[NODE_COUNT - 1]);
        }
        assertThat(Thread.interrupted()).isTrue();
      }
      return null;
    });
  }

  @Test
  void runsAndPasses_areToldToTheFlightRecorder(@TempDir Path recordings) throws IOException {
    Path file = recordings.resolve("run.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(RunEvent.class).withoutThreshold();
      recording.enable(PassEvent.class).withoutThreshold();
      recording.start();
      graph.read(tx -> {
        RunOptions options = RunOptions.defaults().withPages(PageAccess.STAGED).withWorkerCount(2);
        try (RegionRun run = RegionRun.begin(tx, options)) {
          components(tx, run);
        }
        return null;
      });
      recording.stop();
      recording.dump(file);
    }
    List<RecordedEvent> events = RecordingFile.readAllEvents(file);
    RecordedEvent run =
        events.stream()
            .filter(event -> event.getEventType().getName().equals("dev.rookery.Run"))
            .findFirst()
            .orElseThrow();
    assertThat(run.getInt("workers")).isEqualTo(2);
    assertThat(run.getLong("edgesWalked")).isPositive();
    assertThat(run.getLong("stagedBytes")).isPositive();
    assertThat(events)
        .anyMatch(event ->
            event.getEventType().getName().equals("dev.rookery.Pass")
                && event.getBoolean("untilStable")
                && event.getLong("parts") >= 4);
  }

  @Test
  void memoryThatCannotBeSpilled_isRefusedBeyondTheBudget() {
    graph.read(tx -> {
      RunOptions options = RunOptions.defaults().withMemoryBytes(1 << 20);
      try (RegionRun run = RegionRun.begin(tx, options)) {
        run.memory().take(1 << 19, "a half");
        assertThatThrownBy(() -> run.memory().take((1 << 19) + 1, "too much"))
            .isInstanceOf(MemoryBudgetException.class)
            .hasMessageContaining("too much");
        run.memory().giveBack(1 << 19);
        run.memory().take(1 << 20, "all");
      }
      return null;
    });
  }
}
