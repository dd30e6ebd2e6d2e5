package dev.rookery.storage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.tx.PageReadTransaction;
import dev.rookery.storage.tx.PageWriteTransaction;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/// What all pages of a store should hold, and random changes made to both alike.
///
/// Contents are never changed in place, so copies of the model are cheap.
final class PageModel {
  private final TreeMap<Long, byte[]> pages;

  private PageModel(TreeMap<Long, byte[]> pages) {
    this.pages = pages;
  }

  /// Returns the model of a new database.
  static PageModel ofNew() {
    TreeMap<Long, byte[]> pages = new TreeMap<>();
    pages.put(StorageEnvironment.ROOT_PAGE, new byte[PageLayout.CONTENT_BYTES]);
    return new PageModel(pages);
  }

  PageModel copy() {
    return new PageModel(new TreeMap<>(pages));
  }

  int pageCount() {
    return pages.size();
  }

  /// Makes some random changes in a transaction and in the model.
  void change(PageWriteTransaction tx, SplittableRandom random, int pageCountMax) {
    int operations = 1 + random.nextInt(8);
    for (int i = 0; i < operations; i++) {
      switch (random.nextInt(10)) {
        case 0, 1 -> allocate(tx, random, pageCountMax);
        case 2 -> allocateRun(tx, random, pageCountMax);
        case 3 -> free(tx, random);
        case 4 -> freeAndAllocate(tx, random);
        default -> modify(tx, random);
      }
    }
  }

  private void allocate(PageWriteTransaction tx, SplittableRandom random, int pageCountMax) {
    if (pages.size() < pageCountMax) {
      put(tx, tx.allocate((byte) 1, random.nextInt(100)));
    }
  }

  private void allocateRun(PageWriteTransaction tx, SplittableRandom random, int pageCountMax) {
    int count = 1 + random.nextInt(9);
    if (pages.size() + count <= pageCountMax) {
      long first = tx.allocateRun(count, (byte) 2, random.nextInt(100));
      for (int i = 0; i < count; i++) {
        put(tx, first + i);
      }
    }
  }

  private void put(PageWriteTransaction tx, long page) {
    byte[] zero = new byte[PageLayout.CONTENT_BYTES];
    assertThat(pages.put(page, zero)).as("page %d was free", page).isNull();
    assertPage(tx, page, zero);
  }

  private void free(PageWriteTransaction tx, SplittableRandom random) {
    long page = any(random);
    if (page != StorageEnvironment.ROOT_PAGE) {
      tx.free(page);
      pages.remove(page);
    }
  }

  private void freeAndAllocate(PageWriteTransaction tx, SplittableRandom random) {
    free(tx, random);
    put(tx, tx.allocate((byte) 3, 0));
    modify(tx, random);
  }

  private void modify(PageWriteTransaction tx, SplittableRandom random) {
    long page = any(random);
    byte[] content = pages.get(page).clone();
    MemorySegment segment = tx.modify(page);
    int writes = 1 + random.nextInt(4);
    for (int i = 0; i < writes; i++) {
      int length = 1 + random.nextInt(random.nextInt(5) == 0 ? content.length : 24);
      int offset = random.nextInt(content.length - length + 1);
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      System.arraycopy(bytes, 0, content, offset, length);
      segment
          .asSlice(PageLayout.CONTENT_OFFSET + offset, length)
          .copyFrom(MemorySegment.ofArray(bytes));
    }
    pages.put(page, content);
  }

  /// Overwrites about half of all pages, in a transaction and in the model.
  void rewrite(PageWriteTransaction tx, SplittableRandom random) {
    for (long page : List.copyOf(pages.keySet())) {
      if (random.nextBoolean()) {
        byte[] content = new byte[PageLayout.CONTENT_BYTES];
        random.nextBytes(content);
        tx.modify(page).asSlice(PageLayout.CONTENT_OFFSET).copyFrom(MemorySegment.ofArray(content));
        pages.put(page, content);
      }
    }
  }

  private long any(SplittableRandom random) {
    List<Long> numbers = new ArrayList<>(pages.keySet());
    return numbers.get(random.nextInt(numbers.size()));
  }

  /// Fails unless a transaction sees exactly this, and every page in use is one of these.
  void assertSeenBy(StorageEnvironment environment, PageReadTransaction tx) {
    assertSeenBy(tx);
    CheckReport report = new CheckReport();
    claimAll(report);
    environment.check(tx, report);
    assertThat(report.problems()).isEmpty();
  }

  /// Claims all pages.
  void claimAll(CheckReport report) {
    pages.keySet().forEach(page -> report.claim(page, "model"));
  }

  /// Fails unless all pages hold what they should.
  void assertSeenBy(PageReader tx) {
    pages.forEach((page, content) -> assertPage(tx, page, content));
  }

  private static void assertPage(PageReader tx, long page, byte[] content) {
    MemorySegment segment = tx.page(page);
    if (segment.get(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET) != page) {
      throw new AssertionError("page has another number page=" + page);
    }
    long mismatch =
        segment.asSlice(PageLayout.CONTENT_OFFSET).mismatch(MemorySegment.ofArray(content));
    if (mismatch >= 0) {
      throw new AssertionError("page differs page=%d offset=%d".formatted(page, mismatch));
    }
  }

  /// Returns whether a transaction sees exactly this.
  boolean isSeenBy(PageReader tx) {
    try {
      assertSeenBy(tx);
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }
}
