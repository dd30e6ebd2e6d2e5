package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.BYTE;
import static dev.rookery.storage.page.PageLayout.FLAGS_OFFSET;
import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.SHORT;
import static dev.rookery.storage.page.PageLayout.TYPE_OFFSET;
import static dev.rookery.storage.page.PageLayout.unsignedShort;
import static dev.rookery.storage.tree.ForestLayout.FENCES_OFFSET;
import static dev.rookery.storage.tree.ForestLayout.FENCE_COUNT_MAX;
import static dev.rookery.storage.tree.ForestLayout.FENCE_LEVELS_MAX;
import static dev.rookery.storage.tree.ForestLayout.FENCE_PAGES_OFFSET;
import static dev.rookery.storage.tree.ForestLayout.FENCE_REGION_OFFSET;
import static dev.rookery.storage.tree.ForestLayout.LOCATOR_COUNT;
import static dev.rookery.storage.tree.ForestLayout.LOCATOR_OFFSET;
import static dev.rookery.storage.tree.ForestLayout.LOCATOR_SHIFT;
import static dev.rookery.storage.tree.ForestLayout.SHORT_LONG_BYTES;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;

/// The small B+tree of fence pages that leads from a slot of one region to the leaf that covers it.
///
/// A region with a single leaf has no fence page: the leaf is its root. Every operation that may
/// change the root returns it, for the directory. The fence of child 0 is never compared: the child
/// covers whatever its page covers below fence 1, so nothing is to be told upwards when child 0
/// changes.
final class ForestFences {
  private final PageWriter pages;
  private final int structureId;
  private final int region;

  /// Set by [#insertBelow] when a page was split: the page's upper half and its first slot.
  private long splitPage;

  private int splitSlot;

  ForestFences(PageWriter pages, int structureId, int region) {
    this.pages = pages;
    this.structureId = structureId;
    this.region = region;
  }

  /// Returns the index of the child that covers a slot, or -1 if the locator of the page is
  /// damaged.
  ///
  /// The locator leaves few children to choose from: 256 slots seldom have more than a few leaves.
  static int search(MemorySegment segment, long base, int count, int slot) {
    long locator = base + LOCATOR_OFFSET + 2L * (slot >>> LOCATOR_SHIFT);
    int pair = segment.get(INT, locator);
    int low = pair & 0xFFFF;
    int high = pair >>> Short.SIZE;
    if (low > high || high >= count) {
      return -1;
    }
    // Without a branch that depends on the slot: nobody could predict it.
    int length = high - low;
    while (length > 0) {
      int half = (length + 1) >>> 1;
      low += fence(segment, base, low + half) <= slot ? half : 0;
      length -= half;
    }
    return low;
  }

  /// Writes the locator of a page anew, after a change of its fences.
  private static void writeLocator(MemorySegment page) {
    int[] locator = locator(page);
    for (int entry = 0; entry < LOCATOR_COUNT; entry++) {
      page.set(SHORT, LOCATOR_OFFSET + 2L * entry, (short) locator[entry]);
    }
  }

  /// Returns whether a page's locator says what its fences say.
  static boolean isLocated(MemorySegment page) {
    int[] locator = locator(page);
    for (int entry = 0; entry < LOCATOR_COUNT; entry++) {
      if (unsignedShort(page, LOCATOR_OFFSET + 2L * entry) != locator[entry]) {
        return false;
      }
    }
    return true;
  }

  /// Returns the locator that suits the fences of a page.
  private static int[] locator(MemorySegment page) {
    int[] locator = new int[LOCATOR_COUNT];
    int count = PageLayout.count(page);
    int index = 0;
    for (int entry = 0; entry < LOCATOR_COUNT; entry++) {
      int slot = Math.min(entry << LOCATOR_SHIFT, ForestLayout.REGION_SLOTS - 1);
      while (index + 1 < count && fence(page, 0, index + 1) <= slot) {
        index++;
      }
      locator[entry] = index;
    }
    return locator;
  }

  private int childIndex(long pageNumber, MemorySegment page, int slot) {
    int index = search(page, 0, PageLayout.count(page), slot);
    if (index < 0) {
      throw pages.corrupt(pageNumber, "a locator of the fences", "another one");
    }
    return index;
  }

  /// Returns the first slot of a child.
  static int fence(MemorySegment segment, long base, int index) {
    return unsignedShort(segment, base + FENCES_OFFSET + 2L * index);
  }

  /// Returns the page number of a child.
  static long child(MemorySegment segment, long base, int index) {
    return ForestLayout.shortLong(
        segment, base + FENCE_PAGES_OFFSET + (long) SHORT_LONG_BYTES * index);
  }

  /// Writes a page of a new region: children with their first slots, from an index on.
  static void write(
      MemorySegment page,
      int level,
      int region,
      int[] fences,
      long[] children,
      int from,
      int count) {
    page.set(BYTE, FLAGS_OFFSET, (byte) level);
    page.set(INT, FENCE_REGION_OFFSET, region);
    for (int i = 0; i < count; i++) {
      setFence(page, i, fences[from + i]);
      setChild(page, i, children[from + i]);
    }
    PageLayout.setCount(page, count);
    writeLocator(page);
  }

  /// Adds a leaf that takes over the slots from the given one on, up to where the leaf that covered
  /// them ended, and returns the root.
  long insert(long root, int slot, long leafPage) {
    splitPage = 0;
    if (isLeaf(root)) {
      return newRoot(0, root, slot, leafPage);
    }
    insertBelow(root, FENCE_LEVELS_MAX, slot, leafPage);
    return splitPage == 0 ? root : newRoot(level(root) + 1, root, splitSlot, splitPage);
  }

  /// Takes the leaf that covers a slot out, not freeing it, and returns the root, 0 if no leaf is
  /// left. The leaf before it inherits its slots, or else the one behind it.
  long remove(long root, int slot) {
    if (isLeaf(root)) {
      return 0;
    }
    removeBelow(root, FENCE_LEVELS_MAX, slot);
    long top = root;
    while (!isLeaf(top)) {
      MemorySegment page = pages.page(top);
      if (PageLayout.count(page) > 1) {
        return top;
      }
      long only = PageLayout.count(page) == 0 ? 0 : child(page, 0, 0);
      pages.free(top);
      if (only == 0) {
        return 0;
      }
      top = only;
    }
    return top;
  }

  /// Moves the border between a child of a fence page, which is not its first, and the one before
  /// it.
  void setFence(long pageNumber, int index, int slot) {
    MemorySegment page = pages.modify(pageNumber);
    setFence(page, index, slot);
    writeLocator(page);
  }

  private void insertBelow(long pageNumber, int levelEnd, int slot, long leafPage) {
    MemorySegment page = pages.page(pageNumber);
    int level =
        ForestSpan.checkedLevel(pages, pageNumber, pages.locate(pageNumber), levelEnd, region);
    int index = childIndex(pageNumber, page, slot);
    int fence = slot;
    long added = leafPage;
    if (level > 0) {
      insertBelow(child(page, 0, index), level, slot, leafPage);
      if (splitPage == 0) {
        return;
      }
      fence = splitSlot;
      added = splitPage;
      splitPage = 0;
    }
    page = pages.modify(pageNumber);
    if (PageLayout.count(page) < FENCE_COUNT_MAX) {
      insertAt(page, index + 1, fence, added);
    } else {
      split(page, level, index + 1, fence, added);
    }
  }

  /// Splits a full fence page while a child is added: in the middle, or, where leaves are appended,
  /// near the end, so that a load in order leaves full pages behind.
  private void split(MemorySegment page, int level, int index, int fence, long child) {
    int count = PageLayout.count(page);
    int cut = index == count ? count - 1 : count / 2;
    long upperPage = newPage(level);
    MemorySegment upper = pages.modify(upperPage);
    copyChildren(page, cut, upper, 0, count - cut);
    PageLayout.setCount(upper, count - cut);
    PageLayout.setCount(page, cut);
    if (index <= cut) {
      insertAt(page, index, fence, child);
    } else {
      insertAt(upper, index - cut, fence, child);
    }
    writeLocator(page);
    writeLocator(upper);
    splitPage = upperPage;
    splitSlot = fence(upper, 0, 0);
  }

  private void removeBelow(long pageNumber, int levelEnd, int slot) {
    MemorySegment page = pages.modify(pageNumber);
    int level =
        ForestSpan.checkedLevel(pages, pageNumber, pages.locate(pageNumber), levelEnd, region);
    int index = childIndex(pageNumber, page, slot);
    if (level == 0) {
      removeAt(page, index);
      return;
    }
    long childPage = child(page, 0, index);
    removeBelow(childPage, level, slot);
    int left = PageLayout.count(pages.page(childPage));
    if (left == 0) {
      pages.free(childPage);
      removeAt(page, index);
    } else if (left < FENCE_COUNT_MAX / 4) {
      merge(page, level, index == 0 ? 0 : index - 1);
    }
  }

  /// Merges the children at an index and behind it if they leave a quarter of a page free.
  private void merge(MemorySegment page, int level, int index) {
    if (index + 1 >= PageLayout.count(page)) {
      return;
    }
    long lowerPage = child(page, 0, index);
    long upperPage = child(page, 0, index + 1);
    MemorySegment upper = pages.page(upperPage);
    ForestSpan.checkedLevel(pages, upperPage, pages.locate(upperPage), level, region);
    ForestSpan.checkedLevel(pages, lowerPage, pages.locate(lowerPage), level, region);
    int upperCount = PageLayout.count(upper);
    int lowerCount = PageLayout.count(pages.page(lowerPage));
    if (lowerPage == upperPage || lowerCount + upperCount > FENCE_COUNT_MAX * 3 / 4) {
      return;
    }
    MemorySegment lower = pages.modify(lowerPage);
    int border = fence(page, 0, index + 1);
    copyChildren(upper, 0, lower, lowerCount, upperCount);
    setFence(lower, lowerCount, border);
    PageLayout.setCount(lower, lowerCount + upperCount);
    writeLocator(lower);
    pages.free(upperPage);
    removeAt(page, index + 1);
  }

  private void insertAt(MemorySegment page, int index, int fence, long child) {
    int count = PageLayout.count(page);
    copyChildren(page, index, page, index + 1, count - index);
    setFence(page, index, fence);
    setChild(page, index, child);
    PageLayout.setCount(page, count + 1);
    writeLocator(page);
  }

  private static void removeAt(MemorySegment page, int index) {
    int count = PageLayout.count(page);
    int low = fence(page, 0, 0);
    copyChildren(page, index + 1, page, index, count - index - 1);
    PageLayout.setCount(page, count - 1);
    if (count > 1) {
      setFence(page, 0, low);
      writeLocator(page);
    }
  }

  private static void copyChildren(
      MemorySegment from, int fromIndex, MemorySegment to, int toIndex, int count) {
    MemorySegment.copy(
        from,
        FENCES_OFFSET + 2L * fromIndex,
        to,
        FENCES_OFFSET + 2L * toIndex,
        (long) Short.BYTES * count);
    MemorySegment.copy(
        from,
        FENCE_PAGES_OFFSET + (long) SHORT_LONG_BYTES * fromIndex,
        to,
        FENCE_PAGES_OFFSET + (long) SHORT_LONG_BYTES * toIndex,
        (long) SHORT_LONG_BYTES * count);
  }

  private long newRoot(int level, long lowerPage, int slot, long upperPage) {
    long root = newPage(level);
    MemorySegment page = pages.modify(root);
    insertAt(page, 0, 0, lowerPage);
    insertAt(page, 1, slot, upperPage);
    return root;
  }

  private long newPage(int level) {
    long page = pages.allocate(PageType.FOREST_FENCES, structureId);
    MemorySegment segment = pages.modify(page);
    segment.set(BYTE, FLAGS_OFFSET, (byte) level);
    segment.set(INT, FENCE_REGION_OFFSET, region);
    return page;
  }

  private int level(long pageNumber) {
    return pages.page(pageNumber).get(BYTE, FLAGS_OFFSET);
  }

  private boolean isLeaf(long pageNumber) {
    return pages.page(pageNumber).get(BYTE, TYPE_OFFSET) == PageType.FOREST_LEAF;
  }

  private static void setFence(MemorySegment page, int index, int slot) {
    page.set(SHORT, FENCES_OFFSET + 2L * index, (short) slot);
  }

  private static void setChild(MemorySegment page, int index, long child) {
    ForestLayout.setShortLong(page, FENCE_PAGES_OFFSET + (long) SHORT_LONG_BYTES * index, child);
  }
}
