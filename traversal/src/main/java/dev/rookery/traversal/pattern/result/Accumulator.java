package dev.rookery.traversal.pattern.result;

import dev.rookery.traversal.pattern.model.Expression.Aggregate;
import dev.rookery.traversal.pattern.model.Expression.AggregateName;
import dev.rookery.traversal.pattern.value.RowKey;
import dev.rookery.traversal.pattern.value.ValueOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What an aggregate makes of the values of a group. Belongs to one thread.
final class Accumulator {
  private final AggregateName name;
  private final ExactSum sum = new ExactSum();
  private final List<Object> values = new ArrayList<>();
  private final @Nullable Map<RowKey, Object> distinct;
  private long count;
  private @Nullable Object extreme;

  Accumulator(Aggregate aggregate) {
    name = aggregate.name();
    distinct = aggregate.isDistinct() ? new LinkedHashMap<>() : null;
  }

  /// Adds a value so many times. Returns about how many bytes that has taken.
  long add(Object value, long times) {
    Map<RowKey, Object> known = distinct;
    if (known != null) {
      return known.putIfAbsent(RowKey.of(value), value) == null ? Budget.bytes(value) : 0;
    }
    return take(value, times);
  }

  private long take(Object value, long times) {
    count = Math.addExact(count, times);
    switch (name) {
      case COUNT -> {}
      case SUM, AVG -> {
        if (!(value instanceof Number number)) {
          throw new IllegalArgumentException(
              "a sum is made of numbers value=" + value.getClass().getSimpleName());
        }
        sum.add(number, times);
      }
      case MIN -> extreme = isBetter(value, -1) ? value : extreme;
      case MAX -> extreme = isBetter(value, 1) ? value : extreme;
      case COLLECT -> {
        for (long i = 0; i < times; i++) {
          values.add(value);
        }
        return Math.multiplyExact(times, Budget.bytes(value));
      }
    }
    return 0;
  }

  private boolean isBetter(Object value, int sign) {
    Object best = extreme;
    return best == null || ValueOrder.ORDER.compare(value, best) * sign > 0;
  }

  /// Adds whole rows.
  void addRows(long times) {
    count = Math.addExact(count, times);
  }

  /// Adds what another one has.
  void add(Accumulator other) {
    Map<RowKey, Object> known = distinct;
    if (known != null && other.distinct != null) {
      other.distinct.forEach(known::putIfAbsent);
      return;
    }
    count = Math.addExact(count, other.count);
    sum.add(other.sum);
    values.addAll(other.values);
    Object best = other.extreme;
    if (best != null && isBetter(best, name == AggregateName.MIN ? -1 : 1)) {
      extreme = best;
    }
  }

  /// Returns what was made. Once.
  @Nullable Object value() {
    Map<RowKey, Object> known = distinct;
    if (known != null) {
      known.values().forEach(value -> take(value, 1));
    }
    return switch (name) {
      case COUNT -> count;
      case SUM -> sum.value();
      case AVG -> count == 0 ? null : (Object) (sum.doubleValue() / count);
      case MIN, MAX -> extreme;
      case COLLECT -> {
        values.sort(ValueOrder.ORDER);
        yield values;
      }
    };
  }
}
