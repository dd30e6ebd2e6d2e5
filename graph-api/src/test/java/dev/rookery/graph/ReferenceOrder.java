package dev.rookery.graph;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/// How property values compare, told as simply as can be; of values in their normal form (see
/// [PropertyValues#normal]).
final class ReferenceOrder implements Comparator<Object> {
  static final ReferenceOrder INSTANCE = new ReferenceOrder();

  private ReferenceOrder() {}

  /// Returns the place of a value's type among the types.
  static int typeOf(Object value) {
    return switch (value) {
      case Boolean _ -> 0;
      case Number _ -> 1;
      case String _ -> 2;
      case ByteBuffer _ -> 3;
      case LocalDate _ -> 4;
      case LocalTime _ -> 5;
      case LocalDateTime _ -> 6;
      case Instant _ -> 7;
      case ZonedDateTime _ -> 8;
      case Duration _ -> 9;
      case UUID _ -> 10;
      case List<?> _ -> 11;
      default -> throw new AssertionError(value.getClass());
    };
  }

  @Override
  public int compare(Object one, Object other) {
    int type = typeOf(one);
    if (type != typeOf(other)) {
      return type - typeOf(other);
    }
    return switch (one) {
      case Boolean flag -> Boolean.compare(flag, (Boolean) other);
      case Number number -> compareNumbers(number, (Number) other);
      case String text -> comparePoints(text, (String) other);
      case ByteBuffer bytes -> compareBytes(bytes, (ByteBuffer) other);
      case LocalDate date -> date.compareTo((LocalDate) other);
      case LocalTime time -> time.compareTo((LocalTime) other);
      case LocalDateTime time -> time.compareTo((LocalDateTime) other);
      case Instant time -> time.compareTo((Instant) other);
      case ZonedDateTime time -> compareZoned(time, (ZonedDateTime) other);
      case Duration time -> time.compareTo((Duration) other);
      case UUID id -> compareBytes(bytes(id), bytes((UUID) other));
      case List<?> list -> compareLists(list, (List<?>) other);
      default -> throw new AssertionError(one.getClass());
    };
  }

  private static int compareNumbers(Number one, Number other) {
    boolean isOneFinite = one instanceof Long || Double.isFinite(one.doubleValue());
    boolean isOtherFinite = other instanceof Long || Double.isFinite(other.doubleValue());
    if (isOneFinite && isOtherFinite) {
      return exact(one).compareTo(exact(other));
    }
    return Double.compare(one.doubleValue(), other.doubleValue());
  }

  private static BigDecimal exact(Number number) {
    return number instanceof Long whole
        ? BigDecimal.valueOf(whole)
        : new BigDecimal(number.doubleValue());
  }

  private static int comparePoints(String one, String other) {
    int[] points = one.codePoints().toArray();
    int[] others = other.codePoints().toArray();
    return java.util.Arrays.compare(points, others);
  }

  private static int compareBytes(ByteBuffer one, ByteBuffer other) {
    return java.util.Arrays.compareUnsigned(one.array(), other.array());
  }

  private static ByteBuffer bytes(UUID id) {
    return ByteBuffer.allocate(16)
        .putLong(id.getMostSignificantBits())
        .putLong(id.getLeastSignificantBits());
  }

  private static int compareZoned(ZonedDateTime one, ZonedDateTime other) {
    int order = one.toInstant().compareTo(other.toInstant());
    return order != 0 ? order : one.getZone().getId().compareTo(other.getZone().getId());
  }

  private static int compareLists(List<?> one, List<?> other) {
    for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
      int order = INSTANCE.compare(one.get(i), other.get(i));
      if (order != 0) {
        return order;
      }
    }
    return one.size() - other.size();
  }
}
