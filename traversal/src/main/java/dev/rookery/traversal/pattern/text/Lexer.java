package dev.rookery.traversal.pattern.text;

import java.util.ArrayList;
import java.util.List;

/// Splits a text into tokens. Arrows are single characters here: `-`, `<` and `>` mean other things
/// in expressions.
final class Lexer {
  private static final String SYMBOLS = "()[]{},.:|-<>=+*/%;";
  private static final List<String> PAIRS = List.of("<>", "<=", ">=", "..");

  private final QueryText query;
  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(QueryText query) {
    this.query = query;
    text = query.text();
  }

  /// Returns the tokens, [TokenKind#END] last.
  ///
  /// @throws dev.rookery.traversal.error.PatternTextException if there is something else
  static List<Token> tokens(QueryText query) {
    Lexer lexer = new Lexer(query);
    lexer.skipBlanks();
    while (lexer.at < lexer.text.length()) {
      lexer.readToken();
      lexer.skipBlanks();
    }
    lexer.add(TokenKind.END, "", lexer.at);
    return lexer.tokens;
  }

  private void add(TokenKind kind, String value, int start) {
    tokens.add(new Token(kind, value, start, at));
  }

  private int codePoint(int offset) {
    return offset < text.length() ? text.codePointAt(offset) : -1;
  }

  private void skipBlanks() {
    while (at < text.length()) {
      int c = codePoint(at);
      if (Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\ufeff') {
        at += Character.charCount(c);
      } else if (text.startsWith("//", at)) {
        int end = text.indexOf('\n', at);
        at = end < 0 ? text.length() : end;
      } else if (text.startsWith("/*", at)) {
        int end = text.indexOf("*/", at + 2);
        if (end < 0) {
          throw query.expected(text.length(), "`*/`", "the end of the text");
        }
        at = end + 2;
      } else {
        return;
      }
    }
  }

  private void readToken() {
    int start = at;
    int c = codePoint(at);
    if (c == '\'' || c == '"') {
      add(TokenKind.TEXT, readQuoted((char) c), start);
    } else if (c == '`') {
      add(TokenKind.QUOTED_NAME, readQuotedName(), start);
    } else if (c == '$') {
      at++;
      add(TokenKind.PARAMETER, readParameter(), start);
    } else if (isNameStart(c)) {
      add(TokenKind.NAME, readName(), start);
    } else if (isDigit(c)) {
      readNumber();
    } else {
      readSymbol(c);
    }
  }

  private void readSymbol(int c) {
    int start = at;
    if (SYMBOLS.indexOf(c) < 0) {
      throw query.wrong(at, "unexpected character character=U+%04X".formatted(c));
    }
    String pair = text.substring(at, Math.min(at + 2, text.length()));
    String symbol = PAIRS.contains(pair) ? pair : pair.substring(0, 1);
    at += symbol.length();
    add(TokenKind.SYMBOL, symbol, start);
  }

  private static boolean isNameStart(int c) {
    return c == '_' || Character.isLetter(c);
  }

  private static boolean isNamePart(int c) {
    return isNameStart(c) || Character.isDigit(c) || isMark(c);
  }

  private static boolean isMark(int c) {
    int type = Character.getType(c);
    return type == Character.NON_SPACING_MARK || type == Character.COMBINING_SPACING_MARK;
  }

  private static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  private String readName() {
    int start = at;
    while (at < text.length() && isNamePart(codePoint(at))) {
      at += Character.charCount(codePoint(at));
    }
    return text.substring(start, at);
  }

  private String readParameter() {
    String name = codePoint(at) == '`' ? readQuotedName() : readName();
    if (name.isEmpty()) {
      throw query.expected(at, "the name of a parameter", found(at));
    }
    return name;
  }

  private String readQuotedName() {
    int start = at;
    StringBuilder name = new StringBuilder();
    at++;
    while (true) {
      int end = text.indexOf('`', at);
      if (end < 0) {
        throw query.expected(text.length(), "` that ends the name", "the end of the text");
      }
      name.append(text, at, end);
      at = end + 1;
      if (codePoint(at) != '`') {
        break;
      }
      name.append('`');
      at++;
    }
    if (name.isEmpty()) {
      throw query.wrong(start, "name is empty");
    }
    return name.toString();
  }

  private String readQuoted(char quote) {
    StringBuilder value = new StringBuilder();
    at++;
    while (true) {
      if (at >= text.length()) {
        throw query.expected(at, quote + " that ends the text", "the end of the query");
      }
      char c = text.charAt(at);
      at++;
      if (c == quote) {
        return value.toString();
      }
      value.append(c == '\\' ? readEscape() : c);
    }
  }

  private char readEscape() {
    int c = codePoint(at);
    at++;
    return switch (c) {
      case '\\', '\'', '"', '`' -> (char) c;
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> readCodeUnit();
      default -> {
        int place = Math.min(at - 1, text.length());
        throw query.expected(
            place, "one of \\ ' \" ` n t r b f u behind the backslash", found(place));
      }
    };
  }

  private char readCodeUnit() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at < text.length() ? hexDigit(text.charAt(at)) : -1;
      if (digit < 0) {
        throw query.expected(at, "four hexadecimal digits", found(at));
      }
      unit = unit << 4 | digit;
      at++;
    }
    return (char) unit;
  }

  private static int hexDigit(char c) {
    return c < 128 ? Character.digit(c, 16) : -1;
  }

  private void readNumber() {
    int start = at;
    boolean isHexadecimal = text.startsWith("0x", at) || text.startsWith("0X", at);
    boolean isFloat = false;
    if (isHexadecimal) {
      at += 2;
      skipHexDigits();
    } else {
      skipDigits();
      if (codePoint(at) == '.' && isDigit(codePoint(at + 1))) {
        isFloat = true;
        at++;
        skipDigits();
      }
      isFloat |= skipExponent();
    }
    if (isNamePart(codePoint(at)) || (isHexadecimal && at == start + 2)) {
      throw query.expected(at, isHexadecimal ? "a hexadecimal digit" : "a digit", found(at));
    }
    add(isFloat ? TokenKind.FLOAT : TokenKind.INTEGER, text.substring(start, at), start);
  }

  private boolean skipExponent() {
    if (codePoint(at) != 'e' && codePoint(at) != 'E') {
      return false;
    }
    int digits = codePoint(at + 1) == '-' || codePoint(at + 1) == '+' ? at + 2 : at + 1;
    if (!isDigit(codePoint(digits))) {
      return false;
    }
    at = digits;
    skipDigits();
    return true;
  }

  private void skipDigits() {
    while (isDigit(codePoint(at))) {
      at++;
    }
  }

  private void skipHexDigits() {
    while (at < text.length() && hexDigit(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private String found(int offset) {
    return offset < text.length()
        ? "`" + QueryText.printable(Character.toString(text.codePointAt(offset))) + "`"
        : "the end of the text";
  }
}
