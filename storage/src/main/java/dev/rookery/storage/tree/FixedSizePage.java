package dev.rookery.storage.tree;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import java.lang.foreign.MemorySegment;

/// Header that leaf and branch pages of a [FixedSizeTree] have in common.
///
/// ```
/// offset bytes  field
///     26     2  count          of the entries of a leaf, of the children of a branch
///     32     8  entry count    of the whole tree in the root, zero in every other page
///     40     8  base           what the keys of a leaf count from; zero in a branch
///     48     1  level          0 in a leaf, one more than that of its children in a branch
///     49     1  key bytes      2, 4 or 8 in a leaf, 8 in a branch
///     50     1  value bytes    0 to 255, the same in every page of a tree
///     51     5  reserved       zero
///     56        content        see FixedSizeLeaf and FixedSizeBranch
/// ```
///
/// A page says its level, and a child is accepted only one level below its parent: so a descent
/// ends, whatever a damaged page points at.
final class FixedSizePage {
  static final int ENTRY_COUNT_OFFSET = PageLayout.CONTENT_OFFSET;
  static final int BASE_OFFSET = ENTRY_COUNT_OFFSET + Long.BYTES;
  static final int LEVEL_OFFSET = BASE_OFFSET + Long.BYTES;
  static final int KEY_BYTES_OFFSET = LEVEL_OFFSET + Byte.BYTES;
  static final int VALUE_BYTES_OFFSET = KEY_BYTES_OFFSET + Byte.BYTES;
  static final int RESERVED_OFFSET = VALUE_BYTES_OFFSET + Byte.BYTES;

  /// Where the content begins: a multiple of 8, so that all keys are aligned.
  static final int CONTENT_OFFSET = RESERVED_OFFSET + 5;

  static final int CONTENT_BYTES = PageLayout.PAGE_BYTES - CONTENT_OFFSET;

  /// The highest level of a root, far above what branches of at least a quarter of their capacity
  /// can reach on any disk.
  static final int LEVEL_MAX = 15;

  private FixedSizePage() {}

  /// Makes a page an empty leaf (level 0) or branch; the header before the content stays.
  static void initialise(MemorySegment page, int level, int valueBytes) {
    page.set(PageLayout.BYTE, PageLayout.TYPE_OFFSET, typeAt(level));
    PageLayout.setCount(page, 0);
    page.asSlice(ENTRY_COUNT_OFFSET).fill((byte) 0);
    page.set(PageLayout.BYTE, LEVEL_OFFSET, (byte) level);
    page.set(PageLayout.BYTE, KEY_BYTES_OFFSET, (byte) (level == 0 ? Short.BYTES : Long.BYTES));
    page.set(PageLayout.BYTE, VALUE_BYTES_OFFSET, (byte) valueBytes);
  }

  /// Makes `target` hold what `source` holds; page number and entry count stay its own.
  static void copyContent(MemorySegment source, MemorySegment target) {
    target.set(PageLayout.BYTE, PageLayout.TYPE_OFFSET, PageLayout.type(source));
    PageLayout.setCount(target, PageLayout.count(source));
    MemorySegment.copy(
        source, BASE_OFFSET, target, BASE_OFFSET, PageLayout.PAGE_BYTES - BASE_OFFSET);
  }

  static byte typeAt(int level) {
    return level == 0 ? PageType.FIXED_LEAF : PageType.FIXED_BRANCH;
  }

  static long entryCount(MemorySegment root) {
    return root.get(PageLayout.LONG, ENTRY_COUNT_OFFSET);
  }

  static void setEntryCount(MemorySegment root, long entryCount) {
    root.set(PageLayout.LONG, ENTRY_COUNT_OFFSET, entryCount);
  }

  static int level(MemorySegment page) {
    return Byte.toUnsignedInt(page.get(PageLayout.BYTE, LEVEL_OFFSET));
  }

  static int keyBytes(MemorySegment page) {
    return page.get(PageLayout.BYTE, KEY_BYTES_OFFSET);
  }

  static int valueBytes(MemorySegment page) {
    return Byte.toUnsignedInt(page.get(PageLayout.BYTE, VALUE_BYTES_OFFSET));
  }

  static long base(MemorySegment page) {
    return page.get(PageLayout.LONG, BASE_OFFSET);
  }

  /// Returns the level of a root page after verifying that it can be one.
  static int rootLevel(PageReader pages, long pageNumber, MemorySegment root) {
    int level = level(root);
    if (level > LEVEL_MAX) {
      throw pages.corrupt(pageNumber, "level <= " + LEVEL_MAX, "level " + level);
    }
    verify(pages, pageNumber, root, level, valueBytes(root));
    return level;
  }

  /// Verifies that a page is what its place in the tree says, and that its counts fit the page:
  /// what has passed here is read without further checks.
  static void verify(
      PageReader pages, long pageNumber, MemorySegment page, int level, int valueBytes) {
    // Type, flags and count in one read, and so level and widths: small enough to be inlined on
    // the way down a tree, where a page seen by no other method costs no object.
    int header = page.get(PageLayout.INT, PageLayout.TYPE_OFFSET);
    int shape = page.get(PageLayout.INT, LEVEL_OFFSET);
    int count = header >>> 16;
    int keyBytes = shape >>> 8 & 0xff;
    boolean isSound =
        level == 0
            ? FixedSizeLeaf.isSound(count, keyBytes, valueBytes)
            : FixedSizeBranch.isSound(count, keyBytes);
    if (!isSound
        || (byte) header != typeAt(level)
        || (shape & 0xff) != level
        || (shape >>> 16 & 0xff) != valueBytes) {
      throw pages.corrupt(
          pageNumber,
          "type %d level %d value bytes %d".formatted(typeAt(level), level, valueBytes),
          "type and count %08x level and widths %08x".formatted(header, shape));
    }
  }

  /// Returns a page after verifying it.
  static MemorySegment verified(PageReader pages, long pageNumber, int level, int valueBytes) {
    MemorySegment page = pages.page(pageNumber);
    verify(pages, pageNumber, page, level, valueBytes);
    return page;
  }
}
