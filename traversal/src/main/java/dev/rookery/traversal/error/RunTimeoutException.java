package dev.rookery.traversal.error;

import dev.rookery.storage.error.RookeryException;

/// A run took longer than its options allow and was given up. Ask for less, or allow more.
public final class RunTimeoutException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public RunTimeoutException(String message) {
    super(message);
  }
}
