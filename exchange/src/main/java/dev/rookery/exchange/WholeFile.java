package dev.rookery.exchange;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// A file of an export that is there whole or not at all.
final class WholeFile {
  private WholeFile() {}

  /// What is written.
  interface Body {
    void write(Writer out) throws IOException;
  }

  /// Makes a file of UTF-8; it is deleted again if the body fails.
  ///
  /// @throws ExportException if the body finds what the format cannot hold
  /// @throws java.nio.file.FileAlreadyExistsException if the file is there
  static void write(Path file, Body body) throws IOException {
    Writer opened =
        Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.CREATE_NEW);
    boolean isWhole = false;
    try (Writer out = opened) {
      body.write(out);
      out.flush();
      isWhole = true;
    } catch (IllegalArgumentException e) {
      throw new ExportException(e);
    } finally {
      if (!isWhole) {
        Files.deleteIfExists(file);
      }
    }
  }
}
