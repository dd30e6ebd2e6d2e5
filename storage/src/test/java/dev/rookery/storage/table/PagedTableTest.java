package dev.rookery.storage.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PagesInMemory;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PagedTableTest {
  private static final int WIDE = PagedTable.ENTRY_BYTES_MAX;

  private final PagesInMemory pages = new PagesInMemory();

  @Test
  void locate_emptyTable_isNeverWritten() {
    PagedTable table = table(8);

    assertThat(table.locate(pages, 0)).isEqualTo(PagedTable.NEVER_WRITTEN);
    assertThat(table.locate(pages, PagedTable.INDEX_END - 1)).isEqualTo(PagedTable.NEVER_WRITTEN);
  }

  @Test
  void locate_neighbourOfWrittenEntry_isZero() {
    PagedTable table = table(8);

    set(table, 5, 77);

    assertThat(get(table, 5)).isEqualTo(77);
    assertThat(get(table, 6)).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, PagedTable.INDEX_END, Long.MIN_VALUE, Long.MAX_VALUE})
  void anything_indexOutOfRange_isRefused(long index) {
    PagedTable table = table(8);

    assertThatThrownBy(() -> table.locate(pages, index))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> table.modify(pages, index))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> table.retire(pages, index))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1025})
  void create_widthOutOfRange_isRefused(int entryBytes) {
    assertThatThrownBy(() -> PagedTable.create(pages, 1, entryBytes))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void open_otherWidth_isCorrupt() {
    long root = PagedTable.create(pages, 1, 8);

    assertThatThrownBy(() -> new PagedTable(root, 16).locate(pages, 0))
        .isInstanceOf(CorruptPageException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 128, 1024})
  void modify_greatestIndex_growsToIt(int entryBytes) {
    PagedTable table = table(entryBytes);
    setByte(table, 0, (byte) 1);

    setByte(table, PagedTable.INDEX_END - 1, (byte) 2);

    assertThat(getByte(table, 0)).isEqualTo((byte) 1);
    assertThat(getByte(table, PagedTable.INDEX_END - 1)).isEqualTo((byte) 2);
    assertClean(table);
  }

  @Test
  void modify_retiredEntry_isRefused() {
    PagedTable table = table(8);
    set(table, 3, 9);
    table.retire(pages, 3);

    assertThatThrownBy(() -> table.modify(pages, 3)).isInstanceOf(IllegalStateException.class);
    assertThat(table.locate(pages, 3)).isEqualTo(PagedTable.RETIRED);
  }

  @Test
  void retire_entry_wipesIt() {
    PagedTable table = table(8);
    set(table, 3, 0x1234_5678_9ABC_DEF0L);
    long location = table.locate(pages, 3);

    table.retire(pages, 3);

    long offset = PageReader.offsetAt(location);
    assertThat(pages.segmentAt(location).get(PageLayout.LONG, offset)).isZero();
  }

  @Test
  void retire_wholeLeaf_givesItBack() {
    PagedTable table = table(8);
    int count = PagedLayout.leafEntryCount(8);
    set(table, 0, 1);
    set(table, count, 2);
    assertThat(pages.liveCount()).isEqualTo(3);

    for (int i = count - 1; i >= 0; i--) {
      table.retire(pages, i);
    }

    assertThat(pages.liveCount()).isEqualTo(2);
    assertThat(table.locate(pages, 0)).isEqualTo(PagedTable.RETIRED);
    assertThat(table.locate(pages, count - 1)).isEqualTo(PagedTable.RETIRED);
    assertThat(get(table, count)).isEqualTo(2);
    assertThatThrownBy(() -> table.modify(pages, 1)).isInstanceOf(IllegalStateException.class);
    table.retire(pages, 1);
    assertClean(table);
  }

  @Test
  void retire_everythingBelowBranches_leavesTheRoot() {
    PagedTable table = table(WIDE);
    long branchEntryCount = (long) PagedLayout.leafEntryCount(WIDE) * PagedLayout.FANOUT;
    for (long i = 0; i < 2 * branchEntryCount; i += 3) {
      setByte(table, i, (byte) 1);
    }
    assertThat(pages.liveCount()).isGreaterThan(2L * PagedLayout.FANOUT);

    for (long i = 0; i < 2 * branchEntryCount; i++) {
      table.retire(pages, i);
    }

    assertThat(pages.liveCount()).isEqualTo(1);
    assertThat(table.locate(pages, branchEntryCount)).isEqualTo(PagedTable.RETIRED);
    assertThat(table.locate(pages, 2 * branchEntryCount)).isEqualTo(PagedTable.NEVER_WRITTEN);
    setByte(table, 2 * branchEntryCount, (byte) 7);
    assertThat(getByte(table, 2 * branchEntryCount)).isEqualTo((byte) 7);
    assertClean(table);
  }

  @Test
  void modify_afterAllOfRootIsRetired_growsAboveMarks() {
    PagedTable table = table(WIDE);
    long branchEntryCount = (long) PagedLayout.leafEntryCount(WIDE) * PagedLayout.FANOUT;
    for (long i = 0; i < branchEntryCount; i++) {
      table.retire(pages, i);
    }

    setByte(table, branchEntryCount, (byte) 1);

    assertThat(table.locate(pages, 0)).isEqualTo(PagedTable.RETIRED);
    assertThat(getByte(table, branchEntryCount)).isEqualTo((byte) 1);
    assertClean(table);
  }

  @Test
  void drop_tableWithBranches_freesEveryPage() {
    PagedTable table = table(128);
    for (long i = 1; i < PagedTable.INDEX_END; i *= 3) {
      setByte(table, i, (byte) 1);
    }

    table.drop(pages);

    assertThat(pages.liveCount()).isZero();
  }

  @Test
  void check_wrongCounts_areFound() {
    long root = PagedTable.create(pages, 1, 8);
    PagedTable table = new PagedTable(root, 8);
    set(table, 0, 1);
    table.retire(pages, 2);
    long leaf = pages.page(root).get(PageLayout.LONG, PageLayout.CONTENT_OFFSET);

    PageLayout.setCount(pages.modify(leaf), 2);

    CheckReport report = new CheckReport();
    table.check(pages, report);
    assertThat(report.problems()).hasSize(1);
  }

  @Test
  void layout_everyWidth_fitsThePageAndDividesExactly() {
    for (int width = 1; width <= WIDE; width++) {
      int count = PagedLayout.leafEntryCount(width);
      int used = count * width + PagedLayout.retiredBytes(count);
      int more = (count + 1) * width + PagedLayout.retiredBytes(count + 1);

      assertThat(used).isLessThanOrEqualTo(PageLayout.CONTENT_BYTES);
      assertThat(more).isGreaterThan(PageLayout.CONTENT_BYTES);
      long reciprocal = Long.MAX_VALUE / count + 1;
      for (long i = PagedTable.INDEX_END / count * count; i > 0; i /= 3) {
        assertThat(Math.multiplyHigh(i << 1, reciprocal)).isEqualTo(i / count);
        assertThat(Math.multiplyHigh((i - 1) << 1, reciprocal)).isEqualTo((i - 1) / count);
      }
    }
    assertThat(PagedLayout.FANOUT).isLessThan(1 << PagedLayout.DIGIT_BITS);
  }

  private PagedTable table(int entryBytes) {
    return new PagedTable(PagedTable.create(pages, 1, entryBytes), entryBytes);
  }

  private void set(PagedTable table, long index, long value) {
    long location = table.modify(pages, index);
    MemorySegment segment = pages.segmentAt(location);
    segment.set(PageLayout.LONG, PageReader.offsetAt(location), value);
  }

  private long get(PagedTable table, long index) {
    long location = table.locate(pages, index);
    return pages.segmentAt(location).get(PageLayout.LONG, PageReader.offsetAt(location));
  }

  private void setByte(PagedTable table, long index, byte value) {
    long location = table.modify(pages, index);
    MemorySegment segment = pages.segmentAt(location);
    segment.set(PageLayout.BYTE, PageReader.offsetAt(location), value);
  }

  private byte getByte(PagedTable table, long index) {
    long location = table.locate(pages, index);
    return pages.segmentAt(location).get(PageLayout.BYTE, PageReader.offsetAt(location));
  }

  private void assertClean(PagedTable table) {
    CheckReport report = new CheckReport();
    table.check(pages, report);
    assertThat(report.problems()).isEmpty();
    assertThat(report.claimedCount()).isEqualTo((int) pages.liveCount());
  }
}
