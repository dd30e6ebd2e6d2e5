package dev.rookery.storage.tree;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;

/// Splits and joins the pages of a [FixedSizeTree]: the rare part of its changes.
///
/// The root keeps its page number: it grows by moving its content into a child, and shrinks by
/// taking over the content of its only child.
final class FixedSizeBalance {
  private final PageWriter pages;
  private final long rootPage;
  private final int valueBytes;

  FixedSizeBalance(PageWriter pages, long rootPage, int valueBytes) {
    this.pages = pages;
    this.rootPage = rootPage;
    this.valueBytes = valueBytes;
  }

  /// Splits the leaf that a key belongs to. A branch on the way that is full is split before, so
  /// that no split has to go back up.
  void split(long key) {
    MemorySegment parent = pages.modify(rootPage);
    int level = FixedSizePage.rootLevel(pages, rootPage, parent);
    if (level == 0 || FixedSizeBranch.isFull(parent)) {
      pushRootDown(parent, level);
      level++;
    }
    long parentNumber = rootPage;
    while (true) {
      int slot = FixedSizeBranch.slotOf(parent, key);
      long childNumber = FixedSizeBranch.child(parent, slot);
      MemorySegment child = verified(childNumber, level - 1);
      if (level == 1) {
        splitLeaf(pages.modify(parentNumber), slot, key);
        return;
      }
      if (FixedSizeBranch.isFull(child)) {
        parent = pages.modify(parentNumber);
        splitBranch(parent, slot, level - 1, key);
        childNumber = FixedSizeBranch.child(parent, FixedSizeBranch.slotOf(parent, key));
      }
      parentNumber = childNumber;
      parent = pages.page(childNumber);
      level--;
    }
  }

  private void pushRootDown(MemorySegment root, int level) {
    if (level == FixedSizePage.LEVEL_MAX) {
      throw pages.corrupt(rootPage, "level < " + FixedSizePage.LEVEL_MAX, "level " + level);
    }
    long childNumber = allocate(root, level);
    FixedSizePage.copyContent(root, pages.modify(childNumber));
    long entryCount = FixedSizePage.entryCount(root);
    FixedSizePage.initialise(root, level + 1, valueBytes);
    FixedSizePage.setEntryCount(root, entryCount);
    FixedSizeBranch.insert(root, 0, 0, childNumber);
  }

  /// A key behind the last one gets a leaf of its own, and so does one before the first: keys that
  /// come in order fill their pages. All others get half a page of room.
  private void splitLeaf(MemorySegment parent, int slot, long key) {
    MemorySegment left = pages.modify(FixedSizeBranch.child(parent, slot));
    int count = PageLayout.count(left);
    int index = FixedSizeLeaf.search(left, key);
    int insertion = index < 0 ? ~index : index;
    int middle = insertion == 0 || insertion == count ? insertion : count / 2;
    if (!FixedSizeLeaf.canSplit(left, middle)) {
      throw pages.corrupt(FixedSizeBranch.child(parent, slot), "ascending keys", "others");
    }
    long separator = middle < count ? FixedSizeLeaf.key(left, middle) : key;
    long rightNumber = allocate(left, 0);
    FixedSizeLeaf.split(left, middle, pages.modify(rightNumber));
    FixedSizeBranch.insert(parent, slot + 1, separator, rightNumber);
  }

  private void splitBranch(MemorySegment parent, int slot, int level, long key) {
    MemorySegment left = pages.modify(FixedSizeBranch.child(parent, slot));
    int count = PageLayout.count(left);
    int keySlot = FixedSizeBranch.slotOf(left, key);
    // At the edges two children are split off: one alone would have no neighbour to merge with.
    int middle = keySlot == count - 1 ? count - 2 : keySlot == 0 ? 2 : count / 2;
    long rightNumber = allocate(left, level);
    MemorySegment right = pages.modify(rightNumber);
    FixedSizeBranch.moveTail(left, middle, right);
    FixedSizeBranch.insert(parent, slot + 1, FixedSizeBranch.separator(right, 0), rightNumber);
  }

  private long allocate(MemorySegment model, int level) {
    long pageNumber = pages.allocate(FixedSizePage.typeAt(level), PageLayout.structure(model));
    FixedSizePage.initialise(pages.modify(pageNumber), level, valueBytes);
    return pageNumber;
  }

  /// Joins pages on the way to a key, from which an entry was removed, that hold too little.
  void join(long key) {
    MemorySegment root = pages.page(rootPage);
    int level = FixedSizePage.rootLevel(pages, rootPage, root);
    if (level > 0) {
      joinBelow(rootPage, level, key);
      pullRootUp();
    }
  }

  private void joinBelow(long branchNumber, int level, long key) {
    MemorySegment branch = verified(branchNumber, level);
    int slot = FixedSizeBranch.slotOf(branch, key);
    long childNumber = FixedSizeBranch.child(branch, slot);
    if (level > 1) {
      joinBelow(childNumber, level - 1, key);
    }
    MemorySegment child = verified(childNumber, level - 1);
    boolean isUnderfull =
        level == 1 ? FixedSizeLeaf.isUnderfull(child) : FixedSizeBranch.isUnderfull(child);
    if (isUnderfull) {
      joinChild(branchNumber, branch, slot, level - 1);
    }
  }

  /// Merges a child with a neighbour, or else evens them out.
  private void joinChild(long branchNumber, MemorySegment branch, int slot, int level) {
    int count = PageLayout.count(branch);
    if (count == 1) {
      if (branchNumber != rootPage) {
        throw pages.corrupt(branchNumber, "two children or more", "one");
      }
      return;
    }
    boolean isMerged =
        (slot > 0 && merge(branchNumber, branch, slot - 1, level))
            || (slot + 1 < count && merge(branchNumber, branch, slot, level));
    if (!isMerged) {
      balance(branchNumber, branch, slot > 0 ? slot - 1 : slot, level);
    }
  }

  private boolean merge(long branchNumber, MemorySegment branch, int slot, int level) {
    long leftNumber = FixedSizeBranch.child(branch, slot);
    long rightNumber = FixedSizeBranch.child(branch, slot + 1);
    MemorySegment left = verified(leftNumber, level);
    MemorySegment right = verified(rightNumber, level);
    requireDistinct(branchNumber, leftNumber, rightNumber);
    if (level == 0) {
      if (!FixedSizeLeaf.canMerge(left, right)) {
        return false;
      }
      FixedSizeLeaf.merge(pages.modify(leftNumber), right);
    } else {
      if (PageLayout.count(left) + PageLayout.count(right) > FixedSizeBranch.CAPACITY) {
        return false;
      }
      FixedSizeBranch.append(pages.modify(leftNumber), right);
    }
    FixedSizeBranch.remove(pages.modify(branchNumber), slot + 1);
    pages.free(rightNumber);
    return true;
  }

  private void balance(long branchNumber, MemorySegment branch, int slot, int level) {
    long leftNumber = FixedSizeBranch.child(branch, slot);
    long rightNumber = FixedSizeBranch.child(branch, slot + 1);
    MemorySegment left = verified(leftNumber, level);
    MemorySegment right = verified(rightNumber, level);
    requireDistinct(branchNumber, leftNumber, rightNumber);
    if (level == 0 && !FixedSizeLeaf.canBalance(left, right)) {
      return; // A leaf may stay nearly empty where its neighbours' keys are too distant.
    }
    left = pages.modify(leftNumber);
    right = pages.modify(rightNumber);
    long separator =
        level == 0 ? FixedSizeLeaf.balance(left, right) : FixedSizeBranch.balance(left, right);
    FixedSizeBranch.setSeparator(pages.modify(branchNumber), slot + 1, separator);
  }

  private void requireDistinct(long branchNumber, long leftNumber, long rightNumber) {
    if (leftNumber == rightNumber) {
      throw pages.corrupt(branchNumber, "different children", "page " + leftNumber + " twice");
    }
  }

  private void pullRootUp() {
    MemorySegment root = pages.page(rootPage);
    int level = FixedSizePage.level(root);
    while (level > 0 && PageLayout.count(root) == 1) {
      level--;
      long childNumber = FixedSizeBranch.child(root, 0);
      MemorySegment child = verified(childNumber, level);
      root = pages.modify(rootPage);
      FixedSizePage.copyContent(child, root);
      pages.free(childNumber);
    }
  }

  private MemorySegment verified(long pageNumber, int level) {
    return FixedSizePage.verified(pages, pageNumber, level, valueBytes);
  }
}
