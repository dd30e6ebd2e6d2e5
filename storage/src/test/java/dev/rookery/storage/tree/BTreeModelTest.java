package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PagesInMemory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Random operations on a [BTree] and on a `TreeMap`, which must agree, through commits and
/// rollbacks, with keys in several orders and entries of several lengths.
class BTreeModelTest {

  @Test
  void operations_inRandomOrder_agreeWithModel() {
    TreeSeeds.forEach("b-tree", 24, seed -> new Run(seed, 10, 800).run());
  }

  @Test
  @Tag("long")
  void operations_inLongRandomOrder_agreeWithModel() {
    TreeSeeds.forEach("b-tree long", 42, seed -> new Run(seed, 40, 6000).run());
  }

  private enum Order {
    ASCENDING,
    DESCENDING,
    RANDOM,
    CLUSTERED,
    PREFIXED,
    SHORT
  }

  /// One run: batches of operations, each followed by a comparison and a commit or a rollback.
  private static final class Run {
    private final Random random;
    private final Order order;
    private final int batchCount;
    private final int batchSize;
    private final PagesInMemory pages = new PagesInMemory();
    private final BTree tree = new BTree(BTree.create(pages, 7));
    private final int keyPadding;
    private final int valueBytesMax;
    private TreeMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
    private long keyCounter;

    Run(long seed, int batchCount, int batchSize) {
      random = new Random(seed);
      order = Order.values()[(int) (seed % Order.values().length)];
      // Lengths: small, middle, up to the limit in the value, up to the limit in the key.
      int shape = (int) (seed / Order.values().length % 4);
      keyPadding = shape == 3 ? BTree.entryBytesMax() - 16 : shape == 1 ? 100 : 0;
      valueBytesMax = shape == 2 ? BTree.entryBytesMax() : shape == 1 ? 300 : 12;
      this.batchCount = batchCount;
      this.batchSize = batchSize;
      pages.commit();
    }

    void run() {
      for (int batch = 0; batch < batchCount; batch++) {
        TreeMap<byte[], byte[]> before = new TreeMap<>(model);
        int putPercent = new int[] {95, 95, 60, 30, 3}[batch * 5 / batchCount];
        for (int i = 0; i < batchSize; i++) {
          step(putPercent);
        }
        compare();
        if (random.nextInt(4) > 0) {
          pages.commit();
        } else {
          pages.rollback();
          model = before;
          compare();
        }
      }
      reload();
      for (byte[] key : model.keySet().toArray(byte[][]::new)) {
        assertThat(tree.remove(pages, key)).isTrue();
        model.remove(key);
      }
      compare();
      assertThat(pages.liveCount()).isEqualTo(1);
      tree.drop(pages);
      assertThat(pages.liveCount()).isZero();
    }

    /// Loads the entries into another tree at once, which takes fewer pages than this one.
    private void reload() {
      long before = pages.liveCount();
      BTree other = new BTree(BTree.create(pages, 8));
      assertThat(other.bulkLoad(pages, model.entrySet().iterator())).isEqualTo(model.size());
      requireSame(other.cursor(pages));
      CheckReport report = new CheckReport();
      other.check(pages, report);
      assertThat(report.problems()).isEmpty();
      assertThat(report.claimedCount()).isEqualTo((int) (pages.liveCount() - before));
      for (int i = 0; i < 300; i++) {
        byte[] key = newKey();
        other.put(pages, key, newValue(key.length));
        byte[] existing = existingKey();
        if (existing != null) {
          other.remove(pages, existing);
        }
      }
      report = new CheckReport();
      other.check(pages, report);
      assertThat(report.problems()).isEmpty();
      other.drop(pages);
      assertThat(pages.liveCount()).isEqualTo(before);
    }

    private void step(int putPercent) {
      byte[] existing = existingKey();
      if (random.nextInt(100) < putPercent) {
        byte[] key = existing == null || random.nextInt(8) > 0 ? newKey() : existing;
        byte[] value = newValue(key.length);
        assertThat(tree.put(pages, key, value)).isEqualTo(model.put(key, value) == null);
      } else {
        byte[] key = existing == null || random.nextInt(10) == 0 ? newKey() : existing;
        assertThat(tree.remove(pages, key)).isEqualTo(model.remove(key) != null);
      }
    }

    private byte[] newKey() {
      long number =
          switch (order) {
            case ASCENDING -> keyCounter += 1 + random.nextInt(3);
            case DESCENDING -> -(keyCounter += 1 + random.nextInt(300));
            case RANDOM, PREFIXED -> random.nextLong();
            case CLUSTERED -> (random.nextLong(8) << 40) + random.nextInt(4000);
            case SHORT -> 0;
          };
      ByteBuffer key = ByteBuffer.allocate(BTree.entryBytesMax());
      if (order == Order.SHORT) {
        byte[] bytes = new byte[random.nextInt(4)];
        random.nextBytes(bytes);
        key.put(bytes);
      } else {
        if (order == Order.PREFIXED) {
          key.position(random.nextInt(keyPadding + 1));
        }
        key.putLong(number);
      }
      if (order != Order.PREFIXED && keyPadding > 0) {
        key.position(key.position() + random.nextInt(keyPadding));
      }
      return Arrays.copyOf(key.array(), key.position());
    }

    private byte[] newValue(int keyBytes) {
      int bound = Math.min(valueBytesMax, BTree.entryBytesMax() - keyBytes);
      byte[] value = new byte[random.nextInt(10) == 0 ? bound : random.nextInt(bound + 1)];
      random.nextBytes(value);
      return value;
    }

    private byte[] existingKey() {
      if (model.isEmpty()) {
        return null;
      }
      byte[] wanted =
          switch (order) {
            case ASCENDING -> number(random.nextLong(keyCounter + 1));
            case DESCENDING -> number(-random.nextLong(keyCounter + 1));
            default -> newKey();
          };
      byte[] key = model.ceilingKey(wanted);
      return key == null ? model.firstKey() : key;
    }

    private static byte[] number(long number) {
      return ByteBuffer.allocate(8).putLong(number).array();
    }

    private void compare() {
      CheckReport report = new CheckReport();
      tree.check(pages, report);
      assertThat(report.problems()).isEmpty();
      assertThat(report.claimedCount()).isEqualTo((int) pages.liveCount());
      assertThat(tree.count(pages)).isEqualTo(model.size());
      requireSame(tree.cursor(pages));
      for (int i = 0; i < 100; i++) {
        compareAt(newKey());
        byte[] key = existingKey();
        compareAt(key == null ? new byte[0] : key);
      }
    }

    private void requireSame(BTree.Cursor cursor) {
      for (Map.Entry<byte[], byte[]> entry : model.entrySet()) {
        assertThat(cursor.next()).isTrue();
        requireEntry(cursor, entry);
      }
      assertThat(cursor.next()).isFalse();
      assertThat(cursor.next()).isFalse();
      for (Map.Entry<byte[], byte[]> entry : model.descendingMap().entrySet()) {
        assertThat(cursor.previous()).isTrue();
        requireEntry(cursor, entry);
      }
      assertThat(cursor.previous()).isFalse();
      assertThat(cursor.previous()).isFalse();
      assertThat(cursor.next()).isEqualTo(!model.isEmpty());
    }

    private void compareAt(byte[] key) {
      assertThat(tree.get(pages, key)).isEqualTo(model.get(key));
      BTree.Cursor cursor = tree.cursor(pages);
      boolean isFound = cursor.seek(key);
      Map.Entry<byte[], byte[]> ceiling = model.ceilingEntry(key);
      assertThat(isFound).isEqualTo(ceiling != null);
      if (ceiling != null) {
        requireEntry(cursor, ceiling);
        assertThat(Integer.signum(cursor.compareKey(key)))
            .isEqualTo(Integer.signum(Arrays.compareUnsigned(ceiling.getKey(), key)));
      }
      Map.Entry<byte[], byte[]> lower = model.lowerEntry(key);
      assertThat(cursor.previous()).isEqualTo(lower != null);
      if (lower != null) {
        requireEntry(cursor, lower);
      }
    }

    /// As assertions, but cheap where they hold: there are millions.
    private static void requireEntry(BTree.Cursor cursor, Map.Entry<byte[], byte[]> entry) {
      if (!Arrays.equals(cursor.key(), entry.getKey())
          || !Arrays.equals(cursor.value(), entry.getValue())) {
        assertThat(cursor.key()).isEqualTo(entry.getKey());
        assertThat(cursor.value()).isEqualTo(entry.getValue());
      }
    }
  }
}
