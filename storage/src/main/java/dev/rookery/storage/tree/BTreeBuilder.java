package dev.rookery.storage.tree;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;

/// Fills an empty [BTree] from sorted entries, from left to right, without ever going down it.
///
/// Each level has one page under construction, the last of it; a page that is filled to fifteen
/// sixteenths is left behind, and the next one is entered into the level above. The top page takes
/// the place of the root at the end.
final class BTreeBuilder {
  /// Leaves some room, so that the first inserts do not split every page.
  private static final int FILL_BYTES_MAX = BTreePage.CONTENT_BYTES / 16 * 15;

  private static final byte[] NO_KEY = {};

  private final PageWriter pages;
  private final long rootPage;
  private final int structureId;
  private final long[] numbers = new long[BTreePage.LEVEL_MAX + 1];
  private int topLevel;
  private byte[] lastKey = NO_KEY;
  private long entryCount;

  BTreeBuilder(PageWriter pages, long rootPage) {
    this.pages = pages;
    this.rootPage = rootPage;
    structureId = PageLayout.structure(pages.page(rootPage));
    numbers[0] = allocate(0);
  }

  /// Adds an entry.
  ///
  /// @throws IllegalArgumentException if its key is not behind the one before
  void add(byte[] key, byte[] value) {
    if (entryCount > 0 && Arrays.compareUnsigned(lastKey, key) >= 0) {
      throw new IllegalArgumentException(
          "keys are not in ascending order index=%d key=%s before=%s"
              .formatted(
                  entryCount, HexFormat.of().formatHex(key), HexFormat.of().formatHex(lastKey)));
    }
    MemorySegment leaf = pages.modify(numbers[0]);
    int bytes = Short.BYTES + BTreePage.leafCellBytes(key.length, value.length);
    if (BTreePage.usedBytes(leaf) + bytes > FILL_BYTES_MAX) {
      long previous = numbers[0];
      numbers[0] = allocate(0);
      leaf = pages.modify(numbers[0]);
      addChild(1, BTreeBalance.separator(lastKey, key), previous, numbers[0]);
    }
    BTreePage.insertEntry(pages, leaf, PageLayout.count(leaf), key, value);
    lastKey = key.clone();
    entryCount++;
  }

  /// Makes the pages the content of the root.
  void finish() {
    MemorySegment root = pages.modify(rootPage);
    BTreePage.copyContent(pages.page(numbers[topLevel]), root);
    BTreePage.setEntryCount(root, entryCount);
    pages.free(numbers[topLevel]);
  }

  /// Enters a page into a level. A level begins when its second page is entered.
  private void addChild(int level, byte[] separator, long previous, long child) {
    if (level > topLevel) {
      numbers[level] = allocate(level);
      topLevel = level;
      BTreePage.insertChild(pages, pages.modify(numbers[level]), 0, NO_KEY, previous);
    }
    MemorySegment branch = pages.modify(numbers[level]);
    int bytes = Short.BYTES + BTreePage.BRANCH_CELL_BYTES + separator.length;
    if (BTreePage.usedBytes(branch) + bytes <= FILL_BYTES_MAX) {
      BTreePage.insertChild(pages, branch, PageLayout.count(branch), separator, child);
    } else {
      long previousBranch = numbers[level];
      numbers[level] = allocate(level);
      BTreePage.insertChild(pages, pages.modify(numbers[level]), 0, NO_KEY, child);
      addChild(level + 1, separator, previousBranch, numbers[level]);
    }
  }

  private long allocate(int level) {
    long pageNumber = pages.allocate(BTreePage.typeAt(level), structureId);
    BTreePage.initialise(pages.modify(pageNumber), level);
    return pageNumber;
  }
}
