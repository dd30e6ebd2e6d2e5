package dev.rookery.storage.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The id that the machine drew when it was started.
final class BootId {
  private static final Path FILE = Path.of("/proc/sys/kernel/random/boot_id");
  private static final int LENGTH_MAX = 64;

  private BootId() {}

  /// Returns the id, empty on systems that have none to read.
  static String read() {
    try {
      String id = Files.readString(FILE).strip();
      return id.length() <= LENGTH_MAX ? id : "";
    } catch (IOException e) {
      // Only Linux has the file, and the id is never needed to be right.
      return "";
    }
  }
}
