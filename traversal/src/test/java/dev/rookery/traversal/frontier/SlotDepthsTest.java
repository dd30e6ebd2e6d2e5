package dev.rookery.traversal.frontier;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Depths beside a plain array, across the depth at which a byte does not suffice any more.
final class SlotDepthsTest {
  private static final int SLOT_COUNT = 1_000;

  private final List<Long> made = new ArrayList<>();

  private MemorySegment state(long bytes) {
    made.add(bytes);
    return Arena.ofAuto().allocate(Math.max(1, bytes), Long.BYTES);
  }

  @Test
  void depths_areKept_whenTheyBecomeWider() {
    long seed = Long.getLong("seed", 5);
    System.out.println("SlotDepthsTest seed=" + seed);
    SplittableRandom random = new SplittableRandom(seed);
    SlotDepths depths = new SlotDepths(this::state, SLOT_COUNT);
    int[] expected = new int[SLOT_COUNT];
    Arrays.fill(expected, SlotDepths.NONE);
    for (int depth = 0; depth < 600; depth++) {
      depths.reserve(depth);
      int word = random.nextInt(SLOT_COUNT / Long.SIZE);
      long bits = random.nextLong();
      depths.set(word, bits, depth);
      for (int i = 0; i < Long.SIZE; i++) {
        if ((bits >>> i & 1) != 0) {
          expected[word * Long.SIZE + i] = depth;
        }
      }
      for (int slot = 0; slot < SLOT_COUNT; slot++) {
        if (depths.get(slot) != expected[slot]) {
          assertThat(depths.get(slot))
              .as("slot %d at depth %d", slot, depth)
              .isEqualTo(expected[slot]);
        }
      }
      // 254 is the last depth that a byte holds.
      assertThat(made).hasSize(depth <= 254 ? 1 : 2);
    }
    assertThat(made).containsExactly((long) SLOT_COUNT, 4L * SLOT_COUNT);
  }
}
