package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Compares what a [ForestScan] gives with sorted maps: of random ranges, with and without a
/// filter, from pages that stay and from pages that are overwritten when the range is done.
final class ScannedForest {
  private final FixedSizeForest forest;
  private final PageReader pages;
  private final TreeMap<Long, TreeMap<Long, Long>> model;

  /// So many bits that all keys fit without them.
  private final int keyShift;

  ScannedForest(
      FixedSizeForest forest,
      PageReader pages,
      TreeMap<Long, TreeMap<Long, Long>> model,
      SplittableRandom random) {
    this.forest = forest;
    this.pages = pages;
    this.model = model;
    long bits = 0;
    for (TreeMap<Long, Long> tree : model.values()) {
      bits |= tree.isEmpty() ? 0 : tree.lastKey();
    }
    int least = Math.max(0, Integer.SIZE - Long.numberOfLeadingZeros(bits));
    keyShift = least + (random.nextInt(3) == 0 ? random.nextInt(5) : 0);
  }

  void verify(SplittableRandom random) {
    verifyRange(forest.scan(pages, keyShift, null), 0, FixedSizeForest.SOURCE_END);
    ForestScan scan = forest.scan(new ForestModel.ReadOnly(pages, false), keyShift, null);
    for (int i = 0; i < 3; i++) {
      long begin = someBound(random);
      long end = random.nextInt(4) == 0 ? begin + random.nextInt(70_000) : someBound(random);
      verifyRange(scan, begin, end);
    }
    // Far behind the last source that a leaf lists, and still covered by it.
    long behind = (model.isEmpty() ? 0 : model.lastKey()) + 1 + random.nextInt(60_000);
    verifyRange(scan, behind, behind + 1 + random.nextInt(10_000));
    verifyFiltered(random);
    verifyChosen(random);
    verifyStaged();
  }

  private long someBound(SplittableRandom random) {
    long low = model.isEmpty() ? 0 : model.firstKey();
    long high = model.isEmpty() ? 9 : model.lastKey() + 2;
    Long near = model.ceilingKey(random.nextLong(low, high));
    return random.nextInt(3) == 0 || near == null
        ? random.nextLong(low, high)
        : near + random.nextInt(2);
  }

  private void verifyRange(ForestScan scan, long begin, long end) {
    Map<Long, List<Integer>> found = read(scan.range(begin, end));
    assertThat(found).isEqualTo(expected(begin, end));
  }

  private Map<Long, List<Integer>> expected(long begin, long end) {
    Map<Long, List<Integer>> expected = new HashMap<>();
    NavigableMap<Long, TreeMap<Long, Long>> inRange =
        begin < end ? model.subMap(begin, true, end, false) : new TreeMap<>();
    inRange.forEach((source, tree) -> {
      if (!tree.isEmpty()) {
        expected.put(source, shifted(tree));
      }
    });
    return expected;
  }

  private List<Integer> shifted(TreeMap<Long, Long> tree) {
    return tree.keySet().stream().map(key -> (int) (key >>> keyShift)).toList();
  }

  /// Reads what is left of a scan, and checks the order in which sources come.
  private static Map<Long, List<Integer>> read(ForestScan scan) {
    Map<Long, List<Integer>> found = new HashMap<>();
    long last = -1;
    while (scan.nextBatch()) {
      long previous = -1;
      for (int i = 0; i < scan.count(); i++) {
        long source = scan.source(i);
        if (source <= previous) {
          throw new AssertionError("source=" + source + " behind " + previous);
        }
        previous = source;
        List<Integer> keys = new ArrayList<>();
        for (int k = scan.begins()[i]; k < scan.ends()[i]; k++) {
          keys.add(scan.keys()[k]);
        }
        if (!keys.isEmpty()) {
          if (found.containsKey(source)) {
            // Only the tree of a single source goes on in the next batch.
            assertThat(scan.count()).isEqualTo(1);
            assertThat(source).isEqualTo(last);
          }
          found.computeIfAbsent(source, s -> new ArrayList<>()).addAll(keys);
        }
      }
      last = scan.count() == 1 ? previous : -1;
    }
    assertThat(scan.nextBatch()).isFalse();
    return found;
  }

  /// Wants some stretches only: what it gets must be all of these, and nothing that is wrong.
  private void verifyFiltered(SplittableRandom random) {
    long salt = random.nextLong();
    ForestScan.SourceFilter filter =
        new ForestScan.SourceFilter() {
          @Override
          public boolean wantsAny(long firstSource, long endSource) {
            return model.subMap(firstSource, endSource).keySet().stream().anyMatch(this::wants);
          }

          @Override
          public boolean wants(long source) {
            return ((source * 0x9E3779B97F4A7C15L ^ salt) >>> 60) < 2;
          }
        };
    Map<Long, List<Integer>> found = read(forest.scan(pages, keyShift, filter));
    Map<Long, List<Integer>> all = expected(0, FixedSizeForest.SOURCE_END);
    all.keySet().stream()
        .filter(filter::wants)
        .forEach(source -> assertThat(found.get(source)).isEqualTo(all.get(source)));
    found.forEach((source, keys) -> assertThat(keys).isEqualTo(all.get(source)));
  }

  /// Loads the keys of few or many sources of each batch.
  private void verifyChosen(SplittableRandom random) {
    ForestScan scan = forest.scan(pages, keyShift, null);
    Map<Long, List<Integer>> found = new HashMap<>();
    Map<Long, List<Integer>> all = expected(0, FixedSizeForest.SOURCE_END);
    Map<Long, Integer> degrees = new HashMap<>();
    long previousSource = -1;
    while (scan.nextIndex()) {
      previousSource = verifyFirstKeys(scan, all, previousSource);
      int oneIn = 1 + random.nextInt(30);
      int[] chosen =
          IntStream.range(0, scan.count()).filter(i -> random.nextInt(oneIn) == 0).toArray();
      scan.load(chosen, chosen.length);
      for (int i : chosen) {
        for (int k = scan.begins()[i]; k < scan.ends()[i]; k++) {
          found.computeIfAbsent(scan.source(i), s -> new ArrayList<>()).add(scan.keys()[k]);
        }
      }
      for (int i = 0; i < scan.count(); i++) {
        degrees.merge(scan.source(i), scan.ends()[i] - scan.begins()[i], Integer::sum);
      }
    }
    degrees.values().removeIf(degree -> degree == 0);
    assertThat(degrees.keySet()).isEqualTo(all.keySet());
    all.forEach((source, keys) -> assertThat(degrees.get(source)).isEqualTo(keys.size()));
    // Of a tree with pages of its own, some batches may have been chosen and others not.
    found.forEach((source, keys) -> assertThat(all.get(source)).containsAll(keys));
    found.forEach((source, keys) -> {
      if (all.get(source).size() < ForestBigTree.COUNT_MIN) {
        assertThat(keys).isEqualTo(all.get(source));
      }
    });
  }

  /// Compares the first keys of a batch whose keys are not loaded, and returns its source if there
  /// is only one: the next batch may be of the same tree.
  private static long verifyFirstKeys(
      ForestScan scan, Map<Long, List<Integer>> all, long previousSource) {
    long only = -1;
    for (int i = 0; i < scan.count(); i++) {
      if (scan.begins()[i] < scan.ends()[i]) {
        only = scan.count() == 1 ? scan.source(i) : -1;
        boolean goesOn = only >= 0 && only == previousSource;
        int expected = goesOn ? scan.keys()[scan.begins()[i]] : all.get(scan.source(i)).get(0);
        assertThat(scan.firstKey(i)).isEqualTo(expected);
      }
    }
    return only;
  }

  /// Reads region after region; pages of the one before are overwritten meanwhile.
  private void verifyStaged() {
    StagedPages staged = new StagedPages(pages);
    ForestScan scan = forest.scan(staged, keyShift, null);
    Map<Long, List<Integer>> found = new HashMap<>();
    for (Long source = model.isEmpty() ? null : model.firstKey(); source != null; ) {
      long begin = source >>> ForestLayout.REGION_SHIFT << ForestLayout.REGION_SHIFT;
      long end = begin + ForestLayout.REGION_SLOTS;
      found.putAll(read(scan.range(begin, end)));
      staged.forget();
      source = model.ceilingKey(end);
    }
    assertThat(found).isEqualTo(expected(0, FixedSizeForest.SOURCE_END));
  }

  /// Pages copied to buffers of their own, which hold nonsense when they are forgotten.
  private static final class StagedPages implements PageReader {
    private final PageReader pages;
    private final Map<Long, Integer> places = new HashMap<>();
    private final List<MemorySegment> buffers = new ArrayList<>();

    StagedPages(PageReader pages) {
      this.pages = pages;
    }

    void forget() {
      buffers.forEach(buffer -> buffer.fill((byte) 0xFF));
      places.clear();
    }

    @Override
    public long locate(long pageNumber) {
      return (long) places.computeIfAbsent(pageNumber, this::stage) << 36;
    }

    private int stage(long pageNumber) {
      int place = places.size();
      if (place == buffers.size()) {
        buffers.add(MemorySegment.ofArray(new byte[PageLayout.PAGE_BYTES]));
      }
      buffers.get(place).copyFrom(pages.page(pageNumber));
      return place;
    }

    @Override
    public MemorySegment segmentAt(long location) {
      return buffers.get((int) (location >>> 36));
    }

    @Override
    public long pageCount() {
      return pages.pageCount();
    }

    @Override
    public RuntimeException corrupt(long pageNumber, String expected, String found) {
      return pages.corrupt(pageNumber, expected, found);
    }
  }
}
