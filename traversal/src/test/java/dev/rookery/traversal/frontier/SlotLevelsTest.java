package dev.rookery.traversal.frontier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class SlotLevelsTest {
  @Test
  void get_whereNothingWasSet_isNone() {
    SlotLevels levels = new SlotLevels();
    assertThat(levels.get(0)).isEqualTo(SlotLevels.NONE);
    levels.set(3L << 16, 7);
    assertThat(levels.get(3L << 16)).isEqualTo(7);
    assertThat(levels.get((3L << 16) + 1)).isEqualTo(SlotLevels.NONE);
    assertThat(levels.get(2L << 16)).isEqualTo(SlotLevels.NONE);
    assertThat(levels.get(1L << 33)).isEqualTo(SlotLevels.NONE);
  }

  @Test
  void set_anySlot_isKept() {
    SlotLevels levels = new SlotLevels();
    for (int i = 0; i < 40; i++) {
      levels.set(i * 30_000L, i);
    }
    for (int i = 0; i < 40; i++) {
      assertThat(levels.get(i * 30_000L)).isEqualTo(i);
    }
  }
}
