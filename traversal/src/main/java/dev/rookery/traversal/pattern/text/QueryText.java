package dev.rookery.traversal.pattern.text;

import dev.rookery.traversal.error.PatternTextException;

/// The text of a query, and errors about places in it.
final class QueryText {
  /// How many characters of a line an error shows on either side of the place.
  private static final int SHOWN_MAX = 60;

  private static final int MESSAGE_MAX = 200;

  private final String text;

  QueryText(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  /// Says that something else is expected at a place.
  PatternTextException expected(int offset, String expected, String found) {
    return error(offset, "expected " + expected + " found=" + found, expected);
  }

  /// Says that what stands at a place makes no sense.
  PatternTextException wrong(int offset, String message) {
    return error(offset, message, "");
  }

  private PatternTextException error(int offset, String message, String expected) {
    int lineStart = text.lastIndexOf('\n', offset - 1) + 1;
    int lineEnd = text.indexOf('\n', offset);
    lineEnd = lineEnd < 0 ? text.length() : lineEnd;
    int line = 1 + (int) text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
    int column = 1 + text.codePointCount(lineStart, offset);
    int from = codePointStart(Math.max(lineStart, offset - SHOWN_MAX));
    int to = codePointStart(Math.min(lineEnd, offset + SHOWN_MAX));
    String before = text.substring(from, offset);
    String mark = " ".repeat(before.codePointCount(0, before.length())) + "^";
    String shown = printable(before + text.substring(offset, Math.max(offset, to)));
    return new PatternTextException(
        "%s line=%d column=%d\n%s\n%s".formatted(clipped(message), line, column, shown, mark),
        line,
        column,
        expected);
  }

  /// Returns a message that is one line of moderate length, whatever names it quotes.
  private static String clipped(String message) {
    boolean isLong = message.codePointCount(0, message.length()) > MESSAGE_MAX;
    int end = isLong ? message.offsetByCodePoints(0, MESSAGE_MAX) : message.length();
    return printable(message.substring(0, end)) + (isLong ? "…" : "");
  }

  /// Returns the offset, or the one before it if that is in the middle of a code point.
  private int codePointStart(int offset) {
    boolean middle =
        offset > 0
            && offset < text.length()
            && Character.isLowSurrogate(text.charAt(offset))
            && Character.isHighSurrogate(text.charAt(offset - 1));
    return middle ? offset - 1 : offset;
  }

  /// Replaces what would move the mark or the cursor of whoever looks at it.
  static String printable(String part) {
    StringBuilder shown = new StringBuilder(part.length());
    part.codePoints()
        .forEach(c -> {
          boolean isSafe = !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT;
          shown.appendCodePoint(isSafe ? c : ' ');
        });
    return shown.toString();
  }
}
