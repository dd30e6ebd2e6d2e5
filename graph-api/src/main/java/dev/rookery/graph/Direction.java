package dev.rookery.graph;

/// Which edges of a node are meant.
public enum Direction {
  /// Edges that start at the node.
  OUT,
  /// Edges that end at the node.
  IN,
  /// Both; a self loop is met once for each of its ends.
  BOTH;

  /// Returns the same edges seen from their other end.
  public Direction reverse() {
    return switch (this) {
      case OUT -> IN;
      case IN -> OUT;
      case BOTH -> BOTH;
    };
  }
}
