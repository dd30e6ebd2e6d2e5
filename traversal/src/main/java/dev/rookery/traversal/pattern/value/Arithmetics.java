package dev.rookery.traversal.pattern.value;

import dev.rookery.traversal.pattern.model.Expression.Operator;
import org.jspecify.annotations.Nullable;

/// Sums and the like of values of pattern queries. Without state.
public final class Arithmetics {
  private Arithmetics() {}

  /// Returns what is made of two values, or null if they are not numbers; `+` joins texts.
  ///
  /// @throws ArithmeticException if whole numbers overflow or are divided by zero
  public static @Nullable Object apply(
      Operator operator, @Nullable Object left, @Nullable Object right) {
    if (operator == Operator.ADD && left instanceof String one && right instanceof String other) {
      return one + other;
    }
    if (!(left instanceof Number first) || !(right instanceof Number second)) {
      return null;
    }
    return isFloating(first) || isFloating(second)
        ? (Object) ofDoubles(operator, first.doubleValue(), second.doubleValue())
        : (Object) ofLongs(operator, first.longValue(), second.longValue());
  }

  private static boolean isFloating(Number number) {
    return number instanceof Double || number instanceof Float;
  }

  private static double ofDoubles(Operator operator, double left, double right) {
    return switch (operator) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case REMAINDER -> left % right;
    };
  }

  private static long ofLongs(Operator operator, long left, long right) {
    return switch (operator) {
      case ADD -> Math.addExact(left, right);
      case SUBTRACT -> Math.subtractExact(left, right);
      case MULTIPLY -> Math.multiplyExact(left, right);
      case DIVIDE -> Math.divideExact(left, right);
      case REMAINDER -> left % right;
    };
  }
}
