package dev.rookery.graph.store;

import dev.rookery.storage.tree.FixedSizeForest;

/// An edge type: its number, its name, and where its edges are. Immutable, and true in every
/// snapshot that has the type.
///
/// Every edge is stored twice: in the forest of outgoing edges under its source, and in the forest
/// of incoming edges under its target. Both name the record of its properties, so neither direction
/// needs a second search.
///
/// @param number 1 … count of types
/// @param name the name
/// @param multi whether parallel edges are allowed, so that keys carry an ordinal
/// @param outgoing the forest by source
/// @param incoming the forest by target
public record EdgeType(
    int number, String name, boolean multi, FixedSizeForest outgoing, FixedSizeForest incoming) {

  /// How many parallel edges there can be.
  public static final int ORDINAL_END = 1 << PhysicalGraph.ORDINAL_BITS;

  /// Returns the width of the ordinals in the keys, 0 if there are none.
  int ordinalBits() {
    return multi ? PhysicalGraph.ORDINAL_BITS : 0;
  }

  /// Returns the key of an edge in the tree of one of its ends.
  public long key(long otherSlot, int ordinal) {
    return multi ? otherSlot << PhysicalGraph.ORDINAL_BITS | ordinal : otherSlot;
  }

  /// Returns the slot at the other end that a key names.
  public long slotOf(long key) {
    return multi ? key >>> PhysicalGraph.ORDINAL_BITS : key;
  }

  /// Returns the ordinal that a key names.
  public int ordinalOf(long key) {
    return multi ? (int) key & ORDINAL_END - 1 : 0;
  }
}
