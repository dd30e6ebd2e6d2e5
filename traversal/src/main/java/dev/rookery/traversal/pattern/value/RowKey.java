package dev.rookery.traversal.pattern.value;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Values side by side, equal where [ValueOrder] says that they are, nulls as well.
public final class RowKey {
  private final @Nullable Object[] values;
  private final int hash;

  /// @param values not to be changed
  public RowKey(@Nullable Object[] values) {
    this.values = values;
    int code = 1;
    for (Object value : values) {
      code = 31 * code + ValueOrder.hash(value);
    }
    hash = code;
  }

  /// Returns a key of one value.
  public static RowKey of(Object value) {
    return new RowKey(new @Nullable Object[] {value});
  }

  /// Returns the values; not to be changed.
  public @Nullable Object[] values() {
    return values;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof RowKey key) || key.values.length != values.length) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      if (ValueOrder.ORDER.compare(values[i], key.values[i]) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public String toString() {
    return Arrays.toString(values);
  }
}
