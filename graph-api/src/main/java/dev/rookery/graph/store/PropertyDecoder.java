package dev.rookery.graph.store;

import dev.rookery.graph.error.PropertyException;
import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// Reads sets of properties where they lie, see [PropertyLayout].
///
/// A set is named by a segment, an offset and a length; its entries by their index, in the order of
/// their key numbers. One entry is found and read without a look at the values of the others. Only
/// [#valueAt] and [#stringAt] allocate, and never more than a multiple of the length of the value.
///
/// Nothing read is trusted: each method throws [dev.rookery.storage.error.CorruptDatabaseException]
/// when what it needs contradicts the length or itself. An index that is not below the count is an
/// [IndexOutOfBoundsException]. Thread-safe.
final class PropertyDecoder {
  /// A *shape* holds what the head says: the count above these bits, and in them the bytes per end.
  private static final int SHAPE_SHIFT = 3;

  private static final int SHAPE_MASK = (1 << SHAPE_SHIFT) - 1;

  private PropertyDecoder() {}

  /// Returns the number of properties.
  static int count(MemorySegment segment, long offset, int length) {
    return shape(segment, offset, length) >>> SHAPE_SHIFT;
  }

  /// Returns the index of the entry with that key number, or -1.
  static int find(MemorySegment segment, long offset, int length, int keyNumber) {
    int count = count(segment, offset, length);
    int index = lowerBound(segment, offset, count, keyNumber);
    return index < count && keyNumber == keyIn(segment, offset, count, index) ? index : -1;
  }

  /// Returns the index of the first entry whose key number is not smaller, or the count.
  static int lowerBound(MemorySegment segment, long offset, int count, int keyNumber) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (keyIn(segment, offset, count, middle) < keyNumber) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /// Returns the key number of an entry.
  static int keyAt(MemorySegment segment, long offset, int length, int index) {
    int count = count(segment, offset, length);
    return keyIn(segment, offset, count, Objects.checkIndex(index, count));
  }

  private static int keyIn(MemorySegment segment, long offset, int count, int index) {
    return PageLayout.unsignedShort(
        segment,
        offset + PropertyLayout.keysOffset(count) + (long) index * PropertyLayout.KEY_BYTES);
  }

  /// Returns the tag of the value of an entry, which is a known one.
  static int tagAt(MemorySegment segment, long offset, int length, int index) {
    int count = count(segment, offset, length);
    Objects.checkIndex(index, count);
    int tag =
        Byte.toUnsignedInt(
            segment.get(PageLayout.BYTE, offset + PropertyLayout.tagsOffset(count) + index));
    if (!PropertyLayout.isKnown(tag)) {
      throw PropertyLayout.corrupt("unknown type tag", "tag", tag);
    }
    return tag;
  }

  /// Returns the name of the type of an entry, for messages: `Long`, `List of String`.
  static String typeName(MemorySegment segment, long offset, int length, int index) {
    return PropertyLayout.typeName(tagAt(segment, offset, length, index));
  }

  static boolean isBoolean(MemorySegment segment, long offset, int length, int index) {
    return tagAt(segment, offset, length, index) <= PropertyLayout.TRUE;
  }

  static boolean isLong(MemorySegment segment, long offset, int length, int index) {
    return PropertyLayout.isLong(tagAt(segment, offset, length, index));
  }

  static boolean isDouble(MemorySegment segment, long offset, int length, int index) {
    return tagAt(segment, offset, length, index) == PropertyLayout.DOUBLE;
  }

  static boolean isString(MemorySegment segment, long offset, int length, int index) {
    return PropertyLayout.isString(tagAt(segment, offset, length, index));
  }

  /// Returns the value of an entry of type `Boolean`.
  ///
  /// @throws PropertyException if it is of another type
  static boolean booleanAt(MemorySegment segment, long offset, int length, int index) {
    int tag = tagAt(segment, offset, length, index);
    if (tag > PropertyLayout.TRUE) {
      throw otherType("Boolean", tag);
    }
    PropertyValueReader.requireWidth(valueBytes(segment, offset, length, index), 0);
    return tag == PropertyLayout.TRUE;
  }

  /// Returns the value of an entry of type `Long`.
  ///
  /// @throws PropertyException if it is of another type
  static long longAt(MemorySegment segment, long offset, int length, int index) {
    int tag = tagAt(segment, offset, length, index);
    if (!PropertyLayout.isLong(tag)) {
      throw otherType("Long", tag);
    }
    int width = PropertyLayout.width(tag);
    PropertyValueReader.requireWidth(valueBytes(segment, offset, length, index), width);
    return PropertyValueReader.number(
        segment, offset + valueStart(segment, offset, length, index), width);
  }

  /// Returns the value of an entry of type `Double`, or of type `Long`, converted.
  ///
  /// @throws PropertyException if it is of another type
  static double doubleAt(MemorySegment segment, long offset, int length, int index) {
    int tag = tagAt(segment, offset, length, index);
    if (PropertyLayout.isLong(tag)) {
      return longAt(segment, offset, length, index);
    }
    if (tag != PropertyLayout.DOUBLE) {
      throw otherType("Double", tag);
    }
    PropertyValueReader.requireWidth(valueBytes(segment, offset, length, index), Double.BYTES);
    return PropertyValueReader.floating(
        segment, offset + valueStart(segment, offset, length, index));
  }

  /// Returns the value of an entry of type `String`.
  ///
  /// @throws PropertyException if it is of another type
  static String stringAt(MemorySegment segment, long offset, int length, int index) {
    int tag = tagAt(segment, offset, length, index);
    if (!PropertyLayout.isString(tag)) {
      throw otherType("String", tag);
    }
    int valueBytes = valueBytes(segment, offset, length, index);
    return PropertyText.read(
        segment, offset + valueStart(segment, offset, length, index), valueBytes, tag);
  }

  /// Returns the value of an entry, as a copy that shares nothing with the segment.
  ///
  /// @throws PropertyException if it is in a time zone that this Java does not know
  static Object valueAt(MemorySegment segment, long offset, int length, int index) {
    int tag = tagAt(segment, offset, length, index);
    int valueBytes = valueBytes(segment, offset, length, index);
    return PropertyValueReader.read(
        segment, offset + valueStart(segment, offset, length, index), valueBytes, tag);
  }

  private static PropertyException otherType(String asked, int tag) {
    return new PropertyException(
        "property is of another type asked=%s type=%s"
            .formatted(asked, PropertyLayout.typeName(tag)));
  }

  /// Returns where the value of an entry begins, from the head.
  static int valueStart(MemorySegment segment, long offset, int length, int index) {
    int shape = shape(segment, offset, length);
    Objects.checkIndex(index, shape >>> SHAPE_SHIFT);
    return startIn(segment, offset, length, shape, index);
  }

  /// Returns the length of the value of an entry.
  static int valueBytes(MemorySegment segment, long offset, int length, int index) {
    int shape = shape(segment, offset, length);
    Objects.checkIndex(index, shape >>> SHAPE_SHIFT);
    int start = startIn(segment, offset, length, shape, index);
    int end = endIn(segment, offset, shape, index);
    if (end < start || end > length) {
      throw PropertyLayout.corrupt("value outside of its set", "end", end);
    }
    return end - start;
  }

  private static int startIn(MemorySegment segment, long offset, int length, int shape, int index) {
    int first = PropertyLayout.valuesOffset(shape >>> SHAPE_SHIFT, shape & SHAPE_MASK);
    int start = index == 0 ? first : endIn(segment, offset, shape, index - 1);
    if (start < first || start > length) {
      throw PropertyLayout.corrupt("value outside of its set", "start", start);
    }
    return start;
  }

  private static int endIn(MemorySegment segment, long offset, int shape, int index) {
    int endBytes = shape & SHAPE_MASK;
    long place =
        offset + PropertyLayout.endsOffset(shape >>> SHAPE_SHIFT) + (long) index * endBytes;
    return endBytes == PropertyLayout.NARROW_END_BYTES
        ? PageLayout.unsignedShort(segment, place)
        : segment.get(PageLayout.INT, place);
  }

  /// Returns the shape, after the check that all that stands before the values lies in the set.
  private static int shape(MemorySegment segment, long offset, int length) {
    if (length == 0) {
      return PropertyLayout.NARROW_END_BYTES;
    }
    if (length < 0 || offset < 0 || offset > segment.byteSize() - length) {
      throw PropertyLayout.corrupt("set outside of its segment", "setBytes", length);
    }
    int head = Byte.toUnsignedInt(segment.get(PageLayout.BYTE, offset));
    int count = head & PropertyLayout.COUNT_FOLLOWS;
    if (count == PropertyLayout.COUNT_FOLLOWS) {
      count = length < 3 ? 0 : PageLayout.unsignedShort(segment, offset + 1);
      if (count < PropertyLayout.COUNT_FOLLOWS) {
        throw PropertyLayout.corrupt("count is in the wrong place", "count", count);
      }
    } else if (count == 0) {
      throw PropertyLayout.corrupt("bytes without a property", "setBytes", length);
    }
    int endBytes =
        (head & PropertyLayout.WIDE) == 0
            ? PropertyLayout.NARROW_END_BYTES
            : PropertyLayout.WIDE_END_BYTES;
    if (PropertyLayout.valuesOffset(count, endBytes) > length) {
      throw PropertyLayout.corrupt("set is too short for its count", "count", count);
    }
    return count << SHAPE_SHIFT | endBytes;
  }

  /// Checks all that stands before the values; looks at no value. O(count).
  static void checkTable(MemorySegment segment, long offset, int length) {
    int shape = shape(segment, offset, length);
    int count = shape >>> SHAPE_SHIFT;
    int previousKey = 0;
    int end = 0;
    for (int index = 0; index < count; index++) {
      int key = keyIn(segment, offset, count, index);
      if (key <= previousKey) {
        throw PropertyLayout.corrupt("keys are out of order", "keyNumber", key);
      }
      previousKey = key;
      tagAt(segment, offset, length, index);
      end = valueStart(segment, offset, length, index) + valueBytes(segment, offset, length, index);
    }
    if (end != length) {
      throw PropertyLayout.corrupt("set goes on after its last value", "end", end);
    }
    int first = PropertyLayout.valuesOffset(count, shape & SHAPE_MASK);
    if (count > 0 && PropertyLayout.endBytes(count, length - first) != (shape & SHAPE_MASK)) {
      throw PropertyLayout.corrupt("ends are of the wrong width", "setBytes", length);
    }
  }

  /// Checks a whole set: that it is one, and that it has the bytes that its values are written to.
  ///
  /// @throws dev.rookery.storage.error.CorruptDatabaseException if not
  static void validate(MemorySegment segment, long offset, int length) {
    checkTable(segment, offset, length);
    int count = count(segment, offset, length);
    for (int index = 0; index < count; index++) {
      String key = "#" + keyAt(segment, offset, length, index);
      Object value;
      try {
        value = PropertyValueWriter.freeze(key, valueAt(segment, offset, length, index));
      } catch (PropertyException _) {
        continue; // A time zone that this Java does not know is no damage.
      }
      int tag = tagAt(segment, offset, length, index);
      if (tag != PropertyValueWriter.tagOf(key, value)
          || valueBytes(segment, offset, length, index)
              != PropertyValueWriter.lengthOf(key, value, tag)) {
        throw PropertyLayout.corrupt("value is not in its shortest form", "tag", tag);
      }
    }
  }
}
