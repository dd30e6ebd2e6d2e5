package dev.rookery.benchmarks.pattern;

import dev.rookery.benchmarks.graph.CsrRows;

/// Counts patterns as one does by hand: expands edge by edge, and looks up whether the edges are
/// there that close the pattern. On rows on the heap, where nothing is stored and nothing is
/// checked.
final class PlainCounts {
  /// How many starts are looked at between two looks at the clock.
  private static final int CLOCK_NODES = 16;

  private final CsrRows out;
  private final CsrRows lower;
  private final long endNanos;

  /// @param endNanos when to give up, by the clock of the JVM
  PlainCounts(CsrRows out, CsrRows lower, long endNanos) {
    this.out = out;
    this.lower = lower;
    this.endNanos = endNanos;
  }

  /// Counting took too long.
  static final class GivenUpException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private void checkClock(int node) {
    if (node % CLOCK_NODES == 0 && System.nanoTime() - endNanos > 0) {
      throw new GivenUpException();
    }
  }

  /// Returns the triangles, by intersecting two rows by merging for each edge.
  long mergedTriangles() {
    long count = 0;
    for (int node = 0; node < lower.nodeCount(); node++) {
      checkClock(node);
      count += lower.triangles(node);
    }
    return count;
  }

  /// Returns the triangles, by looking up the closing edge of each two edges.
  long triangles() {
    long count = 0;
    for (int a = 0; a < lower.nodeCount(); a++) {
      checkClock(a);
      for (int i = lower.offsets[a]; i < lower.offsets[a + 1]; i++) {
        int b = lower.targets[i];
        for (int k = lower.offsets[b]; k < lower.offsets[b + 1]; k++) {
          count += lower.has(a, lower.targets[k]) ? 1 : 0;
        }
      }
    }
    return count;
  }

  /// Returns the cliques of four nodes.
  long cliques() {
    long count = 0;
    for (int a = 0; a < lower.nodeCount(); a++) {
      checkClock(a);
      for (int i = lower.offsets[a]; i < lower.offsets[a + 1]; i++) {
        int b = lower.targets[i];
        for (int k = lower.offsets[b]; k < lower.offsets[b + 1]; k++) {
          int c = lower.targets[k];
          if (lower.has(a, c)) {
            for (int m = lower.offsets[c]; m < lower.offsets[c + 1]; m++) {
              int d = lower.targets[m];
              count += lower.has(a, d) && lower.has(b, d) ? 1 : 0;
            }
          }
        }
      }
    }
    return count;
  }

  /// Returns the directed cycles of four different edges, from each of their nodes.
  long cycles() {
    long count = 0;
    for (int a = 0; a < out.nodeCount(); a++) {
      for (int i = out.offsets[a]; i < out.offsets[a + 1]; i++) {
        int b = out.targets[i];
        checkClock(0);
        for (int k = out.offsets[b]; k < out.offsets[b + 1]; k++) {
          int c = out.targets[k];
          for (int m = out.offsets[c]; m < out.offsets[c + 1]; m++) {
            int d = out.targets[m];
            count += (c != a || d != b) && out.has(d, a) ? 1 : 0;
          }
        }
      }
    }
    return count;
  }

  /// Returns the walks of five edges, by walking them.
  long walks() {
    long count = 0;
    for (int a = 0; a < out.nodeCount(); a++) {
      count += walks(a, 5);
    }
    return count;
  }

  private long walks(int from, int edges) {
    if (edges == 1) {
      return (long) out.offsets[from + 1] - out.offsets[from];
    }
    if (edges > 2) {
      checkClock(0);
    }
    long count = 0;
    for (int i = out.offsets[from]; i < out.offsets[from + 1]; i++) {
      count += walks(out.targets[i], edges - 1);
    }
    return count;
  }

  /// Returns the ways over two edges to a node that is no neighbour and not the start.
  long strangers() {
    long count = 0;
    for (int a = 0; a < out.nodeCount(); a++) {
      checkClock(a);
      for (int i = out.offsets[a]; i < out.offsets[a + 1]; i++) {
        int b = out.targets[i];
        for (int k = out.offsets[b]; k < out.offsets[b + 1]; k++) {
          int c = out.targets[k];
          count += c != a && !out.has(a, c) ? 1 : 0;
        }
      }
    }
    return count;
  }
}
