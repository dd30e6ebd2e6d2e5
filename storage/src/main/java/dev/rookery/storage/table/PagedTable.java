package dev.rookery.storage.table;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;

/// An array of fixed-width entries that grows without moving: leaf pages under a radix of page numbers, O(1).
///
/// Entries begin as zero. A stretch of entries that was never written takes no page. Entries may be *retired*: a leaf
/// all of whose entries are retired is given back and remembered as one mark in its parent, and a parent all of whose
/// children are so marked goes the same way; a retired entry can never be written again. The root page number never
/// changes. An instance is a handle without state that all threads may share.
public final class PagedTable {

  /// Returned by [#locate] for an entry that was never written: it is zero.
  public static final long NEVER_WRITTEN = -1;

  /// Returned by [#locate] for a retired entry.
  public static final long RETIRED = -2;

  /// Creates an empty table with entries of `entryBytes` (1 to 1,024) and returns its root page.
  public static long create(PageWriter pages, int structureId, int entryBytes) {
    throw new IllegalStateException();
  }

  /// Opens the table at a root page whose entries have the given width.
  public PagedTable(long rootPage, int entryBytes) {}

  /// Returns the location of an entry, or [#NEVER_WRITTEN] or [#RETIRED]. O(1): height of the radix.
  public long locate(PageReader pages, long index) {
    throw new IllegalStateException();
  }

  /// Returns the location of an entry to be written by the caller at once; its page is modified, and made if absent.
  ///
  /// @throws IllegalStateException if the entry is retired
  public long modify(PageWriter pages, long index) {
    throw new IllegalStateException();
  }

  /// Retires an entry for ever, whether it was written or not. Does nothing if it is retired.
  public void retire(PageWriter pages, long index) {
    throw new IllegalStateException();
  }

  /// Frees all pages, the root as well.
  public void drop(PageWriter pages) {
    throw new IllegalStateException();
  }

  /// Verifies the invariants and claims all pages.
  public void check(PageReader pages, CheckReport report) {
    throw new IllegalStateException();
  }
}
