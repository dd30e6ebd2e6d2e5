package dev.rookery.exchange.graphml;

import java.io.IOException;
import java.io.Writer;

/// Texts in XML 1.0.
final class XmlText {
  private XmlText() {}

  /// Returns whether XML 1.0 can hold a text: it has no place for most control characters, U+FFFE,
  /// U+FFFF and halves of surrogate pairs, not even as references.
  static boolean holds(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if ((c < ' ' && c != '\t' && c != '\n' && c != '\r') || c > 0xFFFD) {
        return false;
      }
      if (Character.isSurrogate(c)) {
        if (i + 1 == text.length() || !Character.isSurrogatePair(c, text.charAt(i + 1))) {
          return false;
        }
        i++;
      }
    }
    return true;
  }

  /// Writes a text so that it can stand in an element or in an attribute in double quotes and is
  /// read back the same: a parser makes other things of bare ends of lines.
  static void write(Writer out, String text) throws IOException {
    int done = 0;
    for (int i = 0; i < text.length(); i++) {
      String reference = reference(text.charAt(i));
      if (!reference.isEmpty()) {
        out.write(text, done, i - done);
        out.write(reference);
        done = i + 1;
      }
    }
    out.write(text, done, text.length() - done);
  }

  private static String reference(char c) {
    return switch (c) {
      case '&' -> "&amp;";
      case '<' -> "&lt;";
      case '>' -> "&gt;";
      case '"' -> "&quot;";
      case '\t' -> "&#9;";
      case '\n' -> "&#10;";
      case '\r' -> "&#13;";
      default -> "";
    };
  }
}
