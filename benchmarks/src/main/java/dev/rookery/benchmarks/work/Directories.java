package dev.rookery.benchmarks.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Makes and deletes the directories of stores. Without state.
public final class Directories {
  private Directories() {}

  /// Makes an empty directory of a new name in another one, which is made if missing.
  public static Path fresh(Path parent) throws IOException {
    Files.createDirectories(parent);
    return Files.createTempDirectory(parent, "store");
  }

  /// Deletes a directory with all that is in it, if it exists.
  public static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    List<Path> paths;
    try (Stream<Path> found = Files.walk(directory)) {
      paths = found.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : paths) {
      Files.delete(path);
    }
  }
}
