package dev.rookery.traversal.frontier;

/// A set of slots that can be filled and walked in order.
///
/// [SlotSet] is on the heap and pays for the regions that it touches, [SlotBits] lies where a run
/// has its state. Belongs to one thread while it is filled.
public sealed interface Slots permits SlotSet, SlotBits {

  /// Returns whether a slot is in the set; one that does not exist is not. O(1).
  boolean contains(long slot);

  /// Adds a slot and returns whether it is new. O(1).
  ///
  /// @throws dev.rookery.storage.error.CorruptDatabaseException if there is no such slot
  boolean add(long slot);

  /// Returns how many slots are in the set. O(slots / 65,536) at most.
  long count();

  /// Returns the smallest slot of the set at or behind the given one, or -1 if there is none.
  long next(long slot);
}
