package dev.rookery.benchmarks.work;

import dev.rookery.benchmarks.graph.RmatGraph;

/// What one run of a work gave.
///
/// @param perSecond the figure, in the work's unit
/// @param answer what was computed; must be the same for all peers
/// @param bytesPerEdge what an edge takes on the disk, both directions, or NaN if nothing was
///   loaded
record Outcome(double perSecond, long answer, double bytesPerEdge) {

  /// What one pass over a round's queries gave.
  ///
  /// @param units how many units of the work it was
  /// @param answer what was computed
  record Pass(long units, long answer) {}

  /// Returns an outcome without a load.
  static Outcome of(double perSecond, long answer) {
    return new Outcome(perSecond, answer, Double.NaN);
  }

  /// Returns how many seconds have gone by since a reading of [System#nanoTime].
  static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  /// Returns one number for the levels of a breadth-first walk and the edges it looked at.
  static long ofLevels(long[] sizes, int count, long edges) {
    long answer = edges;
    for (int level = 0; level < count; level++) {
      answer = answer * 31 + sizes[level];
    }
    return answer;
  }

  /// Returns one number for a number of each node: the same if they agree to some nine digits.
  static long ofNumbers(double[] numbers) {
    double sum = 0;
    for (int node = 0; node < numbers.length; node++) {
      sum += numbers[node] * (node % 97 + 1);
    }
    return Math.round(sum * 1e7);
  }

  /// Returns one number for the labels of some nodes: every 64th, so that looking costs little.
  static long ofLabels(int[] labels) {
    long answer = 0;
    for (int node = 0; node < labels.length; node += 64) {
      answer = answer * 31 + labels[node];
    }
    return answer;
  }

  /// Returns one number for all edges of a graph, see [#ofEdge].
  static long ofEdges(RmatGraph graph) {
    long answer = 0;
    for (int i = 0; i < graph.sources.length; i++) {
      answer += ofEdge(graph.sources[i], graph.targets[i]);
    }
    return answer;
  }

  /// Returns one number for an edge; the sum of these is the same in any order.
  static long ofEdge(long source, long target) {
    long mixed = (source << 32 | target) * 0x9E3779B97F4A7C15L;
    return mixed ^ mixed >>> 29;
  }
}
