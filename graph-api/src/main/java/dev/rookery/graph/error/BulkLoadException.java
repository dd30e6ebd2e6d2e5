package dev.rookery.graph.error;

import dev.rookery.storage.error.RookeryException;

/// A bulk load was given up: it was cancelled, took too long, or has failed before. Nothing of it
/// is in the graph.
public final class BulkLoadException extends RookeryException {
  private static final long serialVersionUID = 1;

  /// Creates the exception.
  public BulkLoadException(String message) {
    super(message);
  }
}
