package dev.rookery.benchmarks.graph;

import java.util.Arrays;
import java.util.SplittableRandom;

/// Directed edges between nodes whose numbers say nothing about where they are in the graph, in
/// random order: the worst that may be loaded. Immutable by convention.
public final class ShuffledGraph {
  private static final long SEED = 27491095L;

  /// How many nodes share a hub in [#routes].
  private static final int NODES_PER_HUB = 64;

  /// What it is.
  public final String name;

  /// How many nodes there are, numbered from 0.
  public final int nodeCount;

  /// The source of each edge.
  public final int[] sources;

  /// The target of each edge.
  public final int[] targets;

  private ShuffledGraph(String name, int nodeCount, int[] sources, int[] targets) {
    this.name = name;
    this.nodeCount = nodeCount;
    this.sources = sources;
    this.targets = targets;
  }

  private static ShuffledGraph shuffle(String name, int nodeCount, int[] sources, int[] targets) {
    SplittableRandom random = new SplittableRandom(SEED);
    int[] numbers = new int[nodeCount];
    for (int i = 0; i < nodeCount; i++) {
      int at = random.nextInt(i + 1);
      numbers[i] = numbers[at];
      numbers[at] = i;
    }
    for (int i = sources.length - 1; i >= 0; i--) {
      int at = random.nextInt(i + 1);
      int source = numbers[sources[at]];
      int target = numbers[targets[at]];
      // What lies behind i is final; what is at i comes to `at`, still under its old numbers.
      sources[at] = sources[i];
      targets[at] = targets[i];
      sources[i] = source;
      targets[i] = target;
    }
    return new ShuffledGraph(name, nodeCount, sources, targets);
  }

  /// Returns an RMAT graph of `2^scale` nodes.
  public static ShuffledGraph rmat(int scale) {
    RmatGraph graph = RmatGraph.generate(scale);
    return shuffle("RMAT S" + scale, graph.nodeCount, graph.sources, graph.targets);
  }

  /// Returns a square grid of about `2^scale` nodes, with streets both ways.
  public static ShuffledGraph grid(int scale) {
    int side = (int) Math.sqrt(Math.pow(2, scale));
    Edges edges = new Edges(4 * side * side);
    for (int i = 0; i < side * side; i++) {
      if (i % side + 1 < side) {
        edges.addBothWays(i, i + 1);
      }
      if (i + side < side * side) {
        edges.addBothWays(i, i + side);
      }
    }
    return edges.shuffled("grid %d × %d".formatted(side, side), side * side);
  }

  /// Returns a graph after the manner of air routes, of `2^scale` nodes: each has lines to the hub
  /// of its area and to a few others of it, hubs have lines to many hubs, most of them near.
  public static ShuffledGraph routes(int scale) {
    SplittableRandom random = new SplittableRandom(SEED);
    int nodeCount = 1 << scale;
    Edges edges = new Edges(16 * nodeCount);
    for (int node = 0; node < nodeCount; node++) {
      int hub = node & -NODES_PER_HUB;
      if (node == hub) {
        for (int i = 0; i < NODES_PER_HUB; i++) {
          int distance = (int) (nodeCount * Math.pow(random.nextDouble(), 4));
          edges.addBothWays(hub, (hub + distance & nodeCount - 1) & -NODES_PER_HUB);
        }
      } else {
        edges.addBothWays(node, hub);
        for (int i = random.nextInt(4); i > 0; i--) {
          edges.addBothWays(node, hub + random.nextInt(NODES_PER_HUB));
        }
      }
    }
    return edges.shuffled("routes S" + scale, nodeCount);
  }

  /// Edges as they are made, duplicates and self loops among them.
  private static final class Edges {
    private final int[] sources;
    private final int[] targets;
    private int count;

    Edges(int countMax) {
      sources = new int[countMax];
      targets = new int[countMax];
    }

    void addBothWays(int a, int b) {
      sources[count] = a;
      targets[count++] = b;
      sources[count] = b;
      targets[count++] = a;
    }

    ShuffledGraph shuffled(String name, int nodeCount) {
      return shuffle(name, nodeCount, Arrays.copyOf(sources, count), Arrays.copyOf(targets, count));
    }
  }
}
