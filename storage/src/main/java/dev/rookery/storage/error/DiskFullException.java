package dev.rookery.storage.error;

/// The disk is full. The transaction was rolled back, nothing is lost, and work goes on once there
/// is room.
public final class DiskFullException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public DiskFullException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public DiskFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
