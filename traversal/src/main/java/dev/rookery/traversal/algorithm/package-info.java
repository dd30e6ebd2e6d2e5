/// Algorithms over the whole graph, by several workers, within a budget of memory.
///
/// Each is described once, immutable, and run on any snapshot; see
/// [dev.rookery.traversal.algorithm.BreadthFirst] for what that looks like.
package dev.rookery.traversal.algorithm;
