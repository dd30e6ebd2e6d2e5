package dev.rookery.exchange;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A file of text in UTF-8, char by char, with the number of the line. Bytes that are no UTF-8 are
/// an error, not replaced. Belongs to one thread.
final class TextFile implements AutoCloseable {
  private static final int BUFFER_CHARS = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final String name;
  private final Reader reader;
  private final char[] buffer = new char[BUFFER_CHARS];
  private int at;
  private int filled;
  private long line = 1;

  TextFile(Path file) throws IOException {
    this.name = String.valueOf(file.getFileName());
    this.reader =
        new InputStreamReader(
            Files.newInputStream(file),
            StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT));
    if (peek() == BYTE_ORDER_MARK) {
      next();
    }
  }

  /// Returns the next char, or -1 at the end, and stays before it.
  int peek() throws IOException {
    if (at == filled) {
      try {
        filled = Math.max(0, reader.read(buffer));
      } catch (CharacterCodingException e) {
        throw new ImportException(name, line, "file is not UTF-8", e);
      }
      at = 0;
    }
    return at < filled ? buffer[at] : -1;
  }

  /// Returns the next char, or -1 at the end.
  int next() throws IOException {
    int found = peek();
    if (found >= 0) {
      at++;
      line += found == '\n' ? 1 : 0;
    }
    return found;
  }

  /// Returns the number of the line that the next char is on, from 1 on.
  long line() {
    return line;
  }

  /// Returns an exception for a line.
  ImportException wrong(long where, String message) {
    return new ImportException(name, where, message);
  }

  /// Returns an exception for a line, with what is behind it.
  ImportException wrong(long where, RuntimeException cause) {
    return new ImportException(name, where, String.valueOf(cause.getMessage()), cause);
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
