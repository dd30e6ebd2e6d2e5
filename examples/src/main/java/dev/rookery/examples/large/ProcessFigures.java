package dev.rookery.examples.large;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the system says that this process has read so far, where it says so (Linux).
///
/// @param readBytes from disks, for the mapping as well
/// @param majorFaults pages that had to be read when they were touched
record ProcessFigures(long readBytes, long majorFaults) {
  private static final Path IO = Path.of("/proc/self/io");
  private static final Path STAT = Path.of("/proc/self/stat");

  /// Place of the count of major faults behind the name of the process.
  private static final int MAJOR_FAULTS = 9;

  static ProcessFigures now() {
    return new ProcessFigures(countBytes(), countFaults());
  }

  /// Returns what has come to these since.
  ProcessFigures since(ProcessFigures before) {
    return new ProcessFigures(readBytes - before.readBytes, majorFaults - before.majorFaults);
  }

  private static long countBytes() {
    try {
      List<String> lines = Files.readAllLines(IO);
      for (String line : lines) {
        if (line.startsWith("read_bytes:")) {
          return Long.parseLong(line.substring("read_bytes:".length()).trim());
        }
      }
    } catch (IOException e) {
      return 0; // Not told here.
    }
    return 0;
  }

  private static long countFaults() {
    try {
      String stat = Files.readString(STAT);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Long.parseLong(fields[MAJOR_FAULTS]);
    } catch (IOException e) {
      return 0; // Not told here.
    }
  }
}
