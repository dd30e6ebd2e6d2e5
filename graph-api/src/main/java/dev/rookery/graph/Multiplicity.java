package dev.rookery.graph;

/// How many edges of a type may connect the same source and target.
public enum Multiplicity {
  /// At most one (the default).
  SIMPLE,
  /// Any number; each has its own ordinal and properties.
  MULTI
}
