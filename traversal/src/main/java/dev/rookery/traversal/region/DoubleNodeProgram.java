package dev.rookery.traversal.region;

/// As [LongNodeProgram], with `double` values. The messages of a node are combined in an order that
/// is always the same, so that sums are equal to the last bit however many workers there are.
public interface DoubleNodeProgram {
  /// Returns the value of a node at first.
  double first(long node);

  /// Returns what a node tells, by its id and its value.
  double message(long node, double value);

  /// Returns two messages in one.
  double combine(double one, double other);

  /// Returns the value of a node after a round, by its value before and what all of its neighbours
  /// have told. Nodes without neighbours are not asked: they keep their value.
  double next(long node, double value, double combined);
}
