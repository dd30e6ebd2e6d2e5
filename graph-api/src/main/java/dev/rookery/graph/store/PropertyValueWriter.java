package dev.rookery.graph.store;

import static dev.rookery.graph.store.PropertyLayout.VARIABLE;

import dev.rookery.graph.error.PropertyException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Writes single values in the form of [PropertyLayout].
///
/// A value passes through four steps, so that nothing is allocated before its length is known:
/// [#freeze], [#tagOf], [#lengthOf], [#write]. Thread-safe.
final class PropertyValueWriter {
  private PropertyValueWriter() {}

  /// Returns a value that no one else changes in number or order of elements: lists as arrays.
  static Object freeze(String key, @Nullable Object value) {
    return switch (value) {
      case null -> throw new PropertyException("property value is null key=" + key);
      case List<?> list -> {
        // The smallest element takes a byte; a longer list is not worth its copy.
        requireLength(key, list.size());
        yield list.toArray(new Object[0]);
      }
      case String[] strings -> strings.clone();
      case Object[] _ -> throw notSupported(key, value);
      default -> value;
    };
  }

  /// Returns the tag of a frozen value.
  static int tagOf(String key, Object value) {
    return switch (value) {
      case long[] numbers -> {
        int tag = PropertyLayout.LIST;
        for (long number : numbers) {
          tag = Math.max(tag, PropertyLayout.LIST + longElementTag(number));
        }
        yield tag;
      }
      case int[] numbers -> {
        int tag = PropertyLayout.LIST;
        for (int number : numbers) {
          tag = Math.max(tag, PropertyLayout.LIST + longElementTag(number));
        }
        yield tag;
      }
      case double[] numbers -> listTag(numbers.length, PropertyLayout.DOUBLE);
      case boolean[] flags -> listTag(flags.length, PropertyLayout.TRUE);
      case Object[] elements -> elementsTag(key, elements);
      default -> scalarTag(key, value);
    };
  }

  private static int listTag(int count, int elementTag) {
    return count == 0 ? PropertyLayout.LIST : PropertyLayout.LIST + elementTag;
  }

  /// Tags of one type ascend with the room they need, so the highest one serves all elements.
  private static int elementsTag(String key, @Nullable Object[] elements) {
    int widest = 0;
    for (Object element : elements) {
      if (element == null) {
        throw new PropertyException("list element is null key=" + key);
      }
      int tag = scalarTag(key, element);
      if (widest != 0 && !PropertyLayout.typeName(tag).equals(PropertyLayout.typeName(widest))) {
        throw new PropertyException(
            "list mixes types key=%s type=%s otherType=%s"
                .formatted(key, PropertyLayout.typeName(widest), PropertyLayout.typeName(tag)));
      }
      widest = Math.max(widest, tag);
    }
    return listTag(elements.length, PropertyLayout.elementTag(widest));
  }

  private static int scalarTag(String key, Object value) {
    return switch (value) {
      case Boolean flag -> flag ? PropertyLayout.TRUE : PropertyLayout.FALSE;
      case Long number -> longTag(number);
      case Integer number -> longTag(number);
      case Short number -> longTag(number);
      case Byte number -> longTag(number);
      case Double _, Float _ -> PropertyLayout.DOUBLE;
      case String text -> PropertyText.tagOf(text);
      case byte[] _ -> PropertyLayout.BYTES;
      case LocalDate date ->
          date.toEpochDay() == (int) date.toEpochDay()
              ? PropertyLayout.DATE_4
              : PropertyLayout.DATE_8;
      case LocalTime _ -> PropertyLayout.TIME;
      case LocalDateTime _ -> PropertyLayout.DATE_TIME;
      case Instant _ -> PropertyLayout.INSTANT;
      case ZonedDateTime _ -> PropertyLayout.ZONED;
      case Duration _ -> PropertyLayout.DURATION;
      case UUID _ -> PropertyLayout.UUID;
      default -> throw notSupported(key, value);
    };
  }

  private static PropertyException notSupported(String key, Object value) {
    return new PropertyException(
        "type is not supported key=%s type=%s".formatted(key, value.getClass().getTypeName()));
  }

  private static int longTag(long number) {
    return number == 0 ? PropertyLayout.LONG_0 : longElementTag(number);
  }

  private static int longElementTag(long number) {
    if (number == (byte) number) {
      return PropertyLayout.LONG_1;
    }
    if (number == (short) number) {
      return PropertyLayout.LONG_2;
    }
    return number == (int) number ? PropertyLayout.LONG_4 : PropertyLayout.LONG_8;
  }

  /// Returns the length of a frozen value of that tag, within the limit.
  static int lengthOf(String key, Object value, int tag) {
    long length;
    if (tag == PropertyLayout.LIST) {
      length = 0;
    } else if (tag > PropertyLayout.LIST) {
      length = listLength(value, tag - PropertyLayout.LIST);
    } else {
      int width = PropertyLayout.width(tag);
      length = width == VARIABLE ? variableLength(value, tag) : width;
    }
    return requireLength(key, length);
  }

  private static int requireLength(String key, long length) {
    if (length > PropertyEncoder.VALUE_BYTES_MAX) {
      throw new PropertyException(
          "value is too long key=%s valueBytes=%d valueBytesMax=%d"
              .formatted(key, length, PropertyEncoder.VALUE_BYTES_MAX));
    }
    return (int) length;
  }

  private static long listLength(Object list, int tag) {
    int width = PropertyLayout.elementWidth(tag);
    if (width != VARIABLE) {
      return (long) elementCount(list) * width;
    }
    Object[] elements = (Object[]) list;
    long length = Integer.BYTES + (long) elements.length * Integer.BYTES;
    for (Object element : elements) {
      length += variableLength(element, tag);
    }
    return length;
  }

  private static int elementCount(Object list) {
    return switch (list) {
      case long[] numbers -> numbers.length;
      case int[] numbers -> numbers.length;
      case double[] numbers -> numbers.length;
      case boolean[] flags -> flags.length;
      default -> ((Object[]) list).length;
    };
  }

  private static long variableLength(Object value, int tag) {
    return switch (value) {
      case String text -> PropertyText.lengthOf(text, tag);
      case byte[] bytes -> bytes.length;
      case ZonedDateTime time -> PropertyLayout.MOMENT_BYTES + time.getZone().getId().length();
      default -> throw new IllegalStateException("tag=" + tag);
    };
  }

  /// Writes a frozen value of that tag and returns where it ends.
  static int write(Object value, int tag, byte[] buffer, int offset) {
    if (tag == PropertyLayout.LIST) {
      return offset;
    }
    if (tag > PropertyLayout.LIST) {
      return writeList(value, tag - PropertyLayout.LIST, buffer, offset);
    }
    int width = PropertyLayout.width(tag);
    return width == VARIABLE
        ? writeVariable(value, tag, buffer, offset)
        : writeFixed(value, width, buffer, offset);
  }

  private static int writeList(Object list, int tag, byte[] buffer, int offset) {
    int width = PropertyLayout.elementWidth(tag);
    int end = offset;
    switch (list) {
      case long[] numbers -> {
        for (long number : numbers) {
          end = putNumber(buffer, end, number, width);
        }
      }
      case int[] numbers -> {
        for (int number : numbers) {
          end = putNumber(buffer, end, number, width);
        }
      }
      case double[] numbers -> {
        for (double number : numbers) {
          end = putNumber(buffer, end, Double.doubleToLongBits(number), width);
        }
      }
      case boolean[] flags -> {
        for (boolean flag : flags) {
          end = putNumber(buffer, end, flag ? 1 : 0, width);
        }
      }
      default -> end = writeElements((Object[]) list, tag, buffer, offset);
    }
    return end;
  }

  private static int writeElements(Object[] elements, int tag, byte[] buffer, int offset) {
    int width = PropertyLayout.elementWidth(tag);
    if (width != VARIABLE) {
      int end = offset;
      for (Object element : elements) {
        end = writeFixed(element, width, buffer, end);
      }
      return end;
    }
    int entry = putNumber(buffer, offset, elements.length, Integer.BYTES);
    int end = entry + elements.length * Integer.BYTES;
    for (Object element : elements) {
      end = writeVariable(element, tag, buffer, end);
      entry = putNumber(buffer, entry, end - offset, Integer.BYTES);
    }
    return end;
  }

  private static int writeFixed(Object value, int width, byte[] buffer, int offset) {
    return switch (value) {
      case Boolean flag -> putNumber(buffer, offset, flag ? 1 : 0, width);
      case Double number -> putNumber(buffer, offset, Double.doubleToLongBits(number), width);
      case Float number -> putNumber(buffer, offset, Double.doubleToLongBits(number), width);
      case Number number -> putNumber(buffer, offset, number.longValue(), width);
      case LocalDate date -> putNumber(buffer, offset, date.toEpochDay(), width);
      case LocalTime time -> putNumber(buffer, offset, time.toNanoOfDay(), width);
      case LocalDateTime time -> putInstant(buffer, offset, time.toInstant(ZoneOffset.UTC));
      case Instant time -> putInstant(buffer, offset, time);
      case Duration time -> putMoment(buffer, offset, time.getSeconds(), time.getNano());
      case UUID id ->
          putNumber(
              buffer,
              putNumber(buffer, offset, id.getMostSignificantBits(), Long.BYTES),
              id.getLeastSignificantBits(),
              Long.BYTES);
      default -> throw new IllegalStateException("type=" + value.getClass());
    };
  }

  private static int writeVariable(Object value, int tag, byte[] buffer, int offset) {
    return switch (value) {
      case String text -> PropertyText.write(text, tag, buffer, offset);
      case byte[] bytes -> {
        System.arraycopy(bytes, 0, buffer, offset, bytes.length);
        yield offset + bytes.length;
      }
      case ZonedDateTime time -> {
        int zone = putInstant(buffer, offset, time.toInstant());
        yield PropertyText.write(time.getZone().getId(), PropertyLayout.LATIN_1, buffer, zone);
      }
      default -> throw new IllegalStateException("type=" + value.getClass());
    };
  }

  private static int putInstant(byte[] buffer, int offset, Instant time) {
    return putMoment(buffer, offset, time.getEpochSecond(), time.getNano());
  }

  private static int putMoment(byte[] buffer, int offset, long second, int nanosecond) {
    return putNumber(
        buffer, putNumber(buffer, offset, second, Long.BYTES), nanosecond, Integer.BYTES);
  }

  /// Writes the low bytes of a number, the lowest first, and returns where they end.
  static int putNumber(byte[] buffer, int offset, long number, int width) {
    for (int index = 0; index < width; index++) {
      buffer[offset + index] = (byte) (number >>> (index * Byte.SIZE));
    }
    return offset + width;
  }
}
