package dev.rookery.benchmarks.work;

import dev.rookery.benchmarks.graph.RmatGraph;
import java.util.SplittableRandom;

/// What is asked in one round, of every peer the same. Node numbers begin at 0.
public final class Queries {
  private static final int READ_COUNT = 1_000_000;

  /// Nodes for W4 and W5.
  public final int[] reads;

  /// Starts for W6; each has an out-edge.
  final int[] roots;

  private final int[] hops2;
  private final int[] hops3;

  private Queries(int[] reads, int[] hops2, int[] hops3, int[] roots) {
    this.reads = reads;
    this.hops2 = hops2;
    this.hops3 = hops3;
    this.roots = roots;
  }

  /// Draws the queries of a round.
  public static Queries of(RmatGraph graph, int round) {
    SplittableRandom random = new SplittableRandom(round);
    int[] roots = new int[8];
    for (int i = 0; i < roots.length; i++) {
      // A source of a random edge is no random node, so nodes are drawn until one has an edge.
      int root = random.nextInt(graph.nodeCount);
      while (!hasOutEdge(graph, root)) {
        root = random.nextInt(graph.nodeCount);
      }
      roots[i] = root;
    }
    return new Queries(
        nodes(random, graph, READ_COUNT),
        nodes(random, graph, 1_000),
        nodes(random, graph, 50),
        roots);
  }

  /// Returns the starts of a query over so many hops.
  int[] starts(int hops) {
    return hops == 2 ? hops2 : hops3;
  }

  private static boolean hasOutEdge(RmatGraph graph, int node) {
    for (int source : graph.sources) {
      if (source == node) {
        return true;
      }
    }
    return false;
  }

  private static int[] nodes(SplittableRandom random, RmatGraph graph, int count) {
    int[] nodes = new int[count];
    for (int i = 0; i < count; i++) {
      nodes[i] = random.nextInt(graph.nodeCount);
    }
    return nodes;
  }
}
