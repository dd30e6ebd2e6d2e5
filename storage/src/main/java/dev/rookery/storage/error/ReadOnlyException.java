package dev.rookery.storage.error;

/// A change was asked of a database that can only be read: opened read-only, or its directory is
/// not writable.
public final class ReadOnlyException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public ReadOnlyException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public ReadOnlyException(String message, Throwable cause) {
    super(message, cause);
  }
}
