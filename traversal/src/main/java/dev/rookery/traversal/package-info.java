/// Traversals, pattern queries and whole-graph algorithms.
package dev.rookery.traversal;
