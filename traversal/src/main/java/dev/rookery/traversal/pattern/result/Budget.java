package dev.rookery.traversal.pattern.result;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// About how many bytes of heap rows take, for the budget of a query. Without state.
final class Budget {
  private static final long OBJECT_BYTES = 24;
  private static final long ROW_BYTES = 64;

  private Budget() {}

  /// Returns about what a value takes.
  static long bytes(@Nullable Object value) {
    return switch (value) {
      case null -> 0;
      case String text -> OBJECT_BYTES + 2L * text.length();
      case byte[] bytes -> OBJECT_BYTES + bytes.length;
      case List<?> list -> list.stream().mapToLong(Budget::bytes).sum() + OBJECT_BYTES;
      default -> OBJECT_BYTES;
    };
  }

  /// Returns about what a row takes.
  static long bytes(@Nullable Object[] values) {
    long bytes = ROW_BYTES + 8L * values.length;
    for (Object value : values) {
      bytes += bytes(value);
    }
    return bytes;
  }
}
