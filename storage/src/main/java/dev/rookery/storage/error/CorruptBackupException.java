package dev.rookery.storage.error;

/// A backup is damaged, incomplete, or not one that follows from those before it. Nothing was
/// restored from it; use another.
public final class CorruptBackupException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public CorruptBackupException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public CorruptBackupException(String message, Throwable cause) {
    super(message, cause);
  }
}
