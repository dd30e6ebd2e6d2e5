package dev.rookery.benchmarks.format;

import java.util.Arrays;
import java.util.SplittableRandom;

/// A directed RMAT graph of scale 17 in compressed sparse rows, the same in every run.
///
/// Parameters are those of Graph500 (a = 0.57, b = c = 0.19, 16 drawn edges for each node, node
/// numbers permuted). Duplicates and self loops are dropped, targets are sorted.
final class RmatGraph {
  static final int SCALE = 17;
  static final int NODE_COUNT = 1 << SCALE;

  /// The number of edges left; a constant so that a benchmark can divide by it.
  static final int EDGE_COUNT = 1_941_746;

  private static final int DRAWN_EDGES_PER_NODE = 16;
  private static final long SEED = 27491095L;
  private static final double A = 0.57;
  private static final double B = 0.19;
  private static final double C = 0.19;

  /// Start of each source's targets; one entry more than there are nodes.
  final int[] offsets;

  /// The targets of all sources, in source order.
  final int[] targets;

  private RmatGraph(int[] offsets, int[] targets) {
    this.offsets = offsets;
    this.targets = targets;
  }

  /// Generates the graph; takes about a second.
  static RmatGraph generate() {
    SplittableRandom random = new SplittableRandom(SEED);
    int[] permutation = permutation(random);
    long[] edges = new long[NODE_COUNT * DRAWN_EDGES_PER_NODE];
    for (int i = 0; i < edges.length; i++) {
      long edge = drawEdge(random);
      long source = permutation[(int) (edge >>> 32)];
      edges[i] = (source << 32) | permutation[(int) edge];
    }
    Arrays.sort(edges);
    return fromSorted(edges);
  }

  /// Returns the number of targets of `source`.
  int degree(int source) {
    return offsets[source + 1] - offsets[source];
  }

  /// Returns all node numbers in a random order that is the same in every run.
  static int[] permutation(SplittableRandom random) {
    int[] nodes = new int[NODE_COUNT];
    for (int i = 0; i < NODE_COUNT; i++) {
      int other = random.nextInt(i + 1);
      nodes[i] = nodes[other];
      nodes[other] = i;
    }
    return nodes;
  }

  private static long drawEdge(SplittableRandom random) {
    long source = 0;
    long target = 0;
    for (int level = 0; level < SCALE; level++) {
      double draw = random.nextDouble();
      boolean lower = draw >= A + B;
      boolean right = lower ? draw >= A + B + C : draw >= A;
      source = (source << 1) | (lower ? 1 : 0);
      target = (target << 1) | (right ? 1 : 0);
    }
    return (source << 32) | target;
  }

  private static RmatGraph fromSorted(long[] edges) {
    int[] offsets = new int[NODE_COUNT + 1];
    int[] targets = new int[edges.length];
    int count = 0;
    long previous = -1;
    for (long edge : edges) {
      int source = (int) (edge >>> 32);
      int target = (int) edge;
      if (edge != previous && source != target) {
        targets[count++] = target;
        offsets[source + 1] = count;
      }
      previous = edge;
    }
    for (int node = 0; node < NODE_COUNT; node++) {
      offsets[node + 1] = Math.max(offsets[node + 1], offsets[node]);
    }
    if (count != EDGE_COUNT) {
      throw new IllegalStateException("edges=" + count + " expected=" + EDGE_COUNT);
    }
    return new RmatGraph(offsets, Arrays.copyOf(targets, count));
  }
}
