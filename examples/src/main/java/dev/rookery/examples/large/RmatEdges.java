package dev.rookery.examples.large;

import java.util.SplittableRandom;

/// Edges of a directed RMAT graph (Chakrabarti, Zhan and Faloutsos, *R-MAT: a recursive model for
/// graph mining*, 2004), one after the other, the same for a seed: a = 0.57, b = c = 0.19.
///
/// Few nodes have very many edges and most have few, as in graphs of people or of the web. Numbers
/// are shuffled, so that a node's number says nothing about its edges. Draws duplicates and self
/// loops. Not thread-safe.
final class RmatEdges {
  private static final double A = 0.57;
  private static final double B = 0.19;
  private static final double C = 0.19;

  private final SplittableRandom random;
  private final int scale;
  private final long mask;
  private long source;
  private long target;

  /// @param scale base-2 logarithm of the count of nodes
  RmatEdges(int scale, long seed) {
    this.scale = scale;
    this.random = new SplittableRandom(seed);
    this.mask = (1L << scale) - 1;
  }

  /// Draws the next edge.
  void next() {
    long row = 0;
    long column = 0;
    for (int level = 0; level < scale; level++) {
      double draw = random.nextDouble();
      boolean lower = draw >= A + B;
      boolean right = lower ? draw >= A + B + C : draw >= A;
      row = row << 1 | (lower ? 1 : 0);
      column = column << 1 | (right ? 1 : 0);
    }
    source = shuffled(row);
    target = shuffled(column);
  }

  /// Returns the number of the source, from 0 on.
  long source() {
    return source;
  }

  /// Returns the number of the target, from 0 on.
  long target() {
    return target;
  }

  /// A permutation of the numbers below 2^scale: each step can be undone.
  private long shuffled(long number) {
    long mixed = number;
    for (int round = 0; round < 3; round++) {
      mixed = mixed * 0x9E3779B97F4A7C15L & mask;
      mixed ^= mixed >>> ((scale + 1) / 2);
    }
    return mixed;
  }
}
