package dev.rookery.benchmarks.work;

import dev.rookery.graph.NeighborCursor;

/// The hops of [CsrGraph], over a neighbour cursor of Rookery. Belongs to one thread.
final class CursorWalk {
  private final NeighborCursor cursor;
  private final int[] marks;
  private final int[] queue;
  private int query;

  CursorWalk(NeighborCursor cursor, int nodeCount) {
    this.cursor = cursor;
    marks = new int[nodeCount];
    queue = new int[nodeCount];
  }

  /// Returns how many nodes there are within some hops of a node, itself among them.
  int countWithin(int start, int hops) {
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
        cursor.of(met[head] + 1L);
        while (cursor.next()) {
          int target = (int) cursor.neighbor() - 1;
          if (marked[target] != mark) {
            marked[target] = mark;
            met[size++] = target;
          }
        }
      }
    }
    return size;
  }
}
