package dev.rookery.storage.tx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.Durability;
import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.StorageOptions;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.io.MemoryFileSystem;
import dev.rookery.storage.page.PageLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FreeSpaceMapTest {
  private final StorageEnvironment environment =
      StorageEnvironment.open(
          MemoryFileSystem.create(),
          StorageOptions.defaults()
              .withScratchBytes(1L << 30)
              .withBackgroundSyncMillis(5)
              .withJournalFileBytes(64 << 10)
              .inline());

  @AfterEach
  void close() {
    environment.close();
  }

  @Test
  void randomAllocations_neverGiveAPageTwice() {
    SplittableRandom random = new SplittableRandom(Long.getLong("seed", 3));
    TreeSet<Long> taken = new TreeSet<>();
    for (int round = 0; round < 100; round++) {
      TreeSet<Long> after = new TreeSet<>(taken);
      try (PageWriteTransaction tx = environment.beginWrite()) {
        for (int i = 0; i < 12; i++) {
          change(tx, after, random);
        }
        if (random.nextInt(4) > 0) {
          tx.commit(Durability.NONE);
          taken = after;
        }
      }
      try (PageReadTransaction tx = environment.beginRead()) {
        long free = 0;
        for (long page = PageLayout.FIRST_PAGE + 2; page < tx.pageCount(); page++) {
          if (FreeSpaceMap.isTaken(tx, page) != taken.contains(page)) {
            throw new AssertionError("page is in the wrong state page=" + page);
          }
          free += taken.contains(page) ? 0 : 1;
        }
        assertThat(FreeSpaceMap.freeCount(tx)).isEqualTo(free);
      }
    }
  }

  private static void change(
      PageWriteTransaction tx, TreeSet<Long> taken, SplittableRandom random) {
    int kind = random.nextInt(5);
    if (kind < 2 && !taken.isEmpty()) {
      List<Long> all = new ArrayList<>(taken);
      long page = all.get(random.nextInt(all.size()));
      tx.free(page);
      taken.remove(page);
    } else {
      int count = kind == 4 ? 1 + random.nextInt(200) : 1;
      long first = count == 1 ? tx.allocate((byte) 1, 0) : tx.allocateRun(count, (byte) 1, 0);
      for (long page = first; page < first + count; page++) {
        assertThat(taken.add(page)).isTrue();
      }
    }
  }

  @Test
  void allocate_aFreedPage_givesTheLowest() {
    PageWriteTransaction tx = environment.beginWrite();
    long first = tx.allocateRun(100, (byte) 1, 0);
    tx.free(first + 50);
    tx.free(first + 20);

    assertThat(tx.allocate((byte) 1, 0)).isEqualTo(first + 20);
    assertThat(tx.allocate((byte) 1, 0)).isEqualTo(first + 50);
    assertThat(tx.allocate((byte) 1, 0)).isEqualTo(first + 100);
    tx.rollback();
  }

  @Test
  void run_thatDoesNotFitTheGroup_goesToTheNext() {
    int half = FreeSpaceMap.GROUP_PAGES / 2;
    PageWriteTransaction tx = environment.beginWrite();
    assertThat(tx.maxRun()).isEqualTo(half);
    long first = tx.allocateRun(half, (byte) 1, 0);
    for (int i = 0; i < half; i++) {
      if (i != 100 && i != half - 1) {
        tx.free(first + i);
      }
    }
    long second = tx.allocateRun(half, (byte) 1, 0);

    assertThat(second).isEqualTo(FreeSpaceMap.GROUP_PAGES + 1L);
    assertThat(FreeSpaceMap.mapPage(1)).isEqualTo(FreeSpaceMap.GROUP_PAGES);
    assertThat(tx.allocate((byte) 1, 0)).isEqualTo(first);
    long small = tx.allocateRun(1000, (byte) 1, 0);
    assertThat(small).isBetween(first, (long) FreeSpaceMap.GROUP_PAGES);
    assertThatThrownBy(() -> tx.allocateRun(half + 1, (byte) 1, 0))
        .isInstanceOf(IllegalArgumentException.class);
    tx.commit(Durability.NONE);

    try (PageReadTransaction read = environment.beginRead()) {
      assertThat(read.pageCount()).isEqualTo(second + half);
      long used = PageLayout.FIRST_PAGE + 2 + 2 + half + 1 + 1000 + 1;
      assertThat(FreeSpaceMap.freeCount(read)).isEqualTo(read.pageCount() - used);
    }
  }

  @Test
  void free_ofAPageThatIsNotTaken_isRefusedAndBreaksTheTransaction() {
    long map = PageLayout.FIRST_PAGE;
    for (long page : new long[] {map, 0, -1, map + 2, 1L << 40, Long.MAX_VALUE}) {
      PageWriteTransaction tx = environment.beginWrite();
      assertThatThrownBy(() -> tx.free(page)).isInstanceOf(CorruptPageException.class);
      assertThatThrownBy(() -> tx.commit(Durability.SYNC)).isInstanceOf(RookeryException.class);
    }
    PageWriteTransaction tx = environment.beginWrite();
    long page = tx.allocate((byte) 1, 0);
    tx.free(page);
    assertThatThrownBy(() -> tx.free(page)).isInstanceOf(CorruptPageException.class);
    tx.rollback();
  }
}
