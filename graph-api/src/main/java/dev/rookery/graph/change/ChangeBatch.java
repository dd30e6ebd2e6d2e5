package dev.rookery.graph.change;

import java.util.List;

/// What one commit changed.
///
/// @param sequence the commit's number: commits are in the order of these numbers, which have gaps
/// @param isComplete whether the changes are all there are; where they would take too much room, or
///   the commit was a bulk load, there are none, and the graph itself has to be looked at
/// @param changes the changes in their order
public record ChangeBatch(long sequence, boolean isComplete, List<Change> changes) {
  /// Creates a batch with a copy of the list.
  public ChangeBatch {
    changes = List.copyOf(changes);
  }
}
