package dev.rookery.storage.table;

import dev.rookery.storage.page.KnownLocations;
import dev.rookery.storage.page.PageReader;

/// The entries of a [PagedTable] for one who looks at many of them in one snapshot: where leaves
/// lie is kept on the heap (see [KnownLocations]), so that the way to an entry touches no page but
/// its leaf.
///
/// An instance lives as long as its pages. Threads may share one.
public final class PagedTableLeaves {
  private final PagedTable table;
  private final PageReader pages;
  private final KnownLocations leaves;

  /// @param pages which do not change
  /// @param indexEnd nobody will look at this entry or a later one often
  public PagedTableLeaves(PagedTable table, PageReader pages, long indexEnd) {
    this.table = table;
    this.pages = pages;
    leaves = new KnownLocations(pages, table.leafIndex(Math.max(0, indexEnd - 1)) + 1);
  }

  /// Returns the location of an entry, or a negative number if its leaf was never written or has
  /// been given back. An entry that was retired is zero. O(1), no allocation but for what is kept.
  ///
  /// @throws IllegalArgumentException if the index is negative or not below [PagedTable#INDEX_END]
  public long locate(long index) {
    long leaf = table.leafIndex(index);
    long location = leaves.get(leaf);
    return location != 0 ? location + table.entryOffset(index, leaf) : lookUp(index, leaf);
  }

  private long lookUp(long index, long leaf) {
    long at = table.locate(pages, index);
    if (at >= 0) {
      leaves.note(leaf, at - table.entryOffset(index, leaf));
    }
    return at;
  }
}
