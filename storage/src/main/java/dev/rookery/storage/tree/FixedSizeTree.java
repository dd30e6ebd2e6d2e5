package dev.rookery.storage.tree;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;

/// A sorted map from `long` keys to values of one fixed width (0 to 255 bytes) on pages of its own.
///
/// The root page number never changes. Keys are compared as unsigned numbers. An instance is a handle without state:
/// any number may exist for the same tree, and all threads may share one.
public final class FixedSizeTree {

  /// Creates an empty tree and returns its root page.
  public static long create(PageWriter pages, int structureId, int valueBytes) {
    throw new IllegalStateException();
  }

  /// Opens the tree at a root page.
  public FixedSizeTree(long rootPage) {}

  /// Returns how many entries there are. O(1).
  public long count(PageReader pages) {
    throw new IllegalStateException();
  }

  /// Returns the location of the value of a key, or -1 if there is none (for width 0: some non-negative number).
  public long find(PageReader pages, long key) {
    throw new IllegalStateException();
  }

  /// Inserts the key if absent and returns the location of its value, to be written by the caller at once: the page
  /// is modified already. A new value is zero. `created` is told by comparing [#count].
  public long put(PageWriter pages, long key) {
    throw new IllegalStateException();
  }

  /// Removes a key and returns whether it was there.
  public boolean remove(PageWriter pages, long key) {
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
