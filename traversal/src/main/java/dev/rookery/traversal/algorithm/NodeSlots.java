package dev.rookery.traversal.algorithm;

import dev.rookery.graph.store.PhysicalGraph;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.LongConsumer;

/// Which slots hold a node, a bit for each or nothing if all do, and what the ids of the nodes are.
///
/// Takes 8 bytes for each region beside the bits. Immutable once made; thread-safe.
final class NodeSlots {
  private final PhysicalGraph graph;
  private final long slotCount;
  private final long nodeCount;
  private final boolean isFull;
  private final MemorySegment words;

  /// For each region what ids are more than slots, or [Long#MIN_VALUE] if that differs.
  private final long[] deltas;

  /// Looks at all slots, by all workers of a run, unless the counts say that there is a node in
  /// each.
  NodeSlots(GraphPass pass) {
    graph = pass.graph();
    slotCount = pass.slotCount();
    deltas = new long[pass.run().regionCount()];
    for (int region = 0; region < deltas.length; region++) {
      deltas[region] = graph.deltaOf(region);
    }
    nodeCount = pass.transaction().nodeCount();
    isFull = nodeCount == slotCount;
    if (isFull) {
      words = MemorySegment.NULL;
      return;
    }
    MemorySegment bits = pass.memory().state((slotCount + 63) / 64 * Long.BYTES);
    pass.sweepNodes((_, from, end) -> {
      for (long slot = from; slot < end; slot += Long.SIZE) {
        long word = 0;
        for (long i = slot; i < Math.min(end, slot + Long.SIZE); i++) {
          word |= graph.nodeOf(i) == 0 ? 0 : 1L << i;
        }
        bits.set(ValueLayout.JAVA_LONG, slot >>> 3, word);
      }
    });
    words = bits;
  }

  /// Returns how many nodes there are.
  long nodeCount() {
    return nodeCount;
  }

  /// Returns whether a slot holds a node.
  boolean contains(long slot) {
    return isFull || (words.get(ValueLayout.JAVA_LONG, slot >>> 6 << 3) >>> slot & 1) != 0;
  }

  /// Returns 64 slots from a multiple of 64 on, as bits.
  long word(long slot) {
    if (!isFull) {
      return words.get(ValueLayout.JAVA_LONG, slot >>> 3);
    }
    return slot + Long.SIZE <= slotCount ? -1L : (1L << slotCount) - 1;
  }

  /// Returns the id of the node in a slot that holds one.
  long id(long slot) {
    long delta = deltas[(int) (slot >>> PhysicalGraph.REGION_SHIFT)];
    return delta == Long.MIN_VALUE ? graph.nodeOf(slot) : slot + delta;
  }

  /// Returns whether ids are certain to ascend with slots.
  boolean areInOrder() {
    for (int region = 0; region < deltas.length; region++) {
      if (deltas[region] == Long.MIN_VALUE || (region > 0 && deltas[region] < deltas[region - 1])) {
        return false;
      }
    }
    return true;
  }

  /// Hands out the slots that hold nodes, ascending.
  void forEach(LongConsumer action) {
    graph.slotCount(); // Fails if the transaction has closed.
    forEach(0, slotCount, action);
  }

  /// Hands out the slots of a range that hold nodes, ascending.
  ///
  /// @param from a multiple of 64
  void forEach(long from, long end, LongConsumer action) {
    for (long slot = from; slot < end; slot += Long.SIZE) {
      for (long bits = word(slot); bits != 0; bits &= bits - 1) {
        action.accept(slot + Long.numberOfTrailingZeros(bits));
      }
    }
  }
}
