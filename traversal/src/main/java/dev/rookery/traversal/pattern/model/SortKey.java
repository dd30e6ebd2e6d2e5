package dev.rookery.traversal.pattern.model;

/// What rows are sorted by. Values in the order of [dev.rookery.graph.index.NodeQuery], then nodes
/// and edges by id; nulls last, or first if descending.
///
/// @param expression a column, named by a [Expression.Variable], or any value
/// @param isDescending whether the largest comes first
public record SortKey(Expression expression, boolean isDescending) {}
