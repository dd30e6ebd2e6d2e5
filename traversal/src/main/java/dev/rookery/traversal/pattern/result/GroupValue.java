package dev.rookery.traversal.pattern.result;

import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.value.Arithmetics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Computes a column of a group from its aggregates. Without state.
final class GroupValue {
  private GroupValue() {}

  /// Returns the value.
  ///
  /// @param aggregates in the order of the values
  /// @param values what they have made
  /// @throws IllegalArgumentException if an aggregate stands beside what differs from row to row
  static @Nullable Object of(
      Expression expression, List<Expression.Aggregate> aggregates, @Nullable Object[] values) {
    return switch (expression) {
      case Expression.Aggregate aggregate -> values[aggregates.indexOf(aggregate)];
      case Expression.Literal(Object value) -> value;
      case Expression.Arithmetic(Expression.Operator operator, Expression left, Expression right) ->
          Arithmetics.apply(operator, of(left, aggregates, values), of(right, aggregates, values));
      default ->
          throw new IllegalArgumentException(
              "beside an aggregate stand only numbers and aggregates, in sums and the like");
    };
  }
}
