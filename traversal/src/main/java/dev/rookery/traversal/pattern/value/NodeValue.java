package dev.rookery.traversal.pattern.value;

/// A node, by its slot and its id.
///
/// @param slot the physical id
/// @param id what users see
public record NodeValue(int slot, long id) {}
