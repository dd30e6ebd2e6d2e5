package dev.rookery.storage.error;

/// A write or a sync failed, so the environment refuses all further work; reopen the database,
/// which recovers. Readers that are already open go on.
public final class StorageFailedException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public StorageFailedException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public StorageFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
