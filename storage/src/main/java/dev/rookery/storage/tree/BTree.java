package dev.rookery.storage.tree;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import org.jspecify.annotations.Nullable;

/// A B+tree from byte strings to byte strings, sorted by unsigned bytes.
///
/// The root page number never changes. An instance is a handle without state that all threads may share.
public final class BTree {

  /// Creates an empty tree and returns its root page.
  public static long create(PageWriter pages, int structureId) {
    throw new IllegalStateException();
  }

  /// Opens the tree at a root page.
  public BTree(long rootPage) {}

  /// Returns how many entries there are. O(1).
  public long count(PageReader pages) {
    throw new IllegalStateException();
  }

  /// Returns the value of a key, or `null` if there is none. O(log n).
  public byte @Nullable [] get(PageReader pages, byte[] key) {
    throw new IllegalStateException();
  }

  /// Inserts an entry or replaces its value, and returns whether it is new. O(log n).
  ///
  /// @throws IllegalArgumentException if key and value together are longer than [#entryBytesMax]
  public boolean put(PageWriter pages, byte[] key, byte[] value) {
    throw new IllegalStateException();
  }

  /// Removes an entry and returns whether there was one. O(log n).
  public boolean remove(PageWriter pages, byte[] key) {
    throw new IllegalStateException();
  }

  /// Returns how long key and value of one entry may be together.
  public static int entryBytesMax() {
    throw new IllegalStateException();
  }

  /// Returns a cursor for one thread; it must be positioned anew after a change of the tree.
  public Cursor cursor(PageReader pages) {
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

  /// Walks the entries in both directions.
  public static final class Cursor {
    Cursor() {}

    /// Moves to the first entry at or behind a key and returns whether there is one.
    public boolean seek(byte[] key) {
      throw new IllegalStateException();
    }

    /// Moves to the first entry and returns whether there is one.
    public boolean first() {
      throw new IllegalStateException();
    }

    /// Moves to the last entry and returns whether there is one.
    public boolean last() {
      throw new IllegalStateException();
    }

    /// Moves to the next entry and returns whether there is one.
    public boolean next() {
      throw new IllegalStateException();
    }

    /// Moves to the previous entry and returns whether there is one.
    public boolean previous() {
      throw new IllegalStateException();
    }

    /// Returns a copy of the current key.
    public byte[] key() {
      throw new IllegalStateException();
    }

    /// Returns a copy of the current value.
    public byte[] value() {
      throw new IllegalStateException();
    }
  }
}
