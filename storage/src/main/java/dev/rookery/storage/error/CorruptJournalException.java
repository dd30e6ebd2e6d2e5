package dev.rookery.storage.error;

/// The journal is damaged in the middle: commits that were promised follow the damaged place.
/// Restore a backup.
public final class CorruptJournalException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public CorruptJournalException(String message) {
    super(message);
  }

  /// Creates the exception with a message and the failure behind it.
  public CorruptJournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
