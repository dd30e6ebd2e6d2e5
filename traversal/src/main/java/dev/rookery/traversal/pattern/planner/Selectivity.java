package dev.rookery.traversal.pattern.planner;

import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Relation;

/// Which part of all matches meets a condition, where nothing is known of the values: the usual
/// guesses (Selinger et al., *Access Path Selection in a Relational Database Management System*,
/// SIGMOD 1979). Without state.
final class Selectivity {
  static final double EQUAL = 0.1;
  static final double RANGE = 0.3;
  private static final double TEXT = 0.1;
  private static final double EXISTS = 0.5;

  private Selectivity() {}

  /// Returns the part.
  static double of(Expression condition) {
    return switch (condition) {
      case Expression.Comparison comparison ->
          comparison.relation() == Relation.EQUAL
              ? EQUAL
              : comparison.relation() == Relation.NOT_EQUAL ? 1 - EQUAL : RANGE;
      case Expression.TextMatch _ -> TEXT;
      case Expression.In _ -> RANGE;
      case Expression.IsNull _ -> EQUAL;
      case Expression.Exists _ -> EXISTS;
      case Expression.Not not -> 1 - of(not.operand());
      case Expression.And and ->
          and.operands().stream().mapToDouble(Selectivity::of).reduce(1, (a, b) -> a * b);
      case Expression.Or or ->
          Math.min(1, or.operands().stream().mapToDouble(Selectivity::of).sum());
      default -> EXISTS;
    };
  }
}
