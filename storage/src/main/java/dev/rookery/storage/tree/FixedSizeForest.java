package dev.rookery.storage.tree;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;

/// A B+tree whose values are fixed-size trees: for each source a sorted set of `long` keys, each with a 48-bit value.
///
/// The levels above a region (65,536 neighbouring sources) are replaced by direct indexing with the region number.
/// The root page number never changes. An instance is a handle without state that all threads may share.
public final class FixedSizeForest {

  /// Returned for an entry that does not exist.
  public static final long ABSENT = -1;

  /// Creates an empty forest and returns its root page.
  public static long create(PageWriter pages, int structureId) {
    throw new IllegalStateException();
  }

  /// Opens the forest at a root page.
  public FixedSizeForest(long rootPage) {}

  /// Returns how many entries all trees have together. O(1).
  public long entryCount(PageReader pages) {
    throw new IllegalStateException();
  }

  /// Returns the value of an entry, or [#ABSENT]. O(log degree).
  public long get(PageReader pages, long source, long key) {
    throw new IllegalStateException();
  }

  /// Returns how many entries a source has. O(1).
  public long degree(PageReader pages, long source) {
    throw new IllegalStateException();
  }

  /// Inserts an entry or replaces its value, and returns the earlier value or [#ABSENT] if it is new. O(log degree).
  public long put(PageWriter pages, long source, long key, long value) {
    throw new IllegalStateException();
  }

  /// Inserts an entry unless it exists, and returns the existing value or [#ABSENT] if it was inserted.
  public long putIfAbsent(PageWriter pages, long source, long key, long value) {
    throw new IllegalStateException();
  }

  /// Removes an entry and returns its value, or [#ABSENT] if there was none. O(log degree).
  public long remove(PageWriter pages, long source, long key) {
    throw new IllegalStateException();
  }

  /// Removes all entries of a source and returns how many there were.
  public long removeAll(PageWriter pages, long source) {
    throw new IllegalStateException();
  }

  /// Returns a cursor for one thread.
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

  /// Walks the entries of one source after the other without allocating. Belongs to one thread; after a change of
  /// the forest it must be positioned anew.
  ///
  /// Entry by entry: `seek`, then `next` and `key`, `value`. Run by run, for hot loops: `seek`, then `nextRun` and
  /// plain loops over the keys, which lie side by side, sorted, in `runKeyBytes()` = 4 or 8 bytes each.
  public static final class Cursor {
    Cursor() {}

    /// Moves before the first entry of a source and returns how many entries it has. O(1).
    public long seek(long source) {
      throw new IllegalStateException();
    }

    /// Moves to the first source at or behind the given one that has entries and is smaller than `endSource`, as
    /// [#seek] does, and returns it, or -1 if there is none. Visiting all sources this way reads every leaf once.
    public long seekNext(long source, long endSource) {
      throw new IllegalStateException();
    }

    /// Returns how many entries the current source has.
    public long degree() {
      throw new IllegalStateException();
    }

    /// Moves to the next entry and returns whether there is one.
    public boolean next() {
      throw new IllegalStateException();
    }

    /// Moves before the first entry whose key is at or behind the given one (unsigned). O(log degree).
    public void seekKey(long key) {
      throw new IllegalStateException();
    }

    /// Returns the key of the current entry.
    public long key() {
      throw new IllegalStateException();
    }

    /// Returns the value of the current entry, 0 if none was ever given.
    public long value() {
      throw new IllegalStateException();
    }

    /// Moves to the next run of neighbouring keys and returns whether there is one. Do not mix with [#next].
    public boolean nextRun() {
      throw new IllegalStateException();
    }

    /// Returns the segment that holds the keys of the run.
    public MemorySegment runSegment() {
      throw new IllegalStateException();
    }

    /// Returns the offset of the first key of the run.
    public long runOffset() {
      throw new IllegalStateException();
    }

    /// Returns how many keys the run has.
    public int runCount() {
      throw new IllegalStateException();
    }

    /// Returns the width of each key of the run: 4 (unsigned) or 8.
    public int runKeyBytes() {
      throw new IllegalStateException();
    }
  }
}
