package dev.rookery.storage.io;

import java.io.IOException;

/// A write found the disk full.
public final class NoSpaceException extends IOException {
  private static final long serialVersionUID = 1L;

  /// Creates the exception with the failure that the operating system reported.
  public NoSpaceException(String message, Throwable cause) {
    super(message, cause);
  }
}
