package dev.rookery.graph.order;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.table.PagedTable;
import dev.rookery.storage.tx.PageWriteTransaction;

/// A column in pages of the write transaction, which spills them: for what memory has no room for.
/// The pages are given back before the commit, so nobody else ever sees them.
final class ColumnInPages implements SlotColumn {
  /// How many pages may be touched before the transaction looks whether memory is used up.
  private static final int WRITES_BETWEEN = 256;

  private final PageWriteTransaction pages;
  private final PagedTable numbers;
  private int writes;

  ColumnInPages(PageWriteTransaction pages, int structureId) {
    this.pages = pages;
    this.numbers = new PagedTable(PagedTable.create(pages, structureId, Long.BYTES), Long.BYTES);
  }

  @Override
  public long get(long slot) {
    long at = numbers.locate(pages, slot);
    return at == PagedTable.NEVER_WRITTEN
        ? NONE
        : pages.segmentAt(at).get(PageLayout.LONG, PageReader.offsetAt(at)) - 1;
  }

  @Override
  public void set(long slot, long number) {
    if (++writes == WRITES_BETWEEN) {
      writes = 0;
      pages.relieve(); // Nobody holds a segment of this transaction while an order is computed.
    }
    long at = numbers.modify(pages, slot);
    pages.segmentAt(at).set(PageLayout.LONG, PageReader.offsetAt(at), number + 1);
  }

  void drop() {
    numbers.drop(pages);
  }
}
