package dev.rookery.graph.store;

import dev.rookery.graph.Direction;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.storage.tree.FixedSizeForest;

/// A snapshot by physical ids, for code that walks many edges and translates ids only at its ends.
///
/// A *slot* is the physical id of a node: dense, region · 65,536 + index in the region. It is valid as long as the
/// transaction and never shown to users. Edge types and labels are their interned numbers. Thread-safe, as the
/// transaction is.
public interface PhysicalGraph {

  /// Base-2 logarithm of the number of slots in a region.
  int REGION_SHIFT = 16;

  /// Returns the physical side of a transaction.
  static PhysicalGraph of(ReadTransaction tx) {
    throw new IllegalStateException();
  }

  /// Returns the number of slots that have ever been in use: every slot is smaller. A multiple of nothing.
  long slotCount();

  /// Returns the slot of a node. O(1).
  ///
  /// @throws dev.rookery.graph.error.NodeNotFoundException if there is no such node
  long slotOf(long node);

  /// Returns the id of the node in a slot, or 0 if the slot is empty. O(1).
  long nodeOf(long slot);

  /// Returns the number of the label of the node in a slot, 0 if it has none.
  int labelOf(long slot);

  /// Returns the number of a label, or -1 if it does not exist.
  int labelNumber(String label);

  /// Returns the number of an edge type, or -1 if it does not exist.
  int typeNumber(String type);

  /// Returns the name of an edge type.
  String typeName(int typeNumber);

  /// Returns how many edge types there are; their numbers are 1 … count.
  int typeCount();

  /// Returns a cursor over the edges of a type that start ([Direction#OUT]) or end ([Direction#IN]) at a slot: its
  /// sources are slots, its keys the slots at the other end (for MULTI types shifted left by 24 bits, with the
  /// ordinal below), its values the records of edge properties or 0.
  ///
  /// @throws IllegalArgumentException if the direction is BOTH
  FixedSizeForest.Cursor adjacency(int typeNumber, Direction direction);

  /// Returns whether a type is MULTI, so that the keys of its adjacency carry an ordinal.
  boolean isMulti(int typeNumber);
}
