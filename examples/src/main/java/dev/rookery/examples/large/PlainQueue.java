package dev.rookery.examples.large;

import dev.rookery.graph.Direction;
import dev.rookery.graph.NeighborCursor;
import dev.rookery.graph.Node;
import dev.rookery.graph.ReadTransaction;
import java.util.Arrays;
import java.util.BitSet;

/// The way one would write it: a queue of nodes, a set of those seen, neighbours as they come. What
/// the region engine is measured against, over the same store.
final class PlainQueue {
  private final ReadTransaction tx;
  private final BitSet seen = new BitSet();

  /// The largest id there is; nodes are numbered from 1 and none was ever deleted.
  private final long nodeCount;

  private long[] queue = new long[1 << 10];
  private int head;
  private int size;
  private long edgesWalked;

  PlainQueue(ReadTransaction tx) {
    this.tx = tx;
    nodeCount = tx.nodeCount();
  }

  /// Returns how many nodes are reached over outgoing edges.
  long reach(long start) {
    return walk(tx.neighborCursor(Direction.OUT, LargeGraph.TYPE), start);
  }

  /// Returns how many components there are, over edges taken both ways.
  long components() {
    NeighborCursor cursor = tx.neighborCursor(Direction.BOTH, LargeGraph.TYPE);
    long count = 0;
    for (Node node : tx.nodes()) {
      if (!seen.get((int) node.id())) {
        walk(cursor, node.id());
        count++;
      }
    }
    return count;
  }

  private long walk(NeighborCursor cursor, long start) {
    if (nodeCount >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException("too many nodes for a plain set nodes=" + nodeCount);
    }
    long reached = 1;
    seen.set((int) start);
    add(start);
    while (size > 0) {
      cursor.of(poll());
      while (cursor.next()) {
        long neighbor = cursor.neighbor();
        edgesWalked++;
        if (!seen.get((int) neighbor)) {
          seen.set((int) neighbor);
          add(neighbor);
          reached++;
        }
      }
    }
    return reached;
  }

  long edgesWalked() {
    return edgesWalked;
  }

  private void add(long node) {
    if (size == queue.length) {
      long[] larger = Arrays.copyOfRange(queue, head, head + 2 * size);
      System.arraycopy(queue, 0, larger, queue.length - head, head);
      queue = larger;
      head = 0;
    }
    queue[(head + size) & (queue.length - 1)] = node;
    size++;
  }

  private long poll() {
    long node = queue[head];
    head = (head + 1) & (queue.length - 1);
    size--;
    return node;
  }
}
