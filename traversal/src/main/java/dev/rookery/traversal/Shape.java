package dev.rookery.traversal;

/// Order, uniqueness and depths of a traversal. Immutable.
///
/// @param depthFirst whether it goes depth-first, else breadth-first
/// @param uniqueness what may come again
/// @param minDepth nodes before this depth are walked through and not returned
/// @param maxDepth nodes at this depth are not walked on from
record Shape(boolean depthFirst, Uniqueness uniqueness, int minDepth, int maxDepth) {
  /// No limit, but that of an `int`.
  static final int UNLIMITED = Integer.MAX_VALUE;

  static final Shape DEFAULT = new Shape(false, Uniqueness.NODE, 0, UNLIMITED);

  Shape {
    if (minDepth < 0 || maxDepth < 0) {
      throw new IllegalArgumentException(
          "depth is negative minDepth=" + minDepth + " maxDepth=" + maxDepth);
    }
  }

  Shape withDepthFirst(boolean value) {
    return new Shape(value, uniqueness, minDepth, maxDepth);
  }

  Shape withUniqueness(Uniqueness value) {
    return new Shape(depthFirst, value, minDepth, maxDepth);
  }

  Shape withMinDepth(int value) {
    return new Shape(depthFirst, uniqueness, value, maxDepth);
  }

  Shape withMaxDepth(int value) {
    return new Shape(depthFirst, uniqueness, minDepth, value);
  }

  /// Checks what only a complete description shows.
  void checkComplete() {
    if (minDepth > maxDepth) {
      throw new IllegalStateException(
          "minDepth is beyond maxDepth minDepth=" + minDepth + " maxDepth=" + maxDepth);
    }
    if (uniqueness == Uniqueness.NONE && maxDepth == UNLIMITED) {
      throw new IllegalStateException("uniqueness NONE needs a maxDepth, or it may never end");
    }
  }

  /// Returns whether each node comes once and nearest first, as levels hold them.
  boolean isByLevels() {
    return uniqueness == Uniqueness.NODE && !depthFirst;
  }

  /// Returns whether a run reaches the same nodes, each once, whatever its order.
  boolean hasNoDepths() {
    return uniqueness == Uniqueness.NODE && minDepth == 0 && maxDepth == UNLIMITED;
  }

  /// Returns whether a run reaches the nodes that breadth-first levels hold, whatever its order.
  boolean reachesLevels() {
    return uniqueness == Uniqueness.NODE
        && (!depthFirst || (maxDepth == UNLIMITED && minDepth == 0));
  }
}
