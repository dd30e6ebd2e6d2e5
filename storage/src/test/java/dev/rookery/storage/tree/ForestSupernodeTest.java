package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.page.PagesInMemory;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// One source with very many entries costs, for each change, as many pages as its height.
///
/// `-Dsupernode.keys=10000000` is the full run.
final class ForestSupernodeTest {
  private static final int KEYS = Integer.getInteger("supernode.keys", 300_000);
  private static final int CHUNK = 50_000;
  private static final long SOURCE = 70_001;

  /// Root of the forest, leaf, root and branch and leaf of the tree; and one of them twice where a
  /// leaf is split or joined.
  private static final int TOUCHED_PAGES_MAX = 9;

  private final Counting pages = new Counting(new PagesInMemory());
  private final FixedSizeForest forest = new FixedSizeForest(FixedSizeForest.create(pages.own, 7));

  @Test
  void changes_ofASupernode_touchAsManyPagesAsItsHeight() {
    fill();
    assertThat(forest.degree(pages, SOURCE)).isEqualTo(KEYS);
    pages.touched.clear();
    forest.degree(pages, SOURCE);
    assertThat(pages.touched.size()).isLessThanOrEqualTo(3);

    TreeSeeds.forEach("supernode", 1, seed -> change(new SplittableRandom(seed)));
    CheckReport report = new CheckReport();
    forest.check(pages.own, report);
    assertThat(report.problems()).isEmpty();

    assertThat(forest.removeAll(pages, SOURCE)).isEqualTo(KEYS);
    assertThat(pages.own.liveCount()).isEqualTo(1);
  }

  private void fill() {
    BareEntries entries = new BareEntries();
    for (int from = 0; from < KEYS; from += CHUNK) {
      entries.clear();
      for (int i = from; i < Math.min(from + CHUNK, KEYS); i++) {
        entries.add(SOURCE, 3L * i);
      }
      forest.putAll(pages, entries, () -> {});
      assertThat(entries.count()).isEqualTo(Math.min(CHUNK, KEYS - from));
    }
    pages.own.commit();
  }

  private void change(SplittableRandom random) {
    for (int i = 0; i < 2000; i++) {
      long key = 3L * random.nextInt(KEYS);
      pages.touched.clear();
      assertThat(forest.remove(pages, SOURCE, key)).isZero();
      assertThat(pages.touched.size()).isLessThanOrEqualTo(TOUCHED_PAGES_MAX);
      assertThat(forest.degree(pages, SOURCE)).isEqualTo(KEYS - 1);
      pages.touched.clear();
      assertThat(forest.put(pages, SOURCE, key, 0)).isEqualTo(FixedSizeForest.ABSENT);
      assertThat(pages.touched.size()).isLessThanOrEqualTo(TOUCHED_PAGES_MAX);
    }
  }

  /// Notes which pages are touched.
  private record Counting(PagesInMemory own, Set<Long> touched) implements PageWriter {
    Counting(PagesInMemory own) {
      this(own, new HashSet<>());
    }

    @Override
    public long locate(long pageNumber) {
      touched.add(pageNumber);
      return own.locate(pageNumber);
    }

    @Override
    public MemorySegment segmentAt(long location) {
      return own.segmentAt(location);
    }

    @Override
    public long pageCount() {
      return own.pageCount();
    }

    @Override
    public RuntimeException corrupt(long pageNumber, String expected, String found) {
      return own.corrupt(pageNumber, expected, found);
    }

    @Override
    public MemorySegment modify(long pageNumber) {
      touched.add(pageNumber);
      return own.modify(pageNumber);
    }

    @Override
    public long allocate(byte type, int structureId) {
      return own.allocate(type, structureId);
    }

    @Override
    public long allocateRun(int count, byte type, int structureId) {
      return own.allocateRun(count, type, structureId);
    }

    @Override
    public int maxRun() {
      return own.maxRun();
    }

    @Override
    public void free(long pageNumber) {
      own.free(pageNumber);
    }
  }
}
