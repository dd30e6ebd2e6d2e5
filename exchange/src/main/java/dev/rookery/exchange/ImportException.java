package dev.rookery.exchange;

import dev.rookery.storage.error.RookeryException;

/// A file cannot be imported; nothing of it is in the graph. The message names file and line.
public final class ImportException extends RookeryException {
  private static final long serialVersionUID = 1;

  /// Creates the exception for a place in a file.
  ImportException(String file, long line, String message) {
    super("%s file=%s line=%d".formatted(message, file, line));
  }

  /// As the other, with what is behind it.
  ImportException(String file, long line, String message, Throwable cause) {
    super("%s file=%s line=%d".formatted(message, file, line), cause);
  }

  /// As the other, with the column, from 1 on.
  ImportException(String file, long line, long column, String message, Throwable cause) {
    super("%s file=%s line=%d column=%d".formatted(message, file, line, column), cause);
  }
}
