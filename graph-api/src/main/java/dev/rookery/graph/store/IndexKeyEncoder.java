package dev.rookery.graph.store;

import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Writes property values so that the order of the bytes, unsigned, is the order of the values.
///
/// ```
/// value                rank   behind it
/// Boolean             10 11   false, true
/// Long, Double           20   number
/// String                 30   UTF-8 (a lone surrogate as three bytes), escaped
/// byte[]                 40   escaped
/// LocalDate              50   epoch day s8
/// LocalTime              60   nanosecond of the day s8
/// LocalDateTime          70   second s8, nanosecond u4
/// Instant                80   second s8, nanosecond u4
/// ZonedDateTime          90   second s8, nanosecond u4, id of the zone escaped
/// Duration               A0   second s8, nanosecond u4
/// UUID                   B0   16 bytes
/// List                   C0   the elements, each with its rank; 00
/// no value               01
///
/// number: nearest double, 8 bytes; from 2^53 on, by amount, behind it the rest u2 (+ 8000)
/// escaped: a byte 00 is 00 FF; at the end 00 01
/// s8: the highest byte first, the sign bit flipped
/// ```
///
/// No encoding is the beginning of another one, so several of them side by side compare value by
/// value. One of more than [#FULL_BYTES_MAX] bytes is *cut*: so many bytes, then 8 of a hash of
/// all. Cut ones that agree in these bytes are in no order, and equal ones may be of different
/// values: whoever compares looks into the record.
///
/// Works on encoded properties (see [PropertyLayout]), of which it believes as little as the
/// decoder. Reusable, for one thread at a time.
final class IndexKeyEncoder {
  /// The longest encoding that is not cut.
  static final int FULL_BYTES_MAX = 200;

  /// Length of the hash behind one that is cut.
  static final int HASH_BYTES = Long.BYTES;

  static final int ABSENT = 0x01;
  static final int FALSE = 0x10;
  static final int TRUE = 0x11;
  static final int NUMBER = 0x20;
  static final int STRING = 0x30;
  static final int BYTES = 0x40;
  static final int DATE = 0x50;
  static final int TIME = 0x60;
  static final int DATE_TIME = 0x70;
  static final int INSTANT = 0x80;
  static final int ZONED = 0x90;
  static final int DURATION = 0xA0;
  static final int UUID = 0xB0;
  static final int LIST = 0xC0;

  /// Behind every rank.
  static final int RANK_END = 0xD0;

  /// How many ranks a type has.
  static final int TYPE_RANKS = 0x10;

  /// Bits of a rank that tell types apart.
  private static final int TYPE_MASK = 0xF0;

  private static final double EXACT_END = 0x1p53;
  private static final int REST_ZERO = 0x8000;
  private static final int BUFFER_BYTES_MIN = 256;
  private static final int BUFFER_BYTES_KEPT = 1 << 16;

  private byte[] buffer = new byte[BUFFER_BYTES_MIN];
  private int length;

  /// Begins another key.
  void clear() {
    length = 0;
    if (buffer.length > BUFFER_BYTES_KEPT) {
      buffer = new byte[BUFFER_BYTES_MIN];
    }
  }

  /// Returns a copy of what was written since [#clear].
  byte[] toBytes() {
    return Arrays.copyOf(buffer, length);
  }

  /// Returns the rank of the type of an encoded value: the same for all values of a type, smaller
  /// than their first bytes or equal to them.
  static int typeRank(byte[] encoded) {
    return encoded[0] & TYPE_MASK;
  }

  /// Writes that there is no value.
  void appendAbsent() {
    put(ABSENT);
  }

  /// Writes a number of 6 bytes: a node id.
  void appendNode(long node) {
    reserve(IndexEntries.NODE_BYTES);
    for (int shift = Byte.SIZE * (IndexEntries.NODE_BYTES - 1); shift >= 0; shift -= Byte.SIZE) {
      buffer[length++] = (byte) (node >>> shift);
    }
  }

  /// Writes the value of an entry of a property set, and returns whether it had to be cut.
  boolean append(PropertyBytes set, int index) {
    int start = length;
    appendWhole(set, index);
    return cut(start);
  }

  /// Writes the value of an entry of a property set in full, however long.
  void appendWhole(PropertyBytes set, int index) {
    MemorySegment segment = set.segment();
    int tag = PropertyDecoder.tagAt(segment, set.offset(), set.length(), index);
    int valueBytes = PropertyDecoder.valueBytes(segment, set.offset(), set.length(), index);
    int valueStart = PropertyDecoder.valueStart(segment, set.offset(), set.length(), index);
    appendStored(segment, set.offset() + valueStart, valueBytes, tag);
  }

  /// Encodes a value that is not stored, in full.
  ///
  /// @throws dev.rookery.graph.error.PropertyException if it has a type that is not supported
  byte[] encode(String key, @Nullable Object value) {
    clear();
    // Not by way of a segment on the heap where that can be helped: a third kind of segments makes
    // the compiler give up guessing which kind it meets, everywhere.
    switch (value) {
      case String text -> {
        put(STRING);
        putText(text);
      }
      case Boolean flag -> put(flag ? TRUE : FALSE);
      case Double number -> putNumber(number, 0);
      case Float number -> putNumber(number, 0);
      case Long number -> putNumber(number);
      case Integer number -> putNumber((long) number);
      case null, default -> appendStored(key, value);
    }
    return toBytes();
  }

  private void appendStored(String key, @Nullable Object value) {
    Object frozen = PropertyValueWriter.freeze(key, value);
    int tag = PropertyValueWriter.tagOf(key, frozen);
    byte[] stored = new byte[PropertyValueWriter.lengthOf(key, frozen, tag)];
    PropertyValueWriter.write(frozen, tag, stored, 0);
    appendStored(MemorySegment.ofArray(stored), 0, stored.length, tag);
  }

  /// Compares what was written since [#clear] with another encoding.
  int compareTo(byte[] encoded) {
    return Arrays.compareUnsigned(buffer, 0, length, encoded, 0, encoded.length);
  }

  /// Returns whether what was written since [#clear] is a value of the same type as another one.
  boolean isOfType(byte[] encoded) {
    return length > 0 && (buffer[0] & TYPE_MASK) == typeRank(encoded);
  }

  /// Returns whether an encoding is so long that it is cut.
  static boolean isCut(byte[] encoded) {
    return encoded.length > FULL_BYTES_MAX;
  }

  /// Writes an encoding, cut if it is too long.
  void appendEncoded(byte[] encoded) {
    int start = length;
    putAll(encoded);
    cut(start);
  }

  private boolean cut(int start) {
    if (length - start <= FULL_BYTES_MAX) {
      return false;
    }
    long hash = hash(buffer, start, length);
    length = start + FULL_BYTES_MAX;
    putLong(hash);
    return true;
  }

  /// FNV-1a, of 64 bits. It need not be strong: equal ones are looked at in full.
  private static long hash(byte[] bytes, int from, int to) {
    long hash = 0xCBF2_9CE4_8422_2325L;
    for (int i = from; i < to; i++) {
      hash = (hash ^ (bytes[i] & 0xFF)) * 0x100_0000_01B3L;
    }
    return hash;
  }

  private void appendStored(MemorySegment segment, long offset, int valueBytes, int tag) {
    if (tag >= PropertyLayout.LIST) {
      appendList(segment, offset, valueBytes, tag - PropertyLayout.LIST);
      return;
    }
    int width = PropertyLayout.width(tag);
    if (width != PropertyLayout.VARIABLE) {
      PropertyValueReader.requireWidth(valueBytes, width);
    }
    switch (tag) {
      case PropertyLayout.FALSE -> put(FALSE);
      case PropertyLayout.TRUE -> put(TRUE);
      default -> appendScalar(segment, offset, valueBytes, tag);
    }
  }

  private void appendList(MemorySegment segment, long offset, int valueBytes, int tag) {
    put(LIST);
    if (tag != 0) {
      if (PropertyLayout.elementWidth(tag) == PropertyLayout.VARIABLE) {
        appendVariable(segment, offset, valueBytes, tag);
      } else {
        appendFixed(segment, offset, valueBytes, tag);
      }
    }
    put(0);
  }

  private void appendFixed(MemorySegment segment, long offset, int valueBytes, int tag) {
    int width = PropertyLayout.elementWidth(tag);
    if (valueBytes % width != 0) {
      throw PropertyLayout.corrupt("list ends within an element", "valueBytes", valueBytes);
    }
    for (int at = 0; at < valueBytes; at += width) {
      if (tag == PropertyLayout.TRUE) {
        put(segment.get(PageLayout.BYTE, offset + at) == 0 ? FALSE : TRUE);
      } else {
        appendScalar(segment, offset + at, width, tag);
      }
    }
  }

  private void appendVariable(MemorySegment segment, long offset, int valueBytes, int tag) {
    int count = valueBytes < Integer.BYTES ? 0 : segment.get(PageLayout.INT, offset);
    if (count < 1 || count > valueBytes / Integer.BYTES - 1) {
      throw PropertyLayout.corrupt("list is too short for its count", "count", count);
    }
    int start = Integer.BYTES + count * Integer.BYTES;
    for (int index = 0; index < count; index++) {
      int end = segment.get(PageLayout.INT, offset + (index + 1L) * Integer.BYTES);
      if (end < start || end > valueBytes) {
        throw PropertyLayout.corrupt("list element outside of its list", "end", end);
      }
      appendScalar(segment, offset + start, end - start, tag);
      start = end;
    }
  }

  private void appendScalar(MemorySegment segment, long offset, int valueBytes, int tag) {
    switch (tag) {
      case PropertyLayout.LONG_0,
          PropertyLayout.LONG_1,
          PropertyLayout.LONG_2,
          PropertyLayout.LONG_4,
          PropertyLayout.LONG_8 ->
          putNumber(PropertyValueReader.number(segment, offset, valueBytes));
      case PropertyLayout.DOUBLE -> putNumber(PropertyValueReader.floating(segment, offset), 0);
      case PropertyLayout.LATIN_1 -> {
        put(STRING);
        putLatin1(segment, offset, valueBytes);
      }
      case PropertyLayout.UTF_8 -> {
        put(STRING);
        putEscaped(segment, offset, valueBytes);
      }
      case PropertyLayout.UTF_16 -> {
        put(STRING);
        putUtf16(segment, offset, valueBytes);
      }
      case PropertyLayout.BYTES -> {
        put(BYTES);
        putEscaped(segment, offset, valueBytes);
      }
      case PropertyLayout.DATE_4, PropertyLayout.DATE_8 -> {
        put(DATE);
        putSigned(PropertyValueReader.number(segment, offset, valueBytes));
      }
      case PropertyLayout.TIME -> {
        put(TIME);
        putSigned(segment.get(PageLayout.LONG, offset));
      }
      case PropertyLayout.DATE_TIME -> putMoment(DATE_TIME, segment, offset);
      case PropertyLayout.INSTANT -> putMoment(INSTANT, segment, offset);
      case PropertyLayout.DURATION -> putMoment(DURATION, segment, offset);
      case PropertyLayout.ZONED -> {
        int zoneBytes = valueBytes - PropertyLayout.MOMENT_BYTES;
        if (zoneBytes < 1) {
          throw PropertyLayout.corrupt("time without a zone", "valueBytes", valueBytes);
        }
        putMoment(ZONED, segment, offset);
        putLatin1(segment, offset + PropertyLayout.MOMENT_BYTES, zoneBytes);
      }
      case PropertyLayout.UUID -> {
        put(UUID);
        putLong(segment.get(PageLayout.LONG, offset));
        putLong(segment.get(PageLayout.LONG, offset + Long.BYTES));
      }
      default -> throw PropertyLayout.corrupt("unknown type tag", "tag", tag);
    }
  }

  /// Every whole number has a nearest double, and what is left of it is at most 512. Rounding keeps
  /// the order, so numbers with different doubles are told by these, and the others by the rest.
  /// Below 2^53 there is never a rest.
  private void putNumber(long number) {
    double nearest = (double) number;
    // The double nearest to the largest numbers is 2^63, which is no long.
    long rest = nearest == 0x1p63 ? number - Long.MAX_VALUE - 1 : number - (long) nearest;
    putNumber(nearest, (int) rest);
  }

  private void putNumber(double nearest, int rest) {
    put(NUMBER);
    long bits = Double.doubleToLongBits(nearest + 0.0); // -0.0 becomes 0.0.
    putLong(bits ^ (bits >> 63 | Long.MIN_VALUE));
    if (Math.abs(nearest) >= EXACT_END) {
      put((rest + REST_ZERO) >>> Byte.SIZE);
      put(rest + REST_ZERO);
    }
  }

  private void putMoment(int rank, MemorySegment segment, long offset) {
    put(rank);
    putSigned(segment.get(PageLayout.LONG, offset));
    int nanosecond = segment.get(PageLayout.INT, offset + Long.BYTES);
    for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      put(nanosecond >>> shift);
    }
  }

  private void putLatin1(MemorySegment segment, long offset, int valueBytes) {
    for (int i = 0; i < valueBytes; i++) {
      putPoint(segment.get(PageLayout.BYTE, offset + i) & 0xFF);
    }
    putEnd();
  }

  private void putEscaped(MemorySegment segment, long offset, int valueBytes) {
    for (int i = 0; i < valueBytes; i++) {
      putEscaped(segment.get(PageLayout.BYTE, offset + i));
    }
    putEnd();
  }

  private void putUtf16(MemorySegment segment, long offset, int valueBytes) {
    putText(PropertyText.read(segment, offset, valueBytes, PropertyLayout.UTF_16));
  }

  private void putText(String text) {
    for (int at = 0; at < text.length(); ) {
      int point = text.codePointAt(at); // Of a lone surrogate, itself.
      putPoint(point);
      at += Character.charCount(point);
    }
    putEnd();
  }

  private void putPoint(int point) {
    if (point < 0x80) {
      putEscaped(point);
      return;
    }
    if (point < 0x800) {
      put(0xC0 | point >>> 6);
    } else {
      if (point < 0x1_0000) {
        put(0xE0 | point >>> 12);
      } else {
        put(0xF0 | point >>> 18);
        put(continuation(point >>> 12));
      }
      put(continuation(point >>> 6));
    }
    put(continuation(point));
  }

  private static int continuation(int bits) {
    return 0x80 | (bits & 0x3F);
  }

  private void putEscaped(int one) {
    put(one);
    if (one == 0) {
      put(0xFF);
    }
  }

  private void putEnd() {
    put(0);
    put(1);
  }

  private void putSigned(long number) {
    putLong(number ^ Long.MIN_VALUE);
  }

  private void putLong(long number) {
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      put((int) (number >>> shift));
    }
  }

  private void put(int one) {
    reserve(1);
    buffer[length++] = (byte) one;
  }

  private void putAll(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, buffer, length, bytes.length);
    length += bytes.length;
  }

  private void reserve(int bytes) {
    if (buffer.length - length < bytes) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, length + bytes));
    }
  }
}
