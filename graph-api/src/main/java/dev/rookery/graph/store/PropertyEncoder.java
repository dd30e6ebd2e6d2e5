package dev.rookery.graph.store;

import dev.rookery.graph.error.PropertyException;
import dev.rookery.storage.table.RecordTable;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/// Writes sets of properties in the form of [PropertyLayout] into a buffer of its own.
///
/// Equal sets have equal bytes, whatever the order of the map and the classes of its numbers. All
/// limits are checked before a buffer is made. Reusable, for one thread at a time.
///
/// Invariants:
/// 1. The buffer holds the result of the last call, if it did not throw.
/// 2. Between calls there is no reference to a value, and no buffer of a large set but the result.
final class PropertyEncoder {
  /// The largest key number; the smallest is 1.
  static final int KEY_NUMBER_MAX = 65_535;

  /// How many properties a set has at most.
  static final int COUNT_MAX = 65_535;

  /// Length of the name of a key in UTF-8, at most.
  static final int KEY_BYTES_MAX = 255;

  /// Length of one value, encoded, at most.
  static final int VALUE_BYTES_MAX = 1 << 30;

  /// Length of a set, encoded, at most.
  static final int SET_BYTES_MAX = RecordTable.RECORD_BYTES_MAX;

  /// Buffers up to this length are kept for the next set.
  private static final int KEPT_BYTES_MAX = 1 << 20;

  private static final int BUFFER_BYTES_MIN = 256;

  /// How much of a name that is too long appears in a message.
  private static final int SHOWN_CHARS_MAX = 40;

  private byte[] buffer = new byte[BUFFER_BYTES_MIN];

  /// The other buffer: [#replace] writes here, so that it may read what was written last.
  private byte[] spare = new byte[BUFFER_BYTES_MIN];

  private final List<Entry> entries = new ArrayList<>();

  // Where the next entry goes, and how wide its end is: the state while a set is written.
  private int keyOffset;
  private int tagOffset;
  private int endOffset;
  private int endBytes;
  private int valueOffset;

  /// Returns the buffer that the last call wrote to. Valid until the next call.
  byte[] buffer() {
    return buffer;
  }

  /// Checks the name of a key.
  ///
  /// @throws PropertyException if it is null, empty, too long or not valid Unicode
  static void checkKey(@Nullable String key) {
    if (key == null || key.isEmpty()) {
      throw new PropertyException("property key is " + (key == null ? "null" : "empty"));
    }
    int tag = PropertyText.tagOf(key);
    if (tag == PropertyLayout.UTF_16) {
      throw new PropertyException("property key has an unpaired surrogate key=" + shown(key));
    }
    long keyBytes = PropertyText.lengthOf(key, PropertyLayout.UTF_8);
    if (keyBytes > KEY_BYTES_MAX) {
      throw new PropertyException(
          "property key is too long key=%s keyBytes=%d keyBytesMax=%d"
              .formatted(shown(key), keyBytes, KEY_BYTES_MAX));
    }
  }

  private static String shown(String key) {
    return key.length() <= SHOWN_CHARS_MAX ? key : key.substring(0, SHOWN_CHARS_MAX) + "…";
  }

  /// Encodes a set.
  ///
  /// @param keyNumbers gives each name a number of its own; asked only when all names and values
  ///   have been found good
  /// @return the length of the result in [#buffer]; 0 for the empty set
  /// @throws PropertyException if a name, a value or the whole is not allowed
  int encode(Map<String, ?> properties, ToIntFunction<String> keyNumbers) {
    try {
      long valueBytes = 0;
      for (Map.Entry<String, ?> property : properties.entrySet()) {
        String key = property.getKey();
        checkKey(key);
        Entry entry = new Entry(key, property.getValue());
        entries.add(entry);
        valueBytes += entry.length;
        requireSize(key, entries.size(), valueBytes);
      }
      for (Entry entry : entries) {
        entry.number = requireNumber(entry.key, keyNumbers.applyAsInt(entry.key));
      }
      entries.sort(Comparator.comparingInt(entry -> entry.number));
      return write(valueBytes);
    } finally {
      entries.clear();
    }
  }

  private int write(long valueBytes) {
    if (entries.isEmpty()) {
      return 0;
    }
    begin(entries.size(), valueBytes);
    int previous = 0;
    for (Entry entry : entries) {
      if (entry.number == previous) {
        throw new IllegalArgumentException(
            "two keys have one number key=%s keyNumber=%d".formatted(entry.key, previous));
      }
      previous = entry.number;
      append(entry);
    }
    return valueOffset;
  }

  /// As [#replace(PropertyBytes, String, int, Object)], for a caller that has no name for messages.
  int replace(MemorySegment old, long offset, int length, int keyNumber, @Nullable Object value) {
    MemorySegment set = length == 0 ? MemorySegment.NULL : old.asSlice(offset, length);
    return replace(set, "#" + keyNumber, keyNumber, value);
  }

  /// Encodes a set that differs from another one in one property. The other values are copied as
  /// they are. O(length).
  ///
  /// @param old the encoded other set; may lie in [#buffer]
  /// @param key the name, for messages
  /// @param value the value of that property, or null if the result shall not have it
  /// @return the length of the result in [#buffer], the same as [#encode] would have made
  /// @throws PropertyException if the value or the whole is not allowed
  /// @throws dev.rookery.storage.error.CorruptDatabaseException if the other set is not a set
  int replace(PropertyBytes old, String key, int keyNumber, @Nullable Object value) {
    MemorySegment set =
        old.length() == 0 ? MemorySegment.NULL : old.segment().asSlice(old.offset(), old.length());
    return replace(set, key, keyNumber, value);
  }

  private int replace(MemorySegment old, String key, int keyNumber, @Nullable Object value) {
    requireNumber(key, keyNumber);
    Entry entry = value == null ? null : new Entry(key, value);
    int oldLength = (int) old.byteSize();
    PropertyDecoder.checkTable(old, 0, oldLength);
    int oldCount = PropertyDecoder.count(old, 0, oldLength);
    int position = PropertyDecoder.lowerBound(old, 0, oldCount, keyNumber);
    int next = position;
    long valueBytes = oldCount == 0 ? 0 : oldLength - valueStart(old, 0);
    if (position < oldCount && PropertyDecoder.keyAt(old, 0, oldLength, position) == keyNumber) {
      valueBytes -= PropertyDecoder.valueBytes(old, 0, oldLength, position);
      next++;
    }
    int count = position + (oldCount - next);
    if (entry != null) {
      count++;
      valueBytes += entry.length;
      entry.number = keyNumber;
      requireSize(key, count, valueBytes);
    }
    if (count == 0) {
      return 0;
    }
    swapBuffers();
    begin(count, valueBytes);
    copy(old, 0, position);
    if (entry != null) {
      append(entry);
    }
    copy(old, next, oldCount);
    spare = spare.length > KEPT_BYTES_MAX ? new byte[BUFFER_BYTES_MIN] : spare;
    return valueOffset;
  }

  private static int valueStart(MemorySegment old, int index) {
    return PropertyDecoder.valueStart(old, 0, (int) old.byteSize(), index);
  }

  private void swapBuffers() {
    byte[] written = buffer;
    buffer = spare;
    spare = written;
  }

  private static int requireNumber(String key, int number) {
    if (number < 1 || number > KEY_NUMBER_MAX) {
      throw new PropertyException(
          "key number is out of range key=%s keyNumber=%d keyNumberMax=%d"
              .formatted(key, number, KEY_NUMBER_MAX));
    }
    return number;
  }

  private static void requireSize(String key, int count, long valueBytes) {
    if (count > COUNT_MAX) {
      throw new PropertyException(
          "too many properties key=%s count=%d countMax=%d".formatted(key, count, COUNT_MAX));
    }
    long setBytes =
        valueBytes + PropertyLayout.valuesOffset(count, PropertyLayout.endBytes(count, valueBytes));
    if (setBytes > SET_BYTES_MAX) {
      throw new PropertyException(
          "properties are too long key=%s setBytes=%d setBytesMax=%d"
              .formatted(key, setBytes, SET_BYTES_MAX));
    }
  }

  private void begin(int count, long valueBytes) {
    endBytes = PropertyLayout.endBytes(count, valueBytes);
    valueOffset = PropertyLayout.valuesOffset(count, endBytes);
    keyOffset = PropertyLayout.keysOffset(count);
    tagOffset = PropertyLayout.tagsOffset(count);
    endOffset = PropertyLayout.endsOffset(count);
    requireBuffer((int) (valueOffset + valueBytes));

    int wide = endBytes == PropertyLayout.WIDE_END_BYTES ? PropertyLayout.WIDE : 0;
    buffer[0] = (byte) (wide | Math.min(count, PropertyLayout.COUNT_FOLLOWS));
    if (count >= PropertyLayout.COUNT_FOLLOWS) {
      PropertyValueWriter.putNumber(buffer, Byte.BYTES, count, Short.BYTES);
    }
  }

  private void requireBuffer(int length) {
    if (length > KEPT_BYTES_MAX) {
      if (buffer.length < length) {
        buffer = new byte[length];
      }
    } else if (buffer.length < length || buffer.length > KEPT_BYTES_MAX) {
      int roundedUp = Integer.highestOneBit(Math.max(length - 1, 1)) << 1;
      buffer = new byte[Math.max(roundedUp, BUFFER_BYTES_MIN)];
    }
  }

  private void append(Entry entry) {
    int end = PropertyValueWriter.write(entry.value, entry.tag, buffer, valueOffset);
    appendRow(entry.number, entry.tag, end);
  }

  private void copy(MemorySegment old, int from, int to) {
    if (from == to) {
      return;
    }
    int oldLength = (int) old.byteSize();
    int start = valueStart(old, from);
    int end = to == PropertyDecoder.count(old, 0, oldLength) ? oldLength : valueStart(old, to);
    MemorySegment.copy(old, start, MemorySegment.ofArray(buffer), valueOffset, (long) end - start);
    for (int index = from; index < to; index++) {
      appendRow(
          PropertyDecoder.keyAt(old, 0, oldLength, index),
          PropertyDecoder.tagAt(old, 0, oldLength, index),
          valueOffset + PropertyDecoder.valueBytes(old, 0, oldLength, index));
    }
  }

  private void appendRow(int number, int tag, int end) {
    keyOffset = PropertyValueWriter.putNumber(buffer, keyOffset, number, PropertyLayout.KEY_BYTES);
    buffer[tagOffset++] = (byte) tag;
    endOffset = PropertyValueWriter.putNumber(buffer, endOffset, end, endBytes);
    valueOffset = end;
  }

  /// A property whose value has been found good.
  private static final class Entry {
    final String key;
    final Object value;
    final int tag;
    final int length;
    int number;

    Entry(String key, @Nullable Object value) {
      this.key = key;
      this.value = PropertyValueWriter.freeze(key, value);
      tag = PropertyValueWriter.tagOf(key, this.value);
      length = PropertyValueWriter.lengthOf(key, this.value, tag);
    }
  }
}
