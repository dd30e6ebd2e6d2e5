package dev.rookery.graph.order;

/// A number for each slot, or none: an array that begins empty.
///
/// Belongs to one thread.
interface SlotColumn {
  /// Returned for a slot that has no number.
  long NONE = -1;

  /// Returns the number of a slot, or [#NONE]. O(1).
  long get(long slot);

  /// Sets the number of a slot, at least [#NONE]. O(1).
  void set(long slot, long number);
}
