package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.LONG;

import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;

/// The tree of one source of a forest that has pages of its own, as its record in the leaf tells.
///
/// Record:
///
/// ```
/// offset bytes  field
///      0     6  root page of the FixedSizeTree
///      6     1  flags: 1 = the tree has values, 2 = a key of 2^32 or more was inserted
///      7     1  reserved, zero
///      8     8  count of entries
/// ```
final class ForestBigTree {
  /// Length of a record.
  static final int RECORD_BYTES = 16;

  /// No big tree has fewer entries: they would lie in the leaf, whatever its encoding.
  static final int COUNT_MIN =
      ForestLeaf.BIG_BYTES_MIN / (Long.BYTES + ForestLayout.SHORT_LONG_BYTES);

  private static final int FLAGS_SHIFT = 48;
  private static final long VALUES = 1L << FLAGS_SHIFT;
  private static final long WIDE = 2L << FLAGS_SHIFT;

  private long record;
  private long count;

  private ForestBigTree(long record, long count) {
    this.record = record;
    this.count = count;
  }

  /// Reads a record.
  static ForestBigTree at(MemorySegment segment, long offset) {
    return new ForestBigTree(segment.get(LONG, offset), segment.get(LONG, offset + Long.BYTES));
  }

  /// Returns the tree that a record of two numbers names.
  static ForestBigTree of(long record, long count) {
    return new ForestBigTree(record, count);
  }

  /// Returns the record of a tree that was built as a whole.
  static ForestBigTree of(long root, long count, boolean hasValues, boolean isWide) {
    return new ForestBigTree(root | (hasValues ? VALUES : 0) | (isWide ? WIDE : 0), count);
  }

  /// Creates a tree of the entries of a source.
  static ForestBigTree create(
      PageWriter pages, int structureId, ForestLeafContent content, int source) {
    boolean hasValues = false;
    for (int i = content.start(source); i < content.end(source); i++) {
      hasValues |= content.value(i) != 0;
    }
    int valueBytes = hasValues ? ForestLayout.SHORT_LONG_BYTES : 0;
    long root = FixedSizeTree.create(pages, structureId, valueBytes);
    ForestBigTree tree = new ForestBigTree(root | (hasValues ? VALUES : 0), 0);
    for (int i = content.start(source); i < content.end(source); i++) {
      tree.insert(pages, content.key(i), content.value(i));
    }
    return tree;
  }

  /// Returns the root page of the tree that a record names.
  static long rootPage(long record) {
    return record & ForestLayout.VALUE_MAX;
  }

  /// Returns whether a key needs 8 bytes.
  static boolean isWide(long key) {
    return key >>> Integer.SIZE != 0;
  }

  void write(MemorySegment segment, long offset) {
    segment.set(LONG, offset, record);
    segment.set(LONG, offset + Long.BYTES, count);
  }

  long record() {
    return record;
  }

  long count() {
    return count;
  }

  boolean hasValues() {
    return (record & VALUES) != 0;
  }

  /// Returns whether some key may need 8 bytes.
  boolean isWide() {
    return (record & WIDE) != 0;
  }

  FixedSizeTree tree() {
    return new FixedSizeTree(rootPage(record));
  }

  /// Returns the width of the tree's values.
  int valueBytes() {
    return hasValues() ? ForestLayout.SHORT_LONG_BYTES : 0;
  }

  /// Returns the tree, after making sure that its values are as wide as the record says.
  FixedSizeTree checkedTree(PageReader pages) {
    FixedSizeTree tree = tree();
    checkValueBytes(pages, tree.valueBytes(pages));
    return tree;
  }

  /// Makes sure that the tree's values are as wide as the record says.
  void checkValueBytes(PageReader pages, int found) {
    if (found != valueBytes()) {
      throw pages.corrupt(
          rootPage(record), "values of %d bytes".formatted(valueBytes()), found + " bytes");
    }
  }

  /// Returns the value of a key, or [FixedSizeForest#ABSENT].
  long get(PageReader pages, long key) {
    long location = checkedTree(pages).find(pages, key);
    if (location < 0) {
      return FixedSizeForest.ABSENT;
    }
    return hasValues() ? valueAt(pages, location) : 0;
  }

  /// Returns the value at a location that the tree has given.
  static long valueAt(PageReader pages, long location) {
    return ForestLayout.shortLong(pages.segmentAt(location), PageReader.offsetAt(location));
  }

  /// Inserts an entry that does not exist. The record must be written afterwards.
  void insert(PageWriter pages, long key, long value) {
    count++;
    if (isWide(key)) {
      record |= WIDE;
    }
    setValue(pages, key, value);
  }

  /// Inserts an entry without a value unless it exists, and returns whether it is new. If so, the
  /// record must be written afterwards.
  boolean insertIfAbsent(PageWriter pages, long key) {
    FixedSizeTree tree = checkedTree(pages);
    // Without values, a key that is there is found and nothing is changed.
    if (hasValues() && tree.find(pages, key) >= 0) {
      return false;
    }
    long before = tree.count(pages);
    tree.put(pages, key);
    if (tree.count(pages) == before) {
      return false;
    }
    count++;
    record |= isWide(key) ? WIDE : 0;
    return true;
  }

  /// Sets the value of a key. The record must be written afterwards.
  void setValue(PageWriter pages, long key, long value) {
    FixedSizeTree tree = checkedTree(pages);
    if (value != 0 && !hasValues()) {
      tree.widenValues(pages, ForestLayout.SHORT_LONG_BYTES);
      record |= VALUES;
    }
    long location = tree.put(pages, key);
    if (hasValues()) {
      ForestLayout.setShortLong(pages.segmentAt(location), PageReader.offsetAt(location), value);
    }
  }

  /// Removes a key that exists. The record must be written afterwards.
  void remove(PageWriter pages, long key) {
    tree().remove(pages, key);
    count--;
  }
}
