package dev.rookery.storage.table;

import java.util.stream.LongStream;

/// Seeds of the random tests: the ones of `-Dseed=`, or a few fixed and one fresh one.
final class Seeds {
  private Seeds() {}

  static LongStream seeds(int count) {
    Long given = Long.getLong("seed");
    if (given != null) {
      return LongStream.of(given);
    }
    return LongStream.concat(LongStream.range(0, count - 1), LongStream.of(System.nanoTime()))
        .peek(seed -> System.out.println("seed=" + seed));
  }
}
