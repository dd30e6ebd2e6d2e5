package dev.rookery.traversal.algorithm;

import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.frontier.SlotLongs;
import dev.rookery.traversal.run.RunReport;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongUnaryOperator;

/// A division of the nodes of a snapshot into components: each is known by its smallest node id.
///
/// Immutable and thread-safe. Components can be asked for until the transaction closes; their count
/// stays. Takes 4 bytes for each node (12 where the order of ids is not that of the store), outside
/// of the heap, or in a nameless file if the budget of the run did not suffice, until nobody refers
/// to it any more.
public final class Components {
  private final NodeLongs labels;
  private final long count;

  private Components(NodeLongs labels, long count) {
    this.labels = labels;
    this.count = count;
  }

  /// Names components.
  ///
  /// @param roots for each slot the smallest one of its component
  /// @param count how many components there are
  static Components ofSmallest(GraphPass pass, SlotInts roots, long count) {
    NodeSlots nodes = pass.nodes();
    if (!nodes.areInOrder()) {
      return new Components(new NodeLongs(pass, smallestIds(pass, roots)), count);
    }
    return new Components(new NodeLongs(pass, slot -> nodes.id(roots.get(slot))), count);
  }

  /// Names and counts components.
  ///
  /// @param roots for each slot the one that stands for its component, and for itself
  static Components of(GraphPass pass, SlotInts roots) {
    LongAdder count = new LongAdder();
    pass.sweepNodes((_, from, end) -> count.add(countRoots(pass.nodes(), roots, from, end)));
    return new Components(new NodeLongs(pass, smallestIds(pass, roots)), count.sum());
  }

  private static LongUnaryOperator smallestIds(GraphPass pass, SlotInts roots) {
    NodeSlots nodes = pass.nodes();
    SlotLongs smallest = pass.memory().longs();
    pass.sweepNodes((_, from, end) -> smallest.fill(from, end, Long.MAX_VALUE));
    pass.sweepNodes((_, from, end) ->
        nodes.forEach(from, end, slot -> smallest.min(roots.get(slot), nodes.id(slot))));
    return slot -> smallest.get(roots.get(slot));
  }

  private static long countRoots(NodeSlots nodes, SlotInts roots, long from, long end) {
    MemorySegment root = roots.segment();
    long count = 0;
    for (long block = from; block < end; block += Long.SIZE) {
      long bits = nodes.word(block);
      if (bits == -1) {
        for (int i = 0; i < Long.SIZE; i++) {
          count += root.get(ValueLayout.JAVA_INT, (block + i) << 2) == block + i ? 1 : 0;
        }
      } else {
        for (; bits != 0; bits &= bits - 1) {
          long slot = block + Long.numberOfTrailingZeros(bits);
          count += roots.get(slot) == slot ? 1 : 0;
        }
      }
    }
    return count;
  }

  /// Returns the smallest node id of the component of a node. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  public long of(long node) {
    return labels.get(node);
  }

  /// Returns whether two nodes are in the same component. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  public boolean areTogether(long node, long other) {
    return of(node) == of(other);
  }

  /// Returns how many components there are. O(1).
  public long count() {
    return count;
  }

  /// Hands out all nodes, each with the smallest id of its component, in the order of the store.
  public void forEach(NodeLongs.Visitor visitor) {
    labels.forEach(visitor);
  }

  /// Returns what the run has done.
  public RunReport report() {
    return labels.report();
  }
}
