package dev.rookery.traversal.algorithm;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.engine.EdgeWeights;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotDoubles;
import dev.rookery.traversal.frontier.SlotWork;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.util.SplittableRandom;

/// How far each node is from a start node, when each edge is as long as a property of it says
/// (single-source shortest paths, SSSP). A node that is not reached is infinitely far.
///
/// ```java
/// NodeDoubles distances =
///     ShortestDistances.from(ada).along(EdgeSelection.out("ROAD"), "km").run(tx, options);
/// ```
///
/// After Meyer and Sanders, *Δ-Stepping: a Parallelizable Shortest Path Algorithm* (2003), with two
/// sets instead of many: slots nearer than a threshold, from which edges are walked until none is
/// left, and the others, of which the nearest then set the next threshold. A distance is the least
/// of sums along ways, added from the start on; it does not depend on the order of the work, to the
/// last bit. O(edges) reads of weights for each time that a node gets a shorter distance, which is
/// about once for most graphs; 8.25 bytes for each node. For the way between two nodes, see
/// [dev.rookery.traversal.CheapestPath].
///
/// Every edge that is walked must have the property, a number that is not negative. Immutable and
/// thread-safe.
public final class ShortestDistances {
  private static final int SAMPLE_SIZE = 256;
  private static final long SAMPLE_SEED = 27491095;

  private final long start;
  private final EdgeSelection selection;
  private final String key;
  private final double delta;

  private ShortestDistances(long start, EdgeSelection selection, String key, double delta) {
    this.start = start;
    this.selection = selection;
    this.key = key;
    this.delta = delta;
  }

  /// Begins at a node.
  public static ShortestDistances from(long node) {
    return new ShortestDistances(node, EdgeSelection.NONE, "", Double.NaN);
  }

  /// Follows these edges.
  ///
  /// @param weight name of the property that says how long an edge is
  public ShortestDistances along(EdgeSelection edges, String weight) {
    return new ShortestDistances(start, edges, weight, delta);
  }

  /// Sets by how much the threshold grows, on which only the time depends. If nothing is said, by
  /// the mean of a sample of weights.
  ///
  /// @throws IllegalArgumentException if it is not positive
  public ShortestDistances delta(double distance) {
    if (!(distance > 0)) {
      throw new IllegalArgumentException("delta is not positive delta=" + distance);
    }
    return new ShortestDistances(start, selection, key, distance);
  }

  /// Computes the distances.
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if the start node does not exist
  /// @throws dev.rookery.graph.error.PropertyException if an edge has no weight, or a negative one
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  /// @throws IllegalStateException if no edges were selected
  public NodeDoubles run(ReadTransaction tx, RunOptions options) {
    Steps steps = Steps.of(tx, selection);
    try (GraphPass pass = new GraphPass(tx, options)) {
      double step = Double.isNaN(delta) ? meanWeight(pass, steps) : delta;
      return new Relaxation(pass, steps, key, step).run(pass.graph().slotOf(start));
    }
  }

  /// Returns the mean weight of the first edges of a random sample of slots.
  private double meanWeight(GraphPass pass, Steps steps) {
    SplittableRandom random = new SplittableRandom(SAMPLE_SEED);
    ForestCursor[] cursors = steps.cursors();
    EdgeWeights weights = new EdgeWeights(steps, key);
    double sum = 0;
    int count = 0;
    for (int i = 0; i < SAMPLE_SIZE && pass.slotCount() > 0; i++) {
      long slot = random.nextLong(pass.slotCount());
      for (int step = 0; step < cursors.length; step++) {
        ForestCursor cursor = cursors[step];
        cursor.seek(slot);
        if (cursor.next()) {
          double weight = weights.at(cursor.value(), step, slot, steps.slotOf(step, cursor.key()));
          sum += Double.isFinite(weight) ? weight : 0;
          count++;
        }
      }
    }
    return sum > 0 && Double.isFinite(sum) ? sum / count : 1;
  }

  /// One run. Invariant, when a kernel is done: a slot whose distance is not walked on from is near
  /// or far.
  private static final class Relaxation {
    private final GraphPass pass;
    private final Steps steps;
    private final double delta;
    private final SlotDoubles distances;
    private final SlotWork near;
    private final SlotWork far;

    /// One reader for each worker.
    private final EdgeWeights[] weights;

    private double threshold;

    Relaxation(GraphPass pass, Steps steps, String key, double delta) {
      this.pass = pass;
      this.steps = steps;
      this.delta = delta;
      distances = pass.memory().doubles();
      near = pass.memory().work();
      far = pass.memory().work();
      weights = new EdgeWeights[pass.run().workerCount()];
      for (int i = 0; i < weights.length; i++) {
        weights[i] = new EdgeWeights(steps, key);
      }
    }

    NodeDoubles run(long start) {
      pass.sweepNodes((_, from, end) -> distances.fill(from, end, Double.POSITIVE_INFINITY));
      distances.set(start, 0);
      near.add(start);
      threshold = delta;
      while (near.count() > 0) {
        pass.drain(steps, near, this::relax);
        nextNear();
        pass.endRound();
      }
      return new NodeDoubles(pass, distances);
    }

    private void relax(RegionWorker worker, long from, long end) {
      ForestCursor[] cursors = worker.cursors(steps);
      EdgeWeights reader = weights[worker.index()];
      for (long word = from >>> 6; word << 6 < end; word++) {
        for (long bits = near.takeWord(word); bits != 0; bits &= bits - 1) {
          long slot = (word << 6) + Long.numberOfTrailingZeros(bits);
          for (int step = 0; step < cursors.length; step++) {
            worker.walked(cursors[step].seek(slot));
            relax(cursors[step], step, slot, reader);
          }
        }
      }
    }

    private void relax(ForestCursor cursor, int step, long slot, EdgeWeights reader) {
      double distance = distances.get(slot);
      while (cursor.next()) {
        long target = steps.slotOf(step, cursor.key());
        double sum = distance + reader.at(cursor.value(), step, slot, target);
        // First the distance, then the work: who takes the work finds the distance.
        if (distances.min(target, sum)) {
          (sum < threshold ? near : far).add(target);
        }
      }
    }

    /// Raises the threshold above the nearest of the far slots, and makes near what is below it.
    private void nextNear() {
      double nearest = Double.POSITIVE_INFINITY;
      for (long slot = next(0); slot >= 0; slot = next(slot + 1)) {
        double distance = distances.get(slot);
        // What has come below the threshold since was near, and is done.
        if (distance >= threshold) {
          nearest = Math.min(nearest, distance);
        }
      }
      if (nearest == Double.POSITIVE_INFINITY) {
        return;
      }
      double before = threshold;
      threshold = Math.max(nearest + delta, Math.nextUp(nearest));
      for (long word = 0; word << 6 < pass.slotCount(); word++) {
        long bits = far.word(word);
        if (bits == 0) {
          continue;
        }
        far.takeWord(word);
        for (; bits != 0; bits &= bits - 1) {
          long slot = (word << 6) + Long.numberOfTrailingZeros(bits);
          double distance = distances.get(slot);
          if (distance >= threshold) {
            far.add(slot);
          } else if (distance >= before) {
            near.add(slot);
          }
        }
      }
    }

    private long next(long slot) {
      for (long word = slot >>> 6; word << 6 < pass.slotCount(); word++) {
        long bits = far.word(word) & (word == slot >>> 6 ? -1L << slot : -1L);
        if (bits != 0) {
          return (word << 6) + Long.numberOfTrailingZeros(bits);
        }
      }
      return -1;
    }
  }
}
