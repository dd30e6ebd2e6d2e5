package dev.rookery.graph;

/// In which order [Graph#reorganize] lays nodes down.
public enum NodeOrder {
  /// As they lie, without the gaps: for a smaller file. As quick as it gets.
  UNCHANGED,

  /// As a breadth-first search over all edges finds them: neighbours come near each other. Good for
  /// graphs of small degree, such as road networks and grids, and cheap.
  BREADTH_FIRST,

  /// By communities, which label propagation finds, and breadth-first inside: for graphs that have
  /// communities. Takes several times the time of BREADTH_FIRST, and two and a half times its
  /// memory.
  COMMUNITIES,

  /// By the number of edges, most first: for graphs whose walks mostly meet the same few nodes.
  DEGREE
}
