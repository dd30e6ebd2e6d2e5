package dev.rookery.storage.error;

/// The database was closed. Open it again.
public final class DatabaseClosedException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public DatabaseClosedException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public DatabaseClosedException(String message, Throwable cause) {
    super(message, cause);
  }
}
