package dev.rookery.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
  @ParameterizedTest
  @ValueSource(doubles = {0.001, 0.5, 0.9, 0.99, 1})
  void nanosAt_randomDurations_isAtMostOnePartTooLong(double share) {
    long seed = Long.getLong("seed", 27491095L);
    System.out.println("seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    long[] exact = new long[10_001];
    Durations durations = new Durations();
    for (int i = 0; i < exact.length; i++) {
      exact[i] = random.nextLong() >>> random.nextInt(1, 63);
      durations.add(exact[i]);
    }
    Arrays.sort(exact);

    double wanted = exact[(int) Math.ceil(exact.length * share) - 1];

    assertThat(durations.nanosAt(share)).isBetween(wanted, wanted * 33 / 32);
  }

  @Test
  void addAll_twoHistograms_countsBoth() {
    Durations low = new Durations();
    Durations high = new Durations();
    low.add(3);
    high.add(20);
    high.add(20);

    low.addAll(high);

    assertThat(low.count()).isEqualTo(3);
    assertThat(low.nanosAt(0.3)).isEqualTo(3);
    assertThat(low.nanosAt(0.5)).isEqualTo(20);
  }

  @Test
  void nanosAt_nothingAdded_isNone() {
    assertThat(new Durations().nanosAt(0.5)).isNaN();
  }
}
