package dev.rookery.benchmarks.work;

import dev.rookery.benchmarks.graph.CsrRows;
import java.util.Arrays;
import java.util.SplittableRandom;

/// The algorithms of W7 on compressed sparse rows, one thread, plain loops over `int[]`.
///
/// They do what Rookery does: PageRank collects from in-neighbours, components are found by
/// Afforest, triangles by the intersection of sorted rows of lower numbers, merged. The rows for
/// triangles are made beforehand; in this graph small numbers have the most edges, so lower numbers
/// are the better direction.
final class CsrAlgorithms {
  static final double DAMPING = 0.85;
  static final int ITERATIONS = 10;
  private static final int SAMPLE_SIZE = 1024;

  private final CsrRows out;
  private final CsrRows in;
  private final CsrRows lower;

  CsrAlgorithms(CsrRows out, CsrRows in, CsrRows lower) {
    this.out = out;
    this.in = in;
    this.lower = lower;
  }

  /// Returns the ranks after ten iterations.
  double[] pageRank() {
    int nodeCount = out.nodeCount();
    double[] ranks = new double[nodeCount];
    double[] shares = new double[nodeCount];
    Arrays.fill(ranks, 1.0 / nodeCount);
    for (int i = 0; i < ITERATIONS; i++) {
      double idle = 0;
      for (int node = 0; node < nodeCount; node++) {
        int degree = out.offsets[node + 1] - out.offsets[node];
        shares[node] = degree == 0 ? 0 : ranks[node] / degree;
        idle += degree == 0 ? ranks[node] : 0;
      }
      collect(ranks, shares, (1 - DAMPING + DAMPING * idle) / nodeCount);
    }
    return ranks;
  }

  private void collect(double[] ranks, double[] shares, double base) {
    int[] offsets = in.offsets;
    int[] sources = in.targets;
    for (int node = 0; node < ranks.length; node++) {
      double sum = 0;
      int end = offsets[node + 1];
      for (int i = offsets[node]; i < end; i++) {
        sum += shares[sources[i]];
      }
      ranks[node] = base + DAMPING * sum;
    }
  }

  /// Returns for each node the smallest of its weakly connected component.
  int[] components() {
    int nodeCount = out.nodeCount();
    int[] parents = new int[nodeCount];
    for (int node = 0; node < nodeCount; node++) {
      parents[node] = node;
    }
    for (int node = 0; node < nodeCount; node++) {
      int end = Math.min(out.offsets[node + 1], out.offsets[node] + 2);
      for (int i = out.offsets[node]; i < end; i++) {
        link(parents, node, out.targets[i]);
      }
    }
    compress(parents);
    int largest = mostFrequent(parents);
    for (int node = 0; node < nodeCount; node++) {
      if (parents[node] != largest) {
        linkAll(parents, node, out);
        linkAll(parents, node, in);
      }
    }
    compress(parents);
    return parents;
  }

  /// As [#components], by one pass over all edges.
  int[] componentsByOnePass() {
    int[] parents = new int[out.nodeCount()];
    for (int node = 0; node < parents.length; node++) {
      parents[node] = node;
    }
    for (int node = 0; node < parents.length; node++) {
      linkAll(parents, node, out);
    }
    compress(parents);
    return parents;
  }

  private static void linkAll(int[] parents, int node, CsrRows rows) {
    int end = rows.offsets[node + 1];
    for (int i = rows.offsets[node]; i < end; i++) {
      link(parents, node, rows.targets[i]);
    }
  }

  private static void link(int[] parents, int node, int other) {
    int left = parents[node];
    int right = parents[other];
    while (left != right) {
      int high = Math.max(left, right);
      int low = Math.min(left, right);
      int above = parents[high];
      if (above == low) {
        return;
      }
      if (above == high) {
        parents[high] = low;
        return;
      }
      left = parents[parents[high]];
      right = parents[low];
    }
  }

  private static void compress(int[] parents) {
    for (int node = 0; node < parents.length; node++) {
      while (parents[node] != parents[parents[node]]) {
        parents[node] = parents[parents[node]];
      }
    }
  }

  private static int mostFrequent(int[] parents) {
    SplittableRandom random = new SplittableRandom(1);
    int[] sample = new int[SAMPLE_SIZE];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = parents[random.nextInt(parents.length)];
    }
    Arrays.sort(sample);
    int best = sample[0];
    int bestCount = 0;
    int count = 0;
    for (int i = 0; i < sample.length; i++) {
      count = i > 0 && sample[i] == sample[i - 1] ? count + 1 : 1;
      if (count > bestCount) {
        bestCount = count;
        best = sample[i];
      }
    }
    return best;
  }

  /// Returns how many triangles there are, whatever the direction of edges.
  long triangles() {
    long count = 0;
    for (int node = 0; node < lower.nodeCount(); node++) {
      count += lower.triangles(node);
    }
    return count;
  }
}
