package dev.rookery.traversal.pattern;

/// An edge in the results of [BruteForceMatcher]: what tells it from all others.
record EdgeRef(String type, long source, long target, int ordinal) {}
