package dev.rookery.benchmarks.graph;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// Numbers against those that the C++ standard states.
final class MersenneTwisterTest {
  @Test
  void next_tenThousandTimes_isTheNumberOfTheStandard() {
    MersenneTwister random = new MersenneTwister(5489);
    for (int i = 1; i < 10_000; i++) {
      random.next();
    }
    assertThat(Integer.toUnsignedLong(random.next())).isEqualTo(4_123_659_995L);
  }
}
