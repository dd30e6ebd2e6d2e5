package dev.rookery.traversal.engine;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// A small file that the system makes up anew whenever it is read from its beginning.
///
/// It stays open as long as the process lives: to open it takes twice as long as to read it, and
/// every run reads it two times. A stream, because an interrupt closes no stream. Thread-safe.
final class ProcFile {
  /// Longer ones are cut off.
  private static final int BYTES_MAX = 1 << 10;

  private final String name;
  private final byte[] bytes = new byte[BYTES_MAX];

  /// Null until it is first read.
  private @Nullable FileInputStream file;

  private long position;

  ProcFile(String name) {
    this.name = name;
  }

  /// Returns what it says, or nothing where there is no such file. Takes some microseconds.
  synchronized String read() {
    try {
      FileInputStream open = file;
      if (open == null) {
        open = new FileInputStream(name);
        file = open;
      }
      position += open.skip(-position); // Backward: the system lets these files be read again.
      int length = Math.max(0, open.read(bytes, 0, BYTES_MAX));
      position += length;
      return new String(bytes, 0, length, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      return ""; // Not told here.
    }
  }
}
