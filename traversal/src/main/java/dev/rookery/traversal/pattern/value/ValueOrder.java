package dev.rookery.traversal.pattern.value;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// How values of pattern queries compare: as [dev.rookery.graph.index.NodeQuery] and the indexes
/// do, with nodes, edges and lists of them behind all properties, and null behind everything.
///
/// A total order over all values, so that rows can be sorted and grouped; [#isOfSameType] tells
/// whether a condition may ask which of two is less. Without state.
public final class ValueOrder implements Comparator<@Nullable Object> {
  /// The order, smallest first, null last.
  public static final ValueOrder ORDER = new ValueOrder();

  private static final int RANK_BOOLEAN = 1;
  private static final int RANK_NUMBER = 2;
  private static final int RANK_TEXT = 3;
  private static final int RANK_BYTES = 4;
  private static final int RANK_DATE = 5;
  private static final int RANK_TIME = 6;
  private static final int RANK_DATE_TIME = 7;
  private static final int RANK_INSTANT = 8;
  private static final int RANK_ZONED = 9;
  private static final int RANK_DURATION = 10;
  private static final int RANK_UUID = 11;
  private static final int RANK_LIST = 12;
  private static final int RANK_NODE = 13;
  private static final int RANK_EDGE = 14;
  private static final int RANK_NULL = 15;
  private static final double LONG_END = 0x1p63;

  private ValueOrder() {}

  @Override
  public int compare(@Nullable Object one, @Nullable Object other) {
    int rank = rank(one);
    int order = Integer.compare(rank, rank(other));
    return order != 0 || one == null || other == null ? order : compareOfRank(rank, one, other);
  }

  /// Returns whether two values can be in an order that means something.
  public static boolean isOfSameType(Object one, Object other) {
    return rank(one) == rank(other);
  }

  /// Returns whether two values are equal.
  public static boolean areEqual(Object one, Object other) {
    if (one instanceof Long first && other instanceof Long second) {
      return first.longValue() == second.longValue();
    }
    if (one instanceof String first && other instanceof String second) {
      return first.equals(second);
    }
    return ORDER.compare(one, other) == 0;
  }

  /// Returns the same number for equal values.
  public static int hash(@Nullable Object value) {
    return switch (value) {
      case null -> 0;
      case Number number -> hashNumber(number);
      case byte[] bytes -> Arrays.hashCode(bytes);
      case List<?> list -> {
        int hash = 1;
        for (Object element : list) {
          hash = 31 * hash + hash(element);
        }
        yield hash;
      }
      default -> value.hashCode();
    };
  }

  /// Numbers that are equal are nearest to the same `double`.
  private static int hashNumber(Number number) {
    double nearest = number.doubleValue();
    return Double.hashCode(nearest == 0 ? 0.0 : nearest);
  }

  private static int rank(@Nullable Object value) {
    return switch (value) {
      case null -> RANK_NULL;
      case Boolean _ -> RANK_BOOLEAN;
      case Number _ -> RANK_NUMBER;
      case String _ -> RANK_TEXT;
      case byte[] _ -> RANK_BYTES;
      case LocalDate _ -> RANK_DATE;
      case LocalTime _ -> RANK_TIME;
      case LocalDateTime _ -> RANK_DATE_TIME;
      case Instant _ -> RANK_INSTANT;
      case ZonedDateTime _ -> RANK_ZONED;
      case Duration _ -> RANK_DURATION;
      case UUID _ -> RANK_UUID;
      case List<?> _ -> RANK_LIST;
      case NodeValue _ -> RANK_NODE;
      case EdgeValue _ -> RANK_EDGE;
      default ->
          throw new IllegalArgumentException(
              "value has a type that is not supported type=" + value.getClass().getName());
    };
  }

  private static int compareOfRank(int rank, Object one, Object other) {
    return switch (rank) {
      case RANK_BOOLEAN -> ((Boolean) one).compareTo((Boolean) other);
      case RANK_NUMBER -> compareNumbers((Number) one, (Number) other);
      case RANK_TEXT -> compareText((String) one, (String) other);
      case RANK_BYTES -> Arrays.compareUnsigned((byte[]) one, (byte[]) other);
      case RANK_DATE ->
          Long.compare(((LocalDate) one).toEpochDay(), ((LocalDate) other).toEpochDay());
      case RANK_TIME -> ((LocalTime) one).compareTo((LocalTime) other);
      case RANK_DATE_TIME -> ((LocalDateTime) one).compareTo((LocalDateTime) other);
      case RANK_INSTANT -> ((Instant) one).compareTo((Instant) other);
      case RANK_ZONED -> compareZoned((ZonedDateTime) one, (ZonedDateTime) other);
      case RANK_DURATION -> ((Duration) one).compareTo((Duration) other);
      case RANK_UUID -> compareIds((UUID) one, (UUID) other);
      case RANK_LIST -> compareLists((List<?>) one, (List<?>) other);
      case RANK_NODE -> Long.compare(((NodeValue) one).id(), ((NodeValue) other).id());
      case RANK_EDGE -> compareEdges((EdgeValue) one, (EdgeValue) other);
      default -> 0;
    };
  }

  /// Exactly, whatever the types; NaN equals itself and is more than infinity.
  private static int compareNumbers(Number one, Number other) {
    boolean isOneWhole = isWhole(one);
    boolean isOtherWhole = isWhole(other);
    if (isOneWhole && isOtherWhole) {
      return Long.compare(one.longValue(), other.longValue());
    }
    if (isOneWhole) {
      return -compareToWhole(other.doubleValue(), one.longValue());
    }
    if (isOtherWhole) {
      return compareToWhole(one.doubleValue(), other.longValue());
    }
    double first = one.doubleValue();
    double second = other.doubleValue();
    return first == second ? 0 : Double.compare(first, second);
  }

  private static boolean isWhole(Number number) {
    return number instanceof Long
        || number instanceof Integer
        || number instanceof Short
        || number instanceof Byte;
  }

  private static int compareToWhole(double one, long other) {
    if (Double.isNaN(one) || one >= LONG_END) {
      return 1;
    }
    if (one < -LONG_END) {
      return -1;
    }
    long whole = (long) one;
    int order = Long.compare(whole, other);
    return order != 0 || one == whole
        ? order
        : new BigDecimal(one).compareTo(BigDecimal.valueOf(other));
  }

  /// By code points: surrogates stand behind all other units.
  private static int compareText(String one, String other) {
    int length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      char first = one.charAt(i);
      char second = other.charAt(i);
      if (first != second) {
        boolean isFirstHigh = isPaired(one, i);
        boolean isSecondHigh = isPaired(other, i);
        return isFirstHigh == isSecondHigh
            ? Character.compare(first, second)
            : Boolean.compare(isFirstHigh, isSecondHigh);
      }
    }
    return Integer.compare(one.length(), other.length());
  }

  /// Returns whether a unit is part of a pair, so that its code point is above all others.
  private static boolean isPaired(String text, int index) {
    char unit = text.charAt(index);
    return Character.isHighSurrogate(unit)
        ? index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1))
        : Character.isLowSurrogate(unit)
            && index > 0
            && Character.isHighSurrogate(text.charAt(index - 1));
  }

  private static int compareZoned(ZonedDateTime one, ZonedDateTime other) {
    int order = one.toInstant().compareTo(other.toInstant());
    return order != 0 ? order : compareText(one.getZone().getId(), other.getZone().getId());
  }

  private static int compareIds(UUID one, UUID other) {
    int order = Long.compareUnsigned(one.getMostSignificantBits(), other.getMostSignificantBits());
    return order != 0
        ? order
        : Long.compareUnsigned(one.getLeastSignificantBits(), other.getLeastSignificantBits());
  }

  private static int compareLists(List<?> one, List<?> other) {
    Iterator<?> second = other.iterator();
    for (Object element : one) {
      if (!second.hasNext()) {
        return 1;
      }
      int order = ORDER.compare(element, second.next());
      if (order != 0) {
        return order;
      }
    }
    return second.hasNext() ? -1 : 0;
  }

  private static int compareEdges(EdgeValue one, EdgeValue other) {
    int order = Integer.compare(one.type(), other.type());
    if (order == 0) {
      order = Integer.compare(one.source(), other.source());
    }
    if (order == 0) {
      order = Integer.compare(one.target(), other.target());
    }
    return order != 0 ? order : Integer.compare(one.ordinal(), other.ordinal());
  }
}
