package dev.rookery.benchmarks.study;

import dev.rookery.benchmarks.graph.KroneckerGraph;
import java.util.Arrays;

/// Breadth-first searches of an undirected graph in arrays on the heap: a plain queue, and the
/// direction-optimising search of the GAP Benchmark Suite (Beamer, Asanović, Patterson, SC 2012)
/// with its settings, α = 15 and β = 18. Belongs to one thread.
final class ArraySearch {
  private static final int ALPHA = 15;
  private static final int BETA = 18;

  /// Both ends of each edge know the other: those of a node from one offset to the next.
  private final int[] offsets;

  private final int[] targets;
  private final int[] parents;
  private final int[] queue;
  private long[] front;
  private long[] next;
  private final long[] sizes;

  ArraySearch(KroneckerGraph graph) {
    offsets = new int[graph.nodeCount + 1];
    for (int i = 0; i < graph.sources.length; i++) {
      offsets[graph.sources[i] + 1]++;
      offsets[graph.targets[i] + 1]++;
    }
    for (int node = 0; node < graph.nodeCount; node++) {
      offsets[node + 1] += offsets[node];
    }
    targets = new int[2 * graph.sources.length];
    int[] ends = Arrays.copyOf(offsets, graph.nodeCount);
    // Edges come by their smaller end, then by the other, so the rows become sorted.
    for (int i = 0; i < graph.sources.length; i++) {
      targets[ends[graph.targets[i]]++] = graph.sources[i];
    }
    for (int i = 0; i < graph.sources.length; i++) {
      targets[ends[graph.sources[i]]++] = graph.targets[i];
    }
    parents = new int[graph.nodeCount];
    queue = new int[graph.nodeCount];
    front = new long[(graph.nodeCount + 63) >>> 6];
    next = new long[front.length];
    sizes = new long[graph.nodeCount + 1];
  }

  /// Returns how many edges a node has.
  int degree(int node) {
    return offsets[node + 1] - offsets[node];
  }

  /// Returns how many nodes there are at each distance, by a queue.
  long[] searchPlainly(int start) {
    Arrays.fill(parents, -1);
    parents[start] = start;
    queue[0] = start;
    int head = 0;
    int size = 1;
    int levels = 0;
    while (head < size) {
      int end = size;
      sizes[levels++] = (long) end - head;
      for (; head < end; head++) {
        size = expand(queue[head], size);
      }
    }
    return Arrays.copyOf(sizes, levels);
  }

  private int expand(int node, int size) {
    int end = offsets[node + 1];
    int queued = size;
    for (int i = offsets[node]; i < end; i++) {
      int target = targets[i];
      if (parents[target] < 0) {
        parents[target] = node;
        queue[queued++] = target;
      }
    }
    return queued;
  }

  /// As [#searchPlainly], large levels from the side of what was not seen.
  long[] search(int start) {
    Arrays.fill(parents, -1);
    parents[start] = start;
    queue[0] = start;
    int head = 0;
    int size = 1;
    int levels = 0;
    long edgesToCheck = targets.length;
    long scout = degree(start);
    while (head < size) {
      if (scout > edgesToCheck / ALPHA) {
        Arrays.fill(front, 0);
        for (int i = head; i < size; i++) {
          front[queue[i] >>> 6] |= 1L << queue[i];
        }
        long awake = (long) size - head;
        long before;
        sizes[levels++] = awake;
        do {
          before = awake;
          awake = bottomUp();
          sizes[levels++] = awake;
          long[] done = front;
          front = next;
          next = done;
        } while (awake >= before || awake > parents.length / BETA);
        levels--;
        head = 0;
        size = drainFront();
        scout = 1;
      } else {
        edgesToCheck -= scout;
        int end = size;
        sizes[levels++] = (long) end - head;
        scout = 0;
        for (; head < end; head++) {
          size = expand(queue[head], size);
        }
        for (int i = head; i < size; i++) {
          scout += degree(queue[i]);
        }
      }
    }
    return Arrays.copyOf(sizes, levels);
  }

  private long bottomUp() {
    Arrays.fill(next, 0);
    long awake = 0;
    for (int node = 0; node < parents.length; node++) {
      if (parents[node] < 0) {
        int end = offsets[node + 1];
        for (int i = offsets[node]; i < end; i++) {
          int target = targets[i];
          if ((front[target >>> 6] >>> target & 1) != 0) {
            parents[node] = target;
            awake++;
            next[node >>> 6] |= 1L << node;
            break;
          }
        }
      }
    }
    return awake;
  }

  private int drainFront() {
    int size = 0;
    for (int word = 0; word < front.length; word++) {
      for (long bits = front[word]; bits != 0; bits &= bits - 1) {
        queue[size++] = (word << 6) + Long.numberOfTrailingZeros(bits);
      }
    }
    return size;
  }
}
