package dev.rookery.traversal.pattern;

/// A node in the results of [BruteForceMatcher].
record NodeRef(long id) {}
