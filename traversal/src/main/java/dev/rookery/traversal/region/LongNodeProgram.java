package dev.rookery.traversal.region;

/// What each node of a graph does in a computation by rounds (Malewicz et al., *Pregel: a system
/// for large-scale graph processing*, 2010), with `long` values.
///
/// The smallest id of each node's component, over edges taken both ways:
///
/// ```java
/// final class SmallestId implements LongNodeProgram {
///   public long first(long node) { return node; }
///   public long message(long node, long value) { return value; }
///   public long combine(long one, long other) { return Math.min(one, other); }
///   public long next(long node, long value, long combined) { return Math.min(value, combined); }
/// }
/// ```
///
/// Called by several threads at once.
public interface LongNodeProgram {
  /// Returns the value of a node at first.
  long first(long node);

  /// Returns what a node tells, by its id and its value.
  long message(long node, long value);

  /// Returns two messages in one. Must not depend on their order.
  long combine(long one, long other);

  /// Returns the value of a node after a round, by its value before and what all of its neighbours
  /// have told. Nodes without neighbours are not asked: they keep their value.
  long next(long node, long value, long combined);
}
