package dev.rookery.graph.error;

import dev.rookery.storage.error.RookeryException;

/// A property is missing, of another type than asked for, of a type that is not supported, or too
/// large.
public final class PropertyException extends RookeryException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what key=name …`.
  public PropertyException(String message) {
    super(message);
  }
}
