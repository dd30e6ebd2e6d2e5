package dev.rookery.storage.error;

/// The database is open already, in this process or in another one; the message names the holder
/// where known.
public final class DatabaseLockedException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public DatabaseLockedException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public DatabaseLockedException(String message, Throwable cause) {
    super(message, cause);
  }
}
