package dev.rookery.storage.tree;

import static org.assertj.core.api.Assertions.fail;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.page.PagesInMemory;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Damages pages of both trees and goes on working with them: each operation either answers,
/// rightly or wrongly, or throws one of Rookery's own exceptions, after a bounded number of steps.
class TreeCorruptionTest {

  /// More pages than any operation on these small trees has a reason to touch.
  private static final int PAGE_COUNT_MAX = 20_000;

  @Test
  void operations_onDamagedTrees_answerOrThrowOwnExceptions() {
    TreeSeeds.forEach("corruption", 60, seed -> run(seed, 15));
  }

  @Test
  @Tag("long")
  void operations_onManyDamagedTrees_answerOrThrowOwnExceptions() {
    TreeSeeds.forEach("corruption long", 2000, seed -> run(seed, 60));
  }

  private static void run(long seed, int roundCount) {
    Random random = new Random(seed);
    PagesInMemory pages = new PagesInMemory();
    Subject subject = seed % 2 == 0 ? fixedSize(pages, random) : bTree(pages, random);
    pages.commit();
    for (int round = 0; round < roundCount; round++) {
      damage(pages, random);
      for (Operation operation : subject.operations()) {
        attempt(operation, pages, seed);
      }
      for (int i = 0; i < 100; i++) {
        Operation operation =
            subject.operations().get(2 + random.nextInt(subject.operations().size() - 2));
        attempt(operation, pages, seed);
      }
      attempt(subject.drop(), pages, seed);
      pages.rollback();
    }
  }

  /// What is done with a damaged tree: first the walks, then single operations.
  private record Subject(List<Operation> operations, Operation drop) {}

  private interface Operation {
    void run(PageWriter pages);
  }

  private static Subject fixedSize(PagesInMemory pages, Random random) {
    int valueBytes = new int[] {0, 6, 255}[random.nextInt(3)];
    FixedSizeTree tree = new FixedSizeTree(FixedSizeTree.create(pages, 1, valueBytes));
    int count = valueBytes == 255 ? 18_000 : 12_000;
    long step = 1L << random.nextInt(49);
    for (int i = 0; i < count; i++) {
      tree.put(pages, random.nextInt(3 * count) * step);
    }
    List<Operation> operations = new ArrayList<>();
    operations.add(p -> tree.check(p, new CheckReport()));
    operations.add(p -> walk(tree.cursor(p)));
    operations.add(p -> tree.put(p, random.nextInt(3 * count) * step));
    operations.add(p -> tree.put(p, random.nextLong()));
    operations.add(p -> tree.remove(p, tree.cursor(p).next() ? firstFrom(tree, p, random) : 0));
    operations.add(p -> tree.find(p, random.nextInt(3 * count) * step));
    operations.add(p -> tree.count(p));
    return new Subject(operations, tree::drop);
  }

  private static long firstFrom(FixedSizeTree tree, PageWriter pages, Random random) {
    FixedSizeTree.Cursor cursor = tree.cursor(pages);
    return cursor.seek(random.nextLong() >>> random.nextInt(64)) ? cursor.key() : 0;
  }

  private static void walk(FixedSizeTree.Cursor cursor) {
    while (cursor.next()) {
      cursor.key();
      cursor.valueLocation();
    }
    while (cursor.previous()) {
      cursor.key();
    }
  }

  private static Subject bTree(PagesInMemory pages, Random random) {
    BTree tree = new BTree(BTree.create(pages, 1));
    int valueBytesMax = new int[] {10, 300, 900}[random.nextInt(3)];
    int count = 6000;
    for (int i = 0; i < 3000; i++) {
      tree.put(pages, key(random.nextInt(count)), new byte[random.nextInt(valueBytesMax)]);
    }
    List<Operation> operations = new ArrayList<>();
    operations.add(p -> tree.check(p, new CheckReport()));
    operations.add(p -> walk(tree.cursor(p)));
    operations.add(
        p -> tree.put(p, key(random.nextInt(count)), new byte[random.nextInt(valueBytesMax)]));
    operations.add(p ->
        tree.put(p, key(random.nextLong()), new byte[random.nextInt(BTree.entryBytesMax() - 60)]));
    operations.add(p -> tree.remove(p, firstFrom(tree, p, random.nextInt(count))));
    operations.add(p -> tree.get(p, key(random.nextInt(count))));
    operations.add(p -> tree.count(p));
    return new Subject(operations, tree::drop);
  }

  private static byte[] firstFrom(BTree tree, PageWriter pages, long number) {
    BTree.Cursor cursor = tree.cursor(pages);
    return cursor.seek(key(number)) ? cursor.key() : key(number);
  }

  private static byte[] key(long number) {
    byte[] key = new byte[40 + (int) (number & 15)];
    Arrays.fill(key, (byte) 'k');
    return ByteBuffer.wrap(key).putLong(20, number).array();
  }

  private static void walk(BTree.Cursor cursor) {
    while (cursor.next()) {
      cursor.key();
      cursor.value();
    }
    while (cursor.previous()) {
      cursor.key();
    }
  }

  private static void attempt(Operation operation, PagesInMemory pages, long seed) {
    try {
      operation.run(new StepLimit(pages, PAGE_COUNT_MAX));
    } catch (RookeryException e) {
      // One of the two things that may happen.
    } catch (RuntimeException | StackOverflowError e) {
      fail("seed=" + seed, e);
    }
  }

  /// Damages some pages, near their beginning more often, where the counts are.
  private static void damage(PagesInMemory pages, Random random) {
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      MemorySegment page = pages.modify(anyPage(pages, random));
      int bound = random.nextBoolean() ? 80 : PageLayout.PAGE_BYTES;
      switch (random.nextInt(5)) {
        case 0 -> page.copyFrom(pages.page(anyPage(pages, random)));
        case 1 -> {
          int from = random.nextInt(bound);
          page.asSlice(from, Math.min(40, PageLayout.PAGE_BYTES - from)).fill((byte) 0xff);
        }
        case 2 -> page.set(PageLayout.LONG, random.nextInt(bound - 8), anyPage(pages, random));
        default -> {
          for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
            int offset = PageLayout.CHECKSUM_OFFSET + random.nextInt(bound - 16);
            byte old = page.get(PageLayout.BYTE, offset);
            page.set(PageLayout.BYTE, offset, (byte) (old ^ 1 << random.nextInt(8)));
          }
        }
      }
    }
  }

  /// The root is among them more often than its share, for all else hangs on it; pages that the
  /// tree has given back are not.
  private static long anyPage(PagesInMemory pages, Random random) {
    while (true) {
      long page = random.nextInt(4) == 0 ? 4 : 4 + random.nextLong(pages.liveCount());
      try {
        pages.locate(page);
        return page;
      } catch (RookeryException free) {
        // Another one.
      }
    }
  }

  /// Pages that fail the test when an operation asks for too many.
  private static final class StepLimit implements PageWriter {
    private final PageWriter pages;
    private int left;

    StepLimit(PageWriter pages, int count) {
      this.pages = pages;
      left = count;
    }

    private void step() {
      if (--left < 0) {
        throw new IllegalStateException("too many pages visited");
      }
    }

    @Override
    public long locate(long pageNumber) {
      step();
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

    @Override
    public MemorySegment modify(long pageNumber) {
      step();
      return pages.modify(pageNumber);
    }

    @Override
    public long allocate(byte type, int structureId) {
      step();
      return pages.allocate(type, structureId);
    }

    @Override
    public long allocateRun(int count, byte type, int structureId) {
      step();
      return pages.allocateRun(count, type, structureId);
    }

    @Override
    public int maxRun() {
      return pages.maxRun();
    }

    @Override
    public void free(long pageNumber) {
      step();
      pages.free(pageNumber);
    }
  }
}
