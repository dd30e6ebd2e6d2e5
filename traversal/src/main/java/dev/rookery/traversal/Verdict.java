package dev.rookery.traversal;

/// What becomes of a node that a traversal has reached: returned or not, walked on from or not.
public enum Verdict {
  /// Return the node and walk on from it.
  INCLUDE_AND_CONTINUE(true, true),
  /// Return the node and go no further here.
  INCLUDE_AND_PRUNE(true, false),
  /// Walk on without returning the node.
  EXCLUDE_AND_CONTINUE(false, true),
  /// Neither return the node nor go further here.
  EXCLUDE_AND_PRUNE(false, false);

  private final boolean includes;
  private final boolean continues;

  Verdict(boolean includes, boolean continues) {
    this.includes = includes;
    this.continues = continues;
  }

  /// Returns the verdict that is made of two answers.
  public static Verdict of(boolean includes, boolean continues) {
    if (includes) {
      return continues ? INCLUDE_AND_CONTINUE : INCLUDE_AND_PRUNE;
    }
    return continues ? EXCLUDE_AND_CONTINUE : EXCLUDE_AND_PRUNE;
  }

  /// Returns whether the node is returned.
  public boolean includes() {
    return includes;
  }

  /// Returns whether the traversal walks on from the node.
  public boolean continues() {
    return continues;
  }

  /// Returns the verdict that includes and continues only where both do.
  public Verdict and(Verdict other) {
    return of(includes && other.includes, continues && other.continues);
  }
}
