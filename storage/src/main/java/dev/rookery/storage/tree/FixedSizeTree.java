package dev.rookery.storage.tree;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// A sorted map from `long` keys to values of one fixed width (0 to 255 bytes) on pages of its own.
///
/// The root page number never changes. Keys are compared as unsigned numbers. An instance is a
/// handle without state: any number may exist for the same tree, and all threads may share one.
///
/// Bytes: [FixedSizePage], then [FixedSizeLeaf] and [FixedSizeBranch]. Whatever the pages of a
/// damaged file say, a method ends, and either answers or throws a
/// [dev.rookery.storage.error.CorruptPageException].
public final class FixedSizeTree {
  /// The widest values.
  public static final int VALUE_BYTES_MAX = 255;

  /// How often a leaf may be split for one key. Each split halves it, and a leaf has fewer than
  /// 2^14 keys.
  private static final int SPLIT_COUNT_MAX = 16;

  private final long rootPage;

  /// Creates an empty tree and returns its root page.
  public static long create(PageWriter pages, int structureId, int valueBytes) {
    requireValueBytes(valueBytes, 0);
    long rootPage = pages.allocate(FixedSizePage.typeAt(0), structureId);
    FixedSizePage.initialise(pages.modify(rootPage), 0, valueBytes);
    return rootPage;
  }

  /// Opens the tree at a root page.
  public FixedSizeTree(long rootPage) {
    this.rootPage = rootPage;
  }

  /// Returns the number of the root page.
  public long rootPage() {
    return rootPage;
  }

  /// Returns how many entries there are. O(1).
  public long count(PageReader pages) {
    return FixedSizePage.entryCount(root(pages));
  }

  /// Returns the width of the values. O(1).
  public int valueBytes(PageReader pages) {
    return FixedSizePage.valueBytes(root(pages));
  }

  /// Returns the location of the value of a key, or -1 if there is none (for width 0: some
  /// non-negative number). O(log n).
  public long find(PageReader pages, long key) {
    long leafNumber = leafOf(pages, key);
    MemorySegment leaf = pages.page(leafNumber);
    int index = FixedSizeLeaf.search(leaf, key);
    return index < 0 ? -1 : valueLocation(pages, leafNumber, index, FixedSizePage.valueBytes(leaf));
  }

  /// Inserts the key if absent and returns the location of its value, to be written by the caller
  /// at once, and nothing else: the page is modified already. A new value is zero. Whether the key
  /// is new is told by comparing [#count]. O(log n).
  public long put(PageWriter pages, long key) {
    for (int attempt = 0; attempt <= SPLIT_COUNT_MAX; attempt++) {
      long leafNumber = leafOf(pages, key);
      MemorySegment leaf = pages.page(leafNumber);
      int valueBytes = FixedSizePage.valueBytes(leaf);
      int index = FixedSizeLeaf.search(leaf, key);
      if (index >= 0) {
        if (valueBytes > 0) {
          pages.modify(leafNumber, FixedSizeLeaf.valueOffset(index, valueBytes), valueBytes);
        }
        return valueLocation(pages, leafNumber, index, valueBytes);
      }
      int keyBytes = FixedSizeLeaf.keyBytesToTake(leaf, key);
      if (keyBytes > 0) {
        long blocks = FixedSizeLeaf.blocksOfInsert(leaf, ~index, key);
        FixedSizeLeaf.insert(pages.modifyBlocks(leafNumber, blocks), ~index, key, keyBytes);
        addToCount(pages, 1);
        return valueLocation(pages, leafNumber, ~index, valueBytes);
      }
      new FixedSizeBalance(pages, rootPage, valueBytes).split(key);
    }
    throw pages.corrupt(rootPage, "a leaf with room for a key", "a full one after each split");
  }

  /// Removes a key and returns whether it was there. O(log n).
  public boolean remove(PageWriter pages, long key) {
    long leafNumber = leafOf(pages, key);
    int index = FixedSizeLeaf.search(pages.page(leafNumber), key);
    if (index < 0) {
      return false;
    }
    MemorySegment leaf = pages.modify(leafNumber);
    FixedSizeLeaf.remove(leaf, index);
    addToCount(pages, -1);
    if (leafNumber != rootPage && FixedSizeLeaf.isUnderfull(leaf)) {
      new FixedSizeBalance(pages, rootPage, FixedSizePage.valueBytes(leaf)).join(key);
    }
    return true;
  }

  /// Gives all values a new width, by writing the tree anew; values that exist become zero. O(n).
  ///
  /// @throws IllegalArgumentException if the new width is not larger than the present one
  public void widenValues(PageWriter pages, int newValueBytes) {
    MemorySegment root = root(pages);
    requireValueBytes(newValueBytes, FixedSizePage.valueBytes(root) + 1);
    FixedSizeTree wide =
        new FixedSizeTree(create(pages, PageLayout.structure(root), newValueBytes));
    Cursor cursor = cursor(pages);
    while (cursor.next()) {
      wide.put(pages, cursor.key());
    }
    dropChildren(pages);
    MemorySegment own = pages.modify(rootPage);
    MemorySegment copy = pages.page(wide.rootPage);
    FixedSizePage.copyContent(copy, own);
    FixedSizePage.setEntryCount(own, FixedSizePage.entryCount(copy));
    pages.free(wide.rootPage);
  }

  /// Removes everything, and frees all pages but the root. O(pages).
  public void clear(PageWriter pages) {
    dropChildren(pages);
    MemorySegment root = pages.modify(rootPage);
    FixedSizePage.initialise(root, 0, FixedSizePage.valueBytes(root));
  }

  /// Frees all pages, the root as well.
  public void drop(PageWriter pages) {
    dropChildren(pages);
    pages.free(rootPage);
  }

  /// Returns a cursor for one thread; it must be positioned anew after a change of the tree.
  public Cursor cursor(PageReader pages) {
    return new Cursor(pages, rootPage);
  }

  /// Verifies the invariants and claims all pages.
  public void check(PageReader pages, CheckReport report) {
    new FixedSizeTreeCheck(pages, report, rootPage).run();
  }

  private MemorySegment root(PageReader pages) {
    MemorySegment root = pages.page(rootPage);
    FixedSizePage.rootLevel(pages, rootPage, root);
    return root;
  }

  /// Returns the leaf that a key belongs to, verified. Page numbers go from turn to turn of the
  /// loop, but no segments: so the compiler need not make objects of them.
  private long leafOf(PageReader pages, long key) {
    MemorySegment root = pages.page(rootPage);
    int rootLevel = FixedSizePage.rootLevel(pages, rootPage, root);
    int valueBytes = FixedSizePage.valueBytes(root);
    if (rootLevel == 0) {
      return rootPage;
    }
    long pageNumber = FixedSizeBranch.child(root, FixedSizeBranch.slotOf(root, key));
    for (int level = rootLevel - 1; level > 0; level--) {
      MemorySegment branch = FixedSizePage.verified(pages, pageNumber, level, valueBytes);
      pageNumber = FixedSizeBranch.child(branch, FixedSizeBranch.slotOf(branch, key));
    }
    FixedSizePage.verified(pages, pageNumber, 0, valueBytes);
    return pageNumber;
  }

  private void addToCount(PageWriter pages, int change) {
    MemorySegment root = pages.modify(rootPage, FixedSizePage.ENTRY_COUNT_OFFSET, Long.BYTES);
    FixedSizePage.setEntryCount(root, FixedSizePage.entryCount(root) + change);
  }

  private void dropChildren(PageWriter pages) {
    MemorySegment root = pages.page(rootPage);
    int level = FixedSizePage.rootLevel(pages, rootPage, root);
    dropChildren(pages, root, level, FixedSizePage.valueBytes(root));
  }

  /// Frees the lowest pages first: where pages of a damaged file share a child, the second visit
  /// ends at the first page that is free already.
  private static void dropChildren(
      PageWriter pages, MemorySegment page, int level, int valueBytes) {
    for (int slot = 0; level > 0 && slot < PageLayout.count(page); slot++) {
      long childNumber = FixedSizeBranch.child(page, slot);
      MemorySegment child = FixedSizePage.verified(pages, childNumber, level - 1, valueBytes);
      dropChildren(pages, child, level - 1, valueBytes);
      pages.free(childNumber);
    }
  }

  private static long valueLocation(PageReader pages, long pageNumber, int index, int valueBytes) {
    long location = pages.locate(pageNumber);
    // Without a value the offset would be the end of the page, which is another page's location.
    return valueBytes == 0 ? location : location + FixedSizeLeaf.valueOffset(index, valueBytes);
  }

  private static void requireValueBytes(int valueBytes, int valueBytesMin) {
    if (valueBytes < valueBytesMin || valueBytes > VALUE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "width of values out of range valueBytes=%d min=%d max=%d"
              .formatted(valueBytes, valueBytesMin, VALUE_BYTES_MAX));
    }
  }

  /// Walks the entries in both directions without allocating. Belongs to one thread; after a change
  /// of the tree it must be positioned anew.
  ///
  /// At first it stands before the first entry. A move that finds no entry leaves it behind the
  /// last one (or before the first one), from where it can go back.
  ///
  /// Run by run, for hot loops: the entries from the current one to the end of its leaf are a *run*
  /// of keys that lie side by side:
  ///
  /// ```
  /// for (boolean more = cursor.first(); more; more = cursor.nextRun()) {
  ///   MemorySegment keys = cursor.runSegment();
  ///   ... cursor.runCount() unsigned offsets of cursor.runKeyBytes() bytes each at
  ///   ... cursor.runOffset(), each to be added to cursor.runBase()
  /// }
  /// ```
  public static final class Cursor {
    private final PageReader pages;
    private final long[] numbers = new long[FixedSizePage.LEVEL_MAX + 1];
    private final int[] slots = new int[FixedSizePage.LEVEL_MAX + 1];
    private long rootPage;
    private int rootLevel;
    private int valueBytes;
    private boolean isPlaced;

    /// What kept the cursor from its last place. It stands nowhere then, and says so again until it
    /// is placed anew: an end, or a beginning, would be a lie.
    private @Nullable RuntimeException failure;

    // The current leaf.
    private MemorySegment segment = MemorySegment.NULL;
    private long location;
    private long keysOffset;
    private int keyBytes;
    private long base;
    private int count;
    private int index;

    Cursor(PageReader pages, long rootPage) {
      this.pages = pages;
      this.rootPage = rootPage;
    }

    /// Moves before the first entry of another tree, so that one cursor serves many trees.
    public void reopen(long newRootPage) {
      rootPage = newRootPage;
      isPlaced = false;
      failure = null;
      count = 0;
    }

    /// Moves to the first entry whose key is at or behind the given one (unsigned) and returns
    /// whether there is one. O(log n).
    public boolean seek(long key) {
      try {
        place(key);
      } catch (RuntimeException e) {
        throw failed(e);
      }
      return next();
    }

    private void place(long key) {
      openRoot();
      for (int level = rootLevel; level > 0; level--) {
        MemorySegment branch = verified(level);
        enterChild(branch, level, FixedSizeBranch.slotOf(branch, key));
      }
      enterLeaf();
      int found = FixedSizeLeaf.search(pages.page(numbers[0]), key);
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
      if (isPlaced && index + 1 < count) {
        index++;
        return true;
      }
      return nextRun();
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

    /// Moves to the first entry of the next leaf and returns whether there is one.
    public boolean nextRun() {
      if (!isPlaced) {
        requireSound();
        return first();
      }
      if ((index < 0 && count > 0) || advance()) {
        index = 0;
        return true;
      }
      index = count;
      return false;
    }

    /// Returns the key of the current entry.
    public long key() {
      requireEntry();
      return keyAt(index);
    }

    /// Returns the location of the value of the current entry, to be read.
    public long valueLocation() {
      requireEntry();
      return valueBytes == 0 ? location : location + FixedSizeLeaf.valueOffset(index, valueBytes);
    }

    /// Returns the width of the values.
    public int valueBytes() {
      return valueBytes;
    }

    /// Returns how many entries there are from the current one to the end of its leaf.
    public int runCount() {
      return isPlaced && index >= 0 ? count - index : 0;
    }

    /// Returns the segment that holds the keys of the run, and its values.
    public MemorySegment runSegment() {
      return segment;
    }

    /// Returns the offset of the first key of the run.
    public long runOffset() {
      requireEntry();
      return keysOffset + (long) index * keyBytes;
    }

    /// Returns the width of each key of the run: 2 or 4 (unsigned), or 8.
    public int runKeyBytes() {
      return keyBytes;
    }

    /// Returns what each key of the run counts from; 0 where keys are 8 bytes wide.
    public long runBase() {
      return base;
    }

    /// Returns the number of the page that holds the run.
    long runPage() {
      return numbers[0];
    }

    /// Returns the offset of the first value of the run. The values lie in descending order: each
    /// begins [#valueBytes] before the one of the entry before it.
    public long runValueOffset() {
      requireEntry();
      return PageReader.offsetAt(location) + FixedSizeLeaf.valueOffset(index, valueBytes);
    }

    private void requireEntry() {
      if (!isPlaced || index < 0 || index >= count) {
        throw new IllegalStateException("cursor stands on no entry index=" + index);
      }
    }

    private long keyAt(int entry) {
      return switch (keyBytes) {
        case Short.BYTES ->
            base + PageLayout.unsignedShort(segment, keysOffset + (long) entry * Short.BYTES);
        case Integer.BYTES ->
            base
                + Integer.toUnsignedLong(
                    segment.get(PageLayout.INT, keysOffset + (long) entry * Integer.BYTES));
        default -> segment.get(PageLayout.LONG, keysOffset + (long) entry * Long.BYTES);
      };
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
      MemorySegment root = pages.page(rootPage);
      rootLevel = FixedSizePage.rootLevel(pages, rootPage, root);
      valueBytes = FixedSizePage.valueBytes(root);
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
      long last = count > 0 ? keyAt(count - 1) : 0;
      for (int level = 1; level <= rootLevel; level++) {
        MemorySegment branch = verified(level);
        if (slots[level] + 1 < PageLayout.count(branch)) {
          enterChild(branch, level, slots[level] + 1);
          descendLeft(level - 1);
          requireAscending(last, keyAt(0));
          return true;
        }
      }
      return false;
    }

    private boolean enterLeft() {
      long first = count > 0 ? keyAt(0) : 0;
      for (int level = 1; level <= rootLevel; level++) {
        if (slots[level] > 0) {
          enterChild(verified(level), level, slots[level] - 1);
          descendRight(level - 1);
          requireAscending(keyAt(count - 1), first);
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
      numbers[level - 1] = FixedSizeBranch.child(branch, slot);
    }

    private void enterLeaf() {
      MemorySegment leaf = verified(0);
      location = pages.locate(numbers[0]);
      segment = pages.segmentAt(location);
      keysOffset = PageReader.offsetAt(location) + FixedSizeLeaf.KEYS_OFFSET;
      keyBytes = FixedSizePage.keyBytes(leaf);
      base = FixedSizePage.base(leaf);
      count = PageLayout.count(leaf);
      if (count == 0 && rootLevel > 0) {
        throw pages.corrupt(numbers[0], "a leaf with entries", "an empty one");
      }
      if (count > 1) {
        requireAscending(keyAt(0), keyAt(count - 1));
      }
      isPlaced = true;
    }

    private MemorySegment verified(int level) {
      return FixedSizePage.verified(pages, numbers[level], level, valueBytes);
    }

    private void requireAscending(long smaller, long larger) {
      if (Long.compareUnsigned(smaller, larger) >= 0) {
        isPlaced = false;
        throw pages.corrupt(
            numbers[0],
            "ascending keys",
            Long.toUnsignedString(larger) + " behind " + Long.toUnsignedString(smaller));
      }
    }
  }
}
