package dev.rookery.benchmarks.work;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.algorithm.BreadthFirst;
import dev.rookery.traversal.algorithm.Components;
import dev.rookery.traversal.algorithm.ConnectedComponents;
import dev.rookery.traversal.algorithm.NodeDoubles;
import dev.rookery.traversal.algorithm.PageRank;
import dev.rookery.traversal.algorithm.TriangleCount;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;

/// The algorithms of W6p and W7 by the public interface of Rookery. Without state.
final class RookeryAlgorithms {
  private static final RunOptions ONE_THREAD = RunOptions.defaults().withWorkerCount(1);

  private RookeryAlgorithms() {}

  /// Returns how many nodes there are at each distance from a node over out-edges.
  static long[] walk(ReadTransaction tx, int start, int threads) {
    return BreadthFirst.from(start + 1L)
        .along(EdgeSelection.out(RookeryGraph.TYPE))
        .run(tx, ONE_THREAD.withWorkerCount(threads))
        .sizes();
  }

  /// Returns one number for the ranks, see [Outcome#ofNumbers].
  static long pageRank(ReadTransaction tx, int nodeCount) {
    NodeDoubles found =
        PageRank.along(EdgeSelection.out(RookeryGraph.TYPE))
            .damping(CsrAlgorithms.DAMPING)
            .iterations(CsrAlgorithms.ITERATIONS)
            .run(tx, ONE_THREAD);
    double[] ranks = new double[nodeCount];
    found.forEach((node, rank) -> ranks[(int) node - 1] = rank);
    return Outcome.ofNumbers(ranks);
  }

  /// Returns one number for the components, see [Outcome#ofLabels].
  static long components(ReadTransaction tx, int nodeCount) {
    Components found =
        ConnectedComponents.along(EdgeSelection.out(RookeryGraph.TYPE)).run(tx, ONE_THREAD);
    int[] labels = new int[nodeCount];
    for (int node = 0; node < nodeCount; node += 64) {
      labels[node] = (int) found.of(node + 1L) - 1;
    }
    return Outcome.ofLabels(labels);
  }

  static long triangles(ReadTransaction tx) {
    return TriangleCount.along(EdgeSelection.out(RookeryGraph.TYPE)).run(tx, ONE_THREAD).count();
  }
}
