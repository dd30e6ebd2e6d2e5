package dev.rookery.storage.error;

/// Base of every exception that Rookery throws for a reason of its own.
///
/// There is one subclass per reaction a caller can have: fix the call, retry, reopen, restore,
/// upgrade, make room. Misuse of arguments is the ordinary [IllegalArgumentException].
public class RookeryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Creates an exception with a message of the form `what happened name=value name=value`.
  public RookeryException(String message) {
    super(message);
  }

  /// Creates an exception with a message and the failure behind it.
  public RookeryException(String message, Throwable cause) {
    super(message, cause);
  }
}
