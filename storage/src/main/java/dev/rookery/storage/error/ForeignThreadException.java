package dev.rookery.storage.error;

/// A write transaction was used by a thread that did not begin it; hand the work to its own thread.
/// Nothing was changed, and the transaction goes on.
public final class ForeignThreadException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public ForeignThreadException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public ForeignThreadException(String message, Throwable cause) {
    super(message, cause);
  }
}
