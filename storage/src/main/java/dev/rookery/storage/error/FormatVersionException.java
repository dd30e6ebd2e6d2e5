package dev.rookery.storage.error;

/// The database was written by a version of Rookery that this one cannot read. Upgrade (or
/// downgrade) the library.
public final class FormatVersionException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public FormatVersionException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public FormatVersionException(String message, Throwable cause) {
    super(message, cause);
  }
}
