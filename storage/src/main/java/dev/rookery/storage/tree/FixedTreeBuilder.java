package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.page.PageLayout.PAGE_BYTES;
import static dev.rookery.storage.page.PageLayout.SHORT;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Builds fixed-size trees with values of 0 or 6 bytes from keys in ascending order, leaf by leaf:
/// every page is written once. One tree after the other; belongs to one thread.
final class FixedTreeBuilder {
  /// A little is left free for inserts.
  private static final int LEAF_BYTES_MAX = FixedSizePage.CONTENT_BYTES * 15 / 16;

  private static final int BRANCH_CHILDREN_MAX = FixedSizeBranch.CAPACITY * 15 / 16;

  private final PageWriter pages;
  private final int structureId;
  private final int valueBytes;
  private final Runnable pageDone;
  private final long[] keys = new long[FixedSizePage.CONTENT_BYTES / Short.BYTES];
  private final long[] values;
  private int size;

  /// First key and page of each finished leaf.
  private long[] separators = new long[64];

  private long[] children = new long[64];
  private int childCount;
  private long entryCount;

  /// @param pageDone is called when no segment of a page is held
  FixedTreeBuilder(PageWriter pages, int structureId, boolean hasValues, Runnable pageDone) {
    this.pages = pages;
    this.structureId = structureId;
    this.valueBytes = hasValues ? ForestLayout.SHORT_LONG_BYTES : 0;
    this.values = new long[hasValues ? keys.length : 0];
    this.pageDone = pageDone;
  }

  /// Adds an entry; its key is larger than those before (unsigned).
  void add(long key, long value) {
    if (size > 0 && (size + 1) * (keyBytes(keys[0], key) + valueBytes) > LEAF_BYTES_MAX) {
      writeLeaf();
    }
    keys[size] = key;
    if (valueBytes > 0) {
      values[size] = value;
    }
    size++;
    entryCount++;
  }

  /// Returns how many entries the tree has so far.
  long entryCount() {
    return entryCount;
  }

  /// Returns the key added last.
  long lastKey() {
    return keys[size - 1];
  }

  /// Ends the tree and returns its root page. The next tree may begin.
  long finish() {
    writeLeaf();
    int level = 1;
    while (childCount > 1) {
      writeBranches(level++);
    }
    long root = children[0];
    FixedSizePage.setEntryCount(pages.modify(root), entryCount);
    pageDone.run();
    childCount = 0;
    entryCount = 0;
    return root;
  }

  private static int keyBytes(long first, long last) {
    long distance = last - first;
    return distance >>> Short.SIZE == 0
        ? Short.BYTES
        : distance >>> Integer.SIZE == 0 ? Integer.BYTES : Long.BYTES;
  }

  private void writeLeaf() {
    long number = pages.allocate(FixedSizePage.typeAt(0), structureId);
    MemorySegment page = pages.modify(number);
    FixedSizePage.initialise(page, 0, valueBytes);
    int keyBytes = keyBytes(keys[0], keys[size - 1]);
    long base = keyBytes == Long.BYTES ? 0 : keys[0];
    page.set(LONG, FixedSizePage.BASE_OFFSET, base);
    page.set(PageLayout.BYTE, FixedSizePage.KEY_BYTES_OFFSET, (byte) keyBytes);
    PageLayout.setCount(page, size);
    for (int i = 0; i < size; i++) {
      long offset = FixedSizeLeaf.KEYS_OFFSET + (long) i * keyBytes;
      switch (keyBytes) {
        case Short.BYTES -> page.set(SHORT, offset, (short) (keys[i] - base));
        case Integer.BYTES -> page.set(INT, offset, (int) (keys[i] - base));
        default -> page.set(LONG, offset, keys[i]);
      }
    }
    for (int i = 0; i < size && valueBytes > 0; i++) {
      ForestLayout.setShortLong(page, PAGE_BYTES - (i + 1L) * valueBytes, values[i]);
    }
    addChild(childCount == 0 ? 0 : keys[0], number);
    size = 0;
    pageDone.run();
  }

  private void addChild(long separator, long page) {
    if (childCount == children.length) {
      separators = Arrays.copyOf(separators, childCount * 2);
      children = Arrays.copyOf(children, childCount * 2);
    }
    separators[childCount] = separator;
    children[childCount++] = page;
  }

  /// Puts branches above the children, as even as can be: so each has two at least.
  private void writeBranches(int level) {
    int branches = Math.ceilDiv(childCount, BRANCH_CHILDREN_MAX);
    int from = 0;
    for (int branch = 0; branch < branches; branch++) {
      int to = (int) ((long) childCount * (branch + 1) / branches);
      long number = pages.allocate(FixedSizePage.typeAt(level), structureId);
      MemorySegment page = pages.modify(number);
      FixedSizePage.initialise(page, level, valueBytes);
      for (int i = from; i < to; i++) {
        FixedSizeBranch.insert(page, i - from, separators[i], children[i]);
      }
      separators[branch] = separators[from];
      children[branch] = number;
      from = to;
      pageDone.run();
    }
    childCount = branches;
  }
}
