package dev.rookery.benchmarks.work;

import dev.rookery.benchmarks.graph.CsrRows;
import dev.rookery.benchmarks.graph.RmatGraph;
import java.util.Arrays;

/// The out-edges of a graph in compressed sparse rows on the heap: what reading costs when nothing
/// is stored, nothing changes and nothing is checked.
///
/// Neighbours are sorted. Not thread-safe: walks share the arrays below.
final class CsrGraph {
  private static final int LEVEL_COUNT_MAX = 1 << 12;

  private final RmatGraph edges;
  private final CsrRows out;
  private final CsrRows in;

  /// Which query has seen a node.
  private final int[] marks;

  private final int[] queue;
  private final int[] levels;
  private int query;

  CsrGraph(RmatGraph graph) {
    edges = graph;
    in = CsrRows.in(graph);
    out = in.reverse();
    marks = new int[graph.nodeCount];
    queue = new int[graph.nodeCount];
    levels = new int[graph.nodeCount];
  }

  /// Returns the algorithms on this graph.
  CsrAlgorithms algorithms() {
    return new CsrAlgorithms(out, in, CsrRows.lower(edges));
  }

  /// Returns the sum of all out-neighbours of nodes.
  long sumNeighbors(int[] nodes) {
    int[] offsets = out.offsets;
    int[] targets = out.targets;
    long sum = 0;
    for (int node : nodes) {
      int end = offsets[node + 1];
      for (int i = offsets[node]; i < end; i++) {
        sum += targets[i];
      }
    }
    return sum;
  }

  /// Returns how many nodes there are within some hops of a node, itself among them.
  int countWithin(int start, int hops) {
    int[] offsets = out.offsets;
    int[] targets = out.targets;
    int[] marked = marks;
    int[] met = queue;
    int mark = ++query;
    marked[start] = mark;
    met[0] = start;
    int head = 0;
    int size = 1;
    for (int hop = 0; hop < hops; hop++) {
      int levelEnd = size;
      for (; head < levelEnd; head++) {
        int end = offsets[met[head] + 1];
        for (int i = offsets[met[head]]; i < end; i++) {
          int target = targets[i];
          if (marked[target] != mark) {
            marked[target] = mark;
            met[size++] = target;
          }
        }
      }
    }
    return size;
  }

  /// Walks breadth-first, top-down, noting the level of each node.
  Outcome.Pass walk(int start) {
    int[] offsets = out.offsets;
    int[] targets = out.targets;
    long[] seen = new long[(levels.length + 63) >>> 6];
    long[] sizes = new long[LEVEL_COUNT_MAX];
    int[] met = queue;
    int[] levelOf = levels;
    Arrays.fill(levelOf, -1);
    seen[start >>> 6] |= 1L << start;
    levelOf[start] = 0;
    met[0] = start;
    int head = 0;
    int size = 1;
    int level = 0;
    long edges = 0;
    while (head < size) {
      int levelEnd = size;
      sizes[level++] = (long) levelEnd - head;
      for (; head < levelEnd; head++) {
        int begin = offsets[met[head]];
        int end = offsets[met[head] + 1];
        edges += end - begin;
        for (int i = begin; i < end; i++) {
          int target = targets[i];
          if ((seen[target >>> 6] & 1L << target) == 0) {
            seen[target >>> 6] |= 1L << target;
            levelOf[target] = level;
            met[size++] = target;
          }
        }
      }
    }
    return new Outcome.Pass(edges, Outcome.ofLevels(sizes, level, edges));
  }
}
