package dev.rookery.traversal.pattern.plan;

import java.util.Set;

/// An edge of a pattern that nobody asks for: only how many there are counts.
///
/// @param source node at which it starts
/// @param target node at which it ends
/// @param types numbers of types, of which it has one
/// @param isDirected whether it leads from source to target, else either way
public record CountedEdge(int source, int target, Set<Integer> types, boolean isDirected) {}
