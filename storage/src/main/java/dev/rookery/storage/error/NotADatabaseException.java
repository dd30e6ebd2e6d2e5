package dev.rookery.storage.error;

/// The directory exists and holds something else than a Rookery database. Nothing in it was
/// touched.
public final class NotADatabaseException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public NotADatabaseException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public NotADatabaseException(String message, Throwable cause) {
    super(message, cause);
  }
}
