package dev.rookery.storage.error;

/// A header or a structure of the database contradicts itself. Restore a backup.
public final class CorruptDatabaseException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public CorruptDatabaseException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public CorruptDatabaseException(String message, Throwable cause) {
    super(message, cause);
  }
}
