package dev.rookery.exchange.value;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.Predicate;

/// The type of a column or key of a file: how its texts become values and back.
///
/// @param scalar the type of the value, or of the elements of a list
/// @param isList whether values are lists, their elements divided by `;` (a `;` or `\` in an
///   element has a `\` before it)
public record ValueType(Scalar scalar, boolean isList) {
  private static final String LIST_SUFFIX = "[]";

  /// Types of values that are no lists.
  public enum Scalar {
    BOOLEAN("boolean"),
    LONG("long"),
    DOUBLE("double"),
    STRING("string"),
    /// Text with halves of surrogate pairs, which UTF-8 cannot hold: UTF-16BE in Base64.
    UTF_16("utf16"),
    BYTES("bytes"),
    DATE("date"),
    LOCAL_TIME("localtime"),
    LOCAL_DATE_TIME("localdatetime"),
    ZONED("datetime"),
    INSTANT("instant"),
    DURATION("duration"),
    UUID_VALUE("uuid"),
    /// A list without elements, whose type nobody knows; the text does not matter.
    NOTHING("empty");

    final String label;

    Scalar(String label) {
      this.label = label;
    }

    /// Returns the value of a text.
    ///
    /// @throws RuntimeException if it is none of this type
    public Object parse(String text) {
      return switch (this) {
        case BOOLEAN -> booleanOf(text);
        case LONG -> Long.valueOf(text);
        case DOUBLE -> Double.valueOf(text);
        case STRING -> text;
        case UTF_16 -> utf16(Base64.getDecoder().decode(text));
        case BYTES -> Base64.getDecoder().decode(text);
        case DATE -> LocalDate.parse(text);
        case LOCAL_TIME -> LocalTime.parse(text);
        case LOCAL_DATE_TIME -> LocalDateTime.parse(text);
        case ZONED -> ZonedDateTime.parse(text);
        case INSTANT -> Instant.parse(text);
        case DURATION -> Duration.parse(text);
        case UUID_VALUE -> UUID.fromString(text);
        case NOTHING -> List.of();
      };
    }
  }

  private static Object booleanOf(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("neither true nor false");
    };
  }

  private static String utf16(byte[] bytes) {
    char[] chars = new char[bytes.length / 2];
    for (int i = 0; i < chars.length; i++) {
      chars[i] = (char) ((bytes[2 * i] << 8) | (bytes[2 * i + 1] & 0xFF));
    }
    return new String(chars);
  }

  private static byte[] utf16(String text) {
    byte[] bytes = new byte[2 * text.length()];
    for (int i = 0; i < text.length(); i++) {
      bytes[2 * i] = (byte) (text.charAt(i) >>> 8);
      bytes[2 * i + 1] = (byte) text.charAt(i);
    }
    return bytes;
  }

  /// Returns the type of a name in a header, whatever its case.
  ///
  /// @throws IllegalArgumentException if there is none
  public static ValueType of(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    boolean isList = lower.endsWith(LIST_SUFFIX);
    String base = isList ? lower.substring(0, lower.length() - LIST_SUFFIX.length()) : lower;
    Scalar scalar =
        switch (base) {
          case "int", "integer", "short", "byte" -> Scalar.LONG;
          case "float" -> Scalar.DOUBLE;
          case "char", "text", "" -> Scalar.STRING;
          case "bool" -> Scalar.BOOLEAN;
          default -> byLabel(base);
        };
    return new ValueType(scalar, isList);
  }

  private static Scalar byLabel(String label) {
    for (Scalar scalar : Scalar.values()) {
      if (scalar.label.equals(label)) {
        return scalar;
      }
    }
    throw new IllegalArgumentException("unknown type of a column type=" + label);
  }

  /// Returns the type that a value of a property has in a file of UTF-8.
  public static ValueType ofValue(Object value) {
    return ofValue(value, ValueType::isUtf8);
  }

  /// Returns the type that a value of a property has in a file that cannot hold all texts.
  ///
  /// @param isPlain whether the file can hold a text as it is; others are [Scalar#UTF_16]
  public static ValueType ofValue(Object value, Predicate<String> isPlain) {
    if (value instanceof List<?> list) {
      if (list.isEmpty()) {
        return new ValueType(Scalar.NOTHING, false);
      }
      Scalar scalar = scalarOf(list.getFirst(), isPlain);
      boolean needsUtf16 = list.stream().anyMatch(each -> scalarOf(each, isPlain) == Scalar.UTF_16);
      return new ValueType(needsUtf16 ? Scalar.UTF_16 : scalar, true);
    }
    return new ValueType(scalarOf(value, isPlain), false);
  }

  private static Scalar scalarOf(Object value, Predicate<String> isPlain) {
    return switch (value) {
      case Boolean _ -> Scalar.BOOLEAN;
      case Long _ -> Scalar.LONG;
      case Double _ -> Scalar.DOUBLE;
      case String text -> isPlain.test(text) ? Scalar.STRING : Scalar.UTF_16;
      case byte[] _ -> Scalar.BYTES;
      case LocalDate _ -> Scalar.DATE;
      case LocalTime _ -> Scalar.LOCAL_TIME;
      case LocalDateTime _ -> Scalar.LOCAL_DATE_TIME;
      case ZonedDateTime _ -> Scalar.ZONED;
      case Instant _ -> Scalar.INSTANT;
      case Duration _ -> Scalar.DURATION;
      case UUID _ -> Scalar.UUID_VALUE;
      default -> throw new IllegalArgumentException("no text for " + value.getClass());
    };
  }

  private static boolean isUtf8(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  /// Returns the value of a text.
  ///
  /// @throws RuntimeException if it is none of this type
  public Object parse(String text) {
    if (!isList) {
      return scalar.parse(trimmed(text));
    }
    List<Object> list = new ArrayList<>();
    StringBuilder element = new StringBuilder();
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || text.charAt(i) == ';') {
        list.add(scalar.parse(trimmed(element.toString())));
        element.setLength(0);
      } else {
        boolean isEscape =
            text.charAt(i) == '\\'
                && i + 1 < text.length()
                && (text.charAt(i + 1) == ';' || text.charAt(i + 1) == '\\');
        element.append(text.charAt(isEscape ? ++i : i));
      }
    }
    return list;
  }

  /// Spaces around anything but text mean nothing.
  private String trimmed(String text) {
    return scalar == Scalar.STRING ? text : text.strip();
  }

  /// Returns the text of a value.
  public String format(Object value) {
    if (!isList) {
      return formatScalar(value);
    }
    List<String> texts = new ArrayList<>();
    for (Object element : (List<?>) value) {
      texts.add(formatScalar(element).replace("\\", "\\\\").replace(";", "\\;"));
    }
    return String.join(";", texts);
  }

  private String formatScalar(Object value) {
    return switch (scalar) {
      case BYTES -> Base64.getEncoder().encodeToString((byte[]) value);
      case UTF_16 -> Base64.getEncoder().encodeToString(utf16((String) value));
      case NOTHING -> "-";
      default -> value.toString();
    };
  }

  /// Returns the name in a header.
  public String label() {
    return isList ? scalar.label + LIST_SUFFIX : scalar.label;
  }
}
