package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PagesInMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// A forest and the sorted maps that it must equal. Every operation goes to both and compares what
/// they answer.
final class ForestModel {
  private static final TreeMap<Long, Long> NOTHING = new TreeMap<>();

  final PagesInMemory pages = new PagesInMemory();
  final FixedSizeForest forest;
  TreeMap<Long, TreeMap<Long, Long>> model = new TreeMap<>();
  private TreeMap<Long, TreeMap<Long, Long>> committed = new TreeMap<>();

  ForestModel() {
    this(true);
  }

  ForestModel(boolean isCounted) {
    forest =
        new FixedSizeForest(
            isCounted
                ? FixedSizeForest.create(pages, 7)
                : FixedSizeForest.createUncounted(pages, 7));
    pages.commit();
  }

  void put(long source, long key, long value) {
    Long old = model.computeIfAbsent(source, s -> treeMap()).put(key, value);
    assertThat(forest.put(pages, source, key, value)).isEqualTo(orAbsent(old));
  }

  void putIfAbsent(long source, long key, long value) {
    Long old = model.computeIfAbsent(source, s -> treeMap()).putIfAbsent(key, value);
    assertThat(forest.putIfAbsent(pages, source, key, value)).isEqualTo(orAbsent(old));
  }

  /// Puts entries together, and compares which of them are new.
  void putAll(BareEntries entries) {
    TreeMap<Long, TreeMap<Long, Long>> added = new TreeMap<>();
    for (int i = 0; i < entries.count(); i++) {
      long source = entries.source(i);
      long key = entries.key(i);
      if (model.computeIfAbsent(source, s -> treeMap()).putIfAbsent(key, 0L) == null) {
        added.computeIfAbsent(source, s -> treeMap()).put(key, 0L);
      }
    }
    forest.putAll(pages, entries, () -> {});
    int at = 0;
    for (var tree : added.entrySet()) {
      for (long key : tree.getValue().keySet()) {
        assertThat(entries.source(at)).isEqualTo(tree.getKey());
        assertThat(entries.key(at++)).isEqualTo(key);
      }
    }
    assertThat(entries.count()).isEqualTo(at);
  }

  void remove(long source, long key) {
    TreeMap<Long, Long> tree = model.getOrDefault(source, NOTHING);
    Long old = tree.remove(key);
    if (tree.isEmpty()) {
      model.remove(source);
    }
    assertThat(forest.remove(pages, source, key)).isEqualTo(orAbsent(old));
  }

  void removeAll(long source) {
    TreeMap<Long, Long> old = model.remove(source);
    assertThat(forest.removeAll(pages, source)).isEqualTo(old == null ? 0 : old.size());
  }

  void commit() {
    pages.commit();
    committed = copy(model);
  }

  void rollback() {
    pages.rollback();
    model = copy(committed);
  }

  /// Returns some source that has entries, or -1.
  long someSource(SplittableRandom random) {
    if (model.isEmpty()) {
      return -1;
    }
    long low = model.firstKey();
    Long source = model.ceilingKey(low + random.nextLong(model.lastKey() - low + 1));
    return source == null ? -1 : source;
  }

  void verify(SplittableRandom random) {
    CheckReport report = new CheckReport();
    forest.check(pages, report);
    assertThat(report.problems()).isEmpty();
    assertThat((long) report.claimedCount()).isEqualTo(pages.liveCount());
    long entries = 0;
    for (Map<Long, Long> tree : model.values()) {
      entries += tree.size();
    }
    assertThat(forest.entryCount(pages)).isEqualTo(entries);
    assertThat(forest.sourceCount(pages)).isEqualTo(model.size());
    ForestCursor cursor = forest.cursor(pages);
    verifyScan(cursor, random.nextBoolean());
    cursor = forest.cursor(new ReadOnly(pages, random.nextBoolean()));
    verifyScan(cursor, random.nextBoolean());
    new ScannedForest(forest, pages, model, random).verify(random);
    for (int i = 0; i < 200; i++) {
      verifySource(cursor, random);
    }
  }

  private void verifyScan(ForestCursor cursor, boolean byRuns) {
    long end = FixedSizeForest.SOURCE_END;
    long source = cursor.seekNext(0, end);
    for (var expected : model.entrySet()) {
      assertThat(source).isEqualTo(expected.getKey());
      assertThat(cursor.degree()).isEqualTo(expected.getValue().size());
      if (byRuns) {
        verifyRuns(cursor, expected.getValue());
      } else {
        verifyEntries(cursor, expected.getValue());
      }
      source = cursor.seekNext(source + 1, end);
    }
    assertThat(source).isEqualTo(-1);
  }

  private void verifySource(ForestCursor cursor, SplittableRandom random) {
    long source = someSource(random);
    if (source < 0 || random.nextInt(4) == 0) {
      source = Math.max(0, source + random.nextInt(9) - 4);
    }
    TreeMap<Long, Long> tree = model.getOrDefault(source, NOTHING);
    assertThat(cursor.seek(source)).isEqualTo(tree.size());
    assertThat(forest.degree(pages, source)).isEqualTo(tree.size());
    long key = someKey(tree, random);
    assertThat(forest.get(pages, source, key)).isEqualTo(orAbsent(tree.get(key)));
    for (int i = 0; i < 2; i++) {
      cursor.seekKey(key);
      if (random.nextBoolean()) {
        verifyEntries(cursor, tree.tailMap(key, true));
      } else {
        verifyRuns(cursor, tree.tailMap(key, true));
      }
      key = someKey(tree, random);
    }
    long end = source + random.nextLong(1000);
    Long next = model.ceilingKey(source);
    assertThat(cursor.seekNext(source, end)).isEqualTo(next == null || next >= end ? -1 : next);
    if (next != null && next < end) {
      verifyEntries(cursor, model.get(next));
    }
  }

  private static long someKey(TreeMap<Long, Long> tree, SplittableRandom random) {
    if (tree.isEmpty()) {
      return random.nextLong(1000);
    }
    long low = tree.firstKey();
    long width = tree.lastKey() - low;
    long key = low + (width <= 0 ? 0 : random.nextLong(width));
    Long near = tree.ceilingKey(key);
    return near == null || random.nextInt(3) == 0 ? key : near + random.nextInt(2);
  }

  private static void verifyEntries(ForestCursor cursor, Map<Long, Long> expected) {
    for (var entry : expected.entrySet()) {
      assertThat(cursor.next()).isTrue();
      assertThat(cursor.key()).isEqualTo(entry.getKey());
      assertThat(cursor.value()).isEqualTo(entry.getValue());
    }
    assertThat(cursor.next()).isFalse();
    assertThat(cursor.next()).isFalse();
  }

  private static void verifyRuns(ForestCursor cursor, Map<Long, Long> expected) {
    List<Long> keys = new ArrayList<>();
    List<Long> values = new ArrayList<>();
    while (cursor.nextRun()) {
      assertThat(cursor.runCount()).isPositive();
      for (int i = 0; i < cursor.runCount(); i++) {
        keys.add(runKey(cursor, i));
        values.add(cursor.runValue(i));
      }
    }
    assertThat(keys).isEqualTo(List.copyOf(expected.keySet()));
    assertThat(values).isEqualTo(List.copyOf(expected.values()));
  }

  private static long runKey(ForestCursor cursor, int index) {
    MemorySegment segment = cursor.runSegment();
    long offset = cursor.runOffset() + (long) index * cursor.runKeyBytes();
    long key =
        switch (cursor.runKeyBytes()) {
          case 2 -> PageLayout.unsignedShort(segment, offset);
          case 4 -> Integer.toUnsignedLong(segment.get(PageLayout.INT, offset));
          default -> segment.get(PageLayout.LONG, offset);
        };
    return cursor.runBase() + key;
  }

  private static TreeMap<Long, Long> treeMap() {
    return new TreeMap<>(Long::compareUnsigned);
  }

  private static TreeMap<Long, TreeMap<Long, Long>> copy(
      TreeMap<Long, TreeMap<Long, Long>> original) {
    TreeMap<Long, TreeMap<Long, Long>> copy = new TreeMap<>();
    original.forEach((source, tree) -> copy.put(source, new TreeMap<>(tree)));
    return copy;
  }

  private static long orAbsent(Long value) {
    return value == null ? FixedSizeForest.ABSENT : value;
  }

  /// Pages that promise not to change, so that a cursor remembers where it was.
  ///
  /// @param keepsLocations whether they promise not to move either
  record ReadOnly(PageReader pages, boolean keepsLocations) implements PageReader {
    @Override
    public long locate(long pageNumber) {
      return pages.locate(pageNumber);
    }

    @Override
    public MemorySegment segmentAt(long location) {
      return pages.segmentAt(location);
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
