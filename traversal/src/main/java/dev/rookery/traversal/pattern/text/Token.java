package dev.rookery.traversal.pattern.text;

/// A piece of the text.
///
/// @param kind what it is
/// @param text the name, the symbol, or what is between quotes; numbers as they are written
/// @param start where it starts in the text
/// @param end where it ends, exclusive
record Token(TokenKind kind, String text, int start, int end) {
  /// Returns whether it is this symbol.
  boolean isSymbol(String symbol) {
    return kind == TokenKind.SYMBOL && text.equals(symbol);
  }

  /// Returns whether it is this word, in any case.
  boolean isWord(String word) {
    return kind == TokenKind.NAME && text.equalsIgnoreCase(word);
  }

  /// Returns whether it is a name that a variable may have.
  boolean isVariable() {
    return kind == TokenKind.QUOTED_NAME || (kind == TokenKind.NAME && !Keywords.isReserved(text));
  }

  /// Returns whether it is any name, keywords included.
  boolean isName() {
    return kind == TokenKind.QUOTED_NAME || kind == TokenKind.NAME;
  }
}
