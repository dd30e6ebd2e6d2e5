package dev.rookery.traversal.pattern.text;

/// What a token is.
enum TokenKind {
  /// A word, which may be a keyword.
  NAME,
  /// A name between backticks, which is never a keyword.
  QUOTED_NAME,
  /// A whole number, as an unsigned `long`.
  INTEGER,
  /// A number with a point or an exponent.
  FLOAT,
  /// A text between quotes.
  TEXT,
  /// A name behind a dollar sign.
  PARAMETER,
  /// One or two characters that are none of these.
  SYMBOL,
  /// Behind the last character.
  END
}
