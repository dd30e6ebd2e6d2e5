package dev.rookery.storage.tree;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A B+tree from byte strings to byte strings, sorted by unsigned bytes. Both may be empty.
///
/// The root page number never changes. An instance is a handle without state that all threads may
/// share.
///
/// Bytes: [BTreePage]. Whatever the pages of a damaged file say, a method ends, and either answers
/// or throws a [dev.rookery.storage.error.CorruptPageException].
public final class BTree {
  private final long rootPage;

  /// Creates an empty tree and returns its root page.
  public static long create(PageWriter pages, int structureId) {
    long rootPage = pages.allocate(BTreePage.typeAt(0), structureId);
    BTreePage.initialise(pages.modify(rootPage), 0);
    return rootPage;
  }

  /// Opens the tree at a root page.
  public BTree(long rootPage) {
    this.rootPage = rootPage;
  }

  /// Returns the number of the root page.
  public long rootPage() {
    return rootPage;
  }

  /// Returns how many entries there are. O(1).
  public long count(PageReader pages) {
    MemorySegment root = pages.page(rootPage);
    BTreePage.rootLevel(pages, rootPage, root);
    return BTreePage.entryCount(root);
  }

  /// Returns the value of a key, or `null` if there is none. O(log n).
  public byte @Nullable [] get(PageReader pages, byte[] key) {
    MemorySegment leaf = pages.page(leafOf(pages, key));
    int index = BTreePage.search(pages, leaf, key);
    if (index < 0) {
      return null;
    }
    int cell = BTreePage.cell(pages, leaf, index);
    int valueOffset = BTreePage.keyOffset(leaf, cell) + BTreePage.keyBytes(leaf, cell);
    return BTreePage.bytes(leaf, valueOffset, BTreePage.valueBytes(leaf, cell));
  }

  /// Inserts an entry or replaces its value, and returns whether it is new. O(log n).
  ///
  /// @throws IllegalArgumentException if key and value together are longer than [#entryBytesMax]
  public boolean put(PageWriter pages, byte[] key, byte[] value) {
    requireEntryBytes(key, value);
    int bytes = Short.BYTES + BTreePage.leafCellBytes(key.length, value.length);
    for (int attempt = 0; attempt < 2; attempt++) {
      long leafNumber = leafOf(pages, key);
      MemorySegment leaf = pages.page(leafNumber);
      int index = BTreePage.search(pages, leaf, key);
      if (index >= 0 && tryReplace(pages, leafNumber, index, key, value)) {
        return false;
      }
      if (index < 0 && bytes <= BTreePage.freeBytes(leaf)) {
        BTreePage.insertEntry(pages, pages.modify(leafNumber), ~index, key, value);
        addToCount(pages, 1);
        return true;
      }
      new BTreeBalance(pages, rootPage, key).split();
    }
    throw pages.corrupt(rootPage, "a leaf with room for an entry", "a full one after a split");
  }

  /// Removes an entry and returns whether there was one. O(log n).
  public boolean remove(PageWriter pages, byte[] key) {
    long leafNumber = leafOf(pages, key);
    int index = BTreePage.search(pages, pages.page(leafNumber), key);
    if (index < 0) {
      return false;
    }
    MemorySegment leaf = pages.modify(leafNumber);
    BTreePage.remove(pages, leaf, index);
    addToCount(pages, -1);
    joinIfUnderfull(pages, leafNumber, leaf, key);
    return true;
  }

  /// Returns how long key and value of one entry may be together.
  public static int entryBytesMax() {
    return BTreePage.ENTRY_BYTES_MAX;
  }

  /// Fills an empty tree from entries in ascending order of their keys, with pages fifteen
  /// sixteenths full, and returns how many there were. O(n), and cheaper than [#put]. If it throws,
  /// the tree is empty again.
  ///
  /// @throws IllegalStateException if the tree is not empty
  /// @throws IllegalArgumentException if a key is not behind the one before, or an entry too long
  public long bulkLoad(PageWriter pages, Iterator<Map.Entry<byte[], byte[]>> entries) {
    long countBefore = count(pages);
    if (countBefore != 0) {
      throw new IllegalStateException("tree is not empty count=" + countBefore);
    }
    clear(pages);
    BTreeBuilder builder = new BTreeBuilder(pages, rootPage);
    try {
      while (entries.hasNext()) {
        Map.Entry<byte[], byte[]> entry = entries.next();
        requireEntryBytes(entry.getKey(), entry.getValue());
        builder.add(entry.getKey(), entry.getValue());
      }
    } catch (RuntimeException e) {
      builder.finish();
      clear(pages);
      throw e;
    }
    builder.finish();
    return count(pages);
  }

  /// Returns a cursor for one thread; it must be positioned anew after a change of the tree.
  public Cursor cursor(PageReader pages) {
    return new Cursor(pages, rootPage);
  }

  /// Frees all pages, the root as well.
  public void drop(PageWriter pages) {
    clear(pages);
    pages.free(rootPage);
  }

  /// Verifies the invariants and claims all pages.
  public void check(PageReader pages, CheckReport report) {
    new BTreeCheck(pages, report, rootPage).run();
  }

  /// Replaces the value of an entry unless the leaf has to be split for it.
  private boolean tryReplace(
      PageWriter pages, long leafNumber, int index, byte[] key, byte[] value) {
    MemorySegment leaf = pages.page(leafNumber);
    int cell = BTreePage.cell(pages, leaf, index);
    int oldBytes = BTreePage.cellBytes(leaf, cell);
    int bytes = BTreePage.leafCellBytes(key.length, value.length);
    if (bytes > BTreePage.freeBytes(leaf) + oldBytes) {
      return false;
    }
    leaf = pages.modify(leafNumber);
    if (bytes == oldBytes) {
      int valueOffset = BTreePage.keyOffset(leaf, cell) + key.length;
      MemorySegment.copy(value, 0, leaf, PageLayout.BYTE, valueOffset, value.length);
    } else {
      BTreePage.remove(pages, leaf, index);
      BTreePage.insertEntry(pages, leaf, index, key, value);
      joinIfUnderfull(pages, leafNumber, leaf, key);
    }
    return true;
  }

  private void joinIfUnderfull(PageWriter pages, long leafNumber, MemorySegment leaf, byte[] key) {
    if (leafNumber != rootPage && BTreePage.isUnderfull(leaf)) {
      new BTreeBalance(pages, rootPage, key).join();
    }
  }

  /// Returns the leaf that a key belongs to, verified. Page numbers go from turn to turn of the
  /// loop, but no segments: so the compiler need not make objects of them.
  private long leafOf(PageReader pages, byte[] key) {
    MemorySegment root = pages.page(rootPage);
    int rootLevel = BTreePage.rootLevel(pages, rootPage, root);
    if (rootLevel == 0) {
      return rootPage;
    }
    long pageNumber = BTreePage.childAt(pages, root, BTreePage.slotOf(pages, root, key));
    for (int level = rootLevel - 1; level > 0; level--) {
      MemorySegment branch = BTreePage.verified(pages, pageNumber, level);
      pageNumber = BTreePage.childAt(pages, branch, BTreePage.slotOf(pages, branch, key));
    }
    BTreePage.verified(pages, pageNumber, 0);
    return pageNumber;
  }

  private void addToCount(PageWriter pages, int change) {
    MemorySegment root = pages.modify(rootPage, BTreePage.ENTRY_COUNT_OFFSET, Long.BYTES);
    BTreePage.setEntryCount(root, BTreePage.entryCount(root) + change);
  }

  /// Frees all pages but the root, which becomes an empty leaf.
  private void clear(PageWriter pages) {
    MemorySegment root = pages.page(rootPage);
    dropChildren(pages, root, BTreePage.rootLevel(pages, rootPage, root));
    BTreePage.initialise(pages.modify(rootPage), 0);
  }

  /// Frees the lowest pages first: where pages of a damaged file share a child, the second visit
  /// ends at the first page that is free already.
  private static void dropChildren(PageWriter pages, MemorySegment page, int level) {
    for (int slot = 0; level > 0 && slot < PageLayout.count(page); slot++) {
      long childNumber = BTreePage.childAt(pages, page, slot);
      dropChildren(pages, BTreePage.verified(pages, childNumber, level - 1), level - 1);
      pages.free(childNumber);
    }
  }

  private static void requireEntryBytes(byte[] key, byte[] value) {
    if ((long) key.length + value.length > BTreePage.ENTRY_BYTES_MAX) {
      throw new IllegalArgumentException(
          "entry is too long keyBytes=%d valueBytes=%d entryBytesMax=%d"
              .formatted(key.length, value.length, BTreePage.ENTRY_BYTES_MAX));
    }
  }

  /// Walks the entries in both directions. Belongs to one thread; after a change of the tree it
  /// must be positioned anew.
  ///
  /// At first it stands before the first entry. A move that finds no entry leaves it behind the
  /// last one (or before the first one), from where it can go back.
  public static final class Cursor {
    private final PageReader pages;
    private final long[] numbers = new long[BTreePage.LEVEL_MAX + 1];
    private final int[] slots = new int[BTreePage.LEVEL_MAX + 1];
    private final long rootPage;
    private int rootLevel;
    private boolean isPlaced;

    /// What kept the cursor from its last place. It stands nowhere then, and says so again until it
    /// is placed anew: an end, or a beginning, would be a lie.
    private @Nullable RuntimeException failure;

    // The current leaf.
    private MemorySegment leaf = MemorySegment.NULL;
    private int count;
    private int index;

    Cursor(PageReader pages, long rootPage) {
      this.pages = pages;
      this.rootPage = rootPage;
    }

    /// Moves to the first entry at or behind a key and returns whether there is one. O(log n).
    public boolean seek(byte[] key) {
      try {
        place(key);
      } catch (RuntimeException e) {
        throw failed(e);
      }
      return next();
    }

    private void place(byte[] key) {
      openRoot();
      for (int level = rootLevel; level > 0; level--) {
        MemorySegment branch = verified(level);
        enterChild(branch, level, BTreePage.slotOf(pages, branch, key));
      }
      enterLeaf();
      int found = BTreePage.search(pages, leaf, key);
      index = (found < 0 ? ~found : found) - 1;
    }

    /// Moves to the first entry and returns whether there is one. O(log n).
    public boolean first() {
      try {
        openRoot();
        descendLeft(rootLevel);
      } catch (RuntimeException e) {
        throw failed(e);
      }
      return next();
    }

    /// Moves to the last entry and returns whether there is one. O(log n).
    public boolean last() {
      try {
        openRoot();
        descendRight(rootLevel);
      } catch (RuntimeException e) {
        throw failed(e);
      }
      return previous();
    }

    /// Moves to the next entry and returns whether there is one.
    public boolean next() {
      if (!isPlaced) {
        requireSound();
        return first();
      }
      if (index + 1 < count || advance()) {
        index++;
        return true;
      }
      index = count;
      return false;
    }

    /// Moves to the previous entry and returns whether there is one.
    public boolean previous() {
      if (!isPlaced) {
        requireSound();
        return last();
      }
      if (index > 0 || retreat()) {
        index--;
        return true;
      }
      index = -1;
      return false;
    }

    /// Returns a copy of the current key.
    public byte[] key() {
      int cell = cell();
      return BTreePage.bytes(leaf, BTreePage.keyOffset(leaf, cell), BTreePage.keyBytes(leaf, cell));
    }

    /// Returns a copy of the current value.
    public byte[] value() {
      int cell = cell();
      int valueOffset = BTreePage.keyOffset(leaf, cell) + BTreePage.keyBytes(leaf, cell);
      return BTreePage.bytes(leaf, valueOffset, BTreePage.valueBytes(leaf, cell));
    }

    /// Compares the current key with another, by unsigned bytes, without copying it.
    public int compareKey(byte[] other) {
      return BTreePage.compare(leaf, cell(), other);
    }

    private int cell() {
      if (!isPlaced || index < 0 || index >= count) {
        throw new IllegalStateException("cursor stands on no entry index=" + index);
      }
      return BTreePage.cell(pages, leaf, index);
    }

    private void requireSound() {
      if (failure != null) {
        throw failure;
      }
    }

    private RuntimeException failed(RuntimeException e) {
      isPlaced = false;
      failure = e;
      return e;
    }

    private void openRoot() {
      isPlaced = false;
      failure = null;
      rootLevel = BTreePage.rootLevel(pages, rootPage, pages.page(rootPage));
      numbers[rootLevel] = rootPage;
    }

    private boolean advance() {
      try {
        return enterRight();
      } catch (RuntimeException e) {
        throw failed(e);
      }
    }

    private boolean retreat() {
      try {
        return enterLeft();
      } catch (RuntimeException e) {
        throw failed(e);
      }
    }

    /// Enters the leaf to the right, if there is one. Its keys must be larger than those here: so a
    /// walk over damaged pages cannot come to the same leaf twice.
    private boolean enterRight() {
      MemorySegment before = leaf;
      int last = count - 1;
      for (int level = 1; level <= rootLevel; level++) {
        MemorySegment branch = verified(level);
        if (slots[level] + 1 < PageLayout.count(branch)) {
          enterChild(branch, level, slots[level] + 1);
          descendLeft(level - 1);
          requireAscending(before, last, leaf, 0);
          return true;
        }
      }
      return false;
    }

    private boolean enterLeft() {
      MemorySegment behind = leaf;
      for (int level = 1; level <= rootLevel; level++) {
        if (slots[level] > 0) {
          enterChild(verified(level), level, slots[level] - 1);
          descendRight(level - 1);
          requireAscending(leaf, count - 1, behind, 0);
          return true;
        }
      }
      return false;
    }

    private void descendLeft(int fromLevel) {
      for (int level = fromLevel; level > 0; level--) {
        enterChild(verified(level), level, 0);
      }
      enterLeaf();
      index = -1;
    }

    private void descendRight(int fromLevel) {
      for (int level = fromLevel; level > 0; level--) {
        MemorySegment branch = verified(level);
        enterChild(branch, level, PageLayout.count(branch) - 1);
      }
      enterLeaf();
      index = count;
    }

    private void enterChild(MemorySegment branch, int level, int slot) {
      isPlaced = false;
      slots[level] = slot;
      numbers[level - 1] = BTreePage.childAt(pages, branch, slot);
    }

    private void enterLeaf() {
      leaf = verified(0);
      count = PageLayout.count(leaf);
      if (count == 0 && rootLevel > 0) {
        throw pages.corrupt(numbers[0], "a leaf with entries", "an empty one");
      }
      if (count > 1) {
        requireAscending(leaf, 0, leaf, count - 1);
      }
      isPlaced = true;
    }

    private MemorySegment verified(int level) {
      return BTreePage.verified(pages, numbers[level], level);
    }

    private void requireAscending(
        MemorySegment page, int entry, MemorySegment otherPage, int otherEntry) {
      int cell = BTreePage.cell(pages, page, entry);
      int otherCell = BTreePage.cell(pages, otherPage, otherEntry);
      if (BTreePage.compare(page, cell, otherPage, otherCell) >= 0) {
        isPlaced = false;
        throw pages.corrupt(numbers[0], "ascending keys", "a key that is not behind the last one");
      }
    }
  }
}
