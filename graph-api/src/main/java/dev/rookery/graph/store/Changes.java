package dev.rookery.graph.store;

import dev.rookery.graph.change.Change;
import java.util.List;

/// Changes of a transaction.
///
/// @param isComplete whether they are all; there are none if not
/// @param list the changes in their order
public record Changes(boolean isComplete, List<Change> list) {
  /// Changes that are not known.
  static final Changes INCOMPLETE = new Changes(false, List.of());
}
