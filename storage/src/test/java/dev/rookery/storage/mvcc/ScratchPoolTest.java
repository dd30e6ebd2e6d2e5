package dev.rookery.storage.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.page.PageLayout;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ScratchPoolTest {
  @Test
  void pages_allocatedAndFreed_neverOverlap() throws IOException {
    SplittableRandom random = new SplittableRandom(Long.getLong("seed", 1));
    try (ScratchPool pool = new ScratchPool()) {
      List<long[]> pages = new ArrayList<>();
      for (int i = 0; i < 3000; i++) {
        if (random.nextInt(3) > 0 || pages.isEmpty()) {
          long location = pool.allocate(i);
          assertThat(ScratchPool.isScratch(location)).isTrue();
          pool.page(location).fill((byte) i);
          pages.add(new long[] {location, i});
        } else {
          pool.free(pages.remove(random.nextInt(pages.size()))[0]);
        }
      }

      assertThat(pool.usedCount()).isEqualTo(pages.size());
      HashSet<Long> locations = new HashSet<>();
      for (long[] page : pages) {
        assertThat(locations.add(page[0])).isTrue();
        assertThat(pool.born(page[0])).isEqualTo(page[1]);
        for (int offset = 0; offset < PageLayout.PAGE_BYTES; offset += 511) {
          assertThat(pool.page(page[0]).get(PageLayout.BYTE, offset)).isEqualTo((byte) page[1]);
        }
      }
    }
  }

  @Test
  void memory_ofFreedPages_isUsedAgain() throws IOException {
    try (ScratchPool pool = new ScratchPool()) {
      long[] locations = new long[500];
      for (int round = 0; round < 20; round++) {
        for (int i = 0; i < locations.length; i++) {
          locations[i] = pool.allocate(round);
        }
        for (long location : locations) {
          pool.free(location);
        }
      }

      assertThat(pool.usedCount()).isZero();
      assertThat(pool.reservedBytes()).isLessThan(1000L * PageLayout.PAGE_BYTES);
    }
  }
}
