package dev.rookery.traversal.algorithm;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.storage.tree.ForestScan;
import dev.rookery.traversal.engine.EdgeRows;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Weakly connected components: nodes that edges join, whatever their direction.
///
/// ```java
/// Components parts = ConnectedComponents.along(EdgeSelection.both("KNOWS")).run(tx, options);
/// ```
///
/// Of the selection, the types count and the directions do not. A node without edges is a component
/// of its own.
///
/// Where pages are mapped, it is a variant of Afforest (Sutton, Ben-Nun, Barak, *Optimizing
/// Parallel Graph Connectivity Computation via Subgraph Sampling*, IPDPS 2018). A node that many
/// lead to is guessed from a sample and linked with all its neighbours. Leaf by leaf, a slot that
/// is not in the component of that node looks along its edges, first those that leave it, then
/// those that lead to it, only until it is. An edge that neither end has looked at joins two slots
/// of that component. So most slots look at their first edge; at worst each edge is looked at from
/// both ends. Where pages are staged, one pass links all edges from their sources, so that every
/// page of outgoing edges is read once and no other. The trees are those of [DisjointSlots].
///
/// Takes 4 bytes for each node while it runs. Immutable and thread-safe.
public final class ConnectedComponents {
  private static final int SAMPLE_SIZE = 256;
  private static final int SAMPLES_UNASKED = 16;
  private static final long SAMPLE_SEED = 27491095;

  private final EdgeSelection selection;

  private ConnectedComponents(EdgeSelection selection) {
    this.selection = selection;
  }

  /// Describes the components that edges of these types make.
  public static ConnectedComponents along(EdgeSelection selection) {
    return new ConnectedComponents(selection);
  }

  /// Finds the components.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  /// @throws IllegalStateException if no edges were selected
  public Components run(ReadTransaction tx, RunOptions options) {
    Steps out = Steps.of(tx, selection).outOfEachType();
    try (GraphPass pass = new GraphPass(tx, options)) {
      return run(pass, out);
    }
  }

  private static Components run(GraphPass pass, Steps out) {
    SlotInts parents = pass.memory().ints();
    DisjointSlots trees = new DisjointSlots(parents, pass.run().workerCount() == 1);
    pass.sweepNodes((_, from, end) -> trees.separate(from, end));
    if (pass.isStaged()) {
      pass.sweep(out, (worker, from, end) -> linkAll(worker.rows(out), worker, trees, from, end));
    } else {
      linkMost(pass, out, trees);
    }
    LongAdder rootCount = new LongAdder();
    pass.sweepNodes((_, from, end) -> rootCount.add(trees.compress(from, end)));
    pass.endRound();
    // A slot without a node is a root that nothing is linked with.
    long emptyCount = pass.slotCount() - pass.nodes().nodeCount();
    return Components.ofSmallest(pass, parents, rootCount.sum() - emptyCount);
  }

  private static void linkAll(
      EdgeRows[] steps, RegionWorker worker, DisjointSlots trees, long from, long end) {
    for (EdgeRows rows : steps) {
      rows.range(from, end);
      while (rows.nextBatch()) {
        worker.walked(trees.linkAll(rows));
      }
    }
  }

  private static void linkMost(GraphPass pass, Steps out, DisjointSlots trees) {
    Steps in = out.reversed();
    int hub = guessHub(pass, out);
    pass.checked(() -> {
      linkNeighbors(hub, out, trees);
      linkNeighbors(hub, in, trees);
    });
    for (Steps steps : new Steps[] {out, in}) {
      ForestScan[][] scans = new ForestScan[pass.run().workerCount()][];
      Arrays.setAll(scans, worker -> scans(steps, new Outside(trees, hub)));
      pass.sweep(
          steps,
          (worker, from, end) -> {
            int[] chosen = new int[ForestScan.BATCH_COUNT_MAX];
            for (ForestScan scan : scans[worker.index()]) {
              scan.range(from, end);
              while (scan.nextIndex()) {
                worker.walked(trees.linkUntilTogether(scan, hub, chosen));
              }
            }
          });
      pass.endRound();
    }
  }

  private static ForestScan[] scans(Steps steps, ForestScan.@Nullable SourceFilter filter) {
    ForestScan[] scans = new ForestScan[steps.count()];
    Arrays.setAll(scans, step -> steps.scan(step, filter));
    return scans;
  }

  /// Slots that are not known to be in the component of the hub: only their leaves are read.
  private record Outside(DisjointSlots trees, int hub) implements ForestScan.SourceFilter {
    @Override
    public boolean wantsAny(long firstSource, long endSource) {
      return trees.nextOutside(hub, firstSource, endSource) < endSource;
    }

    @Override
    public boolean wants(long source) {
      return !trees.areTogether((int) source, hub);
    }
  }

  private static void linkNeighbors(int hub, Steps steps, DisjointSlots trees) {
    for (ForestScan scan : scans(steps, null)) {
      scan.range(hub, hub + 1L);
      while (scan.nextBatch()) {
        // One row, or none where only the leaf is known.
        for (int k = scan.begins()[0]; scan.count() > 0 && k < scan.ends()[0]; k++) {
          trees.link(hub, scan.keys()[k]);
        }
      }
    }
  }

  /// Returns the slot that most of a random sample have as their first neighbour: a guess, on which
  /// only the time depends.
  private static int guessHub(GraphPass pass, Steps steps) {
    long slotCount = pass.slotCount();
    SplittableRandom random = new SplittableRandom(SAMPLE_SEED);
    ForestCursor[] cursors = steps.cursors();
    int[] first = new int[SAMPLE_SIZE];
    int size = 0;
    for (int i = 0; i < SAMPLE_SIZE && cursors.length > 0 && slotCount > 0; i++) {
      if (i % SAMPLES_UNASKED == 0) {
        pass.run().check(); // Each of them may have to wait for its page.
      }
      int step = i % cursors.length;
      if (cursors[step].seek(random.nextLong(slotCount)) > 0 && cursors[step].next()) {
        first[size++] = (int) (cursors[step].key() >>> steps.shift(step));
      }
    }
    Arrays.sort(first, 0, size);
    int best = 0;
    int bestCount = 0;
    int count = 0;
    for (int i = 0; i < size; i++) {
      count = i > 0 && first[i] == first[i - 1] ? count + 1 : 1;
      if (count > bestCount) {
        bestCount = count;
        best = first[i];
      }
    }
    return best;
  }
}
