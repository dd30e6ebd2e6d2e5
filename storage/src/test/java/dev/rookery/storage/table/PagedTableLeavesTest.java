package dev.rookery.storage.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.page.CountedPages;
import dev.rookery.storage.page.MovingPages;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PagesInMemory;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Entries that are found by the kept locations of leaves.
final class PagedTableLeavesTest {
  private static final int LEAF_ENTRIES = PagedLayout.leafEntryCount(Long.BYTES);
  private static final int END = 40 * LEAF_ENTRIES;
  private static final int LOOKS = 5000;

  private final PagesInMemory pages = new PagesInMemory();
  private final PagedTable table =
      new PagedTable(PagedTable.create(pages, 3, Long.BYTES), Long.BYTES);
  private final Map<Long, Long> values = new HashMap<>();

  static LongStream seeds() {
    return Seeds.seeds(4);
  }

  /// Leaves that are full, empty, absent and gone, and entries that are retired.
  private void fill(SplittableRandom random) {
    for (long index = 0; index < END; index++) {
      long leaf = index / LEAF_ENTRIES;
      if (leaf % 7 != 3 && (leaf % 3 == 0 || random.nextInt(3) == 0)) {
        put(index, 1 + random.nextLong(1L << 40));
      }
    }
    for (long index = 0; index < END; index++) {
      if (index / LEAF_ENTRIES % 5 == 1 || random.nextInt(10) == 0) {
        table.retire(pages, index);
        values.remove(index);
      }
    }
    pages.commit();
  }

  private void put(long index, long value) {
    long at = table.modify(pages, index);
    pages.segmentAt(at).set(PageLayout.LONG, PageReader.offsetAt(at), value);
    values.put(index, value);
  }

  private static long read(PageReader from, long at) {
    return at < 0 ? 0 : from.segmentAt(at).get(PageLayout.LONG, PageReader.offsetAt(at));
  }

  private void verify(PageReader from, PagedTableLeaves leaves, SplittableRandom random) {
    for (int i = 0; i < LOOKS; i++) {
      long index = random.nextInt(END);
      assertThat(read(from, leaves.locate(index)))
          .as("index=%d", index)
          .isEqualTo(values.getOrDefault(index, 0L));
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void locate_ofManyEntries_findsWhatTheTableHoldsWithoutItsBranches(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    fill(random);
    CountedPages counted = new CountedPages(pages, true);
    // Some leaves lie behind those that are kept.
    PagedTableLeaves leaves = new PagedTableLeaves(table, counted, END - 3 * LEAF_ENTRIES);

    verify(counted, leaves, random);

    int before = counted.locatedCount();
    for (long index = 0; index < END - 3 * LEAF_ENTRIES; index++) {
      if (values.containsKey(index)) {
        assertThat(read(counted, leaves.locate(index))).isEqualTo(values.get(index));
      }
    }
    assertThat(counted.locatedCount()).isEqualTo(before);
  }

  @Test
  void locate_ofFewEntries_keepsNothing() {
    fill(new SplittableRandom(1));
    CountedPages counted = new CountedPages(pages, true);
    PagedTableLeaves leaves = new PagedTableLeaves(table, counted, END);
    for (int i = 0; i < 20; i++) {
      int before = counted.locatedCount();
      leaves.locate(7);
      assertThat(counted.locatedCount()).isGreaterThan(before);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void locate_whereLocationsDoNotLast_looksUpAgain(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    fill(random);
    MovingPages moving = new MovingPages(pages);
    PagedTableLeaves leaves = new PagedTableLeaves(table, moving, END);
    for (int i = 0; i < 1000; i++) {
      long index = random.nextInt(END);
      assertThat(read(moving, leaves.locate(index))).isEqualTo(values.getOrDefault(index, 0L));
      moving.move();
    }
  }

  @Test
  void locate_besideADamagedLeaf_findsTheOthers() {
    SplittableRandom random = new SplittableRandom(2);
    fill(random);
    CountedPages counted = new CountedPages(pages, true);
    PagedTableLeaves leaves = new PagedTableLeaves(table, counted, END);
    long at = table.locate(pages, values.keySet().stream().min(Long::compare).orElseThrow());
    counted.damage(pages.segmentAt(at).get(PageLayout.LONG, 0));
    for (int i = 0; i < LOOKS; i++) {
      long index = random.nextInt(END);
      if (index < LEAF_ENTRIES) {
        assertThatThrownBy(() -> leaves.locate(index)).isInstanceOf(CorruptPageException.class);
      } else {
        assertThat(read(counted, leaves.locate(index))).isEqualTo(values.getOrDefault(index, 0L));
      }
    }
  }

  @Test
  void locate_inPagesThatWereClosed_leadsToAnException() {
    SplittableRandom random = new SplittableRandom(3);
    fill(random);
    CountedPages counted = new CountedPages(pages, true);
    PagedTableLeaves leaves = new PagedTableLeaves(table, counted, END);
    verify(counted, leaves, random);

    counted.close();

    for (long index : values.keySet()) {
      assertThatThrownBy(() -> read(counted, leaves.locate(index)))
          .isInstanceOf(TransactionClosedException.class);
    }
  }

  @Test
  void locate_ofAnIndexOutOfRange_isRefused() {
    fill(new SplittableRandom(4));
    PagedTableLeaves leaves = new PagedTableLeaves(table, new CountedPages(pages, true), END);
    for (long index : new long[] {-1, Long.MIN_VALUE, PagedTable.INDEX_END, Long.MAX_VALUE}) {
      assertThatThrownBy(() -> leaves.locate(index)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
