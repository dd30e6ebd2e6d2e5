package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.rookery.storage.page.PageLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class FixedSizeForestTest {
  private static final int INLINE_COUNT_MAX = ForestLeaf.INLINE_BYTES_MAX / Integer.BYTES;

  private final SplittableRandom random = new SplittableRandom(1);
  private final ForestModel forest = new ForestModel();

  @Test
  void put_outOfRange_isRefused() {
    long end = FixedSizeForest.SOURCE_END;

    assertThatIllegalArgumentException().isThrownBy(() -> forest.put(end, 1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> forest.put(-1, 1, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> forest.put(1, 1, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> forest.put(1, 1, 1L << 48));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> forest.forest.cursor(forest.pages).seek(end));
  }

  @Test
  void put_atTheEdgesOfTheRanges_isFound() {
    forest.put(FixedSizeForest.SOURCE_END - 10, -1, (1L << 48) - 1);
    forest.put(0, 0, 0);

    forest.verify(random);
  }

  @Test
  void put_ofOneSource_costsRootAndLeaf() {
    forest.put(70_000, 1, 0);

    assertThat(forest.pages.liveCount()).isEqualTo(2);
  }

  @Test
  void degree_aroundTheThresholds_getsAndLosesPagesOnce() {
    for (int key = 0; key < INLINE_COUNT_MAX; key++) {
      forest.put(3, key, 0);
    }
    assertThat(forest.pages.liveCount()).isEqualTo(2);

    forest.put(3, INLINE_COUNT_MAX, 0);
    assertThat(forest.pages.liveCount()).isGreaterThan(2);
    for (int key = 0; key <= INLINE_COUNT_MAX / 2; key++) {
      forest.remove(3, key);
    }
    assertThat(forest.pages.liveCount()).isGreaterThan(2);
    forest.remove(3, INLINE_COUNT_MAX);
    forest.verify(random);

    assertThat(forest.pages.liveCount()).isEqualTo(2);
  }

  @Test
  void put_ofTheFirstValueOfABigTree_keepsItsKeys() {
    for (int key = 0; key < 3 * INLINE_COUNT_MAX; key++) {
      forest.put(3, key * 5L, 0);
    }

    forest.put(3, 500, 77);

    forest.verify(random);
  }

  @Test
  void put_inAscendingOrder_leavesFullLeaves() {
    int sources = 3000;
    for (int source = 0; source < sources; source++) {
      for (int key = 0; key < 16; key++) {
        forest.put(source, source + key, 0);
      }
    }

    // All but the root page, the fences and the last leaf.
    double leafBytes = (forest.pages.liveCount() - 3) * (double) PageLayout.PAGE_BYTES;
    assertThat(leafBytes / (16 * sources)).isLessThan(4.35);
  }

  @Test
  void removeAll_ofMostSourcesOfALeaf_shrinksItsIndex() {
    for (int source = 0; source < 200; source++) {
      int degree = source % 199 == 0 ? PageLayout.PAGE_BYTES / 16 : 1;
      for (int key = 0; key < degree; key++) {
        forest.put(source, key, 0);
      }
    }

    for (int source = 1; source < 199; source++) {
      forest.removeAll(source);
    }
    forest.verify(random);

    long page = ForestDirectory.regionRoot(forest.pages, 4, 0);
    ForestLeaf leaf = new ForestLeaf().open(forest.pages, page, 0);
    assertThat(leaf.sparse).isTrue();
    assertThat(leaf.count).isEqualTo(2);
  }

  @Test
  void regionCounts_ofSeveralRegions_areTold() {
    forest.put(65_535, 1, 0);
    forest.put(65_536, 1, 0);
    forest.put(65_536, 2, 0);
    forest.put(1L << 39, 1, 0);

    assertThat(forest.forest.regionEntryCount(forest.pages, 0)).isEqualTo(1);
    assertThat(forest.forest.regionEntryCount(forest.pages, 1)).isEqualTo(2);
    assertThat(forest.forest.regionSourceCount(forest.pages, 1)).isEqualTo(1);
    assertThat(forest.forest.regionSourceCount(forest.pages, 1 << 23)).isEqualTo(1);
    assertThat(forest.forest.regionSourceCount(forest.pages, 5000)).isZero();
  }
}
