package dev.rookery.traversal;

/// Decides about each node that a traversal reaches.
///
/// Asked once for each arrival, in the order of the traversal, at the start nodes as well, after
/// the filters and the uniqueness have let the node through. Must not change the graph. An
/// exception that it throws ends the run.
///
/// With [dev.rookery.traversal.run.RunOptions] it may be asked by several threads at once, in any
/// order within a depth, see [Traversal].
@FunctionalInterface
public interface Evaluator {

  /// Returns what becomes of the node at a position.
  ///
  /// @param position valid during this call only; the run moves it on afterwards
  Verdict evaluate(Position position);
}
