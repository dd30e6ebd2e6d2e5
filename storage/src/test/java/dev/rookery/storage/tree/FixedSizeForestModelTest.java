package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.page.PageLayout;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Random operations on a forest and on sorted maps, for the shapes of graphs that meet different
/// parts of the code.
final class FixedSizeForestModelTest {
  private static final int BATCHES = 12;
  private static final int BATCH_OPERATIONS = 2500;

  /// Where the sources, keys and values come from.
  enum Shape {
    /// A few entries for each of some thousand sources.
    UNIFORM,
    /// Few sources with most of the entries: trees get pages of their own and lose them.
    POWER_LAW,
    /// The same with the small ones first: a leaf is written anew while there are entries to come
    /// for a tree with pages of its own.
    POWER_LAW_BACKWARDS,
    /// Groups of neighbouring sources with gaps between them.
    CLUSTERED,
    /// Regions in the root page and in directory pages.
    REGIONS,
    /// Sources far apart in one region.
    SPARSE,
    /// Sources and keys in ascending order.
    ASCENDING,
    /// Keys as of a type with parallel edges.
    MULTI,
    /// Few keys that need 8 bytes among many that do not.
    WIDENING,
    /// Values that come only when the leaves are full.
    LATE_VALUES,
    /// Trees with pages of their own and with all kinds of keys and values.
    SUPERNODES;

    long source(SplittableRandom random, long step) {
      return switch (this) {
        case UNIFORM, MULTI, WIDENING, LATE_VALUES -> random.nextInt(4000);
        case POWER_LAW -> (long) (3000 * Math.pow(random.nextDouble(), 12));
        case POWER_LAW_BACKWARDS -> 2999 - POWER_LAW.source(random, step);
        case CLUSTERED -> random.nextInt(40) * 1500L + random.nextInt(60);
        case REGIONS ->
            ((1L << random.nextInt(24)) + random.nextInt(3)) % (1 << 24) * 65536
                + 65000
                + random.nextInt(536);
        case SPARSE -> random.nextInt(3000) * 21L;
        case ASCENDING -> step / 12;
        case SUPERNODES -> random.nextInt(2) * 7;
      };
    }

    long key(SplittableRandom random, long step) {
      return switch (this) {
        case ASCENDING -> step;
        case MULTI -> ((long) random.nextInt(70000) << 24) + random.nextInt(5);
        case WIDENING -> random.nextInt(200) == 0 ? random.nextLong() : random.nextInt();
        case SUPERNODES ->
            random.nextInt(500) == 0 ? random.nextLong() : random.nextInt(4000) * 977L;
        default -> random.nextInt(100_000);
      };
    }

    long value(SplittableRandom random, long step) {
      return switch (this) {
        case MULTI, REGIONS -> random.nextLong(1L << 48);
        case LATE_VALUES -> step > 20_000 ? random.nextLong(1L << 48) : 0;
        case SUPERNODES -> step > 12_000 && random.nextInt(100) == 0 ? random.nextInt(99) : 0;
        case UNIFORM -> random.nextInt(2000) == 0 ? 1 : 0;
        default -> 0;
      };
    }
  }

  @ParameterizedTest
  @EnumSource
  void randomOperations_equalSortedMaps(Shape shape) {
    TreeSeeds.forEach("forest " + shape, 2, seed -> run(shape, new SplittableRandom(seed)));
  }

  @Test
  void degreesAroundTheThresholds_equalSortedMaps() {
    TreeSeeds.forEach("forest thresholds", 2, seed -> runThresholds(new SplittableRandom(seed)));
  }

  private static void runThresholds(SplittableRandom random) {
    ForestModel forest = new ForestModel();
    for (int round = 0; round < 60; round++) {
      long source = random.nextInt(4) * 3L;
      long target = random.nextLong(3 * PageLayout.PAGE_BYTES / 16) + 20;
      // Now and then a key or a value makes all entries of the leaf longer.
      int oddOneIn = round % 3 == 0 ? 300 : 1_000_000;
      while (forest.forest.degree(forest.pages, source) < target) {
        long key = random.nextInt(oddOneIn) == 0 ? random.nextLong() : random.nextInt(50_000);
        forest.put(source, key, random.nextInt(oddOneIn) == 0 ? 5 : 0);
      }
      while (forest.forest.degree(forest.pages, source) > target) {
        var tree = forest.model.get(source);
        Long key = tree.ceilingKey((long) random.nextInt(50_000));
        forest.remove(source, key == null ? tree.lastKey() : key);
      }
      if (random.nextInt(5) == 0) {
        forest.rollback();
      } else {
        forest.commit();
      }
      forest.verify(random);
    }
  }

  private static void run(Shape shape, SplittableRandom random) {
    ForestModel forest = new ForestModel(random.nextBoolean());
    long step = 0;
    for (int batch = 0; batch < BATCHES; batch++) {
      // The last third removes more than it inserts, so that pages are merged and given back;
      // supernodes lose their pages and get them again.
      boolean grows = shape == Shape.SUPERNODES ? batch % 2 == 0 : batch < BATCHES * 2 / 3;
      int removesPercent = grows ? random.nextInt(35) : 85;
      for (int i = 0; i < BATCH_OPERATIONS; i++) {
        if (grows && random.nextInt(BATCH_OPERATIONS / 4) == 0) {
          step = putAll(forest, shape, random, step);
        }
        operate(forest, shape, random, step++, removesPercent);
      }
      if (random.nextInt(4) == 0) {
        forest.rollback();
      } else {
        forest.commit();
      }
      forest.verify(random);
    }
    while (!forest.model.isEmpty()) {
      forest.removeAll(forest.someSource(random));
    }
    forest.verify(random);
    assertThat(forest.pages.liveCount()).isEqualTo(1);
    forest.rollback();
    forest.forest.drop(forest.pages);
    assertThat(forest.pages.liveCount()).isZero();
  }

  private static long putAll(
      ForestModel forest, Shape shape, SplittableRandom random, long firstStep) {
    BareEntries entries = new BareEntries();
    int count = 1 << random.nextInt(13);
    for (int i = 0; i < count; i++) {
      long source = shape.source(random, firstStep + i);
      entries.add(source, shape.key(random, firstStep + i));
      if (random.nextInt(50) == 0) {
        entries.add(source, entries.key(entries.count() - 1));
      }
    }
    forest.putAll(entries);
    return firstStep + count;
  }

  private static void operate(
      ForestModel forest, Shape shape, SplittableRandom random, long step, int removesPercent) {
    long source = shape.source(random, step);
    if (random.nextInt(100) >= removesPercent) {
      long key = shape.key(random, step);
      long value = shape.value(random, step);
      if (random.nextInt(3) == 0) {
        forest.putIfAbsent(source, key, value);
      } else {
        forest.put(source, key, value);
      }
      return;
    }
    if (random.nextInt(10) != 0) {
      source = forest.someSource(random);
    }
    if (source < 0) {
      return;
    }
    if (random.nextInt(1000) == 0) {
      forest.removeAll(source);
      return;
    }
    var tree = forest.model.get(source);
    if (tree == null) {
      forest.remove(source, 5);
      return;
    }
    int removals = 1 + random.nextInt(removesPercent > 50 ? 60 : 2);
    while (removals-- > 0 && !tree.isEmpty()) {
      Long key = tree.ceilingKey(shape.key(random, step));
      forest.remove(source, key == null ? tree.firstKey() : key);
    }
  }
}
