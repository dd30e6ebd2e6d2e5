package dev.rookery.traversal.pattern.plan;

/// Edges of one type, walked in one direction.
///
/// @param type number of the type
/// @param isOut whether they are walked from source to target
public record Leg(int type, boolean isOut) {
  /// Returns the same edges, walked the other way.
  public Leg reversed() {
    return new Leg(type, !isOut);
  }
}
