package dev.rookery.benchmarks.study;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// What this process holds at a moment, after garbage was collected.
///
/// @param heapBytes what objects take
/// @param anonymousBytes what the process has touched that is no file: heap and native memory; NaN
///   where the system does not tell
/// @param threadCount how many threads there are
record ProcessMemory(double heapBytes, double anonymousBytes, double threadCount) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ANONYMOUS = "RssAnon:";

  static ProcessMemory now() throws IOException {
    for (int i = 0; i < 3; i++) {
      System.gc();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
    }
    return new ProcessMemory(
        ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
        anonymousBytesNow(),
        ManagementFactory.getThreadMXBean().getThreadCount());
  }

  private static double anonymousBytesNow() throws IOException {
    if (Files.exists(STATUS)) {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith(ANONYMOUS)) {
          String kibibytes = line.substring(ANONYMOUS.length()).replace("kB", "").strip();
          return Long.parseLong(kibibytes) * 1024.0;
        }
      }
    }
    return Double.NaN;
  }

  /// Returns what came since then, for each of so many.
  ProcessMemory since(ProcessMemory earlier, int count) {
    return new ProcessMemory(
        (heapBytes - earlier.heapBytes) / count,
        (anonymousBytes - earlier.anonymousBytes) / count,
        (threadCount - earlier.threadCount) / count);
  }
}
