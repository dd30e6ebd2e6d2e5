package dev.rookery.graph.store;

/// An order of the nodes of a snapshot: at which position each slot comes. A bijection between the
/// slots that hold nodes and the positions 0 … count − 1.
public interface SlotOrder {
  /// Returns how many nodes there are.
  long count();

  /// Returns the slot that comes at a position.
  long slotAt(long position);

  /// Returns the position of a slot that holds a node.
  long positionOf(long slot);
}
