package dev.rookery.benchmarks.graph;

import java.util.SplittableRandom;

/// Draws edges of RMAT graphs (Chakrabarti, Zhan and Faloutsos, *R-MAT: a recursive model for graph
/// mining*, 2004) with the parameters of Graph500: a = 0.57, b = c = 0.19. Duplicates and self
/// loops are among them.
public final class RmatDraw {
  private static final double A = 0.57;
  private static final double B = 0.19;
  private static final double C = 0.19;

  private RmatDraw() {}

  /// Draws an edge between two of `2^scale` nodes and returns `source << 32 | target`.
  public static long next(SplittableRandom random, int scale) {
    long source = 0;
    long target = 0;
    for (int level = 0; level < scale; level++) {
      double draw = random.nextDouble();
      boolean lower = draw >= A + B;
      boolean right = lower ? draw >= A + B + C : draw >= A;
      source = source << 1 | (lower ? 1 : 0);
      target = target << 1 | (right ? 1 : 0);
    }
    return source << 32 | target;
  }
}
