package dev.rookery.traversal;

import java.util.Random;

/// Where random tests get their randomness: a fixed seed unless `-Dseed=…` says otherwise, printed
/// either way.
final class Seeds {
  private Seeds() {}

  /// Returns a source of random numbers and prints its seed.
  static Random random(String test, long seed) {
    long chosen = Long.getLong("seed", seed);
    System.out.println(test + " seed=" + chosen);
    return new Random(chosen);
  }
}
