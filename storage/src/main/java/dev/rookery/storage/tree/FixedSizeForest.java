package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.LONG;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A B+tree whose values are fixed-size trees: for each source a sorted set of `long` keys, each
/// with a 48-bit value.
///
/// Sources are dense numbers below 2^40. The levels above a region (65,536 neighbouring sources)
/// are replaced by direct indexing with the region number; inside a region one or two pages of
/// fences lead to a leaf, which holds the small trees of a span of sources side by side. A tree
/// that grows beyond half a page gets pages of its own. An entry costs 4 bytes if all keys of its
/// leaf are below 2^32 and none has a value, and up to 14 otherwise.
///
/// The root page number never changes. An instance is a handle without state that all threads may
/// share.
///
/// Where to start reading: [ForestLayout] and [ForestLeaf] for the bytes, [Cursor] for reading some
/// sources and [ForestScan] for reading many, [ForestWriter] for changes.
public final class FixedSizeForest {

  /// Returned for an entry that does not exist.
  public static final long ABSENT = -1;

  /// Sources are smaller than this.
  public static final long SOURCE_END =
      (long) ForestLayout.REGION_COUNT_MAX << ForestLayout.REGION_SHIFT;

  private final long rootPage;

  /// Creates an empty forest and returns its root page.
  public static long create(PageWriter pages, int structureId) {
    return pages.allocate(PageType.FOREST_ROOT, structureId);
  }

  /// As [#create], but the forest does not count its entries and sources, so that a change touches
  /// one page less: who asks for a count waits until all are visited.
  public static long createUncounted(PageWriter pages, int structureId) {
    long rootPage = create(pages, structureId);
    ForestDirectory.setUncounted(pages, rootPage);
    return rootPage;
  }

  /// Opens the forest at a root page.
  public FixedSizeForest(long rootPage) {
    this.rootPage = rootPage;
  }

  /// Returns how many entries all trees have together. O(1); O(sources) if the forest keeps no
  /// counts.
  public long entryCount(PageReader pages) {
    return total(pages, ForestLayout.ENTRIES_OFFSET);
  }

  /// Returns how many sources have entries. O(1); O(sources) if the forest keeps no counts.
  public long sourceCount(PageReader pages) {
    return total(pages, ForestLayout.SOURCES_OFFSET);
  }

  /// Returns how many entries the sources of a region have. O(1); O(sources of the region) if the
  /// forest keeps no counts.
  public long regionEntryCount(PageReader pages, long region) {
    if (ForestDirectory.isUncounted(pages, rootPage)) {
      return visit(pages, checkedRegion(region), checkedRegion(region), true);
    }
    long entry = ForestDirectory.locate(pages, rootPage, checkedRegion(region));
    return entry < 0 ? 0 : ForestDirectory.entriesAt(pages, entry);
  }

  /// Returns how many sources of a region have entries. O(1); O(sources of the region) if the
  /// forest keeps no counts.
  public long regionSourceCount(PageReader pages, long region) {
    if (ForestDirectory.isUncounted(pages, rootPage)) {
      return visit(pages, checkedRegion(region), checkedRegion(region), false);
    }
    long entry = ForestDirectory.locate(pages, rootPage, checkedRegion(region));
    return entry < 0 ? 0 : ForestDirectory.sourcesAt(pages, entry);
  }

  /// Returns whether a source of a region has entries. O(1).
  public boolean hasEntriesIn(PageReader pages, long region) {
    return ForestDirectory.regionRoot(pages, rootPage, checkedRegion(region)) != 0;
  }

  /// Returns the value of an entry, or [#ABSENT]. O(log degree).
  public long get(PageReader pages, long source, long key) {
    ForestLeaf leaf = leafOf(pages, checked(source));
    int index = leaf.find(ForestLayout.slot(source));
    if (index < 0) {
      return ABSENT;
    }
    int block = leaf.blockAt(index);
    if ((block & ForestLeaf.BIG) != 0) {
      return ForestBigTree.at(leaf.segment, leaf.start(block)).get(pages, key);
    }
    long keys = leaf.start(block);
    int size = leaf.entries(ForestLeaf.length(block));
    int position = leaf.lowerBound(keys, size, key);
    return position < size && leaf.key(keys, position) == key
        ? leaf.value(keys, size, position)
        : ABSENT;
  }

  /// Returns how many entries a source has. O(1).
  public long degree(PageReader pages, long source) {
    ForestLeaf leaf = leafOf(pages, checked(source));
    int index = leaf.find(ForestLayout.slot(source));
    if (index < 0) {
      return 0;
    }
    int block = leaf.blockAt(index);
    return (block & ForestLeaf.BIG) != 0
        ? ForestBigTree.at(leaf.segment, leaf.start(block)).count()
        : leaf.entries(ForestLeaf.length(block));
  }

  /// Inserts an entry or replaces its value, and returns the earlier value or [#ABSENT] if it is
  /// new. O(log degree).
  ///
  /// @throws IllegalArgumentException if the value is negative or has more than 48 bits
  public long put(PageWriter pages, long source, long key, long value) {
    checkValue(value);
    return writer(pages, source).put(key, value, true);
  }

  /// Inserts an entry unless it exists, and returns the existing value or [#ABSENT] if it was
  /// inserted.
  ///
  /// @throws IllegalArgumentException if the value is negative or has more than 48 bits
  public long putIfAbsent(PageWriter pages, long source, long key, long value) {
    checkValue(value);
    return writer(pages, source).put(key, value, false);
  }

  /// Inserts entries without values unless they exist, in the order of the pages. Afterwards the
  /// list holds those that are new, sorted by source and key.
  ///
  /// @param between is run between changes, where nobody holds a segment or location of a page
  /// @throws IllegalArgumentException if a source is out of range; nothing was inserted then
  public void putAll(PageWriter pages, BareEntries entries, Runnable between) {
    for (int i = 0; i < entries.count(); i++) {
      checked(entries.source(i));
    }
    new ForestMerge(pages, rootPage, entries).run(between);
  }

  private ForestWriter writer(PageWriter pages, long source) {
    return new ForestWriter(pages, rootPage).enter(checked(source));
  }

  /// Removes an entry and returns its value, or [#ABSENT] if there was none. O(log degree).
  public long remove(PageWriter pages, long source, long key) {
    return writer(pages, source).remove(key);
  }

  /// Removes all entries of a source and returns how many there were.
  public long removeAll(PageWriter pages, long source) {
    return writer(pages, source).removeAll();
  }

  /// Returns a cursor for one thread. On the pages of a write transaction it descends anew for each
  /// source, so that it sees every change; else it remembers the last leaf.
  public Cursor cursor(PageReader pages) {
    return new Cursor(pages, rootPage);
  }

  /// Returns a scan of all trees, for one thread.
  ///
  /// @param keyShift how many of the lowest bits of keys are not given; the others are 32 at most
  /// @param filter says which sources are of interest, or `null` for all
  public ForestScan scan(PageReader pages, int keyShift, ForestScan.@Nullable SourceFilter filter) {
    return new ForestScan(pages, rootPage, keyShift, filter);
  }

  /// Tells which leaves hold the entries of neighbouring sources of one region, in order, without
  /// reading them. Trees with pages of their own are not told of. O(leaves).
  ///
  /// @param source the first source
  /// @param endSource behind the last one, in the same region
  public void visitLeaves(PageReader pages, long source, long endSource, LeafVisitor visitor) {
    int region = ForestLayout.region(checked(source));
    long regionRoot = ForestDirectory.regionRoot(pages, rootPage, region);
    if (regionRoot != 0 && source < endSource) {
      new ForestLeaves(pages, visitor)
          .visit(
              regionRoot,
              region,
              ForestLayout.slot(source),
              ForestLayout.slot(checked(endSource - 1)) + 1);
    }
  }

  /// Is told of leaves.
  @FunctionalInterface
  public interface LeafVisitor {
    /// Takes note of a leaf.
    ///
    /// @param page its number
    /// @param source the first source that it covers
    /// @param endSource behind the last one
    void leaf(long page, long source, long endSource);
  }

  /// Puts a region that a [ForestBuilder] has made in place of what is here of it, and frees that.
  void linkRegion(
      PageWriter pages, long regionNumber, long regionRoot, long entries, long sources) {
    int region = checkedRegion(regionNumber);
    long oldRoot = ForestDirectory.regionRoot(pages, rootPage, region);
    boolean isCounted = oldRoot != 0 && !ForestDirectory.isUncounted(pages, rootPage);
    final long oldEntries = isCounted ? regionEntryCount(pages, region) : 0;
    final long oldSources = isCounted ? regionSourceCount(pages, region) : 0;
    if (oldRoot != 0) {
      new ForestDrop(pages, rootPage).dropRegion(oldRoot, region);
    }
    ForestDirectory.setRegionRoot(pages, rootPage, region, regionRoot);
    ForestDirectory.addCounts(
        pages, rootPage, region, entries - oldEntries, (int) (sources - oldSources));
  }

  /// Frees all pages, the root as well.
  public void drop(PageWriter pages) {
    new ForestDrop(pages, rootPage).run();
  }

  /// Returns whether another handle is of a forest with the same root page.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FixedSizeForest forest && forest.rootPage == rootPage;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(rootPage);
  }

  /// Verifies the invariants and claims all pages.
  public void check(PageReader pages, CheckReport report) {
    new ForestCheck(pages, rootPage, report).run();
  }

  /// Counts the entries, or the sources, of some regions by visiting all sources.
  private long visit(PageReader pages, long firstRegion, long lastRegion, boolean ofEntries) {
    Cursor cursor = cursor(pages);
    long end = (lastRegion + 1) << ForestLayout.REGION_SHIFT;
    long count = 0;
    for (long source = cursor.seekNext(firstRegion << ForestLayout.REGION_SHIFT, end);
        source >= 0;
        source = cursor.seekNext(source + 1, end)) {
      count += ofEntries ? cursor.degree() : 1;
    }
    return count;
  }

  private long total(PageReader pages, int offset) {
    if (ForestDirectory.isUncounted(pages, rootPage)) {
      boolean ofEntries = offset == ForestLayout.ENTRIES_OFFSET;
      return visit(pages, 0, ForestLayout.REGION_COUNT_MAX - 1L, ofEntries);
    }
    long root = ForestLayout.locate(pages, rootPage, PageType.FOREST_ROOT);
    return pages.segmentAt(root).get(LONG, PageReader.offsetAt(root) + offset);
  }

  private ForestLeaf leafOf(PageReader pages, long source) {
    ForestLeaf leaf = new ForestLeaf();
    int region = ForestLayout.region(source);
    long regionRoot = ForestDirectory.regionRoot(pages, rootPage, region);
    if (regionRoot != 0) {
      ForestSpan span = new ForestSpan();
      span.descend(pages, regionRoot, region, ForestLayout.slot(source));
      leaf.open(pages, span.leafPage, span.leafLocation, region);
    }
    return leaf;
  }

  private static long checked(long source) {
    if (source < 0 || source >= SOURCE_END) {
      throw new IllegalArgumentException("source out of range source=" + source);
    }
    return source;
  }

  private static int checkedRegion(long region) {
    if (region < 0 || region >= ForestLayout.REGION_COUNT_MAX) {
      throw new IllegalArgumentException("region out of range region=" + region);
    }
    return (int) region;
  }

  private static void checkValue(long value) {
    if (value < 0 || value > ForestLayout.VALUE_MAX) {
      throw new IllegalArgumentException("value out of range value=" + value);
    }
  }

  /// Walks the entries of one source after the other without allocating. Belongs to one thread;
  /// after a change of the forest it must be positioned anew.
  ///
  /// Entry by entry: `seek`, then `next` and `key`, `value`. Run by run, for hot loops: `seek`,
  /// then `nextRun` and plain loops over the keys, which lie side by side, sorted: `runCount()`
  /// unsigned numbers of `runKeyBytes()` = 2, 4 or 8 bytes, each to be added to `runBase()`. Nearly
  /// every source has exactly one run, of 4-byte keys and base 0; only a tree with pages of its own
  /// has more, one for each of its leaves.
  ///
  /// All of a run lies in the segment that [#runSegment] returns, valid as long as the transaction.
  public static final class Cursor {
    /// From how many on keys are copied by way of an array, and how many of them at a time.
    private static final int STAGED_KEYS_MIN = 16;

    private static final int STAGED_KEYS_MAX = 128;

    private final PageReader pages;
    private final LeafSearch search;

    /// The leaf that the search has found last.
    private final ForestLeaf leaf;

    /// Index of the current source in the leaf.
    private int leafIndex = -1;

    private long degree;

    // The run: keys and values that lie side by side.
    private MemorySegment segment = MemorySegment.NULL;
    private long keys;
    private int keyBytes = Integer.BYTES;
    private long base;
    private long values;
    private int valueStep;
    private int count;

    private int @Nullable [] stagedKeys;

    /// Index of the current entry in the run, -1 before the first one.
    private int index;

    /// Whether the run was not handed out yet.
    private boolean isRunAhead;

    private boolean isBig;

    /// Width of the values of the big tree, as its record says.
    private int treeValueBytes;

    private FixedSizeTree.@Nullable Cursor tree;

    /// What kept the cursor from its last place: it says so again until it is placed anew.
    private @Nullable RuntimeException failure;

    Cursor(PageReader pages, long rootPage) {
      this.pages = pages;
      this.search = new LeafSearch(pages, rootPage);
      this.leaf = search.leaf;
    }

    /// Moves before the first entry of a source and returns how many entries it has. O(1).
    public long seek(long source) {
      try {
        long found = place(source);
        failure = null;
        return found;
      } catch (RuntimeException e) {
        throw failed(e);
      }
    }

    /// Stands nowhere: what fails now must not leave the entries of the source before.
    private void leave() {
      count = 0;
      index = -1;
      isBig = false;
      isRunAhead = false;
      degree = 0;
    }

    private RuntimeException failed(RuntimeException e) {
      leave();
      failure = e;
      return e;
    }

    private void requireSound() {
      if (failure != null) {
        throw failure;
      }
    }

    private long place(long source) {
      enter(source);
      leafIndex = search.find(ForestLayout.slot(source));
      select(leafIndex < 0 ? 0 : leaf.blockAt(leafIndex));
      return degree;
    }

    /// Moves to the first source at or behind the given one that has entries and is smaller than
    /// `endSource`, as [#seek] does, and returns it, or -1 if there is none. Visiting all sources
    /// this way reads every leaf once.
    public long seekNext(long source, long endSource) {
      try {
        long found = placeNext(source, endSource);
        failure = null;
        return found;
      } catch (RuntimeException e) {
        throw failed(e);
      }
    }

    private long placeNext(long source, long endSource) {
      long end = Math.min(endSource, SOURCE_END);
      long from = source;
      while (from < end) {
        enter(from);
        leafIndex = leaf.next(ForestLayout.slot(from), leafIndex);
        if (leafIndex < leaf.count) {
          long found = (from & -ForestLayout.REGION_SLOTS) | leaf.slotAt(leafIndex);
          select(found < end ? leaf.blockAt(leafIndex) : 0);
          return found < end ? found : -1;
        }
        from = search.nextLeaf(end);
      }
      select(0);
      return -1;
    }

    /// Returns how many entries the current source has.
    public long degree() {
      return degree;
    }

    /// Returns whether an entry of the current source may have a value other than 0.
    public boolean mayHaveValues() {
      return isBig ? treeValueBytes > 0 : count > 0 && valueStep > 0;
    }

    /// Moves to the next entry and returns whether there is one.
    public boolean next() {
      if (index + 1 < count) {
        index++;
        return true;
      }
      if (isBig && nextTreeRun()) {
        index = 0;
        return true;
      }
      requireSound();
      index = count;
      return false;
    }

    /// Moves over as many entries as there are, but no more than an array has room for behind an
    /// index, and stores their keys there, each without its lowest bits and with a number added.
    /// Returns the index behind the last one: `from` if there is no entry. The last one is then the
    /// current entry.
    ///
    /// @param shift how many bits of each key are left out
    /// @param add what is added to the others
    public int next(long[] target, int from, int shift, long add) {
      int end = from;
      while (end < target.length) {
        int room = Math.min(count - index - 1, target.length - end);
        if (room > 0) {
          copyKeys(target, end, room, shift, add);
          index += room;
          end += room;
        } else if (!isBig || !nextTreeRunAfter(end > from)) {
          break;
        }
      }
      if (end == from && from < target.length) {
        requireSound();
        index = count;
      }
      return end;
    }

    /// As [#nextTreeRun], but where there is none the cursor may stay on the last entry.
    private boolean nextTreeRunAfter(boolean mayStay) {
      int lastIndex = index;
      int lastCount = count;
      boolean isThere = nextTreeRun();
      if (!isThere && mayStay) {
        index = lastIndex;
        count = lastCount;
      }
      return isThere;
    }

    private void copyKeys(long[] target, int from, int length, int shift, long add) {
      if (keyBytes != Integer.BYTES || base != 0 || shift != 0) {
        copyOtherKeys(target, from, length, shift, add);
      } else if (length < STAGED_KEYS_MIN) {
        long first = keys + (index + 1L) * Integer.BYTES;
        for (int i = 0; i < length; i++) {
          int key = segment.get(PageLayout.INT, first + (long) i * Integer.BYTES);
          target[from + i] = Integer.toUnsignedLong(key) + add;
        }
      } else {
        copyManyKeys(target, from, length, add);
      }
    }

    /// Copies keys by way of an array: the compiler makes vector instructions of a loop from array
    /// to array, but not of one from a segment, which might be the same memory.
    private void copyManyKeys(long[] target, int from, int length, long add) {
      int[] staged = stagedKeys;
      if (staged == null) {
        staged = new int[STAGED_KEYS_MAX];
        stagedKeys = staged;
      }
      long first = keys + (index + 1L) * Integer.BYTES;
      for (int done = 0; done < length; done += STAGED_KEYS_MAX) {
        int part = Math.min(length - done, STAGED_KEYS_MAX);
        MemorySegment.copy(
            segment, PageLayout.INT, first + (long) done * Integer.BYTES, staged, 0, part);
        for (int i = 0; i < part; i++) {
          target[from + done + i] = Integer.toUnsignedLong(staged[i]) + add;
        }
      }
    }

    private void copyOtherKeys(long[] target, int from, int length, int shift, long add) {
      for (int i = 0; i < length; i++) {
        long key = keyAt(index + 1 + i);
        target[from + i] = (key >>> shift) + add;
      }
    }

    /// Moves before the first entry of the current source whose key is at or behind the given one
    /// (unsigned). O(log degree).
    public void seekKey(long key) {
      requireSound();
      if (isBig) {
        seekInTree(key);
        return;
      }
      // The run may begin behind the first key after an earlier call; all keys count here.
      int size = (int) degree;
      long first = keys - (long) (size - count) * keyBytes;
      int position = size == 0 ? 0 : leaf.lowerBound(first, size, key);
      keys = first + (long) position * keyBytes;
      values = leaf.valueOffset(first, size, position);
      count = size - position;
      index = -1;
      isRunAhead = count > 0;
    }

    /// Returns the key of the current entry.
    public long key() {
      return keyAt(index);
    }

    private long keyAt(int runIndex) {
      long offset = keys + (long) runIndex * keyBytes;
      return switch (keyBytes) {
        case Integer.BYTES -> base + Integer.toUnsignedLong(segment.get(PageLayout.INT, offset));
        case Long.BYTES -> base + segment.get(LONG, offset);
        default -> base + PageLayout.unsignedShort(segment, offset);
      };
    }

    /// Returns the value of the current entry, 0 if none was ever given.
    public long value() {
      return valueStep == 0
          ? 0
          : ForestLayout.shortLong(segment, values + (long) index * valueStep);
    }

    /// Moves to the next run of neighbouring keys and returns whether there is one. Do not mix with
    /// [#next].
    public boolean nextRun() {
      if (isRunAhead || (isBig && nextTreeRun())) {
        isRunAhead = false;
        return true;
      }
      requireSound();
      return false;
    }

    /// Returns the segment that holds the keys of the run.
    public MemorySegment runSegment() {
      return segment;
    }

    /// Returns the offset of the first key of the run.
    public long runOffset() {
      return keys;
    }

    /// Returns how many keys the run has.
    public int runCount() {
      return count;
    }

    /// Returns the width of each key of the run: 2, 4 or 8, unsigned.
    public int runKeyBytes() {
      return keyBytes;
    }

    /// Returns what must be added to each key of the run.
    public long runBase() {
      return base;
    }

    /// Returns the value at an index of the run, 0 if none was ever given.
    public long runValue(int runIndex) {
      Objects.checkIndex(runIndex, count);
      return valueStep == 0
          ? 0
          : ForestLayout.shortLong(segment, values + (long) runIndex * valueStep);
    }

    /// Opens the leaf that covers a source, unless it is the one that is open.
    private void enter(long source) {
      if (Long.compareUnsigned(source - search.first, search.length) >= 0) {
        leafIndex = -1;
        search.enter(checked(source));
      }
    }

    /// Makes the block of the current source the run.
    private void select(int block) {
      index = -1;
      isBig = (block & ForestLeaf.BIG) != 0;
      if (isBig) {
        selectBig(block);
        return;
      }
      segment = leaf.segment;
      keys = leaf.start(block);
      keyBytes = leaf.keyBytes;
      base = 0;
      count = leaf.entries(ForestLeaf.length(block));
      degree = count;
      values = keys + (long) count * keyBytes;
      valueStep = leaf.valueBytes;
      isRunAhead = count > 0;
    }

    private void selectBig(int block) {
      ForestBigTree big = ForestBigTree.at(leaf.segment, leaf.start(block));
      long treeRoot = ForestBigTree.rootPage(big.record());
      if (tree == null) {
        tree = new FixedSizeTree(treeRoot).cursor(pages);
      } else {
        tree.reopen(treeRoot);
      }
      treeValueBytes = big.valueBytes();
      degree = big.count();
      count = 0;
      isRunAhead = false;
    }

    private void seekInTree(long key) {
      try {
        enterRun(tree().seek(key));
      } catch (RuntimeException e) {
        throw failed(e);
      }
    }

    private boolean nextTreeRun() {
      try {
        boolean isThere = tree().nextRun();
        enterRun(isThere);
        return isThere;
      } catch (RuntimeException e) {
        throw failed(e);
      }
    }

    private void enterRun(boolean isThere) {
      index = -1;
      count = 0;
      isRunAhead = false;
      if (!isThere) {
        return;
      }
      FixedSizeTree.Cursor cursor = tree();
      if (cursor.valueBytes() != treeValueBytes) {
        throw leaf.corrupt(treeValueBytes + " bytes a value", cursor.valueBytes() + " bytes");
      }
      segment = cursor.runSegment();
      keys = cursor.runOffset();
      keyBytes = cursor.runKeyBytes();
      base = cursor.runBase();
      values = cursor.runValueOffset();
      // The values of a tree lie in descending order.
      valueStep = -treeValueBytes;
      count = cursor.runCount();
      isRunAhead = true;
    }

    private FixedSizeTree.Cursor tree() {
      return Objects.requireNonNull(tree);
    }
  }
}
