package dev.rookery.storage.error;

/// The read transaction was open for so long that the store took its snapshot away, because memory
/// for changed pages was used up; begin another one. Only where the database was opened to do so.
public final class SnapshotExpiredException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public SnapshotExpiredException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public SnapshotExpiredException(String message, Throwable cause) {
    super(message, cause);
  }
}
