package dev.rookery.benchmarks.graph;

import java.util.Arrays;
import java.util.SplittableRandom;

/// The edges of a directed RMAT graph in the order in which they were drawn, the same in every run.
///
/// a = 0.57, b = c = 0.19; 16 edges drawn for each node, of which duplicates and self loops are
/// dropped; node numbers are not permuted, so small numbers have the most edges. Immutable by
/// convention.
public final class RmatGraph {
  private static final int DRAWN_EDGES_PER_NODE = 16;
  private static final long SEED = 27491095L;

  /// Above this, the set of edges drawn so far would not fit in an array.
  private static final int SCALE_MAX = 25;

  /// How many nodes there are; they are numbered from 0.
  public final int nodeCount;

  /// The source of each edge.
  public final int[] sources;

  /// The target of each edge.
  public final int[] targets;

  private RmatGraph(int nodeCount, int[] sources, int[] targets) {
    this.nodeCount = nodeCount;
    this.sources = sources;
    this.targets = targets;
  }

  /// Draws a graph of `2^scale` nodes. O(edges); needs 32 bytes for each edge drawn.
  public static RmatGraph generate(int scale) {
    if (scale < 1 || scale > SCALE_MAX) {
      throw new IllegalArgumentException("scale must be 1 … " + SCALE_MAX + " scale=" + scale);
    }
    int nodeCount = 1 << scale;
    int drawn = nodeCount * DRAWN_EDGES_PER_NODE;
    SplittableRandom random = new SplittableRandom(SEED);
    int[] sources = new int[drawn];
    int[] targets = new int[drawn];
    long[] seen = new long[2 * drawn];
    int count = 0;
    for (int i = 0; i < drawn; i++) {
      long edge = RmatDraw.next(random, scale);
      int source = (int) (edge >>> 32);
      int target = (int) edge;
      if (source != target && add(seen, edge)) {
        sources[count] = source;
        targets[count] = target;
        count++;
      }
    }
    return new RmatGraph(nodeCount, Arrays.copyOf(sources, count), Arrays.copyOf(targets, count));
  }

  /// Returns how many edges there are.
  public int edgeCount() {
    return sources.length;
  }

  /// Adds an edge that is no self loop to an open hash table and returns whether it is new. The
  /// edge 0 → 0 is such a loop, so 0 stands for a free place.
  private static boolean add(long[] table, long edge) {
    int mask = table.length - 1;
    long mixed = edge * 0x9E3779B97F4A7C15L;
    int at = (int) (mixed >>> 32) & mask;
    while (table[at] != 0) {
      if (table[at] == edge) {
        return false;
      }
      at = at + 1 & mask;
    }
    table[at] = edge;
    return true;
  }
}
