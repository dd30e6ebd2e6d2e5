package dev.rookery.benchmarks.work;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// The walks of [CsrGraph], over cursors of LMDB. Belongs to one thread.
final class LmdbWalk {
  private static final int LEVEL_COUNT_MAX = 1 << 12;

  private final LmdbNeighbors neighbors;
  private final int[] marks;
  private final int[] queue;
  private final int[] levels;
  private int query;

  LmdbWalk(LmdbNeighbors neighbors, int nodeCount) {
    this.neighbors = neighbors;
    marks = new int[nodeCount];
    queue = new int[nodeCount];
    levels = new int[nodeCount];
  }

  /// Returns the sum of all out-neighbours of nodes.
  long sumNeighbors(int[] nodes) {
    long sum = 0;
    for (int node : nodes) {
      for (boolean more = neighbors.seek(node); more; more = neighbors.nextRun()) {
        ByteBuffer run = neighbors.run();
        int end = run.limit();
        for (int at = 0; at < end; at += Integer.BYTES) {
          sum += run.getInt(at);
        }
      }
    }
    return sum;
  }

  /// Returns how many nodes there are within some hops of a node, itself among them.
  int countWithin(int start, int hops) {
    query++;
    marks[start] = query;
    queue[0] = start;
    int head = 0;
    int size = 1;
    for (int hop = 0; hop < hops; hop++) {
      int levelEnd = size;
      for (; head < levelEnd; head++) {
        for (boolean more = neighbors.seek(queue[head]); more; more = neighbors.nextRun()) {
          size = mark(neighbors.run(), size);
        }
      }
    }
    return size;
  }

  private int mark(ByteBuffer run, int sizeBefore) {
    int[] marked = marks;
    int[] met = queue;
    int mark = query;
    int size = sizeBefore;
    int end = run.limit();
    for (int at = 0; at < end; at += Integer.BYTES) {
      int target = run.getInt(at);
      if (marked[target] != mark) {
        marked[target] = mark;
        met[size++] = target;
      }
    }
    return size;
  }

  /// Walks breadth-first, top-down, noting the level of each node.
  Outcome.Pass walk(int start) {
    long[] seen = new long[(levels.length + 63) >>> 6];
    long[] sizes = new long[LEVEL_COUNT_MAX];
    Arrays.fill(levels, -1);
    seen[start >>> 6] |= 1L << start;
    levels[start] = 0;
    queue[0] = start;
    int head = 0;
    int size = 1;
    int level = 0;
    long edges = 0;
    while (head < size) {
      int levelEnd = size;
      sizes[level++] = (long) levelEnd - head;
      for (; head < levelEnd; head++) {
        for (boolean more = neighbors.seek(queue[head]); more; more = neighbors.nextRun()) {
          ByteBuffer run = neighbors.run();
          edges += run.limit() / Integer.BYTES;
          size = see(run, seen, level, size);
        }
      }
    }
    return new Outcome.Pass(edges, Outcome.ofLevels(sizes, level, edges));
  }

  private int see(ByteBuffer run, long[] seen, int level, int sizeBefore) {
    int[] levelOf = levels;
    int[] met = queue;
    int size = sizeBefore;
    int end = run.limit();
    for (int at = 0; at < end; at += Integer.BYTES) {
      int target = run.getInt(at);
      if ((seen[target >>> 6] & 1L << target) == 0) {
        seen[target >>> 6] |= 1L << target;
        levelOf[target] = level;
        met[size++] = target;
      }
    }
    return size;
  }
}
