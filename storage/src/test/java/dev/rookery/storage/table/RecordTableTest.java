package dev.rookery.storage.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PagesInMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RecordTableTest {
  private static final int SMALL = RecordLayout.SMALL_BYTES_MAX;

  private final PagesInMemory pages = new PagesInMemory();
  private final long root = RecordTable.create(pages, 7);
  private final RecordTable table = new RecordTable(root);

  @Test
  void insert_smallRecords_shareAPage() {
    long first = insert(1, 10);
    long second = insert(2, 0);

    assertThat(first >>> 8).isEqualTo(second >>> 8);
    assertThat(first & 0xFF).isEqualTo(1);
    assertThat(second & 0xFF).isEqualTo(2);
    assertRecord(first, 1, 10);
    assertRecord(second, 2, 0);
    assertThat(table.count(pages)).isEqualTo(2);
    assertClean();
  }

  @Test
  void insert_emptyRecords_takesAllSlots() {
    for (int i = 0; i < 1000; i++) {
      insert(i, 0);
    }

    assertThat(pages.liveCount()).isEqualTo(1 + 4);
    assertClean();
  }

  @Test
  void insert_longestSmallRecords_goTwoToAPage() {
    for (int i = 0; i < 10; i++) {
      insert(i, SMALL);
    }

    assertThat(pages.liveCount()).isEqualTo(1 + 5);
    assertClean();
  }

  @Test
  void insert_afterDelete_takesLowestFreeSlot() {
    long first = insert(1, 10);
    long second = insert(2, 10);
    insert(3, 10);
    table.delete(pages, second);
    table.delete(pages, first);

    assertThat(insert(4, 10)).isEqualTo(first);
    assertThat(insert(5, 10)).isEqualTo(second);
    assertClean();
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 11, Integer.MAX_VALUE})
  void insert_lengthOutOfRange_isRefused(int length) {
    assertThatThrownBy(() -> table.insert(pages, 1, new byte[10], length))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void insert_onFragmentedPage_compactsWithoutChangingIds() {
    List<Long> ids = new ArrayList<>();
    int length = PageLayout.PAGE_BYTES / 32;
    for (int i = 0; i < 28; i++) {
      ids.add(insert(i, length));
    }
    for (int i = 0; i < 28; i += 2) {
      table.delete(pages, ids.get(i));
    }

    long other = insert(99, length * 4);

    assertThat(other).isEqualTo(ids.getFirst());
    assertRecord(other, 99, length * 4);
    for (int i = 1; i < 28; i += 2) {
      assertRecord(ids.get(i), i, length);
    }
    assertClean();
  }

  @Test
  void update_thatFitsThePage_keepsTheId() {
    long id = insert(1, 100);
    long other = insert(2, 100);

    for (int length : new int[] {0, 50, 500, SMALL, 1, 100}) {
      assertThat(update(id, 1, length)).isEqualTo(id);
      assertRecord(id, 1, length);
      assertRecord(other, 2, 100);
      assertClean();
    }
  }

  @Test
  void update_thatOutgrowsThePage_movesAndKeepsTheOwner() {
    long id = insert(1, 100);
    insert(2, SMALL);
    long small = insert(3, SMALL - 300);

    long moved = update(id, 1, SMALL);

    assertThat(moved).isNotEqualTo(id);
    assertRecord(moved, 1, SMALL);
    assertRecord(small, 3, SMALL - 300);
    assertThat(table.count(pages)).isEqualTo(3);
    assertNoRecord(id);
    assertClean();
  }

  @Test
  void update_betweenSmallAndLarge_changesTheId() {
    long small = insert(1, 100);

    long large = update(small, 1, 50_000);
    assertThat(large & 0xFF).isZero();
    assertRecord(large, 1, 50_000);
    assertNoRecord(small);
    assertClean();

    long smallAgain = update(large, 1, 5);
    assertRecord(smallAgain, 1, 5);
    assertNoRecord(large);
    assertClean();
    assertThat(pages.liveCount()).isEqualTo(2);
  }

  @Test
  void update_largeRecord_keepsTheId() {
    insert(8, SMALL + 1);
    long id = insert(1, SMALL + 1);
    insert(9, SMALL + 1);

    for (int length : new int[] {100_000, 300_000, 50_000, SMALL + 1, SMALL + 500}) {
      assertThat(update(id, 1, length)).isEqualTo(id);
      assertRecord(id, 1, length);
      assertClean();
    }
  }

  @Test
  void anything_largeLengths_areExactAtPageBorders() {
    int first = PageLayout.PAGE_BYTES - RecordLayout.LARGE_FIRST_BYTES_OFFSET;
    int other = PageLayout.PAGE_BYTES - RecordLayout.LARGE_BYTES_OFFSET;
    for (int pageCount = 0; pageCount < 4; pageCount++) {
      for (int difference = -1; difference <= 1; difference++) {
        int length = first + pageCount * other + difference;
        long live = pages.liveCount();

        long id = insert(1, length);

        assertThat(pages.liveCount() - live).isEqualTo(pageCount + (difference > 0 ? 2 : 1));
        assertRecord(id, 1, length);
      }
    }
    assertClean();
  }

  @Test
  void delete_record_wipesItsBytes() {
    long id = insert(0x5A5A_5A5A_5A5A_5A5AL, 200);
    insert(2, 0);

    table.delete(pages, id);

    MemorySegment page = pages.page(id >>> 8);
    MemorySegment place = page.asSlice(PageLayout.PAGE_BYTES - 208, 208);
    assertThat(place.toArray(PageLayout.BYTE)).containsOnly(0);
  }

  @Test
  void delete_lastRecordOfPages_givesThemBack() {
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      ids.add(insert(i, i * 20));
    }

    ids.forEach(id -> table.delete(pages, id));

    assertThat(pages.liveCount()).isEqualTo(1);
    assertThat(table.count(pages)).isZero();
    assertClean();
  }

  @Test
  void loadAndDelete_twentyRounds_doesNotGrow() {
    Random random = new Random(5);
    List<Long> ids = new ArrayList<>();
    long afterFirst = 0;
    for (int round = 0; round < 20; round++) {
      while (ids.size() < 4_000) {
        ids.add(insert(ids.size(), random.nextInt(400)));
      }
      if (round == 0) {
        afterFirst = pages.liveCount();
      }
      assertThat(pages.liveCount()).isLessThan(afterFirst * 5 / 4);
      for (int i = 0; i < 3_000; i++) {
        int victim = random.nextInt(ids.size());
        table.delete(pages, ids.set(victim, ids.getLast()));
        ids.removeLast();
      }
      pages.commit();
    }
    assertClean();
  }

  @Test
  void loadAndDelete_recordsOfOneLength_reuseEveryHole() {
    Random random = new Random(6);
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 800; i++) {
      ids.add(insert(i, 1000));
    }
    long live = pages.liveCount();

    for (int i = 0; i < 5_000; i++) {
      int victim = random.nextInt(ids.size());
      table.delete(pages, ids.get(victim));
      ids.set(victim, insert(i, 1000));
    }

    assertThat(pages.liveCount()).isLessThanOrEqualTo(live + 1);
    assertClean();
  }

  @Test
  void drop_allKindsOfRecords_freesEveryPage() {
    for (int i = 0; i < 300; i++) {
      insert(i, i * 37);
    }

    table.drop(pages);

    assertThat(pages.liveCount()).isZero();
  }

  @Test
  void read_idOfNoRecord_isCorrupt() {
    long id = insert(1, 10);
    long large = insert(2, 20_000);
    long otherRoot = RecordTable.create(pages, 8);
    long foreign = new RecordTable(otherRoot).insert(pages, 1, new byte[10], 10);
    long foreignLarge = new RecordTable(otherRoot).insert(pages, 1, new byte[9000], 9000);

    assertNoRecord(0);
    assertNoRecord(-1);
    assertNoRecord(1);
    assertNoRecord(id + 1);
    assertNoRecord(id | 0xFF);
    assertNoRecord(id & ~0xFFL);
    assertNoRecord(large + 1);
    assertNoRecord(large + 256);
    assertNoRecord(root << 8 | 1);
    assertNoRecord(1L << 40 | 1);
    assertNoRecord(foreign);
    assertNoRecord(foreignLarge);
  }

  @Test
  void read_largeRecordOfStatedLengthTooGreat_isCorruptBeforeAllocation() {
    long id = insert(1, 20_000);
    pages.modify(id >>> 8).set(PageLayout.LONG, RecordLayout.LARGE_LENGTH_OFFSET, 1L << 30);

    assertNoRecord(id);
  }

  @Test
  void read_chainWithCycle_isCorrupt() {
    long id = insert(1, 50_000);
    long second = (id >>> 8) + 1;
    pages.modify(second).set(PageLayout.LONG, RecordLayout.LARGE_CHAIN_OFFSET, second);

    assertNoRecord(id);
  }

  @Test
  void check_manyContradictions_areFound() {
    long id = insert(1, 100);
    insert(2, 100);
    MemorySegment page = pages.modify(id >>> 8);
    page.set(PageLayout.BYTE, RecordLayout.DIRECTORY_OFFSET + 100, (byte) 1);
    int freeBytes = PageLayout.unsignedShort(page, RecordLayout.FREE_BYTES_OFFSET);
    page.set(PageLayout.SHORT, RecordLayout.FREE_BYTES_OFFSET, (short) (freeBytes + 1));
    pages.modify(root).set(PageLayout.LONG, RecordLayout.RECORD_COUNT_OFFSET, 3);

    CheckReport report = new CheckReport();
    table.check(pages, report, (recordId, owner) -> {});

    assertThat(report.problems()).hasSize(3);
  }

  @Test
  void check_records_areShownWithTheirOwners() {
    Map<Long, Long> expected = new HashMap<>();
    for (int i = 0; i < 50; i++) {
      expected.put(insert(i, i * 500), (long) i);
    }

    Map<Long, Long> shown = new HashMap<>();
    table.check(pages, new CheckReport(), shown::put);

    assertThat(shown).isEqualTo(expected);
  }

  @Test
  void layout_classes_coverEveryRoom() {
    assertThat(RecordLayout.bound(0)).isZero();
    for (int i = 1; i < RecordLayout.CLASS_COUNT + 2; i++) {
      assertThat(RecordLayout.bound(i)).isGreaterThan(RecordLayout.bound(i - 1));
    }
    assertThat(RecordLayout.roomClass(RecordLayout.SMALL_MAX))
        .isEqualTo(RecordLayout.CLASS_COUNT - 1);
    assertThat(PageLayout.type(pages.page(root))).isEqualTo(PageType.TABLE_ROOT);
  }

  private long insert(long owner, int length) {
    return table.insert(pages, owner, bytes(owner, length), length);
  }

  private long update(long id, long owner, int length) {
    return table.update(pages, id, bytes(owner, length), length);
  }

  private static byte[] bytes(long owner, int length) {
    byte[] bytes = new byte[length];
    new Random(owner * 31 + length).nextBytes(bytes);
    return bytes;
  }

  private void assertRecord(long id, long owner, int length) {
    RecordView view = new RecordView();
    table.read(pages, id, view);
    assertThat(view.owner()).isEqualTo(owner);
    assertThat(view.length()).isEqualTo(length);
    assertThat(view.segment().asSlice(view.offset(), length).toArray(PageLayout.BYTE))
        .isEqualTo(bytes(owner, length));
  }

  private void assertNoRecord(long id) {
    assertThatThrownBy(() -> table.read(pages, id, new RecordView()))
        .isInstanceOf(CorruptPageException.class);
    assertThatThrownBy(() -> table.delete(pages, id)).isInstanceOf(CorruptPageException.class);
    assertThatThrownBy(() -> table.update(pages, id, new byte[1], 1))
        .isInstanceOf(CorruptPageException.class);
  }

  private void assertClean() {
    CheckReport report = new CheckReport();
    table.check(pages, report, (recordId, owner) -> {});
    assertThat(report.problems()).isEmpty();
    assertThat(report.claimedCount()).isEqualTo((int) pages.liveCount());
  }
}
