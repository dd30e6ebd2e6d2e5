package dev.rookery.exchange.graphson;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.rookery.exchange.value.ValueType.Scalar;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads values: plain JSON, as GraphSON 1 has it, or `{"@type":…,"@value":…}`, as 2 and 3 have it.
/// Belongs to one thread.
///
/// All values of one element may take [#ELEMENT_CHARS_MAX] together, of which each one takes
/// [#VALUE_CHARS] at least.
final class GraphSonValues {
  static final int ELEMENT_CHARS_MAX = 64 << 20;

  /// What a value counts besides its characters.
  static final int VALUE_CHARS = 32;

  private final JsonParser json;
  private long elementChars;

  GraphSonValues(JsonParser json) {
    this.json = json;
  }

  /// Begins an element.
  void beginElement() {
    elementChars = 0;
  }

  /// Counts characters that are held for the element.
  void count(long chars) {
    elementChars += chars + VALUE_CHARS;
    if (elementChars > ELEMENT_CHARS_MAX) {
      throw new IllegalArgumentException(
          "values of one element are too long charsMax=" + ELEMENT_CHARS_MAX);
    }
  }

  private String text() throws IOException {
    String text = json.getText();
    count(text.length());
    return text;
  }

  /// Returns the value whose first token the parser is at, and moves on to its last token.
  ///
  /// @throws IllegalArgumentException if a graph has no such values
  Object read() throws IOException {
    count(0);
    return switch (json.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      case VALUE_STRING -> text();
      case VALUE_NUMBER_INT -> json.getLongValue();
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case START_ARRAY -> readList();
      case START_OBJECT -> readTyped();
      default -> throw new IllegalArgumentException("null is no value of a property");
    };
  }

  private List<Object> readList() throws IOException {
    require(JsonToken.START_ARRAY, "list");
    List<Object> list = new ArrayList<>();
    while (json.nextToken() != JsonToken.END_ARRAY) {
      list.add(read());
    }
    return list;
  }

  private void require(JsonToken token, String type) {
    if (json.currentToken() != token) {
      throw new IllegalArgumentException("value is not of its type type=" + type);
    }
  }

  private Object readTyped() throws IOException {
    if (json.nextToken() != JsonToken.FIELD_NAME
        || !json.currentName().equals("@type")
        || json.nextToken() != JsonToken.VALUE_STRING) {
      throw new IllegalArgumentException("an object without @type first is no value");
    }
    String type = json.getText();
    if (json.nextToken() != JsonToken.FIELD_NAME || !json.currentName().equals("@value")) {
      throw new IllegalArgumentException("a value has no @value behind its @type type=" + type);
    }
    json.nextToken();
    Object value = read(type);
    if (json.nextToken() != JsonToken.END_OBJECT) {
      throw new IllegalArgumentException("a value has more than @type and @value type=" + type);
    }
    return value;
  }

  private Object read(String type) throws IOException {
    return switch (type) {
      case "g:Int32", "g:Int64", "gx:Byte", "gx:Int16" -> integer(type);
      case "g:Float", "g:Double" -> decimal(type);
      case "g:Date", "g:Timestamp" -> Instant.ofEpochMilli(integer(type));
      case "g:List", "g:Set" -> readList();
      case "gx:BigInteger" -> bigInteger(type);
      default -> {
        require(JsonToken.VALUE_STRING, type);
        yield ofText(type, text());
      }
    };
  }

  private long integer(String type) throws IOException {
    require(JsonToken.VALUE_NUMBER_INT, type);
    return json.getLongValue();
  }

  private double decimal(String type) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_STRING) {
      return switch (text()) {
        case "NaN" -> Double.NaN;
        case "Infinity" -> Double.POSITIVE_INFINITY;
        case "-Infinity" -> Double.NEGATIVE_INFINITY;
        default -> throw new IllegalArgumentException("value is not of its type type=" + type);
      };
    }
    if (json.currentToken() != JsonToken.VALUE_NUMBER_INT) {
      require(JsonToken.VALUE_NUMBER_FLOAT, type);
    }
    return json.getDoubleValue();
  }

  private long bigInteger(String type) throws IOException {
    require(JsonToken.VALUE_NUMBER_INT, type);
    BigInteger value = json.getBigIntegerValue();
    if (value.bitLength() >= Long.SIZE) {
      throw new IllegalArgumentException("integer is larger than a long value=" + value);
    }
    return value.longValueExact();
  }

  private static Object ofText(String type, String text) {
    @Nullable Object value;
    try {
      value =
          switch (type) {
            case "g:UUID" -> Scalar.UUID_VALUE.parse(text);
            case "gx:Char" -> text;
            case "gx:ByteBuffer" -> Scalar.BYTES.parse(text);
            case "gx:LocalDate" -> Scalar.DATE.parse(text);
            case "gx:LocalTime" -> Scalar.LOCAL_TIME.parse(text);
            case "gx:LocalDateTime" -> Scalar.LOCAL_DATE_TIME.parse(text);
            case "gx:ZonedDateTime" -> Scalar.ZONED.parse(text);
            case "gx:OffsetDateTime", "g:DateTime" -> OffsetDateTime.parse(text).toZonedDateTime();
            case "gx:Instant" -> Scalar.INSTANT.parse(text);
            case "gx:Duration" -> Scalar.DURATION.parse(text);
            default -> null;
          };
    } catch (RuntimeException e) { // Whatever the parsers of the JDK throw.
      throw new IllegalArgumentException("value is not of its type type=" + type, e);
    }
    if (value == null) {
      throw new IllegalArgumentException("no property has values of this type type=" + type);
    }
    return value;
  }
}
