package dev.rookery.storage.error;

/// The transaction has ended (committed, rolled back or closed); begin another one.
public final class TransactionClosedException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public TransactionClosedException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public TransactionClosedException(String message, Throwable cause) {
    super(message, cause);
  }
}
