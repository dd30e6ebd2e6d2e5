package dev.rookery.traversal.engine;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.WriteTransaction;
import dev.rookery.graph.error.OperationCancelledException;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.tx.StagedPages;
import dev.rookery.traversal.error.RunTimeoutException;
import dev.rookery.traversal.event.PassEvent;
import dev.rookery.traversal.event.RunEvent;
import dev.rookery.traversal.frontier.SlotWork;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.run.RunReport;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One run of an algorithm over the regions of a snapshot: its workers, its memory, and the two
/// ways to go over regions.
///
/// - [#sweep]: each part once, in any order, all workers together; returns when all are done. A
///   breadth-first level, an iteration, a single pass.
/// - [#drain]: regions with work, again and again, until there is none. What is computed must be a
///   fixpoint that does not depend on the order: a minimum, a set that only grows.
///
/// A part is a region, or a piece of one where there are few regions for many workers. A part
/// belongs to one worker at a time. Each worker has a share of neighbouring parts and steals whole
/// ones when it has done its own.
///
/// Belongs to the thread that began it, which closes it; kernels run on several. After a failure it
/// does nothing any more.
public final class RegionRun implements AutoCloseable {
  /// Each worker should have so many parts, so that none waits long for another.
  private static final int PARTS_PER_WORKER = 16;

  /// As above where pages are staged: the larger a part, the larger the reads.
  private static final int STAGED_PARTS_PER_WORKER = 4;

  /// Staged pages take one part of so many of the budget, and pages that are touched besides half
  /// as much.
  private static final int STAGED_SHARE = 4;

  private static final int STAGED_PAGES_MIN = 8;
  private static final int STAGED_PAGES_MAX = 1 << 12;
  private static final int PART_SLOTS_MIN = 1 << 10;
  private static final int REGION_SLOTS = 1 << PhysicalGraph.REGION_SHIFT;

  private final PhysicalGraph graph;
  private final RunOptions options;
  private final RunMemory memory;
  private final RegionWorker[] workers;
  private final FaultWatch watch;
  private final boolean isStaged;
  private final long slotCount;
  private final int partSlots;
  private final long begin = System.nanoTime();

  /// Of whoever fails first: the others end soon.
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private final RunEvent event = new RunEvent();
  private final ProcessFigures figures = new ProcessFigures();
  private boolean isClosed;
  private int rounds;
  private long partsVisited;
  private long partsStolen;

  private RegionRun(ReadTransaction tx, RunOptions options, @Nullable LongSupplier majorFaults) {
    this.graph = PhysicalGraph.of(tx);
    this.options = options;
    event.begin();
    this.slotCount = graph.slotCount();
    this.memory = new RunMemory(options.memoryBytes(), slotCount, graph::stateFile);
    int count = tx instanceof WriteTransaction ? 1 : options.workerCount();
    workers = new RegionWorker[count];
    isStaged = options.pages().isStaged() && !(tx instanceof WriteTransaction);
    int frames = isStaged ? framesPerWorker(count) : 0;
    Runnable onCold = () -> graph.expectScatteredReads(true);
    watch =
        majorFaults == null
            ? figures.watch(onCold)
            : new FaultWatch(majorFaults, majorFaults.getAsLong(), onCold);
    for (int i = 0; i < count; i++) {
      workers[i] =
          new RegionWorker(
              i,
              this::check,
              isStaged ? graph.stage(frames, options.pages() == PageAccess.DIRECT) : null,
              new LeafAnnouncements(watch::isCold, graph::loadPages));
    }
    int slots = REGION_SLOTS;
    long partsWished = (long) (isStaged ? STAGED_PARTS_PER_WORKER : PARTS_PER_WORKER) * count;
    while (slots > PART_SLOTS_MIN && slotCount / slots < partsWished) {
      slots >>= 1;
    }
    partSlots = count == 1 ? REGION_SLOTS : slots;
  }

  private int framesPerWorker(int count) {
    long share = options.memoryBytes() / STAGED_SHARE / count;
    int frames = Math.clamp(share >>> PageLayout.PAGE_SHIFT, STAGED_PAGES_MIN, STAGED_PAGES_MAX);
    memory.take(count * StagedPages.bytes(frames), "staged pages");
    return frames;
  }

  /// Begins a run over a snapshot.
  public static RegionRun begin(ReadTransaction tx, RunOptions options) {
    return new RegionRun(tx, options, null);
  }

  /// As [#begin(ReadTransaction, RunOptions)], with another opinion of how many pages were not in
  /// memory when they were touched.
  static RegionRun begin(ReadTransaction tx, RunOptions options, LongSupplier majorFaults) {
    return new RegionRun(tx, options, majorFaults);
  }

  /// Returns the snapshot by physical ids.
  public PhysicalGraph graph() {
    return graph;
  }

  /// Returns the number of slots of the graph, empty ones as well.
  public long slotCount() {
    return slotCount;
  }

  /// Returns the number of regions.
  public int regionCount() {
    return Math.toIntExact((slotCount + REGION_SLOTS - 1) >>> PhysicalGraph.REGION_SHIFT);
  }

  /// Returns the number of workers.
  public int workerCount() {
    return workers.length;
  }

  /// Returns whether pages are staged.
  public boolean isStaged() {
    return isStaged;
  }

  /// Returns the memory of the run.
  public RunMemory memory() {
    return memory;
  }

  /// Runs a kernel once for each part of the graph, by all workers.
  ///
  /// @param steps the edges that the kernel looks at
  /// @throws OperationCancelledException if the run was cancelled
  /// @throws RunTimeoutException if it took too long
  public void sweep(Steps steps, RegionKernel kernel) {
    int partCount = Math.toIntExact((slotCount + partSlots - 1) / partSlots);
    sweep(steps, null, partCount, part -> part, workers.length, kernel);
  }

  /// Runs a kernel once for each part of those regions that have work, by all workers. The kernel
  /// may take the work out, and may not add any to the same set.
  ///
  /// @param steps the edges that the kernel looks at
  /// @throws OperationCancelledException if the run was cancelled
  /// @throws RunTimeoutException if it took too long
  public void sweep(Steps steps, SlotWork work, RegionKernel kernel) {
    sweep(steps, work, workers.length, kernel);
  }

  /// As [#sweep(Steps, SlotWork, RegionKernel)], by one worker: for work that is done before others
  /// wake.
  ///
  /// @param steps the edges that the kernel looks at
  /// @throws OperationCancelledException if the run was cancelled
  /// @throws RunTimeoutException if it took too long
  public void sweepAlone(Steps steps, SlotWork work, RegionKernel kernel) {
    sweep(steps, work, 1, kernel);
  }

  private void sweep(Steps steps, SlotWork work, int workersMax, RegionKernel kernel) {
    int partsPerRegion = REGION_SLOTS / partSlots;
    int[] parts = new int[regionCount() * partsPerRegion];
    int count = 0;
    for (int region = 0; region < regionCount(); region++) {
      for (int i = 0; i < partsPerRegion && work.count(region) > 0; i++) {
        int part = region * partsPerRegion + i;
        if ((long) part * partSlots < slotCount) {
          parts[count++] = part;
        }
      }
    }
    sweep(steps, work, count, index -> parts[index], workersMax, kernel);
  }

  private void sweep(
      Steps steps,
      @Nullable SlotWork work,
      int count,
      PartList parts,
      int workersMax,
      RegionKernel kernel) {
    int used = Math.min(workersMax, Math.max(1, count));
    WorkShares shares = new WorkShares(count, used);
    long[] stolen = new long[used];
    PassEvent pass = new PassEvent();
    pass.begin();
    RunThreads.run(
        used,
        isStaged,
        failure,
        worker -> {
          int index = shares.take(worker);
          while (true) {
            if (index < 0) {
              index = shares.steal();
              if (index < 0) {
                return;
              }
              stolen[worker]++;
            }
            check();
            long from = (long) parts.at(index) * partSlots;
            workers[worker].run(steps, work, from, Math.min(slotCount, from + partSlots), kernel);
            index = shares.take(worker);
          }
        });
    long stolenCount = Arrays.stream(stolen).sum();
    endPass(pass, count, stolenCount, false);
  }

  /// Runs a kernel for whole regions that have work until there is none, by all workers. The kernel
  /// takes out the work of its region, and may add work anywhere, to its own region as well.
  ///
  /// @param steps the edges that the kernel looks at
  /// @throws OperationCancelledException if the run was cancelled
  /// @throws RunTimeoutException if it took too long
  public void drain(Steps steps, SlotWork work, RegionKernel kernel) {
    PassEvent pass = new PassEvent();
    pass.begin();
    RegionQueue queue = new RegionQueue(work, regionCount(), workers.length);
    try {
      RunThreads.run(
          workers.length,
          isStaged,
          failure,
          worker -> drain(steps, work, queue, workers[worker], kernel));
    } finally {
      work.whenActive(_ -> {});
    }
    endPass(pass, queue.takes(), queue.steals(), true);
  }

  private void drain(
      Steps steps, SlotWork work, RegionQueue queue, RegionWorker worker, RegionKernel kernel) {
    try {
      int region = queue.take(worker.index());
      while (region >= 0) {
        long from = (long) region << PhysicalGraph.REGION_SHIFT;
        long end = Math.min(slotCount, from + REGION_SLOTS);
        do {
          check();
          worker.run(steps, work, from, end, kernel);
        } while (work.count(region) > 0);
        queue.drained(region);
        region = queue.take(worker.index());
      }
    } catch (Throwable e) {
      failure.compareAndSet(null, e); // Before the others wake and look.
      queue.giveUp();
      throw e;
    }
  }

  /// Runs something that cannot be divided, by the caller's thread as the only worker.
  ///
  /// @throws OperationCancelledException if the run was cancelled
  /// @throws RunTimeoutException if it took too long
  public void alone(Consumer<RegionWorker> body) {
    PassEvent pass = new PassEvent();
    pass.begin();
    RunThreads.run(1, false, failure, _ -> body.accept(workers[0]));
    endPass(pass, 1, 0, false);
  }

  private void endPass(PassEvent pass, long parts, long stolenParts, boolean untilStable) {
    partsVisited += parts;
    partsStolen += stolenParts;
    pass.parts = parts;
    pass.stolenParts = stolenParts;
    pass.untilStable = untilStable;
    pass.commit();
  }

  /// Ends a round: tells the listener how far the run is.
  public void endRound() {
    rounds++;
    options.listener().accept(report(false));
    check();
  }

  /// Returns what was done so far. Not while workers work. Asks the system as well, which takes up
  /// to some milliseconds.
  public RunReport report() {
    return ended().report();
  }

  /// Returns what was done so far, for a result that tells it when it is asked. Not while workers
  /// work. Takes some 10 µs.
  public EndedRun ended() {
    return new EndedRun(report(true), graph);
  }

  /// @param isFresh whether what the system says may not be up to 100 ms old
  private RunReport report(boolean isFresh) {
    long edges = 0;
    long reads = 0;
    long bytes = 0;
    long announced = 0;
    for (RegionWorker worker : workers) {
      edges += worker.edgesWalked();
      reads += worker.stagedReads();
      bytes += worker.stagedBytes();
      announced += worker.announcedBytes();
    }
    return new RunReport(
        rounds,
        partsVisited,
        partsStolen,
        edges,
        reads,
        bytes,
        announced,
        memory.mostBytes(),
        memory.spilledBytes(),
        Duration.ofNanos(System.nanoTime() - begin),
        figures.since(isFresh));
  }

  /// Gives the run up if it was cancelled or has no time left; for work outside of kernels.
  ///
  /// @throws OperationCancelledException if it was cancelled
  /// @throws RunTimeoutException if it took too long
  public void check() {
    if (failure.get() != null) {
      throw new OperationCancelledException("run was given up since another worker failed");
    }
    if (options.cancelled().getAsBoolean()) {
      throw new OperationCancelledException("run was cancelled rounds=" + rounds);
    }
    if (options.timeout().isPresent()
        && System.nanoTime() - begin > options.timeout().get().toNanos()) {
      throw new RunTimeoutException(
          "run took too long timeout=%s rounds=%d".formatted(options.timeout().get(), rounds));
    }
    if (!isStaged && !isClosed) {
      var _ = watch.isCold(); // Parts that announce nothing have pages to wait for, too.
    }
    graph.slotCount(); // Fails if the transaction has closed.
  }

  /// Gives buffers back; state that results refer to stays. Idempotent.
  @Override
  public void close() {
    if (isClosed) {
      return;
    }
    isClosed = true;
    if (watch.wasCold()) {
      graph.expectScatteredReads(false);
    }
    event.commit(workers.length, report(false));
    for (RegionWorker worker : workers) {
      worker.close();
    }
  }

  /// Which part comes at which place.
  private interface PartList {
    int at(int index);
  }
}
