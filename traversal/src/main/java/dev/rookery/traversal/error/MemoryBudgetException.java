package dev.rookery.traversal.error;

import dev.rookery.storage.error.RookeryException;

/// A run needs more memory than its options allow, and what it needs cannot be put into a file.
/// Allow more.
public final class MemoryBudgetException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public MemoryBudgetException(String message) {
    super(message);
  }
}
