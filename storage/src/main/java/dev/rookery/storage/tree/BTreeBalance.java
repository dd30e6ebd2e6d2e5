package dev.rookery.storage.tree;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Splits and joins the pages of a [BTree] on the way to one key: the rare part of its changes.
///
/// The root keeps its page number: it grows by moving its content into a child, and shrinks by
/// taking over the content of its only child.
///
/// A page that holds too little is merged with a neighbour where one page can hold both; if none
/// can, it is left as it is, so that no separator ever has to be replaced by a longer one. A page
/// that holds nothing is always given back.
final class BTreeBalance {
  private static final byte[] NO_KEY = {};

  private final PageWriter pages;
  private final long rootPage;
  private final byte[] key;

  /// The pages on the way, by level, and in each branch the slot of the next one.
  private final long[] numbers = new long[BTreePage.LEVEL_MAX + 1];

  private final int[] slots = new int[BTreePage.LEVEL_MAX + 1];
  private int rootLevel;

  BTreeBalance(PageWriter pages, long rootPage, byte[] key) {
    this.pages = pages;
    this.rootPage = rootPage;
    this.key = key;
    MemorySegment page = pages.page(rootPage);
    rootLevel = BTreePage.rootLevel(pages, rootPage, page);
    numbers[rootLevel] = rootPage;
    for (int level = rootLevel; level > 0; level--) {
      slots[level] = BTreePage.slotOf(pages, page, key);
      numbers[level - 1] = BTreePage.childAt(pages, page, slots[level]);
      page = BTreePage.verified(pages, numbers[level - 1], level - 1);
    }
  }

  /// Splits the leaf that the key belongs to. A key behind the last one gets a leaf of its own, and
  /// so does one before the first: keys that come in order fill their pages.
  void split() {
    if (rootLevel == 0) {
      pushRootDown();
    }
    MemorySegment left = pages.modify(numbers[0]);
    int count = requireSplittable(numbers[0], left);
    int middle = ~BTreePage.search(pages, left, key);
    byte[] separator;
    if (middle == count) {
      separator = separator(BTreePage.key(pages, left, count - 1), key);
    } else if (middle == 0) {
      separator = separator(key, BTreePage.key(pages, left, 0));
    } else {
      middle = middle(left);
      separator =
          separator(BTreePage.key(pages, left, middle - 1), BTreePage.key(pages, left, middle));
    }
    insertChild(1, separator, splitOff(left, 0, middle));
  }

  /// Inserts a child behind the one on the way into the branch of a level.
  private void insertChild(int level, byte[] separator, long child) {
    int slot = slots[level] + 1;
    MemorySegment branch = pages.modify(numbers[level]);
    int bytes = Short.BYTES + BTreePage.BRANCH_CELL_BYTES + separator.length;
    if (BTreePage.freeBytes(branch) < bytes) {
      if (level == rootLevel) {
        pushRootDown();
        branch = pages.modify(numbers[level]);
      }
      int count = requireSplittable(numbers[level], branch);
      int middle = slot == count ? count - 1 : slot == 1 ? 1 : middle(branch);
      byte[] middleKey = BTreePage.key(pages, branch, middle);
      long rightNumber = splitOff(branch, level, middle);
      insertChild(level + 1, middleKey, rightNumber);
      if (slot > middle) {
        slot -= middle;
        branch = pages.modify(rightNumber);
      }
    }
    BTreePage.insertChild(pages, branch, slot, separator, child);
  }

  /// Moves the cells from an index on to a page of its own and returns its number.
  private long splitOff(MemorySegment left, int level, int middle) {
    long rightNumber = pages.allocate(BTreePage.typeAt(level), PageLayout.structure(left));
    MemorySegment right = pages.modify(rightNumber);
    BTreePage.initialise(right, level);
    int count = PageLayout.count(left);
    for (int index = middle; index < count; index++) {
      BTreePage.insertCopy(pages, right, index - middle, left, index);
    }
    if (level > 0) {
      BTreePage.emptyKey(pages, right);
    }
    BTreePage.removeTail(pages, left, middle);
    return rightNumber;
  }

  private void pushRootDown() {
    MemorySegment root = pages.modify(rootPage);
    if (rootLevel == BTreePage.LEVEL_MAX) {
      throw pages.corrupt(rootPage, "level < " + BTreePage.LEVEL_MAX, "level " + rootLevel);
    }
    long childNumber = pages.allocate(BTreePage.typeAt(rootLevel), PageLayout.structure(root));
    MemorySegment child = pages.modify(childNumber);
    BTreePage.initialise(child, rootLevel);
    BTreePage.copyContent(root, child);
    long entryCount = BTreePage.entryCount(root);
    numbers[rootLevel++] = childNumber;
    BTreePage.initialise(root, rootLevel);
    BTreePage.setEntryCount(root, entryCount);
    BTreePage.insertChild(pages, root, 0, NO_KEY, childNumber);
    numbers[rootLevel] = rootPage;
    slots[rootLevel] = 0;
  }

  /// Returns how many cells a page has after verifying that there are some to part: a full one has
  /// four at least, unless it is damaged.
  private int requireSplittable(long pageNumber, MemorySegment page) {
    int count = PageLayout.count(page);
    if (count < 2) {
      throw pages.corrupt(pageNumber, "room or four cells", "no room with " + count);
    }
    return count;
  }

  /// Returns where to split a page so that both parts take about the same room, neither none.
  private int middle(MemorySegment page) {
    int count = PageLayout.count(page);
    int half = BTreePage.usedBytes(page) / 2;
    int bytes = 0;
    int index = 0;
    while (index < count - 1 && bytes < half) {
      bytes += Short.BYTES + BTreePage.cellBytes(page, BTreePage.cell(pages, page, index++));
    }
    return Math.max(1, index);
  }

  /// Returns the shortest key that is behind `left` and not behind `right`.
  static byte[] separator(byte[] left, byte[] right) {
    int common = Arrays.mismatch(left, right);
    return Arrays.copyOf(right, Math.min(common + 1, right.length));
  }

  /// Gives back what has become empty on the way to the key, from which an entry was removed, and
  /// joins what holds too little.
  void join() {
    for (int level = 0; level < rootLevel; level++) {
      MemorySegment page = pages.page(numbers[level]);
      int slot = slots[level + 1];
      if (PageLayout.count(page) == 0) {
        pages.free(numbers[level]);
        BTreePage.remove(pages, pages.modify(numbers[level + 1]), slot);
      } else if (!BTreePage.isUnderfull(page) || !joinChild(level, slot)) {
        break;
      }
    }
    pullRootUp();
  }

  /// Merges the child in a slot with a neighbour and returns whether there was one with room.
  private boolean joinChild(int level, int slot) {
    int count = PageLayout.count(pages.page(numbers[level + 1]));
    return (slot > 0 && merge(level, slot)) || (slot + 1 < count && merge(level, slot + 1));
  }

  /// Merges the child in a slot of a branch into the one before it, if one page can hold both.
  private boolean merge(int level, int slot) {
    MemorySegment branch = pages.page(numbers[level + 1]);
    long leftNumber = BTreePage.childAt(pages, branch, slot - 1);
    long rightNumber = BTreePage.childAt(pages, branch, slot);
    MemorySegment left = neighbour(level, leftNumber, rightNumber);
    MemorySegment right = neighbour(level, rightNumber, leftNumber);
    // The first cell of a branch gets its key back.
    byte[] separator = level == 0 ? NO_KEY : BTreePage.key(pages, branch, slot);
    int bytes = BTreePage.usedBytes(right) + separator.length;
    if (BTreePage.freeBytes(left) < bytes) {
      return false;
    }
    left = pages.modify(leftNumber);
    int leftCount = PageLayout.count(left);
    int rightCount = PageLayout.count(right);
    for (int index = 0; index < rightCount; index++) {
      if (index == 0 && level > 0) {
        BTreePage.insertChild(
            pages, left, leftCount, separator, BTreePage.childAt(pages, right, 0));
      } else {
        BTreePage.insertCopy(pages, left, leftCount + index, right, index);
      }
    }
    BTreePage.remove(pages, pages.modify(numbers[level + 1]), slot);
    pages.free(rightNumber);
    return true;
  }

  private MemorySegment neighbour(int level, long pageNumber, long otherNumber) {
    if (pageNumber == otherNumber) {
      throw pages.corrupt(
          numbers[level + 1], "different children", "page " + pageNumber + " twice");
    }
    return BTreePage.verified(pages, pageNumber, level);
  }

  private void pullRootUp() {
    MemorySegment root = pages.page(rootPage);
    int level = rootLevel;
    while (level > 0 && PageLayout.count(root) < 2) {
      long entryCount = BTreePage.entryCount(root);
      if (PageLayout.count(root) == 0) {
        level = 0;
        root = pages.modify(rootPage);
        BTreePage.initialise(root, level);
        BTreePage.setEntryCount(root, entryCount);
      } else {
        level--;
        long childNumber = BTreePage.childAt(pages, root, 0);
        MemorySegment child = BTreePage.verified(pages, childNumber, level);
        root = pages.modify(rootPage);
        BTreePage.copyContent(child, root);
        pages.free(childNumber);
      }
    }
  }
}
