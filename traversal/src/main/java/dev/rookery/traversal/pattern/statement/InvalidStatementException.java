package dev.rookery.traversal.pattern.statement;

/// A statement makes no sense. Whoever calls the builder sees an `IllegalArgumentException`; the
/// parser finds the place in the text by what is at fault.
public final class InvalidStatementException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final transient Object culprit;

  InvalidStatementException(Object culprit, String message) {
    super(message);
    this.culprit = culprit;
  }

  /// Returns the part of the statement that is at fault, the very object.
  public Object culprit() {
    return culprit;
  }
}
