package dev.rookery.graph.error;

import dev.rookery.storage.error.RookeryException;

/// The edge does not exist, or does not exist any more.
public final class EdgeNotFoundException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message that names the edge.
  public EdgeNotFoundException(String message) {
    super(message);
  }
}
