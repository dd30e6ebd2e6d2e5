package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PagesInMemory;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/// Pages with right checksums that contradict themselves: whatever the bytes are, an operation
/// ends, with an answer or with a [RookeryException].
final class FixedSizeForestCorruptionTest {
  private static final int DAMAGES = 1500;
  private static final long ENTRY_LIMIT = 2_000_000;

  private final PagesInMemory pages = new PagesInMemory();
  private final FixedSizeForest forest = new FixedSizeForest(FixedSizeForest.create(pages, 7));

  @Test
  void anyOperation_onDamagedPages_answersOrThrows() {
    TreeSeeds.forEach(
        "forest corruption",
        1,
        seed ->
            Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(900), () -> run(new SplittableRandom(seed))));
  }

  private void run(SplittableRandom random) {
    fill(random);
    pages.commit();
    long pageCount = pages.pageCount();
    int refusals = 0;
    for (int i = 0; i < DAMAGES; i++) {
      int flips = 1 + random.nextInt(4);
      for (int flip = 0; flip < flips; flip++) {
        damage(random, pageCount);
      }
      for (int j = 0; j < 4; j++) {
        try {
          operate(random);
        } catch (RookeryException expected) {
          refusals++;
        }
      }
      pages.rollback();
    }
    assertThat(refusals).isGreaterThan(DAMAGES / 20);
    CheckReport report = new CheckReport();
    forest.check(pages, report);
    assertThat(report.problems()).isEmpty();
  }

  private void fill(SplittableRandom random) {
    for (int i = 0; i < 30_000; i++) {
      forest.put(pages, random.nextInt(3000), random.nextInt(100_000), 0);
      forest.put(pages, 70_000 + random.nextInt(200) * 50L, random.nextLong(), i);
      forest.put(pages, 200_000 + random.nextInt(3), random.nextInt(1 << 30), 0);
    }
    for (long region = 1; region < 1 << 24; region *= 8) {
      forest.put(pages, region << 16, 1, 1);
    }
  }

  private void damage(SplittableRandom random, long pageCount) {
    long page = 4 + random.nextLong(pageCount - 4);
    try {
      MemorySegment bytes = pages.modify(page);
      // The header before the type is the store's own; most damage goes where structure is dense.
      int low = PageLayout.TYPE_OFFSET;
      int width = random.nextInt(3) > 0 ? 64 : PageLayout.PAGE_BYTES - low;
      int offset = low + random.nextInt(width);
      byte old = bytes.get(PageLayout.BYTE, offset);
      byte damaged =
          random.nextBoolean() ? (byte) (old ^ 1 << random.nextInt(8)) : (byte) random.nextInt(256);
      bytes.set(PageLayout.BYTE, offset, damaged);
    } catch (RookeryException freed) {
      // A page that no structure uses.
    }
  }

  private void operate(SplittableRandom random) {
    long source = source(random);
    long key = random.nextInt(100_000);
    switch (random.nextInt(11)) {
      case 0 -> forest.put(pages, source, key, random.nextInt(2));
      case 1 -> forest.get(pages, source, key);
      case 2 -> forest.removeAll(pages, source);
      case 3 -> removeSome(source);
      case 4 -> forest.check(pages, new CheckReport());
      case 5 -> scan(pages);
      case 6 -> scan(new ForestModel.ReadOnly(pages, true));
      case 7 -> scanBatches(pages, random);
      case 8 -> scanBatches(new ForestModel.ReadOnly(pages, false), random);
      case 9 -> {
        for (int i = 0; i < 300; i++) {
          forest.put(pages, source(random), random.nextInt(), 0);
        }
      }
      default -> {
        if (random.nextInt(10) == 0) {
          forest.drop(pages);
        }
      }
    }
  }

  private static long source(SplittableRandom random) {
    return switch (random.nextInt(4)) {
      case 0 -> random.nextInt(3000);
      case 1 -> 70_000 + random.nextInt(200) * 50L;
      case 2 -> 200_000 + random.nextInt(3);
      default -> 1L << 3 * random.nextInt(8) + 16;
    };
  }

  private void removeSome(long source) {
    ForestCursor cursor = forest.cursor(pages);
    for (int i = 0; i < 50; i++) {
      cursor.seek(source);
      if (!cursor.next()) {
        return;
      }
      forest.remove(pages, source, cursor.key());
    }
  }

  private void scan(PageReader reader) {
    ForestCursor cursor = forest.cursor(reader);
    long source = cursor.seekNext(0, FixedSizeForest.SOURCE_END);
    long entries = 0;
    while (source >= 0) {
      cursor.seekKey(7);
      while (cursor.next()) {
        cursor.key();
        cursor.value();
        assertThat(++entries).isLessThan(ENTRY_LIMIT);
      }
      source = cursor.seekNext(source + 1, FixedSizeForest.SOURCE_END);
    }
  }

  /// A scan gives what a cursor gives, whatever the pages say, unless one of them refuses.
  private void scanBatches(PageReader reader, SplittableRandom random) {
    int keyShift = random.nextBoolean() ? Integer.SIZE : 0;
    ForestScan scan = forest.scan(reader, keyShift, null);
    long begin = source(random);
    long end = begin + random.nextInt(1500);
    scan.range(begin, end);
    Map<Long, List<Long>> found = new HashMap<>();
    try {
      while (scan.nextBatch()) {
        for (int i = 0; i < scan.count(); i++) {
          assertThat(scan.source(i)).isBetween(begin, end - 1);
          for (int k = scan.begins()[i]; k < scan.ends()[i]; k++) {
            found
                .computeIfAbsent(scan.source(i), source -> new ArrayList<>())
                .add(Integer.toUnsignedLong(scan.keys()[k]));
          }
        }
      }
    } catch (RookeryException e) {
      assertThatThrownBy(scan::nextBatch).isSameAs(e);
      throw e;
    }
    ForestCursor cursor = forest.cursor(reader);
    Map<Long, List<Long>> expected = new HashMap<>();
    for (long source = begin; source < end; source++) {
      cursor.seek(source);
      while (cursor.next()) {
        long key = cursor.key() >>> keyShift;
        expected.computeIfAbsent(source, absent -> new ArrayList<>()).add(key);
      }
    }
    assertThat(found).isEqualTo(expected);
  }
}
