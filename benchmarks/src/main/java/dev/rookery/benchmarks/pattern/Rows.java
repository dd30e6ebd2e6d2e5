package dev.rookery.benchmarks.pattern;

import dev.rookery.benchmarks.work.RmatGraph;
import java.util.Arrays;

/// Neighbours of all nodes side by side on the heap, each row sorted: what plain algorithms work
/// on.
final class Rows {
  final int[] begins;
  final int[] targets;

  private Rows(int[] begins, int[] targets) {
    this.begins = begins;
    this.targets = targets;
  }

  /// Returns the out-neighbours in a graph.
  static Rows out(RmatGraph graph) {
    return group(graph.nodeCount, graph.sources, graph.targets);
  }

  /// Returns for each node its neighbours in either direction with smaller numbers, each once.
  static Rows lower(RmatGraph graph) {
    int count = graph.edgeCount();
    int[] high = new int[count];
    int[] low = new int[count];
    for (int i = 0; i < count; i++) {
      high[i] = Math.max(graph.sources[i], graph.targets[i]);
      low[i] = Math.min(graph.sources[i], graph.targets[i]);
    }
    Rows all = group(graph.nodeCount, high, low);
    int[] begins = new int[all.begins.length];
    int size = 0;
    for (int node = 0; node < graph.nodeCount; node++) {
      for (int i = all.begins[node]; i < all.begins[node + 1]; i++) {
        if (i == all.begins[node] || all.targets[i] != all.targets[i - 1]) {
          all.targets[size++] = all.targets[i];
        }
      }
      begins[node + 1] = size;
    }
    return new Rows(begins, Arrays.copyOf(all.targets, size));
  }

  private static Rows group(int nodeCount, int[] from, int[] to) {
    int[] begins = new int[nodeCount + 1];
    for (int node : from) {
      begins[node + 1]++;
    }
    for (int node = 0; node < nodeCount; node++) {
      begins[node + 1] += begins[node];
    }
    int[] ends = begins.clone();
    int[] targets = new int[from.length];
    for (int i = 0; i < from.length; i++) {
      targets[ends[from[i]]++] = to[i];
    }
    for (int node = 0; node < nodeCount; node++) {
      Arrays.sort(targets, begins[node], begins[node + 1]);
    }
    return new Rows(begins, targets);
  }

  int nodeCount() {
    return begins.length - 1;
  }

  /// Returns for each target the node in whose row it is.
  int[] sources() {
    int[] sources = new int[targets.length];
    for (int node = 0; node < nodeCount(); node++) {
      Arrays.fill(sources, begins[node], begins[node + 1], node);
    }
    return sources;
  }

  boolean has(int from, int to) {
    return Arrays.binarySearch(targets, begins[from], begins[from + 1], to) >= 0;
  }
}
