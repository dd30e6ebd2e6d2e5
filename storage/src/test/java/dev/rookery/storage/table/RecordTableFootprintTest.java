package dev.rookery.storage.table;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.page.PagesInMemory;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Counts the pages that operations change: each is a difference in the journal.
class RecordTableFootprintTest {
  private final ModifiedPages pages = new ModifiedPages();
  private final long root = RecordTable.create(pages, 7);
  private final RecordTable table = new RecordTable(root);

  @Test
  void insert_intoFillPage_changesThePageOnly() {
    insert(10);
    pages.modified.clear();

    long id = insert(10);

    assertThat(pages.modified).containsExactly(id >>> 8);
    assertThat(table.count(pages)).isEqualTo(2);
  }

  @Test
  void update_inPlace_changesThePageOnly() {
    long id = insert(10);
    pages.modified.clear();

    table.update(pages, id, new byte[50], 50);

    assertThat(pages.modified).containsExactly(id >>> 8);
  }

  @Test
  void read_anything_changesNothing() {
    long id = insert(10);
    pages.modified.clear();

    table.read(pages, id, new RecordView());
    table.count(pages);

    assertThat(pages.modified).isEmpty();
  }

  @Test
  void insertAndDelete_mixedLengths_seldomRelinkPages() {
    Random random = new Random(3);
    List<Long> ids = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      ids.add(insert(random.nextInt(200)));
    }
    double inserted = 0;
    double deleted = 0;
    for (int i = 0; i < 20_000; i++) {
      int victim = random.nextInt(ids.size());
      pages.modified.clear();
      table.delete(pages, ids.get(victim));
      deleted += pages.modified.size();
      pages.modified.clear();
      ids.set(victim, insert(random.nextInt(200)));
      inserted += pages.modified.size();
    }
    System.out.println("pages per insert=" + inserted / 20_000 + " delete=" + deleted / 20_000);
    assertThat(inserted / 20_000).isLessThan(3);
    assertThat(deleted / 20_000).isLessThan(4);
  }

  private long insert(int length) {
    return table.insert(pages, 1, new byte[length], length);
  }

  /// Pages that note which of them are modified.
  private static final class ModifiedPages implements PageWriter {
    final Set<Long> modified = new HashSet<>();
    private final PagesInMemory pages = new PagesInMemory();

    @Override
    public MemorySegment modify(long pageNumber) {
      modified.add(pageNumber);
      return pages.modify(pageNumber);
    }

    @Override
    public long allocate(byte type, int structureId) {
      return pages.allocate(type, structureId);
    }

    @Override
    public long allocateRun(int count, byte type, int structureId) {
      return pages.allocateRun(count, type, structureId);
    }

    @Override
    public int maxRun() {
      return pages.maxRun();
    }

    @Override
    public void free(long pageNumber) {
      pages.free(pageNumber);
    }

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
