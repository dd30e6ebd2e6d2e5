package dev.rookery.benchmarks.pattern;

/// Counts patterns as one does by hand: expands edge by edge, and looks up whether the edges are
/// there that close the pattern. On rows on the heap, where nothing is stored and nothing is
/// checked.
final class PlainCounts {
  /// How many starts are looked at between two looks at the clock.
  private static final int CLOCK_NODES = 16;

  private final Rows out;
  private final Rows lower;
  private final long endNanos;

  /// @param endNanos when to give up, by the clock of the JVM
  PlainCounts(Rows out, Rows lower, long endNanos) {
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
    int[] begins = lower.begins;
    int[] targets = lower.targets;
    long count = 0;
    for (int node = 0; node < lower.nodeCount(); node++) {
      checkClock(node);
      int end = begins[node + 1];
      for (int i = begins[node]; i < end; i++) {
        int left = begins[node];
        int right = begins[targets[i]];
        int rightEnd = begins[targets[i] + 1];
        while (left < i && right < rightEnd) {
          int difference = targets[left] - targets[right];
          count += difference == 0 ? 1 : 0;
          left += difference <= 0 ? 1 : 0;
          right += difference >= 0 ? 1 : 0;
        }
      }
    }
    return count;
  }

  /// Returns the triangles, by looking up the closing edge of each two edges.
  long triangles() {
    long count = 0;
    for (int a = 0; a < lower.nodeCount(); a++) {
      checkClock(a);
      for (int i = lower.begins[a]; i < lower.begins[a + 1]; i++) {
        int b = lower.targets[i];
        for (int k = lower.begins[b]; k < lower.begins[b + 1]; k++) {
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
      for (int i = lower.begins[a]; i < lower.begins[a + 1]; i++) {
        int b = lower.targets[i];
        for (int k = lower.begins[b]; k < lower.begins[b + 1]; k++) {
          int c = lower.targets[k];
          if (lower.has(a, c)) {
            for (int m = lower.begins[c]; m < lower.begins[c + 1]; m++) {
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
      for (int i = out.begins[a]; i < out.begins[a + 1]; i++) {
        int b = out.targets[i];
        checkClock(0);
        for (int k = out.begins[b]; k < out.begins[b + 1]; k++) {
          int c = out.targets[k];
          for (int m = out.begins[c]; m < out.begins[c + 1]; m++) {
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
      return (long) out.begins[from + 1] - out.begins[from];
    }
    if (edges > 2) {
      checkClock(0);
    }
    long count = 0;
    for (int i = out.begins[from]; i < out.begins[from + 1]; i++) {
      count += walks(out.targets[i], edges - 1);
    }
    return count;
  }

  /// Returns the ways over two edges to a node that is no neighbour and not the start.
  long strangers() {
    long count = 0;
    for (int a = 0; a < out.nodeCount(); a++) {
      checkClock(a);
      for (int i = out.begins[a]; i < out.begins[a + 1]; i++) {
        int b = out.targets[i];
        for (int k = out.begins[b]; k < out.begins[b + 1]; k++) {
          int c = out.targets[k];
          count += c != a && !out.has(a, c) ? 1 : 0;
        }
      }
    }
    return count;
  }
}
