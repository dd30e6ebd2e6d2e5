package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PagesInMemory;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/// Fences over more leaves than one page can name. The leaves here are pages without content.
final class ForestFencesTest {
  private static final int REGION = 9;

  private final PagesInMemory pages = new PagesInMemory();
  private final ForestFences fences = new ForestFences(pages, 3, REGION);
  private final TreeMap<Integer, Long> model = new TreeMap<>();
  private long root;

  @Test
  void insertAndRemove_atRandom_leadToTheRightLeaf() {
    TreeSeeds.forEach("fences", 2, seed -> run(new SplittableRandom(seed)));
  }

  @Test
  void insert_inAscendingOrder_leavesFullPages() {
    start();
    for (int slot = 1; slot < 5_000; slot++) {
      insert(slot);
    }

    verify();
    long fencePages = pages.liveCount() - model.size();
    assertThat(fencePages).isLessThan(5_000 / (ForestLayout.FENCE_COUNT_MAX - 2) + 3);
  }

  private void run(SplittableRandom random) {
    start();
    for (int round = 0; round < 6; round++) {
      int target = round % 2 == 0 ? 1500 * (round + 1) : random.nextInt(300) + 1;
      while (model.size() < target) {
        insert(1 + random.nextInt(ForestLayout.REGION_SLOTS - 1));
      }
      while (model.size() > target) {
        remove(random.nextInt(ForestLayout.REGION_SLOTS));
      }
      pages.commit();
      verify();
    }
    while (model.size() > 1) {
      remove(random.nextInt(ForestLayout.REGION_SLOTS));
    }
    assertThat(root).isEqualTo(model.firstEntry().getValue());
    assertThat(pages.liveCount()).isEqualTo(1);
    assertThat(fences.remove(root, 17)).isZero();
    pages.free(root);
  }

  private void start() {
    root = pages.allocate(PageType.FOREST_LEAF, 3);
    model.clear();
    model.put(0, root);
  }

  private void insert(int slot) {
    if (model.containsKey(slot)) {
      return;
    }
    long leaf = pages.allocate(PageType.FOREST_LEAF, 3);
    root = fences.insert(root, slot, leaf);
    model.put(slot, leaf);
  }

  /// Removes the leaf that covers a slot; which leaf inherits its slots is read from the fences.
  private void remove(int slot) {
    Map.Entry<Integer, Long> entry = model.floorEntry(slot);
    root = fences.remove(root, slot);
    pages.free(entry.getValue());
    model.remove(entry.getKey());
    ForestSpan span = new ForestSpan().descend(pages, root, REGION, slot);
    if (span.low <= entry.getKey() && span.high > slot && !model.containsKey(span.low)) {
      // The leaf behind it: its first slot is now the first slot of the one removed.
      Map.Entry<Integer, Long> heir = model.higherEntry(slot);
      assertThat(span.leafPage).isEqualTo(heir.getValue());
      model.remove(heir.getKey());
      model.put(span.low, heir.getValue());
    }
  }

  private void verify() {
    for (var entry : model.entrySet()) {
      ForestSpan span = new ForestSpan().descend(pages, root, REGION, entry.getKey());
      Integer next = model.higherKey(entry.getKey());
      assertThat(span.leafPage).isEqualTo(entry.getValue());
      assertThat(span.low).isEqualTo(entry.getKey());
      assertThat(span.high).isEqualTo(next == null ? ForestLayout.REGION_SLOTS : next);
    }
    assertThat(pages.liveCount()).isGreaterThanOrEqualTo(model.size());
    assertThat(PageLayout.count(pages.page(root))).isLessThanOrEqualTo(1019);
  }
}
