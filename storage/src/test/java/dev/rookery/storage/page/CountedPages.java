package dev.rookery.storage.page;

import dev.rookery.storage.error.TransactionClosedException;
import java.lang.foreign.MemorySegment;

/// The pages of a snapshot that counts how often one is looked up; may be closed, or miss a page.
public final class CountedPages implements PageReader {
  private final PageReader pages;
  private final boolean keepsLocations;
  private int locatedCount;
  private boolean isClosed;
  private long damaged = -1;

  /// @param pages which do not change from now on
  /// @param keepsLocations whether to promise that they do not move
  public CountedPages(PageReader pages, boolean keepsLocations) {
    this.pages = pages;
    this.keepsLocations = keepsLocations;
  }

  /// Returns how many pages were looked up.
  public int locatedCount() {
    return locatedCount;
  }

  /// Fails from now on.
  public void close() {
    isClosed = true;
  }

  /// Fails from now on where this page is looked up.
  public void damage(long pageNumber) {
    damaged = pageNumber;
  }

  private void checkOpen() {
    if (isClosed) {
      throw new TransactionClosedException("closed");
    }
  }

  @Override
  public long locate(long pageNumber) {
    checkOpen();
    if (pageNumber == damaged) {
      throw corrupt(pageNumber, "a page", "none");
    }
    locatedCount++;
    return pages.locate(pageNumber);
  }

  @Override
  public MemorySegment segmentAt(long location) {
    checkOpen();
    return pages.segmentAt(location);
  }

  @Override
  public boolean keepsLocations() {
    return keepsLocations;
  }

  @Override
  public long pageCount() {
    checkOpen();
    return pages.pageCount();
  }

  @Override
  public RuntimeException corrupt(long pageNumber, String expected, String found) {
    return pages.corrupt(pageNumber, expected, found);
  }
}
