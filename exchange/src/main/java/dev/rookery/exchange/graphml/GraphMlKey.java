package dev.rookery.exchange.graphml;

import dev.rookery.exchange.value.ValueType;
import dev.rookery.exchange.value.ValueType.Scalar;
import org.jspecify.annotations.Nullable;

/// A key of a GraphML file: what a `data` that names it means.
///
/// @param name of the property; empty if the values are of no meaning to a graph (drawings)
/// @param value that elements without such a `data` have, or null
record GraphMlKey(String id, String name, ValueType type, @Nullable Object value) {
  private static final int SHOWN_CHARS_MAX = 40;

  /// Returns the type of an attribute `attr.type`, which may be absent.
  ///
  /// @throws IllegalArgumentException if there is none
  static ValueType typeOf(@Nullable String type) {
    return ValueType.of(type == null ? "" : type.strip());
  }

  /// Returns the value of a text.
  ///
  /// @throws IllegalArgumentException if it is none of the type
  static Object parse(ValueType type, String name, String text) {
    try {
      return type.parse(type.scalar() == Scalar.DOUBLE && !type.isList() ? javaNumber(text) : text);
    } catch (RuntimeException e) { // Whatever the parsers of the JDK throw.
      throw new IllegalArgumentException(
          "data is no %s key=%s text=%s"
              .formatted(
                  type.label(),
                  name,
                  text.length() > SHOWN_CHARS_MAX
                      ? text.substring(0, SHOWN_CHARS_MAX) + "…"
                      : text),
          e);
    }
  }

  /// XML Schema has another word for infinity than Java.
  private static String javaNumber(String text) {
    return switch (text.strip()) {
      case "INF", "+INF" -> "Infinity";
      case "-INF" -> "-Infinity";
      default -> text;
    };
  }
}
