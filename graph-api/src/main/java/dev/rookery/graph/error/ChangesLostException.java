package dev.rookery.graph.error;

import dev.rookery.storage.error.RookeryException;

/// The change feed does not go back that far: it was switched on later, or what was there has made
/// room for newer changes. Whoever follows the feed has to read the graph anew, and go on from the
/// sequence of that read transaction.
public final class ChangesLostException extends RookeryException {
  private static final long serialVersionUID = 1;

  /// Creates the exception.
  public ChangesLostException(String message) {
    super(message);
  }
}
