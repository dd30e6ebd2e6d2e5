package dev.rookery.storage.error;

/// Room for changed pages is used up, in memory and in spill files, because a reader keeps them
/// from being written to the data file, or because one transaction changes more than fits; the
/// write transaction was not begun, or was rolled back. End the reader that the message names, or
/// write in smaller transactions, or open the database with more room.
public final class ScratchFullException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public ScratchFullException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public ScratchFullException(String message, Throwable cause) {
    super(message, cause);
  }
}
