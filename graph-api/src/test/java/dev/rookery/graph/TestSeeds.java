package dev.rookery.graph;

import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/// Seeds for random tests: the one given by `-Dseed=`, or else the first few numbers.
final class TestSeeds {
  private TestSeeds() {}

  /// Runs a test with each seed; a failure names the seed that repeats it.
  static void forEach(String test, int count, LongConsumer body) {
    Long given = Long.getLong("seed");
    LongStream seeds = given == null ? LongStream.rangeClosed(1, count) : LongStream.of(given);
    System.out.printf("%s seed=%s%n", test, given == null ? "1.." + count : given);
    seeds.forEach(seed -> {
      try {
        body.accept(seed);
      } catch (RuntimeException | Error e) {
        throw new AssertionError("failed, repeat with -Dseed=" + seed + " test=" + test, e);
      }
    });
  }
}
