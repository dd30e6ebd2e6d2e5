package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import java.lang.foreign.MemorySegment;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Breaks each rule of a forest by itself: the check names it, and an operation that meets the
/// damage refuses.
final class ForestCheckTest {
  private static final int INLINE_COUNT_MAX = ForestLeaf.INLINE_BYTES_MAX / Integer.BYTES;

  /// A source with pages of its own, alone in its region and its leaf.
  private static final long SUPERNODE = 2L << ForestLayout.REGION_SHIFT;

  /// In a region whose entry lies in a directory page.
  private static final long FAR = 600L << ForestLayout.REGION_SHIFT;

  private final ForestModel forest = new ForestModel();
  private final long rootPage = 4;

  @BeforeEach
  void fill() {
    for (int source = 0; source < 40; source++) {
      for (int key = 0; key < 400; key++) {
        forest.put(source, key, 0);
      }
    }
    for (int key = 0; key < 5 * INLINE_COUNT_MAX; key++) {
      forest.put(SUPERNODE, key, 0);
    }
    forest.put(SUPERNODE, 1L << 40, 0);
    forest.put(FAR, 1, 0);
    forest.commit();
    assertThat(problems()).isEmpty();
  }

  private String problems() {
    CheckReport report = new CheckReport();
    forest.forest.check(forest.pages, report);
    return String.join("\n", report.problems());
  }

  private MemorySegment modify(long page) {
    return forest.pages.modify(page);
  }

  private long regionRoot(long source) {
    return ForestDirectory.regionRoot(forest.pages, rootPage, ForestLayout.region(source));
  }

  private long branchPage() {
    return forest.pages.page(rootPage).get(PageLayout.LONG, ForestLayout.BRANCHES_OFFSET);
  }

  private long regionsPage() {
    return forest.pages.page(branchPage()).get(PageLayout.LONG, PageLayout.CONTENT_OFFSET);
  }

  /// The first of several leaves of the first region.
  private long firstLeaf() {
    return ForestFences.child(forest.pages.page(regionRoot(0)), 0, 0);
  }

  private ForestLeaf leaf(long source) {
    return new ForestLeaf().open(forest.pages, regionRoot(source), ForestLayout.region(source));
  }

  private void assertFound(Runnable damage, String... rules) {
    damage.run();
    assertThat(problems()).contains(rules);
    forest.rollback();
    assertThat(problems()).isEmpty();
  }

  private void assertFound(long page, Consumer<MemorySegment> damage, String... rules) {
    assertFound(() -> damage.accept(modify(page)), rules);
  }

  @Test
  void rootPage_thatIsInUseElsewhere_isFound() {
    CheckReport report = new CheckReport();
    report.claim(rootPage, "other");

    forest.forest.check(forest.pages, report);

    assertThat(report.problems()).singleElement().asString().contains("other");
  }

  @Test
  void directoryPages_thatAreNamedTwiceOrEmpty_areFound() {
    long branch = branchPage();
    long regions = regionsPage();

    assertFound(
        rootPage,
        root -> root.set(PageLayout.LONG, ForestLayout.BRANCHES_OFFSET + 8, branch),
        "page=" + branch);
    assertFound(
        branch,
        page -> {
          page.set(PageLayout.LONG, PageLayout.CONTENT_OFFSET, 0);
          PageLayout.setCount(page, 0);
        },
        "directory page without children");
    assertFound(
        regions,
        page -> {
          page.asSlice(PageLayout.CONTENT_OFFSET).fill((byte) 0);
          PageLayout.setCount(page, 0);
        },
        "directory page without regions");
    assertFound(branch, page -> PageLayout.setCount(page, 7), "children expected=1 found=7");
    assertFound(regions, page -> PageLayout.setCount(page, 7), "regions expected=1 found=7");
  }

  @Test
  void counts_thatAreNotThoseOfTheLeaves_areFound() {
    assertFound(
        rootPage, root -> root.set(PageLayout.LONG, ForestLayout.ENTRIES_OFFSET, 5), "entries");
    assertFound(
        rootPage, root -> root.set(PageLayout.LONG, ForestLayout.SOURCES_OFFSET, 5), "sources");
    assertFound(
        regionRoot(FAR),
        page -> page.set(PageLayout.SHORT, ForestLeaf.SOURCES_OFFSET, (short) 9),
        "sources expected=1 found=9");
  }

  @Test
  void fences_thatAreOutOfOrder_areFound() {
    long page = regionRoot(0);
    assertThat(PageLayout.type(forest.pages.page(page))).isEqualTo(PageType.FOREST_FENCES);
    long first = ForestFences.child(forest.pages.page(page), 0, 0);

    assertFound(
        page,
        fences -> fences.set(PageLayout.SHORT, ForestLayout.FENCES_OFFSET, (short) 3),
        "fence 0");
    assertFound(
        page,
        fences -> fences.set(PageLayout.SHORT, ForestLayout.FENCES_OFFSET + 4, (short) 1),
        "out of order");
    assertFound(
        page,
        fences -> ForestLayout.setShortLong(fences, ForestLayout.FENCE_PAGES_OFFSET + 6, first),
        "page=" + first);
    assertFound(
        page,
        fences -> fences.set(PageLayout.SHORT, ForestLayout.LOCATOR_OFFSET, (short) 1),
        "locator");
  }

  /// Fences below other fences must stay inside what those leave to them.
  @Test
  void fences_outsideThoseAbove_areFound() {
    BareEntries entries = new BareEntries();
    long region = 5L << ForestLayout.REGION_SHIFT;
    for (int source = 0; source < 4 * ForestLayout.FENCE_COUNT_MAX; source++) {
      for (int key = 0; key < 900; key++) {
        entries.add(region + source, key);
      }
    }
    forest.forest.putAll(forest.pages, entries, () -> {});
    forest.pages.commit();
    MemorySegment top = forest.pages.page(regionRoot(region));
    int count = PageLayout.count(top);
    assertThat(count).isBetween(2, 10);
    long low = ForestFences.child(top, 0, 0);
    long high = ForestFences.child(top, 0, count - 1);
    int fences = ForestLayout.FENCES_OFFSET;
    int last = fences + 2 * (PageLayout.count(forest.pages.page(low)) - 1);

    assertFound(low, page -> page.set(PageLayout.SHORT, last, (short) -1), "out of order");
    assertFound(high, page -> page.set(PageLayout.SHORT, fences + 2, (short) 0), "out of order");
  }

  @Test
  void slots_thatAreOutOfPlace_areFound() {
    forest.put(FAR + 5000, 1, 0);
    forest.put(FAR + 9000, 1, 0);
    forest.commit();
    ForestLeaf sparse = leaf(FAR);
    assertThat(sparse.sparse).isTrue();
    long second = ForestLeaf.INDEX_OFFSET + ForestLeaf.SPARSE_BYTES;

    assertFound(
        sparse.pageNumber,
        page -> page.set(PageLayout.SHORT, second, (short) 0),
        "slot out of place slot=0");
    assertFound(
        sparse.pageNumber,
        page -> page.set(PageLayout.INT, second + Short.BYTES, 0),
        "slot out of place slot=5000");
    // The first leaf of several, moved behind the slots that the fences leave to it.
    assertFound(
        firstLeaf(),
        page -> page.set(PageLayout.SHORT, ForestLeaf.FIRST_OFFSET, (short) 20_000),
        "slot out of place");
  }

  @Test
  void blocks_thatAreNoWholeEntriesOrTooLong_areFound() {
    for (int key = 2; key <= INLINE_COUNT_MAX; key++) {
      forest.put(FAR, key, 0);
    }
    forest.commit();
    ForestLeaf leaf = leaf(FAR);
    int block = leaf.blockAt(0);
    int start = ForestLeaf.startInPage(block);
    int length = ForestLeaf.length(block);
    assertThat(length).isEqualTo(ForestLeaf.INLINE_BYTES_MAX);
    int at = ForestLeaf.INDEX_OFFSET + (leaf.sparse ? Short.BYTES : 0);

    assertFound(
        leaf.pageNumber,
        page -> page.set(PageLayout.INT, at, ForestLeaf.word(start, length - 2, 0, 0)),
        "block of a wrong length",
        "length of blocks");
    assertFound(
        leaf.pageNumber,
        page -> {
          int longer = length + Integer.BYTES;
          int lower = PageLayout.PAGE_BYTES - longer;
          page.set(PageLayout.INT, at, ForestLeaf.word(lower, longer, 0, 0));
          page.set(PageLayout.SHORT, ForestLeaf.BLOCKS_OFFSET, (short) lower);
          page.set(PageLayout.SHORT, ForestLeaf.LIVE_BYTES_OFFSET, (short) longer);
        },
        "block of a wrong length");
    assertFound(
        leaf.pageNumber, page -> page.set(PageLayout.INT, start + 8L, 1), "keys out of order");
  }

  /// Writes another record in place of that of the supernode.
  private void setRecord(long record, long count) {
    ForestLeaf leaf = leaf(SUPERNODE);
    MemorySegment page = modify(leaf.pageNumber);
    long at = ForestLeaf.startInPage(leaf.blockAt(0));
    page.set(PageLayout.LONG, at, record);
    page.set(PageLayout.LONG, at + Long.BYTES, count);
  }

  private ForestBigTree record() {
    ForestLeaf leaf = leaf(SUPERNODE);
    return ForestBigTree.at(leaf.segment, leaf.start(leaf.blockAt(0)));
  }

  @Test
  void records_thatContradictTheirTree_areFound() {
    ForestBigTree sound = record();
    long record = sound.record();
    long count = sound.count();
    assertThat(sound.isWide()).isTrue();
    assertThat(sound.hasValues()).isFalse();
    long values = record ^ 1L << 48;

    assertFound(() -> setRecord(record, count + 1), "entries of slot 0");
    assertFound(() -> setRecord(record, 3), "small tree with own pages slot=0");
    assertFound(() -> setRecord(ForestBigTree.rootPage(record), count), "wide key not marked");
    assertFound(() -> setRecord(values, count), "value bytes 0");
  }

  @Test
  void operations_onRecordsThatContradictTheirTree_refuse() {
    ForestBigTree sound = record();
    long record = sound.record();
    int small = ForestBigTree.COUNT_MIN - 1;

    setRecord(record, small);
    assertRefused(() -> forest.forest.put(forest.pages, SUPERNODE, 1L << 41, 0));
    assertRefused(() -> forest.forest.remove(forest.pages, SUPERNODE, 1));
    assertRefused(() -> forest.forest.removeAll(forest.pages, SUPERNODE));
    setRecord(record ^ 1L << 48, sound.count());
    assertRefused(() -> forest.forest.get(forest.pages, SUPERNODE, 1));
    assertRefused(() -> forest.forest.put(forest.pages, SUPERNODE, 1L << 41, 0));
    assertRefused(() -> walk(SUPERNODE));
    forest.rollback();

    // The last removal would bring the tree back into the leaf: it has more entries than that.
    setRecord(record, ForestBigTree.COUNT_MIN);
    assertRefused(() -> forest.forest.remove(forest.pages, SUPERNODE, 1));
    forest.rollback();

    // So it says itself, and has none.
    setRecord(record, ForestBigTree.COUNT_MIN);
    MemorySegment root = modify(ForestBigTree.rootPage(record));
    root.set(PageLayout.LONG, FixedSizePage.ENTRY_COUNT_OFFSET, ForestBigTree.COUNT_MIN);
    long branch = FixedSizeBranch.child(root, 0);
    PageLayout.setCount(root, 1);
    PageLayout.setCount(modify(branch), 40);
    assertRefused(() -> forest.forest.remove(forest.pages, SUPERNODE, 1));
  }

  private void walk(long source) {
    ForestCursor cursor = forest.forest.cursor(forest.pages);
    cursor.seek(source);
    while (cursor.next()) {
      cursor.key();
    }
  }

  private static void assertRefused(Runnable operation) {
    assertThatThrownBy(operation::run).isInstanceOf(CorruptPageException.class);
  }

  @Test
  void leaves_whoseHeaderCannotBe_areRefused() {
    long page = firstLeaf();
    Consumer<Consumer<MemorySegment>> refused =
        damage -> {
          damage.accept(modify(page));
          assertRefused(() -> forest.forest.degree(forest.pages, 0));
          assertRefused(() -> forest.forest.put(forest.pages, 0, 500, 0));
          forest.rollback();
        };

    refused.accept(bytes -> PageLayout.setCount(bytes, 0));
    refused.accept(bytes -> PageLayout.setCount(bytes, 5000));
    refused.accept(bytes -> bytes.set(PageLayout.INT, ForestLeaf.REGION_OFFSET, 7));
    refused.accept(bytes -> bytes.set(PageLayout.BYTE, PageLayout.TYPE_OFFSET, (byte) 1));
    refused.accept(bytes ->
        bytes.set(PageLayout.SHORT, ForestLeaf.BLOCKS_OFFSET, (short) (PageLayout.PAGE_BYTES + 2)));
    refused.accept(
        bytes -> bytes.set(PageLayout.SHORT, ForestLeaf.LIVE_BYTES_OFFSET, (short) 8000));
    // A dense index that would go on behind the region.
    refused.accept(bytes -> bytes.set(PageLayout.SHORT, ForestLeaf.FIRST_OFFSET, (short) -1));
  }

  @Test
  void fencePages_whoseHeaderCannotBe_areRefused() {
    long page = regionRoot(0);
    Consumer<Consumer<MemorySegment>> refused =
        damage -> {
          damage.accept(modify(page));
          assertRefused(() -> forest.forest.degree(forest.pages, 20));
          assertRefused(() -> forest.forest.put(forest.pages, 20, 500_000, 0));
          forest.rollback();
        };

    refused.accept(bytes -> bytes.set(PageLayout.BYTE, PageLayout.FLAGS_OFFSET, (byte) -1));
    refused.accept(bytes ->
        bytes.set(PageLayout.BYTE, PageLayout.FLAGS_OFFSET, (byte) ForestLayout.FENCE_LEVELS_MAX));
    refused.accept(bytes -> PageLayout.setCount(bytes, 0));
    refused.accept(bytes -> PageLayout.setCount(bytes, ForestLayout.FENCE_COUNT_MAX + 1));
    refused.accept(bytes -> bytes.set(PageLayout.INT, ForestLayout.FENCE_REGION_OFFSET, 7));
    refused.accept(bytes -> bytes.set(PageLayout.BYTE, PageLayout.TYPE_OFFSET, (byte) 99));
    // Fences that leave out the slot.
    refused.accept(bytes -> bytes.set(PageLayout.SHORT, ForestLayout.LOCATOR_OFFSET, (short) 9000));
  }

  @Test
  void regions_outOfRange_areRefused() {
    for (long region : new long[] {-1, ForestLayout.REGION_COUNT_MAX}) {
      assertThatThrownBy(() -> forest.forest.regionEntryCount(forest.pages, region))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> forest.forest.regionSourceCount(forest.pages, region))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(forest.forest.regionEntryCount(forest.pages, 5000)).isZero();
    assertThat(forest.forest.regionEntryCount(forest.pages, 600)).isEqualTo(1);
  }

  @Test
  void uncountedForest_countsWhatIsThere() {
    ForestModel uncounted = new ForestModel(false);
    uncounted.put(3, 1, 0);
    uncounted.put(3, 2, 0);
    uncounted.put(FAR, 2, 0);

    assertThat(uncounted.forest.regionEntryCount(uncounted.pages, 0)).isEqualTo(2);
    assertThat(uncounted.forest.regionSourceCount(uncounted.pages, 0)).isEqualTo(1);
    assertThat(uncounted.forest.regionSourceCount(uncounted.pages, 600)).isEqualTo(1);
    assertThat(uncounted.forest.regionEntryCount(uncounted.pages, 599)).isZero();
  }
}
