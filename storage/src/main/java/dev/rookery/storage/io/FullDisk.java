package dev.rookery.storage.io;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.List;
import java.util.Locale;

/// Tells a full disk from every other failure.
final class FullDisk {
  /// What the operating systems say for ENOSPC, EDQUOT and EFBIG. Java hands on only the text. A
  /// text in another language is not recognised and counts as a failure of the disk: the store then
  /// refuses further work, where it could have gone on. The other mistake, to go on after a real
  /// failure, would break promises.
  private static final List<String> TEXTS =
      List.of(
          "no space left on device",
          "disk quota exceeded",
          "file too large",
          "not enough space on the disk");

  private FullDisk() {}

  /// Returns the failure to throw: a [NoSpaceException] if the disk is full, else the given one.
  static IOException translated(IOException failure, String message) {
    String text =
        failure instanceof FileSystemException inFileSystem
            ? inFileSystem.getReason()
            : failure.getMessage();
    if (text == null || failure instanceof NoSpaceException) {
      return failure;
    }
    String lowerCase = text.toLowerCase(Locale.ROOT);
    return TEXTS.stream().anyMatch(lowerCase::contains)
        ? new NoSpaceException(message, failure)
        : failure;
  }
}
