package dev.rookery.traversal.pattern.model;

/// A column of the result.
///
/// @param name of the column
/// @param expression its value
public record ReturnItem(String name, Expression expression) {}
