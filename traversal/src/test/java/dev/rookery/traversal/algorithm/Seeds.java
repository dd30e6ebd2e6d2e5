package dev.rookery.traversal.algorithm;

import java.util.Random;
import java.util.stream.IntStream;

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

  /// Returns graphs to try, small ones and a few that have more parts than workers.
  static Iterable<RandomGraph> graphs(String test, long seed) {
    Random random = random(test, seed);
    return () ->
        IntStream.range(0, 11)
            .mapToObj(i -> {
              int nodeCount = i < 8 ? 1 + random.nextInt(60) : 1000 + random.nextInt(4000);
              int arcCount = random.nextInt(1 + nodeCount * (1 + i % 5));
              int slotCount = i == 10 ? 70_000 : nodeCount;
              return RandomGraph.of(random, nodeCount, arcCount, slotCount);
            })
            .iterator();
  }
}
