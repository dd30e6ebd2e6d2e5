package dev.rookery.traversal.soak;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What the system says that this process holds; -1 where it does not tell.
///
/// @param openFiles descriptors of files below a directory, nameless ones as well
/// @param namelessMappings mappings of files below it that have lost their names
/// @param files names in the directory
/// @param anonymousKilobytes memory in use that is not a file's: the heap, and what lies outside
record SystemState(long openFiles, long namelessMappings, long files, long anonymousKilobytes) {

  /// A run more or less of a few threads, whatever their stacks and buffers take.
  private static final long SLACK_KILOBYTES = 512L << 10;

  static SystemState now(Path directory) {
    String name = directory.toAbsolutePath().toString();
    try {
      return new SystemState(
          openFiles(name), namelessMappings(name), count(directory), anonymous());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Returns whether this is no more than it was, but for what a store at work may hold.
  boolean isWithin(SystemState before) {
    return openFiles <= before.openFiles
        && namelessMappings <= before.namelessMappings
        && files <= before.files + 1
        && anonymousKilobytes <= before.anonymousKilobytes + SLACK_KILOBYTES;
  }

  private static long openFiles(String name) throws IOException {
    Path descriptors = Path.of("/proc/self/fd");
    if (!Files.isDirectory(descriptors)) {
      return -1;
    }
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.filter(descriptor -> target(descriptor).startsWith(name)).count();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException e) {
      return ""; // Closed since.
    }
  }

  private static long namelessMappings(String name) throws IOException {
    Path maps = Path.of("/proc/self/maps");
    if (!Files.exists(maps)) {
      return -1;
    }
    List<String> lines = Files.readAllLines(maps);
    return lines.stream().filter(line -> line.contains(name) && line.endsWith("(deleted)")).count();
  }

  private static long count(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.count();
    }
  }

  private static long anonymous() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return -1;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("RssAnon:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(-1);
  }
}
