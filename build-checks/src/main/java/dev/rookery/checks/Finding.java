package dev.rookery.checks;

/// One broken rule at one place.
///
/// @param path the file, relative to the root of the tree, with forward slashes
/// @param line the line, counted from 1; 0 for the file as a whole
/// @param message what is wrong and what to do instead
record Finding(String path, long line, String message) {
  @Override
  public String toString() {
    return path + ":" + line + ": " + message;
  }
}
