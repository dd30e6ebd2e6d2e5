package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PagesInMemory;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Random operations on a [FixedSizeTree] and on a `TreeMap`, which must agree, through commits and
/// rollbacks, in keys of several orders and with values of several widths.
class FixedSizeTreeModelTest {
  private static final int[] VALUE_BYTES = {0, 6, 255, 1, 8};

  @Test
  void operations_inRandomOrder_agreeWithModel() {
    TreeSeeds.forEach("fixed-size tree", 35, seed -> new Run(seed, 12, 1500).run());
  }

  @Test
  @Tag("long")
  void operations_inLongRandomOrder_agreeWithModel() {
    TreeSeeds.forEach("fixed-size tree long", 35, seed -> new Run(seed, 40, 10_000).run());
  }

  private enum Order {
    ASCENDING,
    DESCENDING,
    BOTH_ENDS,
    DENSE,
    CLUSTERED,
    INTS,
    LONGS
  }

  /// One run: batches of operations, each followed by a comparison and a commit or a rollback.
  private static final class Run {
    private final Random random;
    private final Order order;
    private final int batchCount;
    private final int batchSize;
    private final PagesInMemory pages = new PagesInMemory();
    private final FixedSizeTree tree;
    private int valueBytes;
    private TreeMap<Long, Long> model = new TreeMap<>(Long::compareUnsigned);
    private long keyCounter;

    Run(long seed, int batchCount, int batchSize) {
      random = new Random(seed);
      order = Order.values()[(int) (seed % Order.values().length)];
      valueBytes = VALUE_BYTES[(int) (seed / Order.values().length % VALUE_BYTES.length)];
      this.batchCount = batchCount;
      this.batchSize = batchSize;
      tree = new FixedSizeTree(FixedSizeTree.create(pages, 7, valueBytes));
      pages.commit();
    }

    void run() {
      for (int batch = 0; batch < batchCount; batch++) {
        TreeMap<Long, Long> before = new TreeMap<>(model);
        int putPercent = new int[] {95, 95, 60, 30, 3}[batch * 5 / batchCount];
        for (int i = 0; i < batchSize; i++) {
          step(putPercent);
        }
        if (valueBytes == 0 && batch == batchCount / 2) {
          valueBytes = 6;
          tree.widenValues(pages, valueBytes);
          model.replaceAll((_, _) -> 0L);
        }
        compare();
        if (random.nextInt(4) > 0 || batch == batchCount / 2) {
          pages.commit();
        } else {
          pages.rollback();
          model = before;
          compare();
        }
      }
      for (Long key : model.keySet().toArray(Long[]::new)) {
        assertThat(tree.remove(pages, key)).isTrue();
        model.remove(key);
      }
      compare();
      assertThat(pages.liveCount()).isEqualTo(1);
      tree.drop(pages);
      assertThat(pages.liveCount()).isZero();
    }

    private void step(int putPercent) {
      if (random.nextInt(100) < putPercent) {
        put(newKey());
      } else {
        Long key = existingKey();
        long wanted = key == null || random.nextInt(10) == 0 ? newKey() : key;
        assertThat(tree.remove(pages, wanted)).isEqualTo(model.remove(wanted) != null);
      }
    }

    private void put(long key) {
      long location = tree.put(pages, key);
      Long earlier = model.get(key);
      assertThat(read(location)).isEqualTo(earlier == null ? 0 : earlier);
      long value = mask(random.nextLong());
      write(location, value);
      model.put(key, value);
    }

    private long newKey() {
      return switch (order) {
        case ASCENDING -> keyCounter += 1 + random.nextInt(3);
        case DESCENDING -> -(keyCounter += 1 + random.nextInt(300));
        case BOTH_ENDS -> (keyCounter++ & 1) == 0 ? keyCounter * 50 : Long.MIN_VALUE - keyCounter;
        case DENSE -> random.nextInt(40_000);
        case CLUSTERED -> (random.nextLong(8) << 60) + (random.nextLong(6) << 30) + nextInCluster();
        case INTS -> random.nextLong(1L << 32);
        case LONGS -> random.nextLong() >> random.nextInt(64);
      };
    }

    private long nextInCluster() {
      return random.nextBoolean() ? random.nextInt(3000) : ++keyCounter;
    }

    private Long existingKey() {
      if (model.isEmpty()) {
        return null;
      }
      Long key =
          switch (order) {
            case ASCENDING -> model.ceilingKey(random.nextLong(keyCounter + 1));
            case DESCENDING -> model.ceilingKey(-random.nextLong(keyCounter + 1));
            default -> model.ceilingKey(newKey());
          };
      return key == null ? model.firstKey() : key;
    }

    private void compare() {
      CheckReport report = new CheckReport();
      tree.check(pages, report);
      assertThat(report.problems()).isEmpty();
      assertThat(report.claimedCount()).isEqualTo((int) pages.liveCount());
      assertThat(tree.count(pages)).isEqualTo(model.size());
      assertThat(tree.valueBytes(pages)).isEqualTo(valueBytes);
      compareWalks();
      compareRuns();
      for (int i = 0; i < 100; i++) {
        compareAt(newKey());
        Long key = existingKey();
        compareAt(key == null ? 0 : key);
      }
    }

    private void compareWalks() {
      FixedSizeTree.Cursor cursor = tree.cursor(pages);
      for (Map.Entry<Long, Long> entry : model.entrySet()) {
        assertThat(cursor.next()).isTrue();
        requireEntry(cursor, entry);
      }
      assertThat(cursor.next()).isFalse();
      assertThat(cursor.next()).isFalse();
      for (Map.Entry<Long, Long> entry : model.descendingMap().entrySet()) {
        assertThat(cursor.previous()).isTrue();
        requireEntry(cursor, entry);
      }
      assertThat(cursor.previous()).isFalse();
      assertThat(cursor.previous()).isFalse();
      assertThat(cursor.next()).isEqualTo(!model.isEmpty());
    }

    private void compareRuns() {
      FixedSizeTree.Cursor cursor = tree.cursor(pages);
      Long from = existingKey();
      Map<Long, Long> expected = from == null ? model : model.tailMap(from, true);
      var entries = expected.entrySet().iterator();
      boolean more = from == null ? cursor.first() : cursor.seek(from);
      for (; more; more = cursor.nextRun()) {
        MemorySegment segment = cursor.runSegment();
        for (int i = 0; i < cursor.runCount(); i++) {
          long offset = cursor.runOffset() + (long) i * cursor.runKeyBytes();
          long key =
              switch (cursor.runKeyBytes()) {
                case 2 -> PageLayout.unsignedShort(segment, offset);
                case 4 -> Integer.toUnsignedLong(segment.get(PageLayout.INT, offset));
                default -> segment.get(PageLayout.LONG, offset);
              };
          Map.Entry<Long, Long> entry = entries.next();
          same(cursor.runBase() + key, entry.getKey());
          same(
              read(segment, cursor.runValueOffset() - (long) i * cursor.valueBytes()),
              entry.getValue());
        }
      }
      assertThat(entries.hasNext()).isFalse();
    }

    private void compareAt(long key) {
      Long value = model.get(key);
      long location = tree.find(pages, key);
      assertThat(location >= 0).isEqualTo(value != null);
      if (value != null) {
        same(read(location), value);
      }
      FixedSizeTree.Cursor cursor = tree.cursor(pages);
      boolean isFound = cursor.seek(key);
      Map.Entry<Long, Long> ceiling = model.ceilingEntry(key);
      assertThat(isFound).isEqualTo(ceiling != null);
      if (ceiling != null) {
        requireEntry(cursor, ceiling);
      }
      Map.Entry<Long, Long> lower = model.lowerEntry(key);
      assertThat(cursor.previous()).isEqualTo(lower != null);
      if (lower != null) {
        requireEntry(cursor, lower);
      }
    }

    private void requireEntry(FixedSizeTree.Cursor cursor, Map.Entry<Long, Long> entry) {
      same(cursor.key(), entry.getKey());
      same(read(cursor.valueLocation()), entry.getValue());
    }

    /// As an assertion, but cheap where it holds: there are millions.
    private static void same(long actual, long expected) {
      if (actual != expected) {
        assertThat(actual).isEqualTo(expected);
      }
    }

    private long mask(long value) {
      return valueBytes >= 8 ? value : value & ((1L << (8 * valueBytes)) - 1);
    }

    private long read(long location) {
      return read(pages.segmentAt(location), PageReader.offsetAt(location));
    }

    private long read(MemorySegment segment, long offset) {
      long value = 0;
      for (int i = Math.min(8, valueBytes) - 1; i >= 0; i--) {
        value = value << 8 | Byte.toUnsignedInt(segment.get(PageLayout.BYTE, offset + i));
      }
      // The last byte of a wide value repeats the first, to see that the whole of it was moved.
      if (valueBytes > 8) {
        same(segment.get(PageLayout.BYTE, offset + valueBytes - 1), (byte) value);
      }
      return value;
    }

    private void write(long location, long value) {
      MemorySegment segment = pages.segmentAt(location);
      long offset = PageReader.offsetAt(location);
      for (int i = 0; i < Math.min(8, valueBytes); i++) {
        segment.set(PageLayout.BYTE, offset + i, (byte) (value >>> (8 * i)));
      }
      if (valueBytes > 8) {
        segment.set(PageLayout.BYTE, offset + valueBytes - 1, (byte) value);
      }
    }
  }
}
