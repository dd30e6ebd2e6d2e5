package dev.rookery.traversal.algorithm;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.traversal.engine.EdgeRows;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.Arrays;
import java.util.SplittableRandom;

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
/// lead to is guessed from a sample, and its component followed: a slot looks along its edges,
/// first those that leave it, then those that lead to it, only until it is known to be in that
/// component. An edge that neither end has looked at joins two slots of that component. So most
/// slots look at one or two edges; at worst each edge is looked at from both ends. Where pages are
/// staged, one pass links all edges from their sources, so that every page of outgoing edges is
/// read once and no other. The trees are those of [DisjointSlots].
///
/// Takes 4 bytes for each node while it runs. Immutable and thread-safe.
public final class ConnectedComponents {
  private static final int SAMPLE_SIZE = 1024;
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
    DisjointSlots trees = new DisjointSlots(parents);
    pass.sweepNodes((_, from, end) -> trees.separate(from, end));
    if (pass.isStaged()) {
      pass.sweep(out, (worker, from, end) -> linkAll(worker.rows(out), worker, trees, from, end));
    } else {
      linkMost(pass, out, trees);
    }
    pass.sweepNodes((_, from, end) -> trees.compress(from, end));
    pass.endRound();
    return Components.of(pass, parents, true);
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
    int hub = guessHub(pass.slotCount(), out);
    linkNeighbors(hub, out, trees);
    linkNeighbors(hub, in, trees);
    for (Steps steps : new Steps[] {out, in}) {
      pass.sweep(steps, (worker, from, end) -> linkMost(steps, worker, trees, hub, from, end));
      pass.endRound();
    }
  }

  /// Links slots with their neighbours, each until it is in the component of the hub.
  private static void linkMost(
      Steps steps, RegionWorker worker, DisjointSlots trees, int hub, long from, long end) {
    FixedSizeForest.Cursor[] cursors = worker.cursors(steps);
    for (int step = 0; step < cursors.length; step++) {
      FixedSizeForest.Cursor cursor = cursors[step];
      int shift = steps.shift(step);
      long edges = 0;
      long slot = trees.nextOutside(hub, from, end);
      while (slot < end) {
        slot = cursor.seekNext(slot, end);
        if (slot < 0) {
          break;
        }
        while (!trees.areTogether((int) slot, hub) && cursor.next()) {
          trees.link((int) slot, (int) (cursor.key() >>> shift));
          edges++;
        }
        slot = trees.nextOutside(hub, slot + 1, end);
      }
      worker.walked(edges);
    }
  }

  private static void linkNeighbors(int hub, Steps steps, DisjointSlots trees) {
    FixedSizeForest.Cursor[] cursors = steps.cursors();
    for (int step = 0; step < cursors.length; step++) {
      cursors[step].seek(hub);
      while (cursors[step].next()) {
        trees.link(hub, (int) (cursors[step].key() >>> steps.shift(step)));
      }
    }
  }

  /// Returns the slot that most of a random sample have as their first neighbour: a guess, on which
  /// only the time depends.
  private static int guessHub(long slotCount, Steps steps) {
    SplittableRandom random = new SplittableRandom(SAMPLE_SEED);
    FixedSizeForest.Cursor[] cursors = steps.cursors();
    int[] first = new int[SAMPLE_SIZE];
    int size = 0;
    for (int i = 0; i < SAMPLE_SIZE && cursors.length > 0 && slotCount > 0; i++) {
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
