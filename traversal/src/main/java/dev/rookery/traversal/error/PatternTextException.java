package dev.rookery.traversal.error;

import dev.rookery.storage.error.RookeryException;

/// The text of a pattern query is not one. Correct the text at the place that the message shows.
///
/// The message says what is wrong, where, and shows the line with a mark below the place:
///
/// ```text
/// expected `)` of the node found=`]` line=1 column=16
/// MATCH (a:Person]
///                ^
/// ```
public final class PatternTextException extends RookeryException {
  private static final long serialVersionUID = 1L;

  private final int line;
  private final int column;
  private final String expected;

  /// Creates the exception.
  ///
  /// @param message what is wrong, with the place
  /// @param line the line, from 1
  /// @param column the code point in the line, from 1
  /// @param expected what could stand there, or nothing if what stands there makes no sense
  public PatternTextException(String message, int line, int column, String expected) {
    super(message);
    this.line = line;
    this.column = column;
    this.expected = expected;
  }

  /// Returns the line, from 1.
  public int line() {
    return line;
  }

  /// Returns the column, in code points from 1.
  public int column() {
    return column;
  }

  /// Returns what could stand at that place; empty where the text is well formed, but makes no
  /// sense, such as a variable that does not exist.
  public String expected() {
    return expected;
  }
}
