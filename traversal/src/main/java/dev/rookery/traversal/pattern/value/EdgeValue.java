package dev.rookery.traversal.pattern.value;

/// An edge, by the numbers that make it.
///
/// @param type number of its type
/// @param source slot at which it starts
/// @param target slot at which it ends
/// @param ordinal tells parallel edges apart
public record EdgeValue(int type, int source, int target, int ordinal) {}
