package dev.rookery.traversal;

/// One run of a description over one snapshot, on one thread, lazily: nothing is read before the
/// next node is asked for.
sealed interface Run permits BreadthFirstRun, DepthFirstRun {

  /// Moves to the next node that is returned, and returns whether there is one. Not to be called
  /// again after it returned false or threw.
  boolean next();

  /// Returns the position, one object for the whole run.
  Arrival position();
}
