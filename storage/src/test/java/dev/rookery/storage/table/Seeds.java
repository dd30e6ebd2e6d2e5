package dev.rookery.storage.table;

import java.util.stream.LongStream;

/// Seeds of the random tests: the one of `-Dseed=`, or some fixed ones and a fresh one, as many as
/// the test wants or `-Dseeds=` says.
final class Seeds {
  private Seeds() {}

  static LongStream seeds(int count) {
    Long given = Long.getLong("seed");
    if (given != null) {
      return LongStream.of(given);
    }
    return LongStream.concat(
            LongStream.range(0, Integer.getInteger("seeds", count) - 1),
            LongStream.of(System.nanoTime()))
        .peek(seed -> System.out.println("seed=" + seed));
  }
}
