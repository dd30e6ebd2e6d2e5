package dev.rookery.graph.store;

import static dev.rookery.graph.store.PropertyLayout.VARIABLE;

import dev.rookery.graph.error.PropertyException;
import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.zone.ZoneRulesException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/// Reads single values in the form of [PropertyLayout].
///
/// The caller has checked that the bytes of the value lie within its set and that the tag is known;
/// all that depends on the type is checked here. Thread-safe.
final class PropertyValueReader {
  private static final int NANOSECOND_MAX = 999_999_999;

  private PropertyValueReader() {}

  /// Returns a value. It shares nothing with the segment, and a list cannot be changed.
  ///
  /// @throws PropertyException if the value is in a time zone that this Java does not know
  static Object read(MemorySegment segment, long offset, int length, int tag) {
    try {
      if (tag == PropertyLayout.LIST) {
        requireWidth(length, 0);
        return List.of();
      }
      if (tag > PropertyLayout.LIST) {
        return list(segment, offset, length, tag - PropertyLayout.LIST);
      }
      return switch (tag) {
        case PropertyLayout.FALSE -> falseOf(length);
        case PropertyLayout.TRUE -> trueOf(length);
        default -> scalar(segment, offset, length, tag);
      };
    } catch (DateTimeException e) {
      throw new CorruptDatabaseException(
          "properties: no such time type=" + PropertyLayout.typeName(tag), e);
    }
  }

  private static Boolean falseOf(int length) {
    requireWidth(length, 0);
    return Boolean.FALSE;
  }

  private static Boolean trueOf(int length) {
    requireWidth(length, 0);
    return Boolean.TRUE;
  }

  private static List<Object> list(MemorySegment segment, long offset, int length, int tag) {
    int width = PropertyLayout.elementWidth(tag);
    Object[] elements =
        width == VARIABLE
            ? variableElements(segment, offset, length, tag)
            : fixedElements(segment, offset, length, tag);
    return Collections.unmodifiableList(Arrays.asList(elements));
  }

  private static Object[] fixedElements(MemorySegment segment, long offset, int length, int tag) {
    int width = PropertyLayout.elementWidth(tag);
    if (length == 0 || length % width != 0) {
      throw PropertyLayout.corrupt("list ends within an element", "valueBytes", length);
    }
    Object[] elements = new Object[length / width];
    for (int index = 0; index < elements.length; index++) {
      long place = offset + (long) index * width;
      elements[index] =
          tag == PropertyLayout.TRUE ? flag(segment, place) : scalar(segment, place, width, tag);
    }
    return elements;
  }

  private static Object[] variableElements(
      MemorySegment segment, long offset, int length, int tag) {
    int count = length < Integer.BYTES ? 0 : segment.get(PageLayout.INT, offset);
    if (count < 1 || count > length / Integer.BYTES - 1) {
      throw PropertyLayout.corrupt("list is too short for its count", "count", count);
    }
    Object[] elements = new Object[count];
    int start = Integer.BYTES + count * Integer.BYTES;
    for (int index = 0; index < count; index++) {
      int end = segment.get(PageLayout.INT, offset + (index + 1L) * Integer.BYTES);
      if (end < start || end > length) {
        throw PropertyLayout.corrupt("list element outside of its list", "end", end);
      }
      elements[index] = scalar(segment, offset + start, end - start, tag);
      start = end;
    }
    if (start != length) {
      throw PropertyLayout.corrupt("list goes on after its last element", "end", start);
    }
    return elements;
  }

  private static Boolean flag(MemorySegment segment, long offset) {
    byte flag = segment.get(PageLayout.BYTE, offset);
    if (flag != 0 && flag != 1) {
      throw PropertyLayout.corrupt("neither false nor true", "byte", flag);
    }
    return flag == 1;
  }

  private static Object scalar(MemorySegment segment, long offset, int length, int tag) {
    int width = PropertyLayout.width(tag);
    if (width != VARIABLE) {
      requireWidth(length, width);
    }
    return switch (tag) {
      case PropertyLayout.LONG_0,
          PropertyLayout.LONG_1,
          PropertyLayout.LONG_2,
          PropertyLayout.LONG_4,
          PropertyLayout.LONG_8 ->
          number(segment, offset, width);
      case PropertyLayout.DOUBLE -> floating(segment, offset);
      case PropertyLayout.LATIN_1, PropertyLayout.UTF_8, PropertyLayout.UTF_16 ->
          PropertyText.read(segment, offset, length, tag);
      case PropertyLayout.BYTES -> PropertyText.bytes(segment, offset, length);
      case PropertyLayout.DATE_4, PropertyLayout.DATE_8 ->
          LocalDate.ofEpochDay(number(segment, offset, width));
      case PropertyLayout.TIME -> LocalTime.ofNanoOfDay(number(segment, offset, width));
      case PropertyLayout.DATE_TIME ->
          LocalDateTime.ofEpochSecond(
              second(segment, offset), nanosecond(segment, offset), ZoneOffset.UTC);
      case PropertyLayout.INSTANT ->
          Instant.ofEpochSecond(second(segment, offset), nanosecond(segment, offset));
      case PropertyLayout.ZONED -> zoned(segment, offset, length);
      case PropertyLayout.DURATION ->
          Duration.ofSeconds(second(segment, offset), nanosecond(segment, offset));
      case PropertyLayout.UUID ->
          new UUID(
              segment.get(PageLayout.LONG, offset),
              segment.get(PageLayout.LONG, offset + Long.BYTES));
      default -> throw PropertyLayout.corrupt("unknown type tag", "tag", tag);
    };
  }

  private static ZonedDateTime zoned(MemorySegment segment, long offset, int length) {
    int zoneBytes = length - PropertyLayout.MOMENT_BYTES;
    if (zoneBytes < 1) {
      throw PropertyLayout.corrupt("time without a zone", "valueBytes", length);
    }
    Instant instant = Instant.ofEpochSecond(second(segment, offset), nanosecond(segment, offset));
    String zone =
        PropertyText.read(
            segment, offset + PropertyLayout.MOMENT_BYTES, zoneBytes, PropertyLayout.LATIN_1);
    try {
      return ZonedDateTime.ofInstant(instant, ZoneId.of(zone));
    } catch (ZoneRulesException _) {
      // Well-formed, but of a newer or an older time zone database.
      throw new PropertyException("time zone is not known to this Java zone=" + zone);
    }
  }

  private static long second(MemorySegment segment, long offset) {
    return segment.get(PageLayout.LONG, offset);
  }

  private static int nanosecond(MemorySegment segment, long offset) {
    int nanosecond = segment.get(PageLayout.INT, offset + Long.BYTES);
    if (nanosecond < 0 || nanosecond > NANOSECOND_MAX) {
      throw PropertyLayout.corrupt("no such nanosecond", "nanosecond", nanosecond);
    }
    return nanosecond;
  }

  /// Returns a signed number of 0, 1, 2, 4 or 8 bytes.
  static long number(MemorySegment segment, long offset, int width) {
    return switch (width) {
      case 0 -> 0;
      case Byte.BYTES -> segment.get(PageLayout.BYTE, offset);
      case Short.BYTES -> segment.get(PageLayout.SHORT, offset);
      case Integer.BYTES -> segment.get(PageLayout.INT, offset);
      default -> segment.get(PageLayout.LONG, offset);
    };
  }

  /// Returns a floating-point number of 8 bytes.
  static double floating(MemorySegment segment, long offset) {
    return Double.longBitsToDouble(segment.get(PageLayout.LONG, offset));
  }

  /// Checks the length of a value against the width of its tag.
  static void requireWidth(int length, int width) {
    if (length != width) {
      throw PropertyLayout.corrupt("value is not as long as its type", "valueBytes", length);
    }
  }
}
