package dev.rookery.graph.error;

import dev.rookery.storage.error.RookeryException;

/// A long operation was given up because its caller wished so. It has changed nothing.
public final class OperationCancelledException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message that names the operation.
  public OperationCancelledException(String message) {
    super(message);
  }
}
