package dev.rookery.graph.load;

/// The tuples of one sorted run, one after the other: a key, a number that goes with it, and bytes.
/// Belongs to one thread.
abstract class RunCursor {
  private static final byte[] NO_BYTES = new byte[0];

  /// Key of the current tuple.
  long key;

  /// Moves to the next tuple, the first one at first, and returns whether there is one.
  abstract boolean advance();

  /// Returns the number of the current tuple, 0 where runs have none.
  long value() {
    return 0;
  }

  /// Returns how many bytes the current tuple has.
  int length() {
    return 0;
  }

  /// Returns the bytes of the current tuple, valid until the next one.
  byte[] bytes() {
    return NO_BYTES;
  }

  /// Gives back what the cursor holds of memory.
  void close() {
    // Nothing, where nothing was taken.
  }
}
