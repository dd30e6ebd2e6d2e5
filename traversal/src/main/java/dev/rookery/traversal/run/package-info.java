/// What a caller says about a run over the whole graph, and what the run says about itself: plain
/// values that the algorithms and the region interface share.
///
/// Start at [dev.rookery.traversal.run.RunOptions] and [dev.rookery.traversal.run.EdgeSelection].
package dev.rookery.traversal.run;
