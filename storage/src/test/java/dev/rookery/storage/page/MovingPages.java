package dev.rookery.storage.page;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// Pages that are copied to another place for each look, until all copies are spoiled: whoever uses
/// a location longer than it may reads nonsense.
public final class MovingPages implements PageReader {
  private final PageReader pages;
  private final List<MemorySegment> copies = new ArrayList<>();

  public MovingPages(PageReader pages) {
    this.pages = pages;
  }

  /// Spoils all locations given out so far.
  public void move() {
    copies.forEach(copy -> copy.fill((byte) 0xFF));
    copies.clear();
  }

  @Override
  public long locate(long pageNumber) {
    MemorySegment copy = MemorySegment.ofArray(new byte[PageLayout.PAGE_BYTES]);
    copies.add(copy.copyFrom(pages.page(pageNumber)));
    return (copies.size() - 1L) << 36;
  }

  @Override
  public MemorySegment segmentAt(long location) {
    return copies.get((int) (location >>> 36));
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
