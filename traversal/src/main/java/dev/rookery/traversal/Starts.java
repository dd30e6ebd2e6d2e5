package dev.rookery.traversal;

import dev.rookery.graph.NodeCursor;
import dev.rookery.graph.ReadTransaction;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/// Where a traversal starts: known beforehand, or found in the transaction that it runs in.
@FunctionalInterface
interface Starts {

  /// Returns the ids of the nodes to start from; not to be changed.
  long[] in(ReadTransaction tx);

  /// Returns the nodes that a cursor has before it.
  static long[] idsOf(NodeCursor cursor) {
    LongArrayList ids = new LongArrayList();
    while (cursor.next()) {
      ids.add(cursor.node());
    }
    return ids.toLongArray();
  }
}
