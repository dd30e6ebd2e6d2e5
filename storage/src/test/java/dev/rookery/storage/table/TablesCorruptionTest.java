package dev.rookery.storage.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.error.RookeryException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PagesInMemory;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Pages with right checksums and wrong content: every operation answers or throws what it should.
class TablesCorruptionTest {
  private static final int FIRST_PAGE = 4;

  /// What a page number, count or offset is most usefully replaced by.
  private static final long[] NASTY = {0, 1, -1, 4, 5, 255, 256, 8191, 8192, 65535, 1L << 39};

  static LongStream seeds() {
    return Seeds.seeds(50);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void pagedTable_damagedPages_answersOrThrows(long seed) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(300), () -> damagePagedTable(new Random(seed)));
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void recordTable_damagedPages_answersOrThrows(long seed) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(300), () -> damageRecordTable(new Random(seed)));
  }

  private static void damagePagedTable(Random random) {
    PagesInMemory pages = new PagesInMemory();
    int width = random.nextBoolean() ? 8 : 1024;
    PagedTable table = new PagedTable(PagedTable.create(pages, 1, width), width);
    long span = 1L << 4 + random.nextInt(16);
    for (int i = 0; i < 60; i++) {
      table.modify(pages, random.nextLong(span));
    }
    for (int i = 0; i < 60; i++) {
      table.retire(pages, random.nextLong(span));
    }
    for (int round = 0; round < 30; round++) {
      damage(pages, random);
      CheckReport report = new CheckReport();
      table.check(pages, report);
      for (int i = 0; i < 20; i++) {
        long index = random.nextLong(span * 2);
        tolerate(() -> table.locate(pages, index));
        tolerate(() -> table.modify(pages, index));
        tolerate(() -> table.retire(pages, index));
      }
    }
    tolerate(() -> table.drop(pages));
  }

  private static void damageRecordTable(Random random) {
    PagesInMemory pages = new PagesInMemory();
    RecordTable table = new RecordTable(RecordTable.create(pages, 1));
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      int length = random.nextInt(8) == 0 ? random.nextInt(30_000) : random.nextInt(300);
      ids.add(table.insert(pages, i, new byte[length], length));
    }
    for (int i = 0; i < 80; i++) {
      table.delete(pages, ids.remove(random.nextInt(ids.size())));
    }
    RecordView view = new RecordView();
    for (int round = 0; round < 30; round++) {
      damage(pages, random);
      CheckReport report = new CheckReport();
      table.check(pages, report, (recordId, owner) -> {});
      for (int i = 0; i < 20; i++) {
        int index = random.nextInt(ids.size());
        long id = ids.get(index);
        int length = random.nextInt(8) == 0 ? random.nextInt(30_000) : random.nextInt(300);
        tolerate(() -> table.read(pages, id, view));
        tolerate(() ->
            assertThat(view.segment().byteSize() - view.offset())
                .isGreaterThanOrEqualTo(view.length()));
        tolerate(() -> ids.set(index, table.update(pages, id, new byte[length], length)));
        tolerate(() -> ids.add(table.insert(pages, 1, new byte[length], length)));
        if (random.nextInt(3) == 0) {
          tolerate(() -> table.delete(pages, ids.get(random.nextInt(ids.size()))));
        }
      }
    }
    tolerate(() -> table.drop(pages));
  }

  /// The one place that says which exceptions damage may cause.
  private static void tolerate(Runnable operation) {
    try {
      operation.run();
    } catch (RookeryException e) {
      assertThat(e).hasMessageContaining("page=");
    } catch (IllegalStateException e) {
      assertThat(e).hasMessageContaining("retired");
    }
  }

  private static void damage(PagesInMemory pages, Random random) {
    for (int attempt = 0; attempt < 20; attempt++) {
      long pageNumber = FIRST_PAGE + random.nextLong(pages.pageCount() - FIRST_PAGE);
      MemorySegment page;
      try {
        page = pages.modify(pageNumber);
      } catch (RookeryException e) {
        continue;
      }
      // The store verifies page number and checksum; all after them is the structure's business.
      int start = PageLayout.STRUCTURE_OFFSET;
      int end = random.nextInt(3) == 0 ? PageLayout.PAGE_BYTES : 200;
      int offset = start + random.nextInt(end - start - Long.BYTES);
      long nasty =
          random.nextBoolean()
              ? NASTY[random.nextInt(NASTY.length)]
              : random.nextLong(pages.pageCount());
      switch (random.nextInt(4)) {
        case 0 -> page.set(PageLayout.BYTE, offset, (byte) random.nextInt());
        case 1 -> page.set(PageLayout.SHORT, offset & ~1, (short) nasty);
        case 2 -> page.set(PageLayout.LONG, offset & ~7, nasty);
        default -> {
          byte bits = page.get(PageLayout.BYTE, offset);
          page.set(PageLayout.BYTE, offset, (byte) (bits ^ 1 << random.nextInt(8)));
        }
      }
      return;
    }
  }
}
