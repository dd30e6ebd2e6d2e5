package dev.rookery.storage.io;

import java.io.IOException;

/// A write found the disk full, or the memory of a database in memory used up.
public final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with a message of the form `what name=value`.
  public NoSpaceException(String message) {
    super(message);
  }

  /// Creates the exception with the failure that the operating system reported.
  public NoSpaceException(String message, Throwable cause) {
    super(message, cause);
  }
}
