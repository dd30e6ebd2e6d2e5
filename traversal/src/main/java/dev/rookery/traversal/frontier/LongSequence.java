package dev.rookery.traversal.frontier;

/// A growing list of `long`: queue, stack or column of a log. Not limited to 2^31 values. Belongs
/// to one thread.
///
/// [LongColumn] is on the heap, [StateColumn] where a run has its state.
public sealed interface LongSequence permits LongColumn, StateColumn {

  /// Returns how many values were added, the released ones as well. O(1).
  long size();

  /// Appends a value. O(1), amortised.
  void add(long value);

  /// Returns the value at an index that was added and not released. O(1).
  long get(long index);

  /// Replaces the value at an index. O(1).
  void set(long index, long value);

  /// Drops the values at and behind an index. O(1).
  void truncate(long newSize);

  /// Says that values before an index are not needed any more; call it for each index in turn.
  void release(long index);
}
