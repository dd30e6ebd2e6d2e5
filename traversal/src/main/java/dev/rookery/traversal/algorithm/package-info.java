/// Algorithms over a whole snapshot: described once, run on the region engine by many workers,
/// within a budget of memory.
///
/// A description (such as [dev.rookery.traversal.algorithm.PageRank]) is immutable and knows no
/// snapshot; `run(tx, options)` binds it to one and returns values by node id, valid until the
/// transaction closes. What is computed does not depend on the number of workers, the budget, the
/// way pages are read, or chance. Graphs may have up to 2^31 slots.
///
/// State lies outside of the heap, flat, by slot. Each run is a `GraphPass`, whose sweeps go over
/// parts of the graph; hot loops work on the `EdgeRows` of a part. Start at
/// [dev.rookery.traversal.algorithm.ConnectedComponents] and `PageRankRun`.
package dev.rookery.traversal.algorithm;
