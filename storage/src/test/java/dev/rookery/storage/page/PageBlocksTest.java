package dev.rookery.storage.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Stretches of changed blocks against an array of flags, one for each byte.
final class PageBlocksTest {
  private static final int BYTES = PageLayout.PAGE_BYTES;

  @Test
  void stretches_ofRandomRanges_coverExactlyTheirBlocks() {
    long seed = Long.getLong("seed", 21);
    Random random = new Random(seed);
    for (int round = 0; round < 2000; round++) {
      boolean[] expected = new boolean[BYTES];
      long blocks = 0;
      int count = random.nextInt(6);
      for (int i = 0; i < count; i++) {
        int length = 1 + random.nextInt(random.nextInt(3) == 0 ? BYTES : 200);
        int offset = random.nextInt(BYTES - length + 1);
        blocks |= PageBlocks.of(offset, length);
        int from = offset / PageBlocks.BLOCK_BYTES * PageBlocks.BLOCK_BYTES;
        int to = Math.ceilDiv(offset + length, PageBlocks.BLOCK_BYTES) * PageBlocks.BLOCK_BYTES;
        Arrays.fill(expected, from, to, true);
      }
      boolean[] found = new boolean[BYTES];
      int end = -1;
      for (long left = blocks; left != 0; left = PageBlocks.rest(left)) {
        assertThat(PageBlocks.from(left)).as("seed=%d round=%d", seed, round).isGreaterThan(end);
        end = PageBlocks.to(left);
        Arrays.fill(found, PageBlocks.from(left), end, true);
      }
      assertThat(found).as("seed=%d round=%d", seed, round).isEqualTo(expected);
    }
  }

  @Test
  void all_isOneStretch() {
    assertThat(PageBlocks.from(PageBlocks.ALL)).isZero();
    assertThat(PageBlocks.to(PageBlocks.ALL)).isEqualTo(BYTES);
    assertThat(PageBlocks.rest(PageBlocks.ALL)).isZero();
    assertThat(PageBlocks.of(0, BYTES)).isEqualTo(PageBlocks.ALL);
    assertThat(PageBlocks.of(PageLayout.CHECKSUM_OFFSET, 1)).isEqualTo(PageBlocks.HEADER);
  }

  @Test
  void difference_outsideTheBlocks_isNoticed() {
    byte[] page = new byte[BYTES];
    MemorySegment old = MemorySegment.ofArray(new byte[BYTES]);
    for (int block = 0; block < Long.SIZE; block++) {
      int offset = block * PageBlocks.BLOCK_BYTES + block;
      page[offset] = 1;
      MemorySegment changed = MemorySegment.ofArray(page);
      assertThat(PageBlocks.holdAllDifferences(old, changed, 1L << block)).isTrue();
      assertThat(PageBlocks.holdAllDifferences(old, changed, ~(1L << block))).isFalse();
      page[offset] = 0;
    }
  }
}
