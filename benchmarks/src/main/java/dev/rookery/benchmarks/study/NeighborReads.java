package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.work.RookeryGraph;
import dev.rookery.graph.ReadTransaction;
import java.util.Arrays;

/// Work W5, all out-neighbours of random nodes, for some seconds: each thousand nodes in a read
/// transaction of their own, so that it sees what writers commit meanwhile.
///
/// @param perSecond nodes per second
/// @param perCpuSecond nodes for each second of CPU time of the reading thread
record NeighborReads(double perSecond, double perCpuSecond) {
  private static final int TRANSACTION_NODES = 1_000;

  static NeighborReads run(RookeryGraph graph, int[] nodes, double seconds) {
    long cpuBefore = Threads.cpuNanos();
    long begin = System.nanoTime();
    long end = begin + (long) (seconds * 1e9);
    long now = begin;
    double count = 0;
    int at = 0;
    while (now - end < 0) {
      sum(graph, nodes, at, at + TRANSACTION_NODES);
      count += TRANSACTION_NODES;
      at += TRANSACTION_NODES;
      if (at + TRANSACTION_NODES > nodes.length) {
        at = 0;
      }
      now = System.nanoTime();
    }
    return new NeighborReads(
        count * 1e9 / (now - begin), count * 1e9 / (Threads.cpuNanos() - cpuBefore));
  }

  /// Returns the sum of the out-neighbours of all nodes.
  static long sum(RookeryGraph graph, int[] nodes) {
    return sum(graph, nodes, 0, nodes.length);
  }

  private static long sum(RookeryGraph graph, int[] nodes, int begin, int end) {
    try (ReadTransaction tx = graph.graph().beginRead()) {
      return RookeryGraph.sumNeighbors(tx, Arrays.copyOfRange(nodes, begin, end));
    }
  }
}
