package dev.rookery.storage.error;

/// A savepoint was used that is not one to go back to: it belongs to another transaction, or it has
/// ended because the transaction went back to an earlier one or released it. Nothing was changed.
public final class SavepointException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public SavepointException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public SavepointException(String message, Throwable cause) {
    super(message, cause);
  }
}
