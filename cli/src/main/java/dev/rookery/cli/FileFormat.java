package dev.rookery.cli;

import java.nio.file.Path;
import java.util.Locale;

/// What files of an import or export are.
enum FileFormat {
  /// CSV with typed headers, in several files.
  csv,
  /// Plain edge lists.
  edges,
  /// GraphML.
  graphml,
  /// GraphSON, of one object for each node.
  graphson;

  /// Returns what the name of a file says it is, or else one format.
  static FileFormat of(Path file, FileFormat otherwise) {
    String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
    return switch (name.substring(name.lastIndexOf('.') + 1)) {
      case "graphml", "xml" -> graphml;
      case "json", "jsonl", "graphson" -> graphson;
      default -> otherwise;
    };
  }
}
