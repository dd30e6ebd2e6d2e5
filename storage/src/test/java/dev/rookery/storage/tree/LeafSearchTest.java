package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.error.TransactionClosedException;
import dev.rookery.storage.page.CountedPages;
import dev.rookery.storage.page.MovingPages;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PagesInMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Cursors that have sought so often that they find leaves on the heap.
final class LeafSearchTest {
  private static final int SEEKS = 4000;
  private static final TreeMap<Long, Long> NOTHING = new TreeMap<>();

  /// Regions with leaves of every kind: dense, sparse over few and over many slots, with wide keys,
  /// with values, with big trees; and one that is a single leaf.
  private static ForestModel filled(SplittableRandom random) {
    ForestModel model = new ForestModel();
    for (long region : new long[] {0, 1, 2, 17, 300_000}) {
      long base = region << ForestLayout.REGION_SHIFT;
      BareEntries entries = new BareEntries();
      int sources = region == 2 ? 5 : 500;
      for (int i = 0; i < sources; i++) {
        long source = base + (i < 200 ? i : 200 + random.nextInt(i < 400 ? 3000 : 60_000));
        int keys = i < 200 ? random.nextInt(300) : 1 + random.nextInt(20);
        for (int k = 0; k < (i == 50 ? 3000 : keys); k++) {
          entries.add(source, random.nextLong(region == 1 ? 1L << 40 : 1 << 20));
        }
      }
      model.putAll(entries);
      for (int i = 0; i < 20; i++) {
        model.put(base + random.nextInt(4000), random.nextLong(1 << 20), 1 + random.nextInt(100));
      }
    }
    model.commit();
    return model;
  }

  /// Returns a source that has entries, or one a little behind it.
  private static long someSource(ForestModel model, SplittableRandom random) {
    long[] regions = {0, 1, 2, 17, 300_000};
    long base = regions[random.nextInt(regions.length)] << ForestLayout.REGION_SHIFT;
    Long source =
        model.model.ceilingKey(base + random.nextInt(random.nextBoolean() ? 200 : 60_000));
    return (source == null ? base : source) + (random.nextInt(3) > 0 ? 0 : random.nextInt(100));
  }

  private static void verify(
      ForestModel model, ForestCursor cursor, SplittableRandom random, int seeks) {
    long[] keys = new long[70];
    for (int i = 0; i < seeks; i++) {
      long source = someSource(model, random);
      TreeMap<Long, Long> tree = model.model.getOrDefault(source, NOTHING);
      if (random.nextInt(4) == 0) {
        Map.Entry<Long, TreeMap<Long, Long>> next = model.model.ceilingEntry(source);
        long found = cursor.seekNext(source, FixedSizeForest.SOURCE_END);
        assertThat(found).isEqualTo(next == null ? -1 : next.getKey());
        tree = next == null ? NOTHING : next.getValue();
      } else {
        assertThat(cursor.seek(source)).as("source=%d", source).isEqualTo(tree.size());
      }
      verifyKeys(cursor, tree, keys, random.nextInt(4), random.nextInt(1000));
    }
  }

  private static void verifyKeys(
      ForestCursor cursor, TreeMap<Long, Long> tree, long[] keys, int shift, long add) {
    List<Long> found = new ArrayList<>();
    for (int count = cursor.next(keys, 0, shift, add);
        count > 0;
        count = cursor.next(keys, 0, shift, add)) {
      for (int i = 0; i < count; i++) {
        found.add(keys[i]);
      }
      long last = cursor.key();
      assertThat((last >>> shift) + add).isEqualTo(keys[count - 1]);
      assertThat(cursor.value()).isEqualTo(tree.get(last));
    }
    assertThat(found).isEqualTo(tree.keySet().stream().map(key -> (key >>> shift) + add).toList());
  }

  @Test
  void seek_ofManySources_findsWhatThePagesHold() {
    TreeSeeds.forEach(
        "LeafSearchTest",
        3,
        seed -> {
          SplittableRandom random = new SplittableRandom(seed);
          ForestModel model = filled(random);
          CountedPages counted = new CountedPages(model.pages, true);
          ForestCursor cursor = model.forest.cursor(counted);

          verify(model, cursor, random, SEEKS);

          // Leaves are not looked up in pages any more, but those of big trees.
          int before = counted.locatedCount();
          for (int i = 0; i < 500; i++) {
            long source = someSource(model, random);
            int size = model.model.getOrDefault(source, NOTHING).size();
            assertThat(cursor.seek(source)).isEqualTo(size);
          }
          assertThat(counted.locatedCount() - before).isLessThan(50);
        });
  }

  @Test
  void seek_whereLocationsDoNotLast_looksLeavesUpAgain() {
    SplittableRandom random = new SplittableRandom(7);
    ForestModel model = filled(random);
    MovingPages moving = new MovingPages(model.pages);
    ForestCursor cursor = model.forest.cursor(moving);
    for (int i = 0; i < SEEKS; i++) {
      long source = someSource(model, random);
      assertThat(cursor.seek(source)).isEqualTo(model.model.getOrDefault(source, NOTHING).size());
      cursor.seek(FixedSizeForest.SOURCE_END - 1);
      moving.move();
    }
  }

  @Test
  void seek_inPagesThatWereClosed_fails() {
    SplittableRandom random = new SplittableRandom(8);
    ForestModel model = filled(random);
    CountedPages pages = new CountedPages(model.pages, true);
    ForestCursor cursor = model.forest.cursor(pages);
    verify(model, cursor, random, SEEKS);
    cursor.seek(FixedSizeForest.SOURCE_END - 1);

    pages.close();

    for (int i = 0; i < 100; i++) {
      long source = someSource(model, random);
      assertThatThrownBy(() -> cursor.seek(source)).isInstanceOf(TransactionClosedException.class);
      assertThatThrownBy(cursor::next).isInstanceOf(TransactionClosedException.class);
    }
  }

  /// A damaged page is told of where it is needed, and nowhere else, and the cursor goes on.
  @Test
  void seek_besideADamagedPage_findsTheOthers() {
    SplittableRandom random = new SplittableRandom(9);
    ForestModel model = filled(random);
    List<Long> leaves = new ArrayList<>();
    List<Long> firsts = new ArrayList<>();
    model.forest.visitLeaves(
        model.pages,
        0,
        1L << ForestLayout.REGION_SHIFT,
        (page, source, endSource) -> {
          leaves.add(page);
          firsts.add(source);
        });
    CountedPages pages = new CountedPages(model.pages, true);
    ForestCursor cursor = model.forest.cursor(pages);
    pages.damage(leaves.get(1));
    int failed = 0;
    for (int i = 0; i < SEEKS; i++) {
      long source = someSource(model, random);
      boolean isDamaged = source >= firsts.get(1) && source < firsts.get(2);
      if (isDamaged) {
        failed++;
        assertThatThrownBy(() -> cursor.seek(source)).isInstanceOf(CorruptPageException.class);
      } else {
        int size = model.model.getOrDefault(source, NOTHING).size();
        assertThat(cursor.seek(source)).isEqualTo(size);
      }
    }
    assertThat(failed).isPositive();
  }

  /// The same of a page of fences, which is missed when the others are copied.
  @Test
  void seek_besideADamagedPageOfFences_findsTheOthers() {
    PagesInMemory memory = new PagesInMemory();
    long root = FixedSizeForest.create(memory, 7);
    FixedSizeForest forest = new FixedSizeForest(root);
    int sources = 2 * ForestLayout.FENCE_COUNT_MAX + 100;
    int degree = ForestLeaf.INLINE_BYTES_MAX / Long.BYTES;
    BareEntries entries = new BareEntries();
    for (int i = 0; i < sources * degree; i++) {
      entries.add(i / degree, (1L << 40) + i % degree);
    }
    forest.putAll(memory, entries, () -> {});
    MemorySegment fences = memory.page(ForestDirectory.regionRoot(memory, root, 0));
    int last = PageLayout.count(fences) - 1;
    CountedPages pages = new CountedPages(memory, true);
    long damaged = ForestFences.child(fences, 0, last);
    pages.damage(damaged);
    int firstDamaged = ForestFences.fence(fences, 0, last);
    assertThat(memory.page(damaged).get(PageLayout.BYTE, PageLayout.TYPE_OFFSET))
        .isEqualTo(PageType.FOREST_FENCES);

    ForestCursor cursor = forest.cursor(pages);
    SplittableRandom random = new SplittableRandom(10);
    for (int i = 0; i < SEEKS; i++) {
      long source = random.nextInt(sources);
      if (source < firstDamaged) {
        assertThat(cursor.seek(source)).isEqualTo(degree);
      } else {
        assertThatThrownBy(() -> cursor.seek(source)).isInstanceOf(CorruptPageException.class);
      }
    }
  }
}
