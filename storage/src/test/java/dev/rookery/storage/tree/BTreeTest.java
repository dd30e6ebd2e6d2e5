package dev.rookery.storage.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PagesInMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class BTreeTest {
  private static final byte[] EMPTY = {};

  private final PagesInMemory pages = new PagesInMemory();
  private final BTree tree = new BTree(BTree.create(pages, 3));

  private static byte[] key(long number) {
    return ByteBuffer.allocate(8).putLong(number).array();
  }

  private static Map.Entry<byte[], byte[]> entry(long number) {
    return Map.entry(key(number), EMPTY);
  }

  private void requireSound() {
    CheckReport report = new CheckReport();
    tree.check(pages, report);
    assertThat(report.problems()).isEmpty();
    assertThat(report.claimedCount()).isEqualTo((int) pages.liveCount());
  }

  @Test
  void emptyTree_hasNothing() {
    assertThat(tree.count(pages)).isZero();
    assertThat(tree.get(pages, EMPTY)).isNull();
    assertThat(tree.remove(pages, EMPTY)).isFalse();
    BTree.Cursor cursor = tree.cursor(pages);
    assertThat(cursor.next()).isFalse();
    assertThat(cursor.previous()).isFalse();
    assertThat(cursor.seek(EMPTY)).isFalse();
    assertThat(cursor.last()).isFalse();
    assertThatThrownBy(cursor::key).isInstanceOf(IllegalStateException.class);
    requireSound();
  }

  @Test
  void put_ofEmptyKeyAndValue_isFoundFirst() {
    assertThat(tree.put(pages, "a".getBytes(UTF_8), EMPTY)).isTrue();
    assertThat(tree.put(pages, EMPTY, EMPTY)).isTrue();
    assertThat(tree.put(pages, EMPTY, "x".getBytes(UTF_8))).isFalse();

    assertThat(tree.get(pages, EMPTY)).isEqualTo("x".getBytes(UTF_8));
    assertThat(tree.get(pages, "a".getBytes(UTF_8))).isEmpty();
    BTree.Cursor cursor = tree.cursor(pages);
    assertThat(cursor.first()).isTrue();
    assertThat(cursor.key()).isEmpty();
    requireSound();
  }

  @Test
  void put_ofTooLongEntry_isRefusedWithItsNumbers() {
    int max = BTree.entryBytesMax();
    tree.put(pages, new byte[max - 1], new byte[1]);

    assertThatThrownBy(() -> tree.put(pages, new byte[max - 1], new byte[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("entry is too long keyBytes=%d valueBytes=2 entryBytesMax=%d", max - 1, max);
    assertThat(tree.count(pages)).isEqualTo(1);
    requireSound();
  }

  @Test
  void put_inAscendingOrder_fillsPages() {
    int count = 100_000;
    for (int i = 0; i < count; i++) {
      tree.put(pages, key(i), EMPTY);
    }

    long fullPages = count * 14L / BTreePage.CONTENT_BYTES;
    assertThat(pages.liveCount()).isBetween(fullPages, fullPages + 4);
    requireSound();
  }

  @Test
  void put_replacingByLongerValues_compactsAndSplits() {
    for (int round = 0; round < 40; round++) {
      for (int i = 0; i < 60; i++) {
        tree.put(pages, key(i), new byte[round * 37 % 1500]);
      }
      requireSound();
    }
    assertThat(tree.count(pages)).isEqualTo(60);
  }

  @Test
  void bulkLoad_ofSortedEntries_leavesLittleRoom() {
    int count = 100_000;
    Iterator<Map.Entry<byte[], byte[]>> entries =
        LongStream.range(0, count).mapToObj(BTreeTest::entry).iterator();

    assertThat(tree.bulkLoad(pages, entries)).isEqualTo(count);

    long fullPages = count * 14L * 16 / 15 / BTreePage.CONTENT_BYTES;
    assertThat(pages.liveCount()).isBetween(fullPages, fullPages + 5);
    assertThat(tree.get(pages, key(77_777))).isEmpty();
    requireSound();
  }

  @Test
  void bulkLoad_ofUnsortedOrTooLongEntries_isRefusedAndLeavesEmptyTree() {
    List<Map.Entry<byte[], byte[]>> entries = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      entries.add(entry(i));
    }
    entries.add(entry(4999));

    assertThatThrownBy(() -> tree.bulkLoad(pages, entries.iterator()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("not in ascending order index=5000 key=0000000000001387");
    assertThat(pages.liveCount()).isEqualTo(1);
    requireSound();

    entries.set(5000, Map.entry(key(5000), new byte[PageLayout.PAGE_BYTES]));
    assertThatThrownBy(() -> tree.bulkLoad(pages, entries.iterator()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(pages.liveCount()).isEqualTo(1);

    tree.put(pages, EMPTY, EMPTY);
    assertThatThrownBy(() -> tree.bulkLoad(pages, entries.iterator()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("count=1");
  }

  @Test
  void remove_ofAllBetweenLargeNeighbours_givesPagesBack() {
    // Neighbours too full to merge with: a page that becomes empty is still given back.
    for (int i = 0; i < 400; i++) {
      tree.put(pages, key(i), new byte[BTree.entryBytesMax() - 8]);
    }
    for (int i = 8; i < 392; i++) {
      assertThat(tree.remove(pages, key(i))).isTrue();
      requireSound();
    }
    assertThat(pages.liveCount()).isLessThan(8);
  }

  @Test
  void compare_ofKeysAroundWords_isByUnsignedBytes() {
    byte[][] keys = new byte[40][];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = new byte[i / 2 + 5];
      Arrays.fill(keys[i], (byte) 0x80);
      keys[i][keys[i].length - 1] = (byte) (i % 2 == 0 ? 0x7f : 0xff);
      tree.put(pages, keys[i], EMPTY);
    }
    Arrays.sort(keys, Arrays::compareUnsigned);

    BTree.Cursor cursor = tree.cursor(pages);
    for (byte[] key : keys) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(key);
    }
  }

  @Test
  void cursor_overLeafWithTwoParents_throws() {
    for (int i = 0; i < 5000; i++) {
      tree.put(pages, key(i), EMPTY);
    }
    long leaf = BTreePage.childAt(pages, pages.page(tree.rootPage()), 0);
    var root = pages.modify(tree.rootPage());
    int cell = BTreePage.cell(pages, root, 1);
    root.set(PageLayout.LONG, cell + BTreePage.CHILD_OFFSET, leaf);

    BTree.Cursor cursor = tree.cursor(pages);
    assertThatThrownBy(
            () -> {
              while (cursor.next()) {
                cursor.key();
              }
            })
        .isInstanceOf(CorruptPageException.class)
        .hasMessageContaining("ascending keys");
    assertThatThrownBy(() -> tree.drop(pages)).isInstanceOf(CorruptPageException.class);
  }

  @Test
  void check_ofTreeWithWrongBytes_reportsThem() {
    for (int i = 0; i < 5000; i++) {
      tree.put(pages, key(i), EMPTY);
    }
    long leaf = BTreePage.childAt(pages, pages.page(tree.rootPage()), 1);
    var page = pages.modify(leaf);
    page.set(PageLayout.INT, PageLayout.STRUCTURE_OFFSET, 4);
    page.set(PageLayout.SHORT, BTreePage.WASTE_OFFSET, (short) 1);
    page.set(PageLayout.SHORT, BTreePage.SLOTS_OFFSET, (short) BTreePage.slot(page, 1));
    BTreePage.setEntryCount(pages.modify(tree.rootPage()), 4999);

    CheckReport report = new CheckReport();
    tree.check(pages, report);

    assertThat(report.problems())
        .anyMatch(problem -> problem.contains("structure is 4, not 3"))
        .anyMatch(problem -> problem.contains("cells overlap"))
        .anyMatch(problem -> problem.contains("waste is 1"))
        .anyMatch(problem -> problem.contains("key out of order index=1"))
        .anyMatch(problem -> problem.contains("entry count is 4999"));
  }
}
