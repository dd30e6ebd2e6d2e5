package dev.rookery.traversal.pattern;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How values compare, as the documentation of `NodeQuery` and of sort keys says.
final class ReferenceOrder {
  private static final double BEYOND_ALL = 1e300;

  private ReferenceOrder() {}

  /// Types in their order; null is behind all.
  static int rank(@Nullable Object value) {
    return switch (value) {
      case null -> 99;
      case Boolean _ -> 0;
      case Number _ -> 1;
      case String _ -> 2;
      case byte[] _ -> 3;
      case LocalDate _ -> 4;
      case List<?> _ -> 12;
      case NodeRef _ -> 13;
      case EdgeRef _ -> 14;
      default -> throw new IllegalArgumentException("unknown type value=" + value);
    };
  }

  /// Compares any two values, null last.
  static int compare(@Nullable Object one, @Nullable Object other) {
    if (rank(one) != rank(other)) {
      return Integer.compare(rank(one), rank(other));
    }
    return switch (one) {
      case null -> 0;
      case Boolean flag -> flag.compareTo((Boolean) other);
      case Number number -> compareNumbers(number, (Number) other);
      case String text ->
          Arrays.compare(text.codePoints().toArray(), ((String) other).codePoints().toArray());
      case byte[] bytes -> Arrays.compareUnsigned(bytes, (byte[]) other);
      case LocalDate date -> date.compareTo((LocalDate) other);
      case List<?> list -> compareLists(list, (List<?>) other);
      case NodeRef node -> Long.compare(node.id(), ((NodeRef) other).id());
      case EdgeRef edge ->
          Comparator.comparing(EdgeRef::type)
              .thenComparing(EdgeRef::source)
              .thenComparing(EdgeRef::target)
              .thenComparing(EdgeRef::ordinal)
              .compare(edge, (EdgeRef) other);
      default -> throw new IllegalArgumentException("unknown type value=" + one);
    };
  }

  private static int compareLists(List<?> one, List<?> other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      int order = compare(one.get(i), other.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(one.size(), other.size());
  }

  private static int compareNumbers(Number one, Number other) {
    boolean isFinite =
        Math.abs(one.doubleValue()) < BEYOND_ALL && Math.abs(other.doubleValue()) < BEYOND_ALL;
    return isFinite
        ? exact(one).compareTo(exact(other))
        : Double.compare(one.doubleValue(), other.doubleValue());
  }

  private static BigDecimal exact(Number number) {
    return number instanceof Double
        ? new BigDecimal(number.doubleValue())
        : new BigDecimal(number.longValue());
  }
}
