package dev.rookery.graph.store;

import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// The three forms of a string, see [PropertyLayout]. Every string, also one that is not valid
/// UTF-16, comes back as it was. Thread-safe.
final class PropertyText {
  /// What a lenient decoder puts in the place of malformed bytes.
  private static final char REPLACEMENT = '\uFFFD';

  private PropertyText() {}

  /// Returns the tag of the shortest form that keeps all of the string.
  static int tagOf(String text) {
    int tag = PropertyLayout.LATIN_1;
    int length = text.length();
    for (int index = 0; index < length; index++) {
      char unit = text.charAt(index);
      if (unit > 0xFF) {
        tag = PropertyLayout.UTF_8;
        if (Character.isSurrogate(unit)) {
          if (!isPair(text, index)) {
            return PropertyLayout.UTF_16;
          }
          index++;
        }
      }
    }
    return tag;
  }

  private static boolean isPair(String text, int index) {
    return index + 1 < text.length()
        && Character.isSurrogatePair(text.charAt(index), text.charAt(index + 1));
  }

  /// Returns the length of a string in the form of that tag.
  static long lengthOf(String text, int tag) {
    return switch (tag) {
      case PropertyLayout.LATIN_1 -> text.length();
      case PropertyLayout.UTF_16 -> 2L * text.length();
      default -> utf8Length(text);
    };
  }

  /// Returns the length in UTF-8; a pair of surrogates takes four bytes, two for each.
  private static long utf8Length(String text) {
    long length = text.length();
    for (int index = 0; index < text.length(); index++) {
      char unit = text.charAt(index);
      if (unit >= 0x80) {
        length += unit < 0x800 || Character.isSurrogate(unit) ? 1 : 2;
      }
    }
    return length;
  }

  /// Writes a string in the form of that tag and returns where it ends.
  static int write(String text, int tag, byte[] buffer, int offset) {
    return switch (tag) {
      case PropertyLayout.LATIN_1 -> writeLatin1(text, buffer, offset);
      case PropertyLayout.UTF_16 -> writeUtf16(text, buffer, offset);
      default -> writeUtf8(text, buffer, offset);
    };
  }

  private static int writeLatin1(String text, byte[] buffer, int offset) {
    int length = text.length();
    for (int index = 0; index < length; index++) {
      buffer[offset + index] = (byte) text.charAt(index);
    }
    return offset + length;
  }

  private static int writeUtf16(String text, byte[] buffer, int offset) {
    int end = offset;
    for (int index = 0; index < text.length(); index++) {
      end = PropertyValueWriter.putNumber(buffer, end, text.charAt(index), Character.BYTES);
    }
    return end;
  }

  private static int writeUtf8(String text, byte[] buffer, int offset) {
    int end = offset;
    int index = 0;
    while (index < text.length()) {
      int point = text.codePointAt(index);
      index += Character.charCount(point);
      if (point < 0x80) {
        buffer[end++] = (byte) point;
      } else if (point < 0x800) {
        buffer[end++] = (byte) (0xC0 | (point >>> 6));
        buffer[end++] = continuation(point);
      } else if (point < 0x10000) {
        buffer[end++] = (byte) (0xE0 | (point >>> 12));
        buffer[end++] = continuation(point >>> 6);
        buffer[end++] = continuation(point);
      } else {
        buffer[end++] = (byte) (0xF0 | (point >>> 18));
        buffer[end++] = continuation(point >>> 12);
        buffer[end++] = continuation(point >>> 6);
        buffer[end++] = continuation(point);
      }
    }
    return end;
  }

  private static byte continuation(int bits) {
    return (byte) (0x80 | (bits & 0x3F));
  }

  /// Reads a string in the form of that tag.
  static String read(MemorySegment segment, long offset, int length, int tag) {
    return switch (tag) {
      case PropertyLayout.LATIN_1 ->
          new String(bytes(segment, offset, length), StandardCharsets.ISO_8859_1);
      case PropertyLayout.UTF_16 -> readUtf16(segment, offset, length);
      default -> readUtf8(bytes(segment, offset, length));
    };
  }

  private static String readUtf16(MemorySegment segment, long offset, int length) {
    if (length % Character.BYTES != 0) {
      throw PropertyLayout.corrupt("text of UTF-16 has half a unit", "valueBytes", length);
    }
    char[] units = new char[length / Character.BYTES];
    for (int index = 0; index < units.length; index++) {
      units[index] = (char) segment.get(PageLayout.SHORT, offset + (long) index * Character.BYTES);
    }
    return new String(units);
  }

  private static String readUtf8(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    if (text.indexOf(REPLACEMENT) >= 0) {
      // Either the string has that character, or the bytes are malformed: the strict decoder tells.
      try {
        StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      } catch (CharacterCodingException e) {
        throw new CorruptDatabaseException(
            "properties: malformed UTF-8 valueBytes=" + bytes.length, e);
      }
    }
    return text;
  }

  /// Returns a copy of bytes.
  static byte[] bytes(MemorySegment segment, long offset, int length) {
    byte[] copy = new byte[length];
    MemorySegment.copy(segment, PageLayout.BYTE, offset, copy, 0, length);
    return copy;
  }
}
