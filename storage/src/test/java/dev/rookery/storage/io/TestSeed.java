package dev.rookery.storage.io;

/// The seed of a random test: `-Dseed=` or one of its own, and printed either way.
final class TestSeed {
  private TestSeed() {}

  /// Returns the seed and prints it with the name of the test.
  static long choose(String test) {
    Long given = Long.getLong("seed");
    long seed = given != null ? given : System.nanoTime() & 0xFFFF_FFFFL;
    System.out.println(test + " seed=" + seed);
    return seed;
  }
}
