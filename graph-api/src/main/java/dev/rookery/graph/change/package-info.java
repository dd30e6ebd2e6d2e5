/// What a commit changed, as values: for listeners of commits and readers of the change feed.
///
/// [dev.rookery.graph.change.Change] is where to start.
@NullMarked
package dev.rookery.graph.change;

import org.jspecify.annotations.NullMarked;
