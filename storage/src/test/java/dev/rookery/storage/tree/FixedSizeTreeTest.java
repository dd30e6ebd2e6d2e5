package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PagesInMemory;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class FixedSizeTreeTest {
  private final PagesInMemory pages = new PagesInMemory();

  private FixedSizeTree create(int valueBytes) {
    return new FixedSizeTree(FixedSizeTree.create(pages, 3, valueBytes));
  }

  private void requireSound(FixedSizeTree tree) {
    CheckReport report = new CheckReport();
    tree.check(pages, report);
    assertThat(report.problems()).isEmpty();
    assertThat(report.claimedCount()).isEqualTo((int) pages.liveCount());
  }

  @Test
  void emptyTree_hasNothing() {
    FixedSizeTree tree = create(8);

    assertThat(tree.count(pages)).isZero();
    assertThat(tree.find(pages, 0)).isEqualTo(-1);
    assertThat(tree.remove(pages, 0)).isFalse();
    FixedSizeTree.Cursor cursor = tree.cursor(pages);
    assertThat(cursor.next()).isFalse();
    assertThat(cursor.previous()).isFalse();
    assertThat(cursor.seek(0)).isFalse();
    assertThat(cursor.last()).isFalse();
    assertThat(cursor.nextRun()).isFalse();
    assertThat(cursor.runCount()).isZero();
    assertThatThrownBy(cursor::key).isInstanceOf(IllegalStateException.class);
    requireSound(tree);
  }

  @Test
  void put_ofSmallestAndLargestKeys_ordersThemUnsigned() {
    FixedSizeTree tree = create(0);

    for (long key : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE, 0, -2, 1}) {
      assertThat(tree.put(pages, key)).isNotNegative();
    }

    FixedSizeTree.Cursor cursor = tree.cursor(pages);
    for (long key : new long[] {0, 1, Long.MAX_VALUE, Long.MIN_VALUE, -2, -1}) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(key);
      assertThat(tree.find(pages, key)).isNotNegative();
    }
    assertThat(cursor.next()).isFalse();
    requireSound(tree);
  }

  @Test
  void put_inAscendingOrDescendingOrder_fillsPages() {
    for (int direction : new int[] {1, -1}) {
      long before = pages.liveCount();
      FixedSizeTree tree = create(0);
      int count = 1_000_000;

      for (long i = 0; i < count; i++) {
        tree.put(pages, Long.MAX_VALUE + direction * i);
      }

      // Two bytes a key, and a few pages of branches.
      long fullPages = (2L * count) / (PageLayout.PAGE_BYTES - FixedSizePage.CONTENT_OFFSET);
      assertThat(pages.liveCount() - before).isBetween(fullPages, fullPages + 6);
      assertThat(tree.count(pages)).isEqualTo(count);
      tree.drop(pages);
      assertThat(pages.liveCount()).isEqualTo(before);
    }
  }

  @Test
  void put_ofDistantKeyIntoFullLeaf_keepsNarrowKeys() {
    FixedSizeTree tree = create(0);
    for (long key = 0; key < 3000; key++) {
      tree.put(pages, 1_000_000 + key);
    }
    assertThat(pages.liveCount()).isEqualTo(1);

    tree.put(pages, 1L << 40);
    tree.put(pages, 0);

    FixedSizeTree.Cursor cursor = tree.cursor(pages);
    assertThat(cursor.seek(1_000_000)).isTrue();
    assertThat(cursor.runKeyBytes()).isEqualTo(2);
    assertThat(cursor.runCount()).isEqualTo(3000);
    assertThat(tree.count(pages)).isEqualTo(3002);
    requireSound(tree);
  }

  @Test
  void put_ofExistingKey_keepsItsValue() {
    FixedSizeTree tree = create(8);
    long location = tree.put(pages, 5);
    pages.segmentAt(location).set(PageLayout.LONG, PageReader.offsetAt(location), 77);
    pages.commit();

    long again = tree.put(pages, 5);

    assertThat(tree.count(pages)).isEqualTo(1);
    assertThat(pages.segmentAt(again).get(PageLayout.LONG, PageReader.offsetAt(again)))
        .isEqualTo(77);
    pages.segmentAt(again).set(PageLayout.LONG, PageReader.offsetAt(again), 78);
  }

  @Test
  void widenValues_twiceOrOutOfRange_isRefused() {
    FixedSizeTree tree = create(0);
    for (long key = 0; key < 20_000; key++) {
      tree.put(pages, key * 3);
    }
    tree.widenValues(pages, 6);

    assertThat(tree.valueBytes(pages)).isEqualTo(6);
    assertThat(tree.count(pages)).isEqualTo(20_000);
    requireSound(tree);
    assertThatThrownBy(() -> tree.widenValues(pages, 6))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("valueBytes=6 min=7 max=255");
    assertThatThrownBy(() -> tree.widenValues(pages, 256))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> create(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void reopen_ofCursor_walksTheOtherTree() {
    FixedSizeTree one = create(0);
    FixedSizeTree other = create(4);
    one.put(pages, 1);
    other.put(pages, 2);

    FixedSizeTree.Cursor cursor = one.cursor(pages);
    assertThat(cursor.next()).isTrue();
    cursor.reopen(other.rootPage());

    assertThat(cursor.next()).isTrue();
    assertThat(cursor.key()).isEqualTo(2);
    assertThat(cursor.valueBytes()).isEqualTo(4);
    assertThat(cursor.next()).isFalse();
  }

  @Test
  void remove_fromSmallBranchBesideFullOne_evensThemOut() {
    FixedSizeTree tree = create(255);
    int leafEntries = FixedSizePage.CONTENT_BYTES / (Short.BYTES + 255);
    int count = (FixedSizeBranch.CAPACITY + 20) * leafEntries;
    for (int key = 0; key < count; key++) {
      tree.put(pages, key);
    }
    MemorySegment root = pages.page(tree.rootPage());
    assertThat(FixedSizePage.level(root)).isEqualTo(2);
    assertThat(PageLayout.count(pages.page(FixedSizeBranch.child(root, 1)))).isLessThan(30);

    for (int key = count - 1; PageLayout.count(pages.page(branch(tree, 1))) < 30; key--) {
      assertThat(tree.remove(pages, key)).isTrue();
    }

    int leftCount = PageLayout.count(pages.page(branch(tree, 0)));
    assertThat(leftCount).isGreaterThan(FixedSizeBranch.CAPACITY / 2);
    assertThat(PageLayout.count(pages.page(branch(tree, 1)))).isBetween(leftCount, leftCount + 1);
    requireSound(tree);

    // And the other way: the small one is on the left.
    for (int key = 0; PageLayout.count(pages.page(tree.rootPage())) == 2; key++) {
      tree.remove(pages, key);
      if (key % 500 == 0) {
        requireSound(tree);
      }
    }
    requireSound(tree);
  }

  private long branch(FixedSizeTree tree, int slot) {
    return FixedSizeBranch.child(pages.page(tree.rootPage()), slot);
  }

  @Test
  void cursor_overLeafWithTwoParents_throws() {
    FixedSizeTree tree = create(0);
    for (long key = 0; key < 20_000; key++) {
      tree.put(pages, key);
    }
    MemorySegment root = pages.modify(tree.rootPage());
    long offset = FixedSizeBranch.CHILDREN_OFFSET;
    root.set(PageLayout.LONG, offset + Long.BYTES, root.get(PageLayout.LONG, offset));

    FixedSizeTree.Cursor cursor = tree.cursor(pages);
    assertThat(cursor.first()).isTrue();
    assertThatThrownBy(cursor::nextRun)
        .isInstanceOf(CorruptPageException.class)
        .hasMessageContaining("ascending keys");
    assertThatThrownBy(() -> tree.drop(pages)).isInstanceOf(CorruptPageException.class);
  }

  @Test
  void check_ofTreeWithWrongBytes_reportsThem() {
    FixedSizeTree tree = create(0);
    for (long key = 0; key < 10_000; key++) {
      tree.put(pages, key);
    }
    long leaf = FixedSizeBranch.child(pages.page(tree.rootPage()), 1);
    pages.modify(leaf).set(PageLayout.SHORT, FixedSizeLeaf.KEYS_OFFSET + 20L, (short) 3);
    pages.modify(leaf).set(PageLayout.INT, PageLayout.STRUCTURE_OFFSET, 4);
    FixedSizePage.setEntryCount(pages.modify(tree.rootPage()), 9_999);

    CheckReport report = new CheckReport();
    tree.check(pages, report);

    assertThat(report.problems())
        .hasSize(3)
        .anyMatch(problem -> problem.contains("structure is 4, not 3"))
        .anyMatch(problem -> problem.contains("key out of order index=10"))
        .anyMatch(problem -> problem.contains("entry count is 9999, not 10000"));
  }
}
