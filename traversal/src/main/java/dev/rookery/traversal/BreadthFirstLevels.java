package dev.rookery.traversal;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.frontier.SlotLevels;
import java.util.OptionalInt;

/// How far the nodes that a breadth-first traversal returned are from its start nodes.
///
/// Immutable and thread-safe. Distances can be asked for until the transaction closes; the sizes
/// stay. Memory: 256 KiB for each region of 65,536 nodes that was reached.
public final class BreadthFirstLevels {
  private final ReadTransaction tx;
  private final SlotLevels levels;
  private final long[] sizes;
  private final long edgesWalked;

  BreadthFirstLevels(ReadTransaction tx, SlotLevels levels, long[] sizes, long edgesWalked) {
    this.tx = tx;
    this.levels = levels;
    this.sizes = sizes;
    this.edgesWalked = edgesWalked;
  }

  /// Returns how many levels there are: one more than the greatest distance, 0 if no node was
  /// returned.
  public int count() {
    return sizes.length;
  }

  /// Returns how many nodes were returned at each distance, from 0 on. O(levels).
  public long[] sizes() {
    return sizes.clone();
  }

  /// Returns how many nodes were returned. O(levels).
  public long nodeCount() {
    long count = 0;
    for (long size : sizes) {
      count += size;
    }
    return count;
  }

  /// Returns the distance of a node, or nothing if it was not returned. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  public OptionalInt distance(long node) {
    int level = levels.get(PhysicalGraph.of(tx).slotOf(node));
    return level == SlotLevels.NONE ? OptionalInt.empty() : OptionalInt.of(level);
  }

  /// Returns how many edges the nodes that were walked on from have, of the types and directions
  /// described.
  public long edgesWalked() {
    return edgesWalked;
  }
}
