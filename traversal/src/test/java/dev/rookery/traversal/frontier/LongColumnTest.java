package dev.rookery.traversal.frontier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LongColumnTest {
  @Test
  void add_overManyChunks_keepsValues() {
    LongColumn column = new LongColumn();
    for (long i = 0; i < 10_000; i++) {
      column.add(i * i);
    }
    column.set(5000, -1);

    assertThat(column.size()).isEqualTo(10_000);
    for (long i = 0; i < 10_000; i++) {
      assertThat(column.get(i)).isEqualTo(i == 5000 ? -1 : i * i);
    }
  }

  @Test
  void truncate_thenAdd_worksAsAStack() {
    LongColumn column = new LongColumn();
    for (int round = 0; round < 3; round++) {
      for (long i = 0; i < 5000; i++) {
        column.add(i + round);
      }
      for (long size = 4999; size > 0; size--) {
        assertThat(column.get(size)).isEqualTo(size + round);
        column.truncate(size);
      }
      column.truncate(0);
    }
    assertThat(column.size()).isZero();
  }

  @Test
  void release_keepsWhatLiesAhead() {
    LongColumn column = new LongColumn();
    for (long i = 0; i < 5000; i++) {
      column.add(i);
    }
    for (long i = 0; i < 5000; i++) {
      column.release(i);
      assertThat(column.get(i)).isEqualTo(i);
      column.add(5000 + i);
    }
    assertThat(column.get(9999)).isEqualTo(9999);
  }
}
