package dev.rookery.storage.error;

/// The thread that asks for a write transaction holds one already; it would wait for itself for
/// ever.
public final class NestedWriteException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public NestedWriteException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public NestedWriteException(String message, Throwable cause) {
    super(message, cause);
  }
}
