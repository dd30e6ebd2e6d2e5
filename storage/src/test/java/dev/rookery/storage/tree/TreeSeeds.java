package dev.rookery.storage.tree;

import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/// Seeds for random tests: the one given by `-Dseed=...`, or else the first few numbers.
final class TreeSeeds {
  private TreeSeeds() {}

  /// Runs a test with each seed and prints the seed first, so that a failure can be repeated.
  static void forEach(String test, int count, LongConsumer body) {
    Long given = Long.getLong("seed");
    LongStream seeds = given == null ? LongStream.rangeClosed(1, count) : LongStream.of(given);
    seeds.forEach(seed -> {
      System.out.println(test + " seed=" + seed);
      body.accept(seed);
    });
  }
}
