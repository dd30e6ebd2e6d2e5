package dev.rookery.benchmarks.graph;

import java.util.Arrays;

/// Neighbours of all nodes in compressed sparse rows on the heap. Immutable by convention.
public final class CsrRows {
  /// Where each node's neighbours begin; one more than there are nodes.
  public final int[] offsets;

  /// The neighbours, row by row.
  public final int[] targets;

  CsrRows(int[] offsets, int[] targets) {
    this.offsets = offsets;
    this.targets = targets;
  }

  /// Returns the out-neighbours in a graph, sorted.
  public static CsrRows out(RmatGraph graph) {
    return in(graph).reverse();
  }

  /// Returns the in-neighbours in a graph, sorted.
  public static CsrRows in(RmatGraph graph) {
    return group(graph.nodeCount, graph.sources, graph.targets).reverse();
  }

  /// Returns for each node its neighbours in either direction with smaller numbers, each once,
  /// sorted.
  public static CsrRows lower(RmatGraph graph) {
    int count = graph.edgeCount();
    int[] high = new int[count];
    int[] low = new int[count];
    for (int i = 0; i < count; i++) {
      high[i] = Math.max(graph.sources[i], graph.targets[i]);
      low[i] = Math.min(graph.sources[i], graph.targets[i]);
    }
    CsrRows all = group(graph.nodeCount, low, high).reverse();
    int[] offsets = new int[all.offsets.length];
    int size = 0;
    for (int node = 0; node < graph.nodeCount; node++) {
      for (int i = all.offsets[node]; i < all.offsets[node + 1]; i++) {
        if (i == all.offsets[node] || all.targets[i] != all.targets[i - 1]) {
          all.targets[size++] = all.targets[i];
        }
      }
      offsets[node + 1] = size;
    }
    return new CsrRows(offsets, Arrays.copyOf(all.targets, size));
  }

  /// Groups edges by their first end; within a group they keep their order.
  private static CsrRows group(int nodeCount, int[] from, int[] to) {
    int[] offsets = new int[nodeCount + 1];
    for (int node : from) {
      offsets[node + 1]++;
    }
    for (int node = 0; node < nodeCount; node++) {
      offsets[node + 1] += offsets[node];
    }
    int[] ends = offsets.clone();
    int[] targets = new int[from.length];
    for (int i = 0; i < from.length; i++) {
      targets[ends[from[i]]++] = to[i];
    }
    return new CsrRows(offsets, targets);
  }

  /// Returns the same edges seen from their other ends, neighbours sorted.
  public CsrRows reverse() {
    return group(nodeCount(), targets, sources());
  }

  /// Returns for each target the node in whose row it is.
  public int[] sources() {
    int[] sources = new int[targets.length];
    for (int node = 0; node < nodeCount(); node++) {
      Arrays.fill(sources, offsets[node], offsets[node + 1], node);
    }
    return sources;
  }

  /// Returns how many nodes there are.
  public int nodeCount() {
    return offsets.length - 1;
  }

  /// Returns whether a node is in another one's row, which is sorted.
  public boolean has(int from, int to) {
    return Arrays.binarySearch(targets, offsets[from], offsets[from + 1], to) >= 0;
  }

  /// Returns of how many triangles a node has the highest number, in rows as [#lower] makes them:
  /// its row merged with that of each of its neighbours.
  public long triangles(int node) {
    int[] rows = targets;
    int end = offsets[node + 1];
    long count = 0;
    for (int i = offsets[node]; i < end; i++) {
      int left = offsets[node];
      int right = offsets[rows[i]];
      int rightEnd = offsets[rows[i] + 1];
      while (left < i && right < rightEnd) {
        int difference = rows[left] - rows[right];
        count += difference == 0 ? 1 : 0;
        left += difference <= 0 ? 1 : 0;
        right += difference >= 0 ? 1 : 0;
      }
    }
    return count;
  }
}
