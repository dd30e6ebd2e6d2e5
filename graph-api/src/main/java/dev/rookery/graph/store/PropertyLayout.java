package dev.rookery.graph.store;

import dev.rookery.storage.error.CorruptDatabaseException;

/// How a set of properties lies in memory: the properties of one node or one edge.
///
/// ```
/// offset        bytes   field
///      0            1   head                   bits 0-6 count n, or 127; bit 7 ends are wide
///      1       0 or 2   count n                only if bits 0-6 of the head are 127
///      h          2·n   key numbers            1 to 65,535, ascending
///  h+2·n            n   tags                   of the values, in the order of the keys
///  h+3·n   2·n or 4·n   ends                   of the values, counted from the head
///      t                values                 one after the other, without gaps
/// ```
///
/// The last end is the length of the set. Ends are wide (4 bytes) only if the set with narrow ones
/// would be longer than 65,535 bytes; the count is in the head if it is below 127. A set without
/// properties has no bytes. So equal sets have equal bytes. All numbers are little-endian.
///
/// ```
/// tag  bytes  value
///   1      0  Boolean        false
///   2      0  Boolean        true
///   3      0  Long           zero
/// 4-7   1 2 4 8  Long        signed, in the fewest bytes
///   8      8  Double         bits; there is one NaN
///   9      c  String         Latin-1, if every char is below 256
///  10      …  String         UTF-8, if it is not Latin-1
///  11    2·c  String         UTF-16, if it has an unpaired surrogate
///  12      …  byte[]         as it is
///  13      4  LocalDate      epoch day
///  14      8  LocalDate      epoch day, if it does not fit in 4 bytes
///  15      8  LocalTime      nanosecond of the day
///  16     12  LocalDateTime  epoch second as if at UTC (8), nanosecond (4)
///  17     12  Instant        epoch second (8), nanosecond (4)
///  18   12+…  ZonedDateTime  epoch second (8), nanosecond (4), id of the zone in Latin-1
///  19     12  Duration       seconds (8), nanosecond (4)
///  20     16  UUID           high half (8), low half (8)
/// 128      0  List           without elements
/// 128+t    …  List           of elements of the widest tag t that any of them needs
/// ```
///
/// The elements of a list lie one after the other in the width of their tag; a Boolean (t = 2) and
/// a zero (t = 4) take one byte. Elements without a width of their own have a table before them:
///
/// ```
/// offset   bytes  field
///      0       4  count n
///      4     4·n  ends of the elements, counted from the count
///  4+4·n          elements, without gaps; the last end is the length of the value
/// ```
final class PropertyLayout {
  /// Count in the head that says that the count follows.
  static final int COUNT_FOLLOWS = 127;

  /// Bit of the head: ends take 4 bytes.
  static final int WIDE = 0x80;

  /// The longest set with narrow ends.
  static final int NARROW_BYTES_MAX = 65_535;

  static final int KEY_BYTES = Short.BYTES;
  static final int TAG_BYTES = Byte.BYTES;
  static final int NARROW_END_BYTES = Short.BYTES;
  static final int WIDE_END_BYTES = Integer.BYTES;

  static final int FALSE = 1;
  static final int TRUE = 2;
  static final int LONG_0 = 3;
  static final int LONG_1 = 4;
  static final int LONG_2 = 5;
  static final int LONG_4 = 6;
  static final int LONG_8 = 7;
  static final int DOUBLE = 8;
  static final int LATIN_1 = 9;
  static final int UTF_8 = 10;
  static final int UTF_16 = 11;
  static final int BYTES = 12;
  static final int DATE_4 = 13;
  static final int DATE_8 = 14;
  static final int TIME = 15;
  static final int DATE_TIME = 16;
  static final int INSTANT = 17;
  static final int ZONED = 18;
  static final int DURATION = 19;
  static final int UUID = 20;

  /// Added to the tag of the elements, this is the tag of a list; alone, that of an empty one.
  static final int LIST = 128;

  /// Width of a value that is not of fixed width.
  static final int VARIABLE = -1;

  /// Length of a second and a nanosecond.
  static final int MOMENT_BYTES = Long.BYTES + Integer.BYTES;

  private PropertyLayout() {}

  /// Returns where the key numbers begin.
  static int keysOffset(int count) {
    return count < COUNT_FOLLOWS ? Byte.BYTES : Byte.BYTES + Short.BYTES;
  }

  /// Returns where the tags begin.
  static int tagsOffset(int count) {
    return keysOffset(count) + count * KEY_BYTES;
  }

  /// Returns where the ends begin.
  static int endsOffset(int count) {
    return tagsOffset(count) + count * TAG_BYTES;
  }

  /// Returns where the values begin: the length of all that stands before them.
  static int valuesOffset(int count, int endBytes) {
    return endsOffset(count) + count * endBytes;
  }

  /// Returns how many bytes each end takes in a set whose values take so many bytes.
  static int endBytes(int count, long valueBytes) {
    return valuesOffset(count, NARROW_END_BYTES) + valueBytes <= NARROW_BYTES_MAX
        ? NARROW_END_BYTES
        : WIDE_END_BYTES;
  }

  /// Returns the length of a value by its tag, or [#VARIABLE]; not of a list.
  static int width(int tag) {
    return switch (tag) {
      case FALSE, TRUE, LONG_0 -> 0;
      case LONG_1 -> Byte.BYTES;
      case LONG_2 -> Short.BYTES;
      case LONG_4, DATE_4 -> Integer.BYTES;
      case LONG_8, DOUBLE, DATE_8, TIME -> Long.BYTES;
      case DATE_TIME, INSTANT, DURATION -> MOMENT_BYTES;
      case UUID -> 2 * Long.BYTES;
      default -> VARIABLE;
    };
  }

  /// Returns the length of an element of a list by its tag, or [#VARIABLE].
  static int elementWidth(int tag) {
    return tag == TRUE ? Byte.BYTES : width(tag);
  }

  /// Returns the tag of the elements of a list, given the widest of their own tags.
  static int elementTag(int tag) {
    return switch (tag) {
      case FALSE -> TRUE;
      case LONG_0 -> LONG_1;
      default -> tag;
    };
  }

  static boolean isLong(int tag) {
    return tag >= LONG_0 && tag <= LONG_8;
  }

  static boolean isString(int tag) {
    return tag >= LATIN_1 && tag <= UTF_16;
  }

  /// Returns whether a tag is one of the table.
  static boolean isKnown(int tag) {
    int element = tag & ~LIST;
    return tag < LIST
        ? tag >= FALSE && tag <= UUID
        : element <= UUID && element == elementTag(element);
  }

  /// Returns the name of the type of a known tag, for messages: equal for all tags of one type.
  static String typeName(int tag) {
    if (tag == LIST) {
      return "List";
    }
    if (tag > LIST) {
      return "List of " + typeName(tag & ~LIST);
    }
    return switch (tag) {
      case FALSE, TRUE -> "Boolean";
      case LONG_0, LONG_1, LONG_2, LONG_4, LONG_8 -> "Long";
      case DOUBLE -> "Double";
      case LATIN_1, UTF_8, UTF_16 -> "String";
      case BYTES -> "byte[]";
      case DATE_4, DATE_8 -> "LocalDate";
      case TIME -> "LocalTime";
      case DATE_TIME -> "LocalDateTime";
      case INSTANT -> "Instant";
      case ZONED -> "ZonedDateTime";
      case DURATION -> "Duration";
      case UUID -> "UUID";
      default -> throw corrupt("unknown type tag", "tag", tag);
    };
  }

  /// Returns the exception for bytes that are not as told above.
  static CorruptDatabaseException corrupt(String what, String name, long value) {
    return new CorruptDatabaseException("properties: " + what + " " + name + "=" + value);
  }
}
