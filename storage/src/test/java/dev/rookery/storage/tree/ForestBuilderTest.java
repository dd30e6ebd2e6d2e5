package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.tree.FixedSizeForestModelTest.Shape;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Regions built in one go against sorted maps, in place of regions that grew entry by entry, and
/// as ground for changes entry by entry.
final class ForestBuilderTest {
  private static final int EARLIER_ENTRIES = 3000;
  private static final int ADDED_ENTRIES = 30_000;
  private static final int LATER_OPERATIONS = 3000;

  @ParameterizedTest
  @EnumSource
  void link_builtRegions_equalSortedMaps(Shape shape) {
    TreeSeeds.forEach("built forest " + shape, 2, seed -> run(shape, new SplittableRandom(seed)));
  }

  private static void run(Shape shape, SplittableRandom random) {
    ForestModel forest = new ForestModel();
    for (int step = 0; step < EARLIER_ENTRIES; step++) {
      forest.put(shape.source(random, step), shape.key(random, step), shape.value(random, step));
    }
    forest.commit();
    for (int step = EARLIER_ENTRIES; step < ADDED_ENTRIES; step++) {
      forest
          .model
          .computeIfAbsent(shape.source(random, step), _ -> new TreeMap<>(Long::compareUnsigned))
          .put(shape.key(random, step), shape.value(random, step));
    }

    link(forest, forest.model);

    forest.commit();
    forest.verify(random);
    for (int step = 0; step < LATER_OPERATIONS; step++) {
      long source = random.nextBoolean() ? forest.someSource(random) : shape.source(random, step);
      if (random.nextInt(3) > 0) {
        forest.put(source, shape.key(random, step), shape.value(random, step));
      } else if (forest.model.containsKey(source)) {
        forest.remove(source, forest.model.get(source).firstKey());
      }
    }
    forest.verify(random);
    while (!forest.model.isEmpty()) {
      forest.removeAll(forest.someSource(random));
    }
    forest.verify(random);
    assertThat(forest.pages.liveCount()).isEqualTo(1);
  }

  private static BuiltRegions link(ForestModel forest, TreeMap<Long, TreeMap<Long, Long>> model) {
    ForestBuilder builder = new ForestBuilder(forest.pages, 7, () -> {});
    for (Map.Entry<Long, TreeMap<Long, Long>> source : model.entrySet()) {
      builder.expectValues(source.getValue().values().stream().anyMatch(value -> value != 0));
      source.getValue().forEach((key, value) -> builder.add(source.getKey(), key, value));
    }
    BuiltRegions built = builder.finish();
    for (int i = 0; i < built.count(); i++) {
      built.link(forest.forest, forest.pages, i);
    }
    return built;
  }

  @Test
  void build_degreesAroundTheThresholds_equalSortedMaps() {
    SplittableRandom random = new SplittableRandom(3);
    ForestModel forest = new ForestModel();
    int[] degrees = {
      1, 291, 292, 293, 409, 410, 511, 512, 1023, 1024, 1025, 1026, 4000, 4068, 9000
    };
    for (int i = 0; i < 4 * degrees.length; i++) {
      TreeMap<Long, Long> tree = new TreeMap<>(Long::compareUnsigned);
      boolean isWide = i / degrees.length % 2 == 1;
      boolean hasValues = i / degrees.length > 1;
      for (int k = 0; k < degrees[i % degrees.length]; k++) {
        tree.put(isWide ? (long) k << 30 : k * 3L, hasValues ? k + 1L : 0L);
      }
      forest.model.put(i * 5L, tree);
    }

    BuiltRegions built = link(forest, forest.model);

    assertThat(built.count()).isOne();
    forest.commit();
    forest.verify(random);
  }

  @Test
  void build_manyLeaves_hasFencesOfTwoLevels() {
    ForestModel forest = new ForestModel();
    for (long source = 0; source < 65_536; source += 30) {
      TreeMap<Long, Long> tree = new TreeMap<>(Long::compareUnsigned);
      for (long key = 0; key < 900; key++) {
        tree.put(key * 7, 0L);
      }
      forest.model.put(source, tree);
    }

    BuiltRegions built = link(forest, forest.model);

    assertThat(built.count()).isOne();
    forest.commit();
    forest.verify(new SplittableRandom(1));
  }
}
