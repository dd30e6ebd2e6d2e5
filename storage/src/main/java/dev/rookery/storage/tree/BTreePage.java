package dev.rookery.storage.tree;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Page of a [BTree]: slots in the order of the keys, cells in any order.
///
/// ```
/// offset         bytes      field
///     26             2      count          of the slots
///     32             8      entry count    of the whole tree in the root, zero in all others
///     40             2      cells offset   where the cells begin; the page's length if none
///     42             2      waste          bytes behind that which belong to no cell
///     44             1      level          0 in a leaf, one more than that of its children else
///     45             3      reserved       zero
///     48             2 × count  slots      offset of each cell, ascending by key
///     48 + 2 × count            gap        free
///     cells offset              cells
///
/// cell of a leaf            cell of a branch
///      0  2  key bytes           0  2  key bytes
///      2  2  value bytes         2  8  child, a page number
///      4     key                10     key
///            value
/// ```
///
/// Invariants:
/// 1. Keys ascend strictly, by unsigned bytes. The key of cell 0 of a branch is empty.
/// 2. The keys below child i of a branch are at or behind key i and before key i + 1.
/// 3. Every cell takes a quarter of the content at most, slot included, so that a page that has no
///    room for one more can be split into two that have.
/// 4. A leaf that is not the root has an entry, and a branch has a child; the root, if it is a
///    branch, has two.
///
/// What a damaged page says is checked before use: the header in [#verify], a cell in [#cell].
final class BTreePage {
  static final int ENTRY_COUNT_OFFSET = PageLayout.CONTENT_OFFSET;
  static final int CELLS_OFFSET_OFFSET = ENTRY_COUNT_OFFSET + Long.BYTES;
  static final int WASTE_OFFSET = CELLS_OFFSET_OFFSET + Short.BYTES;
  static final int LEVEL_OFFSET = WASTE_OFFSET + Short.BYTES;
  static final int RESERVED_OFFSET = LEVEL_OFFSET + Byte.BYTES;
  static final int SLOTS_OFFSET = RESERVED_OFFSET + 3;

  /// Room for slots and cells.
  static final int CONTENT_BYTES = PageLayout.PAGE_BYTES - SLOTS_OFFSET;

  static final int VALUE_BYTES_OFFSET = Short.BYTES;
  static final int CHILD_OFFSET = Short.BYTES;
  static final int LEAF_CELL_BYTES = VALUE_BYTES_OFFSET + Short.BYTES;
  static final int BRANCH_CELL_BYTES = CHILD_OFFSET + Long.BYTES;

  /// Four of the largest cells fit a page, of a leaf as of a branch.
  static final int ENTRY_BYTES_MAX = CONTENT_BYTES / 4 - Short.BYTES - BRANCH_CELL_BYTES;

  /// The highest level of a root, above what a tree of the largest keys reaches on any disk.
  static final int LEVEL_MAX = 40;

  /// Eight bytes of a key as one number: the first counts most, as in the order of the keys.
  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static final VarHandle ARRAY_WORD =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private BTreePage() {}

  /// Makes a page an empty leaf (level 0) or branch.
  static void initialise(MemorySegment page, int level) {
    page.set(PageLayout.BYTE, PageLayout.TYPE_OFFSET, typeAt(level));
    PageLayout.setCount(page, 0);
    page.asSlice(ENTRY_COUNT_OFFSET).fill((byte) 0);
    page.set(PageLayout.BYTE, LEVEL_OFFSET, (byte) level);
    setCellsOffset(page, PageLayout.PAGE_BYTES);
  }

  /// Makes `target` hold what `source` holds; page number and entry count stay its own.
  static void copyContent(MemorySegment source, MemorySegment target) {
    target.set(PageLayout.BYTE, PageLayout.TYPE_OFFSET, PageLayout.type(source));
    PageLayout.setCount(target, PageLayout.count(source));
    int bytes = PageLayout.PAGE_BYTES - CELLS_OFFSET_OFFSET;
    MemorySegment.copy(source, CELLS_OFFSET_OFFSET, target, CELLS_OFFSET_OFFSET, bytes);
  }

  static byte typeAt(int level) {
    return level == 0 ? PageType.LEAF : PageType.BRANCH;
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

  /// Returns the level of a root page after verifying that it can be one.
  static int rootLevel(PageReader pages, long pageNumber, MemorySegment root) {
    int level = level(root);
    if (level > LEVEL_MAX) {
      throw pages.corrupt(pageNumber, "level <= " + LEVEL_MAX, "level " + level);
    }
    verify(pages, pageNumber, root, level);
    return level;
  }

  /// Verifies that a page is what its place in the tree says, and that its header fits it.
  static void verify(PageReader pages, long pageNumber, MemorySegment page, int level) {
    // Few and wide reads: small enough to be inlined on the way down a tree, where a page seen by
    // no other method costs no object.
    int header = page.get(PageLayout.INT, PageLayout.TYPE_OFFSET);
    int room = page.get(PageLayout.INT, CELLS_OFFSET_OFFSET);
    int pageLevel = level(page);
    int count = header >>> 16;
    int cellsOffset = room & 0xffff;
    if ((byte) header != typeAt(level)
        || pageLevel != level
        || (level > 0 && count == 0)
        || cellsOffset < SLOTS_OFFSET + count * Short.BYTES
        || cellsOffset + (room >>> 16) > PageLayout.PAGE_BYTES) {
      throw pages.corrupt(
          pageNumber,
          "type %d level %d".formatted(typeAt(level), level),
          "type %d level %d count %d cells offset %d waste %d"
              .formatted((byte) header, pageLevel, count, cellsOffset, room >>> 16));
    }
  }

  /// Returns a page after verifying it.
  static MemorySegment verified(PageReader pages, long pageNumber, int level) {
    MemorySegment page = pages.page(pageNumber);
    verify(pages, pageNumber, page, level);
    return page;
  }

  /// Returns the offset of a cell after verifying that all of it lies among the cells.
  static int cell(PageReader pages, MemorySegment page, int index) {
    int cell = slot(page, index);
    if (cell < cellsOffset(page)
        || cell > PageLayout.PAGE_BYTES - prefixBytes(page)
        || cell + cellBytes(page, cell) > PageLayout.PAGE_BYTES) {
      throw pages.corrupt(
          page.get(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET),
          "cell " + index + " from " + cellsOffset(page),
          "at " + cell);
    }
    return cell;
  }

  /// Returns the offset of the key of a cell.
  static int keyOffset(MemorySegment page, int cell) {
    return cell + prefixBytes(page);
  }

  static int keyBytes(MemorySegment page, int cell) {
    return PageLayout.unsignedShort(page, cell);
  }

  /// Returns how long the value of a leaf's cell is; it follows the key.
  static int valueBytes(MemorySegment page, int cell) {
    return PageLayout.unsignedShort(page, cell + VALUE_BYTES_OFFSET);
  }

  /// Returns the child in a slot of a branch.
  static long childAt(PageReader pages, MemorySegment branch, int index) {
    return branch.get(PageLayout.LONG, cell(pages, branch, index) + CHILD_OFFSET);
  }

  /// Returns how long a cell is.
  static int cellBytes(MemorySegment page, int cell) {
    int bytes = prefixBytes(page) + keyBytes(page, cell);
    return isLeaf(page) ? bytes + valueBytes(page, cell) : bytes;
  }

  /// Returns a copy of the key of a cell.
  static byte[] key(PageReader pages, MemorySegment page, int index) {
    int cell = cell(pages, page, index);
    return bytes(page, keyOffset(page, cell), keyBytes(page, cell));
  }

  /// Returns a copy of some bytes of a page.
  static byte[] bytes(MemorySegment page, int offset, int length) {
    byte[] bytes = new byte[length];
    MemorySegment.copy(page, PageLayout.BYTE, offset, bytes, 0, length);
    return bytes;
  }

  /// Returns the index of a key in a leaf, or the complement of the index that it would have.
  static int search(PageReader pages, MemorySegment leaf, byte[] key) {
    int low = 0;
    int high = PageLayout.count(leaf) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = compare(leaf, cell(pages, leaf, middle), key);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return ~low;
  }

  /// Returns the index of the child of a branch that a key belongs to.
  static int slotOf(PageReader pages, MemorySegment branch, byte[] key) {
    int low = 1;
    int high = PageLayout.count(branch) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (compare(branch, cell(pages, branch, middle), key) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return low - 1;
  }

  /// Compares the key of a cell with another, by unsigned bytes.
  static int compare(MemorySegment page, int cell, byte[] key) {
    int keyOffset = keyOffset(page, cell);
    int keyBytes = keyBytes(page, cell);
    int common = Math.min(keyBytes, key.length);
    int i = 0;
    for (; i <= common - Long.BYTES; i += Long.BYTES) {
      long one = page.get(WORD, keyOffset + i);
      long other = (long) ARRAY_WORD.get(key, i);
      if (one != other) {
        return Long.compareUnsigned(one, other);
      }
    }
    for (; i < common; i++) {
      int one = Byte.toUnsignedInt(page.get(PageLayout.BYTE, keyOffset + i));
      int other = Byte.toUnsignedInt(key[i]);
      if (one != other) {
        return one - other;
      }
    }
    return keyBytes - key.length;
  }

  /// Compares the keys of two cells, by unsigned bytes.
  static int compare(MemorySegment page, int cell, MemorySegment otherPage, int otherCell) {
    int keyOffset = keyOffset(page, cell);
    int otherOffset = keyOffset(otherPage, otherCell);
    int keyBytes = keyBytes(page, cell);
    int otherBytes = keyBytes(otherPage, otherCell);
    long i =
        MemorySegment.mismatch(
            page,
            keyOffset,
            keyOffset + keyBytes,
            otherPage,
            otherOffset,
            otherOffset + otherBytes);
    if (i < 0 || i >= Math.min(keyBytes, otherBytes)) {
      return keyBytes - otherBytes;
    }
    return Byte.compareUnsigned(
        page.get(PageLayout.BYTE, keyOffset + i), otherPage.get(PageLayout.BYTE, otherOffset + i));
  }

  /// Returns how much room there is for cells with their slots, once the page is compacted.
  static int freeBytes(MemorySegment page) {
    return gap(page) + waste(page);
  }

  /// Returns how much room the cells with their slots take.
  static int usedBytes(MemorySegment page) {
    return CONTENT_BYTES - freeBytes(page);
  }

  static boolean isUnderfull(MemorySegment page) {
    return usedBytes(page) < CONTENT_BYTES / 4;
  }

  /// Returns how much room an entry takes in a leaf.
  static int leafCellBytes(int keyBytes, int valueBytes) {
    return LEAF_CELL_BYTES + keyBytes + valueBytes;
  }

  /// Inserts an entry into a leaf that has room for it.
  static void insertEntry(
      PageReader pages, MemorySegment leaf, int index, byte[] key, byte[] value) {
    int cell = insert(pages, leaf, index, leafCellBytes(key.length, value.length));
    leaf.set(PageLayout.SHORT, cell, (short) key.length);
    leaf.set(PageLayout.SHORT, cell + VALUE_BYTES_OFFSET, (short) value.length);
    int keyOffset = cell + LEAF_CELL_BYTES;
    MemorySegment.copy(key, 0, leaf, PageLayout.BYTE, keyOffset, key.length);
    MemorySegment.copy(value, 0, leaf, PageLayout.BYTE, keyOffset + key.length, value.length);
  }

  /// Inserts a child into a branch that has room for it.
  static void insertChild(
      PageReader pages, MemorySegment branch, int index, byte[] key, long child) {
    int cell = insert(pages, branch, index, BRANCH_CELL_BYTES + key.length);
    branch.set(PageLayout.SHORT, cell, (short) key.length);
    branch.set(PageLayout.LONG, cell + CHILD_OFFSET, child);
    MemorySegment.copy(key, 0, branch, PageLayout.BYTE, cell + BRANCH_CELL_BYTES, key.length);
  }

  /// Inserts a copy of a cell of another page of the same level, which has room for it.
  static void insertCopy(
      PageReader pages, MemorySegment page, int index, MemorySegment source, int sourceIndex) {
    int sourceCell = cell(pages, source, sourceIndex);
    int bytes = cellBytes(source, sourceCell);
    int cell = insert(pages, page, index, bytes);
    MemorySegment.copy(source, sourceCell, page, cell, bytes);
  }

  /// Removes a cell. In a branch the key of the cell that becomes the first is emptied.
  static void remove(PageReader pages, MemorySegment page, int index) {
    int cell = cell(pages, page, index);
    release(page, cell, cellBytes(page, cell));
    int count = PageLayout.count(page);
    int from = SLOTS_OFFSET + (index + 1) * Short.BYTES;
    MemorySegment.copy(
        page, from, page, from - (long) Short.BYTES, (count - index - 1) * (long) Short.BYTES);
    truncate(page, count - 1);
    if (index == 0 && count > 1 && !isLeaf(page)) {
      emptyKey(pages, page);
    }
  }

  /// Removes all cells from an index on.
  static void removeTail(PageReader pages, MemorySegment page, int index) {
    for (int i = PageLayout.count(page) - 1; i >= index; i--) {
      int cell = cell(pages, page, i);
      release(page, cell, cellBytes(page, cell));
    }
    truncate(page, index);
  }

  /// Empties the key of the first cell of a branch.
  static void emptyKey(PageReader pages, MemorySegment branch) {
    int cell = cell(pages, branch, 0);
    long child = branch.get(PageLayout.LONG, cell + CHILD_OFFSET);
    int keyBytes = keyBytes(branch, cell);
    int shorter = cell + keyBytes;
    release(branch, cell, keyBytes);
    branch.set(PageLayout.SHORT, shorter, (short) 0);
    branch.set(PageLayout.LONG, shorter + CHILD_OFFSET, child);
    branch.set(PageLayout.SHORT, SLOTS_OFFSET, (short) shorter);
  }

  /// Makes room for a cell and its slot and returns the cell's offset.
  private static int insert(PageReader pages, MemorySegment page, int index, int cellBytes) {
    if (gap(page) < cellBytes + Short.BYTES) {
      compact(pages, page);
    }
    if (gap(page) < cellBytes + Short.BYTES) {
      long pageNumber = page.get(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET);
      throw pages.corrupt(pageNumber, "room for " + cellBytes, "a gap of " + gap(page));
    }
    int count = PageLayout.count(page);
    int cell = cellsOffset(page) - cellBytes;
    int from = SLOTS_OFFSET + index * Short.BYTES;
    MemorySegment.copy(
        page, from, page, from + (long) Short.BYTES, (count - index) * (long) Short.BYTES);
    page.set(PageLayout.SHORT, from, (short) cell);
    setCellsOffset(page, cell);
    PageLayout.setCount(page, count + 1);
    return cell;
  }

  /// Moves the cells together at the end of the page, so that the waste joins the gap.
  private static void compact(PageReader pages, MemorySegment page) {
    byte[] copy = bytes(page, 0, PageLayout.PAGE_BYTES);
    int count = PageLayout.count(page);
    int end = PageLayout.PAGE_BYTES;
    for (int index = 0; index < count; index++) {
      // The cells are not read here again, only the copy: the lowest may be overwritten by now.
      int cell = slot(page, index);
      int bytes = cellBytesIn(copy, cell, isLeaf(page));
      end -= bytes;
      if (cell + bytes > PageLayout.PAGE_BYTES || end < SLOTS_OFFSET + count * Short.BYTES) {
        long pageNumber = page.get(PageLayout.LONG, PageLayout.PAGE_NUMBER_OFFSET);
        throw pages.corrupt(pageNumber, "cells that fit the page", "cell " + index + " too long");
      }
      MemorySegment.copy(copy, cell, page, PageLayout.BYTE, end, bytes);
      page.set(PageLayout.SHORT, SLOTS_OFFSET + index * Short.BYTES, (short) end);
    }
    setCellsOffset(page, end);
    setWaste(page, 0);
  }

  private static int cellBytesIn(byte[] page, int cell, boolean isLeaf) {
    int prefixBytes = isLeaf ? LEAF_CELL_BYTES : BRANCH_CELL_BYTES;
    if (cell > PageLayout.PAGE_BYTES - prefixBytes) {
      return PageLayout.PAGE_BYTES;
    }
    int bytes = prefixBytes + shortIn(page, cell);
    return isLeaf ? bytes + shortIn(page, cell + VALUE_BYTES_OFFSET) : bytes;
  }

  private static int shortIn(byte[] page, int offset) {
    return Byte.toUnsignedInt(page[offset]) | Byte.toUnsignedInt(page[offset + 1]) << 8;
  }

  /// Gives the bytes of a cell back.
  private static void release(MemorySegment page, int cell, int bytes) {
    if (cell == cellsOffset(page)) {
      setCellsOffset(page, cell + bytes);
    } else {
      setWaste(page, waste(page) + bytes);
    }
  }

  private static void truncate(MemorySegment page, int count) {
    PageLayout.setCount(page, count);
    if (count == 0) {
      setCellsOffset(page, PageLayout.PAGE_BYTES);
      setWaste(page, 0);
    }
  }

  private static boolean isLeaf(MemorySegment page) {
    return PageLayout.type(page) == PageType.LEAF;
  }

  private static int prefixBytes(MemorySegment page) {
    return isLeaf(page) ? LEAF_CELL_BYTES : BRANCH_CELL_BYTES;
  }

  static int slot(MemorySegment page, int index) {
    return PageLayout.unsignedShort(page, SLOTS_OFFSET + index * Short.BYTES);
  }

  static int cellsOffset(MemorySegment page) {
    return PageLayout.unsignedShort(page, CELLS_OFFSET_OFFSET);
  }

  private static void setCellsOffset(MemorySegment page, int cellsOffset) {
    page.set(PageLayout.SHORT, CELLS_OFFSET_OFFSET, (short) cellsOffset);
  }

  static int waste(MemorySegment page) {
    return PageLayout.unsignedShort(page, WASTE_OFFSET);
  }

  private static void setWaste(MemorySegment page, int waste) {
    page.set(PageLayout.SHORT, WASTE_OFFSET, (short) waste);
  }

  private static int gap(MemorySegment page) {
    return cellsOffset(page) - SLOTS_OFFSET - PageLayout.count(page) * Short.BYTES;
  }
}
