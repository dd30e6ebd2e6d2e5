package dev.rookery.storage.tx;

import dev.rookery.storage.error.CorruptPageException;
import dev.rookery.storage.mvcc.Snapshot;
import dev.rookery.storage.page.DataFile;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;

/// The pages as they were when a write transaction began, whatever it does to them. They stay as
/// long as the transaction is open: what it replaces is superseded by its commit, and no flush is
/// published before.
final class PagesBefore implements PageReader {
  private final PageWriteTransaction tx;
  private final Snapshot base;

  PagesBefore(PageWriteTransaction tx, Snapshot base) {
    this.tx = tx;
    this.base = base;
  }

  @Override
  public long locate(long pageNumber) {
    tx.checkOpen();
    return base.locate(pageNumber);
  }

  @Override
  public MemorySegment segmentAt(long location) {
    return base.segmentAt(location);
  }

  @Override
  public long pageCount() {
    return base.pageCount();
  }

  @Override
  public RuntimeException corrupt(long pageNumber, String expected, String found) {
    return new CorruptPageException(DataFile.NAME, pageNumber, expected, found);
  }
}
