/// Bulk loading: edges in any order, far more than memory, become forests that are built from left
/// to right.
///
/// ```
/// edges as they come -> chunks -> sorted runs, both ways -> merged in order -> ForestBuilder
///                       (memory)  (memory, then a file)
/// ```
///
/// An edge is a pair of slots, packed into one `long`: the end that it is sorted by in the upper
/// half. There are no objects for edges anywhere. Edges with properties carry their bytes through
/// the sort by source, get their record in that order, and go on to the sort by target with it.
///
/// Start with [dev.rookery.graph.load.EdgeLoad]. Nothing here is public outside the module.
package dev.rookery.graph.load;
