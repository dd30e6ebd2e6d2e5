package dev.rookery.storage.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The rate of syncs is that of the last ten whole seconds.
final class SyncMeterTest {
  private long now = TimeUnit.SECONDS.toNanos(-5);
  private final SyncMeter meter = new SyncMeter(() -> now);

  private void count(int syncs) {
    for (int i = 0; i < syncs; i++) {
      meter.count();
    }
  }

  private void pass(long millis) {
    now += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void rate_followsTheLastTenSeconds() {
    assertThat(meter.perSecond()).isZero();
    count(7);
    assertThat(meter.perSecond()).isEqualTo(7);
    pass(1000);
    assertThat(meter.perSecond()).isEqualTo(7);
    count(100); // In the running second, which does not count yet.
    assertThat(meter.perSecond()).isEqualTo(7);
    pass(1000);
    assertThat(meter.perSecond()).isEqualTo(53.5);
    pass(8000);
    assertThat(meter.perSecond()).isEqualTo(10.7);
    pass(1000);
    assertThat(meter.perSecond()).isEqualTo(10);
    pass(1000);
    assertThat(meter.perSecond()).isZero();
    pass(100_000);
    count(20);
    pass(1500);
    assertThat(meter.perSecond()).isEqualTo(2);
    assertThat(meter.total()).isEqualTo(127);
  }
}
