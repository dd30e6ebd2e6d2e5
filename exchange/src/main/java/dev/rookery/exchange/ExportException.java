package dev.rookery.exchange;

import dev.rookery.storage.error.RookeryException;

/// A graph has something that a format cannot hold. The message names what and where; there is no
/// file.
public final class ExportException extends RookeryException {
  private static final long serialVersionUID = 1;

  /// Creates the exception for what a writer says.
  ExportException(IllegalArgumentException cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }
}
