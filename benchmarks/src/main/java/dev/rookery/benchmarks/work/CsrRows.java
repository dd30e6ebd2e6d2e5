package dev.rookery.benchmarks.work;

import java.util.Arrays;

/// The neighbours of all nodes in one direction, in compressed sparse rows.
final class CsrRows {
  /// Where each node's neighbours begin; one more than there are nodes.
  final int[] offsets;

  final int[] targets;

  CsrRows(int[] offsets, int[] targets) {
    this.offsets = offsets;
    this.targets = targets;
  }

  /// Groups edges by their first end; within a group they keep their order.
  static CsrRows group(int nodeCount, int[] from, int[] to) {
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
  CsrRows reverse() {
    int[] from = new int[targets.length];
    for (int node = 0; node < offsets.length - 1; node++) {
      Arrays.fill(from, offsets[node], offsets[node + 1], node);
    }
    return group(offsets.length - 1, targets, from);
  }

  int nodeCount() {
    return offsets.length - 1;
  }
}
