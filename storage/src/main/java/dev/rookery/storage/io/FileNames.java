package dev.rookery.storage.io;

/// The grammar of names below a database directory, so that no name ever leads out of it.
final class FileNames {
  /// The file that openers of a database lock; no other use of it is allowed, because closing any
  /// channel of a file releases the process's locks on it.
  static final String LOCK = "lock";

  private FileNames() {}

  /// Checks a name of a file: `name` or `directory/name`.
  static void requireFile(String name) {
    int slash = name.indexOf('/');
    if (slash < 0) {
      requirePart(name, name);
    } else {
      requirePart(name.substring(0, slash), name);
      requirePart(name.substring(slash + 1), name);
    }
    if (name.equals(LOCK)) {
      throw new IllegalArgumentException("name is taken by the lock name=" + name);
    }
  }

  /// Checks a name of a subdirectory.
  static void requireDirectory(String name) {
    requirePart(name, name);
    if (name.equals(LOCK)) {
      throw new IllegalArgumentException("name is taken by the lock name=" + name);
    }
  }

  /// Checks a name of a subdirectory, or `""` for the database directory.
  static void requireDirectoryOrRoot(String name) {
    if (!name.isEmpty()) {
      requireDirectory(name);
    }
  }

  /// Returns the subdirectory of a checked name, `""` if it lies in the database directory.
  static String directoryOf(String name) {
    return name.substring(0, Math.max(0, name.indexOf('/')));
  }

  private static void requirePart(String part, String name) {
    boolean valid = !part.isEmpty() && !part.equals(".") && !part.contains("..");
    for (int i = 0; i < part.length() && valid; i++) {
      char c = part.charAt(i);
      valid = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
    }
    if (!valid) {
      throw new IllegalArgumentException("name outside the grammar of file names name=" + name);
    }
  }
}
