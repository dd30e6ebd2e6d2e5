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

  /// Leaves of two blocks that fill them to the last bytes, the longest block among them, however
  /// they come to be written.
  @Test
  void leaves_filledToTheLastByte_keepAllEntries() {
    for (int large = INLINE_COUNT_MAX - 3; large <= INLINE_COUNT_MAX; large++) {
      for (int small = INLINE_COUNT_MAX - 20; small <= INLINE_COUNT_MAX; small++) {
        ForestModel together = new ForestModel();
        together.putAll(entries(large, small));
        together.verify(random);
        ForestModel other = new ForestModel();
        other.putAll(entries(large, 1));
        other.putAll(entries(large, small));
        other.putAll(entries(large, small + 1));
        other.verify(random);
      }
    }
  }

  @Test
  void leaves_ofFewLongBlocks_keepAllEntries() {
    long seed = Long.getLong("seed", 1);
    System.out.println("FixedSizeForestTest longBlocks seed=" + seed);
    for (int round = 0; round < Integer.getInteger("forest.rounds", 150); round++) {
      SplittableRandom shape = new SplittableRandom(seed * 1_000 + round);
      ForestModel model = new ForestModel();
      long base = shape.nextInt(4) == 0 ? 1L << 33 : 0;
      boolean hasValues = shape.nextInt(4) == 0;
      for (int step = 0; step < 12; step++) {
        BareEntries added = new BareEntries();
        int source = 49_150 + shape.nextInt(6);
        int limit = shape.nextBoolean() ? INLINE_COUNT_MAX : INLINE_COUNT_MAX / 2;
        int count = shape.nextInt(3) > 0 ? limit + 3 - shape.nextInt(40) : 1 + shape.nextInt(600);
        for (int key = 0; key < count; key++) {
          added.add(source, base + key);
        }
        model.putAll(added);
        if (hasValues) {
          model.put(source, base + shape.nextInt(count), 7);
        }
        for (int i = shape.nextInt(20); i > 0; i--) {
          model.remove(source, base + shape.nextInt(count));
        }
      }
      model.verify(random);
    }
  }

  private static BareEntries entries(int large, int small) {
    BareEntries entries = new BareEntries();
    for (int key = 0; key < large; key++) {
      entries.add(49_153, key);
    }
    for (int key = 0; key < small; key++) {
      entries.add(49_154, key);
    }
    return entries;
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
