package dev.rookery.benchmarks.graph;

import java.util.Arrays;

/// The undirected graph that the GAP Benchmark Suite calls Kronecker (Beamer, Asanović, Patterson,
/// 2015): 16 edges drawn for each node with a = 0.57, b = c = 0.19, of which duplicates and self
/// loops are dropped, and node numbers permuted at random.
///
/// Drawn as there, by the same generator with the same seeds; the permutation is another one.
/// Immutable by convention.
public final class KroneckerGraph {
  private static final int DRAWN_EDGES_PER_NODE = 16;
  private static final int SEED = 27491095;

  /// So many edges are drawn with one seed.
  private static final int BLOCK_EDGES = 1 << 18;

  private static final float A = 0.57f;
  private static final float B = 0.19f;
  private static final float C = 0.19f;

  /// How many nodes there are, numbered from 0.
  public final int nodeCount;

  /// One end of each edge, the smaller one.
  public final int[] sources;

  /// The other end of each edge.
  public final int[] targets;

  private KroneckerGraph(int nodeCount, int[] sources, int[] targets) {
    this.nodeCount = nodeCount;
    this.sources = sources;
    this.targets = targets;
  }

  /// Draws a graph of `2^scale` nodes. O(edges · log edges); needs 16 bytes for each edge drawn.
  public static KroneckerGraph generate(int scale) {
    int nodeCount = 1 << scale;
    int[] numbers = permutation(nodeCount);
    long[] edges = new long[nodeCount * DRAWN_EDGES_PER_NODE];
    for (int block = 0; block * (long) BLOCK_EDGES < edges.length; block++) {
      MersenneTwister random = new MersenneTwister(SEED + block);
      int end = (int) Math.min(edges.length, (block + 1L) * BLOCK_EDGES);
      for (int i = block * BLOCK_EDGES; i < end; i++) {
        edges[i] = draw(random, scale, numbers);
      }
    }
    Arrays.parallelSort(edges);
    int[] sources = new int[edges.length];
    int[] targets = new int[edges.length];
    int count = 0;
    for (int i = 0; i < edges.length; i++) {
      int source = (int) (edges[i] >>> 32);
      int target = (int) edges[i];
      if (source != target && (i == 0 || edges[i] != edges[i - 1])) {
        sources[count] = source;
        targets[count++] = target;
      }
    }
    return new KroneckerGraph(
        nodeCount, Arrays.copyOf(sources, count), Arrays.copyOf(targets, count));
  }

  private static int[] permutation(int count) {
    MersenneTwister random = new MersenneTwister(SEED);
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      int at = random.nextInt(i + 1);
      numbers[i] = numbers[at];
      numbers[at] = i;
    }
    return numbers;
  }

  private static long draw(MersenneTwister random, int scale, int[] numbers) {
    int source = 0;
    int target = 0;
    for (int level = 0; level < scale; level++) {
      float draw = random.nextFloat();
      boolean lower = draw >= A + B;
      boolean right = lower ? draw > A + B + C : draw > A;
      source = source << 1 | (lower ? 1 : 0);
      target = target << 1 | (right ? 1 : 0);
    }
    int one = numbers[source];
    int other = numbers[target];
    return (long) Math.min(one, other) << 32 | Math.max(one, other);
  }
}
