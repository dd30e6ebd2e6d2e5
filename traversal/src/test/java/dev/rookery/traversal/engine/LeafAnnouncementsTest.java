package dev.rookery.traversal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.rookery.graph.Graph;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.frontier.SlotWork;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.run.RunReport;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which leaves are announced, when, and that nothing else depends on it.
final class LeafAnnouncementsTest {
  private static final int NODES = 80_000;
  private static final int EDGES = 300_000;

  @TempDir static Path directory;
  private static Graph graph;
  private static Random random;

  @BeforeAll
  static void make() {
    long seed = Long.getLong("seed", 43);
    System.out.println("LeafAnnouncementsTest seed=" + seed);
    random = new Random(seed);
    graph = Graph.open(directory);
    graph.execute(tx -> {
      for (int i = 0; i < NODES; i++) {
        tx.addNode();
      }
    });
    // In random order, so that leaves split and do not lie in the order of slots.
    for (int batch = 0; batch < 6; batch++) {
      long[] sources = random.longs(EDGES / 6, 1, NODES + 1).toArray();
      long[] targets = random.longs(EDGES / 6, 1, NODES + 1).toArray();
      graph.execute(tx -> tx.addEdges("E", sources, targets, 0, sources.length));
    }
    graph.checkpoint();
  }

  @AfterAll
  static void close() {
    graph.close();
  }

  /// A stretch of pages that were asked for.
  private record Stretch(long first, long count) {}

  @Test
  void announce_ofSomeSlots_asksForTheirLeavesSortedAndNoOthers() {
    try (ReadTransaction tx = graph.beginRead()) {
      Steps steps = Steps.of(tx, EdgeSelection.both("E"));
      for (int round = 0; round < 60; round++) {
        SlotWork work = work(round % 7);
        long from = (long) random.nextInt(900) << 6;
        long end = Math.min(1 << 16, from + 64 + random.nextInt(60_000));
        List<Stretch> asked = new ArrayList<>();
        LeafAnnouncements announcements =
            new LeafAnnouncements(
                () -> true, (first, count) -> asked.add(new Stretch(first, count)));
        announcements.announce(steps, work, from, end);

        BitSet wanted = wanted(tx, steps, work, from, end);
        BitSet found = new BitSet();
        long last = -1;
        for (Stretch stretch : asked) {
          assertThat(stretch.first()).isGreaterThan(last + LeafAnnouncements.GAP_PAGES_MAX - 1);
          last = stretch.first() + stretch.count() - 1;
          found.set((int) stretch.first(), (int) last + 1);
          assertThat(wanted.get((int) stretch.first())).isTrue();
          assertThat(wanted.get((int) last)).isTrue();
        }
        BitSet missing = (BitSet) wanted.clone();
        missing.andNot(found);
        assertThat(missing.isEmpty()).isTrue();
        assertThat(announcements.bytes()).isEqualTo(8192L * found.cardinality());
        for (int page = found.nextSetBit(0); page >= 0; page = found.nextSetBit(page + 1)) {
          assertThat(wanted.nextSetBit(page) - page).isBetween(0, LeafAnnouncements.GAP_PAGES_MAX);
        }
      }
    }
  }

  private static SlotWork work(int oneOf) {
    SlotWork work = new SlotWork(Arena.ofAuto().allocate(SlotWork.bytes(NODES), 8), NODES);
    for (int slot = 0; slot < NODES; slot++) {
      if (oneOf == 0 || slot / 400 % oneOf == 0) {
        work.add(slot);
      }
    }
    return work;
  }

  /// The leaves in which cursors find edges of slots that have work, or might.
  private static BitSet wanted(
      ReadTransaction tx, Steps steps, SlotWork work, long from, long end) {
    BitSet wanted = new BitSet();
    for (int step = 0; step < steps.count(); step++) {
      steps.visitLeaves(
          step,
          from,
          end,
          null,
          (page, first, last) -> {
            boolean has = false;
            for (long slot = Math.max(first, from); slot < Math.min(last, end); slot++) {
              has |= work.contains(slot);
            }
            if (has) {
              wanted.set((int) page);
            }
          });
    }
    assertThat(tx.nodeCount()).isEqualTo(NODES);
    return wanted;
  }

  /// What a run over all edges finds: for each slot the sum of its neighbours.
  private static long sum(RegionRun run, ReadTransaction tx) {
    Steps steps = Steps.of(tx, EdgeSelection.both("E"));
    SlotInts sums = run.memory().ints();
    run.sweep(
        steps,
        (worker, from, end) -> {
          for (ForestCursor cursor : worker.cursors(steps)) {
            for (long slot = from; slot < end; slot++) {
              cursor.seek(slot);
              while (cursor.next()) {
                sums.set(slot, sums.get(slot) * 31 + (int) cursor.key());
              }
            }
          }
        });
    long sum = 0;
    for (int slot = 0; slot < NODES; slot++) {
      sum = sum * 31 + sums.get(slot);
    }
    return sum;
  }

  @Test
  void run_whosePagesAreNotInMemory_announcesThemAndFindsTheSame() {
    try (ReadTransaction tx = graph.beginRead()) {
      AtomicLong faults = new AtomicLong();
      List<LongSupplier> opinions =
          List.of(() -> 0, () -> -1, () -> faults.addAndGet(FaultWatch.FAULTS_MIN));
      List<Long> sums = new ArrayList<>();
      List<Long> announced = new ArrayList<>();
      for (LongSupplier opinion : opinions) {
        try (RegionRun run =
            RegionRun.begin(tx, RunOptions.defaults().withWorkerCount(2), opinion)) {
          sum(run, tx);
          // The system is asked once in 20 ms.
          long begin = System.nanoTime();
          while (System.nanoTime() - begin < 25_000_000) {
            Thread.onSpinWait();
          }
          sums.add(sum(run, tx));
          RunReport report = run.report();
          announced.add(report.announcedBytes());
        }
      }
      assertThat(sums).containsOnly(sums.getFirst());
      assertThat(announced.get(0)).isZero();
      assertThat(announced.get(1)).isZero();
      assertThat(announced.get(2)).isGreaterThan(4L * EDGES);
    }
  }

  /// Returns whether the system knows that the data file is read here and there.
  private static boolean isReadAlone() throws IOException {
    boolean isFile = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      // A mapping begins with its addresses, and ends with its flags.
      isFile = line.contains("-") && line.contains("/") ? line.contains(directory + "/") : isFile;
      if (isFile && line.startsWith("VmFlags:")) {
        return line.contains(" rr");
      }
    }
    throw new AssertionError("data file is not mapped");
  }

  @Test
  void missingPages_areReadAloneAsLongAsThereIsARunThatWaitsForSome() throws IOException {
    assumeTrue(LeafAnnouncementsTest.class.getModule().isNativeAccessEnabled());
    assumeTrue(System.getProperty("os.name").equals("Linux"));
    AtomicLong faults = new AtomicLong();
    LongSupplier opinion = () -> faults.addAndGet(FaultWatch.FAULTS_MIN);
    RunOptions options = RunOptions.defaults().withWorkerCount(1);
    try (ReadTransaction tx = graph.beginRead()) {
      try (RegionRun second = RegionRun.begin(tx, options, opinion)) {
        try (RegionRun first = RegionRun.begin(tx, options, opinion);
            RegionRun warm = RegionRun.begin(tx, options, () -> 0)) {
          assertThat(isReadAlone()).isFalse();
          long begin = System.nanoTime();
          while (System.nanoTime() - begin < 25_000_000) {
            Thread.onSpinWait();
          }
          first.check();
          assertThat(isReadAlone()).isTrue();
          second.check();
          warm.check();
        }
        assertThat(isReadAlone()).isTrue();
      }
      assertThat(isReadAlone()).isFalse();
    }
  }

  @Test
  void run_inMemory_hasNothingToAnnounceAndFailsNot() {
    try (Graph inMemory = Graph.inMemory()) {
      inMemory.execute(tx -> tx.addEdge("E", tx.addNode(), tx.addNode()));
      try (ReadTransaction tx = inMemory.beginRead()) {
        Steps steps = Steps.of(tx, EdgeSelection.out("E"));
        new LeafAnnouncements(() -> true, steps.graph()::loadPages)
            .announce(steps, null, 0, steps.graph().slotCount());
        steps.graph().loadPages(0, 1 << 20);
      }
    }
  }
}
