package dev.rookery.benchmarks.format;

import dev.rookery.benchmarks.graph.RmatDraw;
import java.util.Arrays;
import java.util.SplittableRandom;

/// A directed RMAT graph of scale 17 in compressed sparse rows, the same in every run.
///
/// 16 edges are drawn for each node, and node numbers permuted. Duplicates and self loops are
/// dropped, targets are sorted.
final class PermutedGraph {
  static final int SCALE = 17;
  static final int NODE_COUNT = 1 << SCALE;

  /// The number of edges left; a constant so that a benchmark can divide by it.
  static final int EDGE_COUNT = 1_941_746;

  private static final int DRAWN_EDGES_PER_NODE = 16;
  private static final long SEED = 27491095L;

  /// Start of each source's targets; one entry more than there are nodes.
  final int[] offsets;

  /// The targets of all sources, in source order.
  final int[] targets;

  private PermutedGraph(int[] offsets, int[] targets) {
    this.offsets = offsets;
    this.targets = targets;
  }

  /// Generates the graph; takes about a second.
  static PermutedGraph generate() {
    SplittableRandom random = new SplittableRandom(SEED);
    int[] permutation = permutation(random);
    long[] edges = new long[NODE_COUNT * DRAWN_EDGES_PER_NODE];
    for (int i = 0; i < edges.length; i++) {
      long edge = RmatDraw.next(random, SCALE);
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

  private static PermutedGraph fromSorted(long[] edges) {
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
    return new PermutedGraph(offsets, Arrays.copyOf(targets, count));
  }
}
