package dev.rookery.traversal;

/// What a traversal may meet more than once.
public enum Uniqueness {
  /// Each node once in the whole run: the usual search. Memory: a bit for each node in a touched
  /// region.
  NODE,
  /// No node twice in a path: all simple paths. Their number can grow exponentially with the depth.
  PATH,
  /// No edge twice in a path: all trails; a node may come again. Their number can grow
  /// exponentially with the depth.
  TRAIL,
  /// Anything may come again: all walks. Endless on cycles, so it needs a maximal depth.
  NONE
}
