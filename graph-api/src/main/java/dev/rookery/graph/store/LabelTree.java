package dev.rookery.graph.store;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.tree.FixedSizeTree;

/// Which slots bear a label: bitmaps, in words of 64 slots, as the values of one fixed-size tree.
///
/// ```
/// key, 8 bytes                         value, 8 bytes
/// label << 34 | slot >>> 6             a bit for each of 64 slots, the lowest first; never zero
/// label (as if of label 0)             how many slots bear the label; never zero
/// ```
///
/// Keys of neighbouring words take two bytes in a leaf, so a label that all nodes bear costs 1.3
/// bits for each, and one that a node bears here and there 10 to 16 bytes for each.
///
/// The tree speaks of the first slots only, as many as the root page says; of later ones the labels
/// are entered a page of slots at a time, when it is full.
///
/// Nodes without a label (number 0) are in no bitmap. An instance is a handle without state that
/// all threads may share.
final class LabelTree {
  static final int WORD_SHIFT = 6;

  /// A slot has 40 bits.
  static final int LABEL_SHIFT = 40 - WORD_SHIFT;

  /// The largest number of a label for which the keys have room.
  static final int LABEL_MAX = (1 << (Long.SIZE - LABEL_SHIFT)) - 1;

  private static final long WORD_MASK = (1L << LABEL_SHIFT) - 1;

  private final FixedSizeTree tree;

  LabelTree(long rootPage) {
    this.tree = new FixedSizeTree(rootPage);
  }

  /// Makes the tree and returns its root page.
  static long create(PageWriter pages) {
    return FixedSizeTree.create(pages, GraphRoot.LABELS_ID, Long.BYTES);
  }

  FixedSizeTree tree() {
    return tree;
  }

  static long key(int label, long slot) {
    return (long) label << LABEL_SHIFT | slot >>> WORD_SHIFT;
  }

  static int labelOf(long key) {
    return (int) (key >>> LABEL_SHIFT);
  }

  /// Returns the first slot of the word under a key.
  static long slotOf(long key) {
    return (key & WORD_MASK) << WORD_SHIFT;
  }

  private long valueOf(PageReader pages, long key) {
    long at = tree.find(pages, key);
    return at < 0 ? 0 : pages.segmentAt(at).get(PageLayout.LONG, PageReader.offsetAt(at));
  }

  /// Returns how many nodes bear a label. O(1), as far as labels are few.
  long count(PageReader pages, int label) {
    return label < 1 ? 0 : valueOf(pages, label);
  }

  /// Notes that the node in a slot bears a label.
  void add(PageWriter pages, int label, long slot) {
    addAll(pages, label, slot, 1L << slot);
  }

  /// Notes that the nodes in some slots bear a label.
  ///
  /// @param slot any of the 64 slots
  /// @param bits which of them
  void addAll(PageWriter pages, int label, long slot, long bits) {
    if (label != 0) {
      change(pages, key(label, slot), bits, true);
      write(pages, label, valueOf(pages, label) + Long.bitCount(bits));
    }
  }

  /// Notes that the node in a slot bears a label no more.
  void remove(PageWriter pages, int label, long slot) {
    if (label == 0) {
      return;
    }
    change(pages, key(label, slot), 1L << slot, false);
    long count = valueOf(pages, label);
    if (count <= 1) {
      tree.remove(pages, label);
    } else {
      write(pages, label, count - 1);
    }
  }

  private void change(PageWriter pages, long key, long bits, boolean isAdded) {
    long word = valueOf(pages, key);
    if ((word & bits) != (isAdded ? 0 : bits)) {
      throw pages.corrupt(
          tree.rootPage(),
          "slots from %d %s label %d"
              .formatted(slotOf(key), isAdded ? "without" : "with", labelOf(key)),
          "bits %x of %x".formatted(bits, word));
    }
    if (word == bits) {
      tree.remove(pages, key);
    } else {
      write(pages, key, word ^ bits);
    }
  }

  private void write(PageWriter pages, long key, long value) {
    long at = tree.put(pages, key);
    pages.segmentAt(at).set(PageLayout.LONG, PageReader.offsetAt(at), value);
  }
}
