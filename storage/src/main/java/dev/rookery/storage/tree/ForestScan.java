package dev.rookery.storage.tree;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/// Reads the trees of a whole range of sources, leaf by leaf, for kernels that look at much of a
/// forest: nothing is sought for a source, and keys come as plain `int` arrays.
///
/// ```
/// while (scan.nextBatch()) {
///   int[] keys = scan.keys(), begins = scan.begins(), ends = scan.ends();
///   for (int i = 0; i < scan.count(); i++) {
///     long source = scan.source(i);
///     for (int k = begins[i]; k < ends[i]; k++) … keys[k] …
///   }
/// }
/// ```
///
/// A batch holds the sources of one leaf, ascending, among them some without entries. A source
/// whose tree has pages of its own has no entries there: it follows behind the others of its leaf,
/// in batches of its own, one for each page of the tree. So every entry of the range is seen
/// exactly once, sources of different leaves come in order, and only such a source may come in
/// several batches. The keys of a source ascend (unsigned), also from batch to batch.
///
/// Keys are given without their lowest `keyShift` bits, and must have 32 bits at most then. They
/// are unsigned; who knows that they are smaller than the length of an array may use them as
/// indexes, because no damage makes them anything else than an `int`.
///
/// Each page is checked once and copied into the arrays, so that no location is used when
/// [#nextBatch] has returned: a reader may bring pages of the next leaf to where those of this one
/// were. The arrays belong to the scan and are overwritten by the next batch.
///
/// Belongs to one thread; several threads read a forest by a scan for each, of a range for each. A
/// change of the forest is seen in leaves that were not entered yet. O(pages of the range) time,
/// and 40 KiB of memory.
public final class ForestScan {
  private static final int PAGE_INTS = PageLayout.PAGE_BYTES / Integer.BYTES;

  /// Base-2 logarithm of the units of a block word in an `int`.
  private static final int UNITS_SHIFT = 1;

  /// Units of a block word in a page.
  private static final int PAGE_UNITS = PAGE_INTS << UNITS_SHIFT;

  /// Blocks at most: a sparse index has more for each.
  private static final int COUNT_MAX =
      (PageLayout.PAGE_BYTES - ForestLeaf.INDEX_OFFSET) / ForestLeaf.DENSE_BYTES;

  /// Big trees that a leaf may name at most.
  private static final int BIG_COUNT_MAX =
      PageLayout.PAGE_BYTES / (ForestBigTree.RECORD_BYTES + ForestLeaf.DENSE_BYTES);

  /// Says which sources are worth reading.
  public interface SourceFilter {
    /// Returns whether any source from one to another (exclusive) is: else no leaf is read for
    /// them. Others may lie between those that are.
    boolean wantsAny(long firstSource, long endSource);

    /// Returns whether a source whose tree has pages of its own is. Asked before each batch of it.
    boolean wants(long source);
  }

  private final PageReader pages;
  private final long rootPage;
  private final int keyShift;
  private final @Nullable SourceFilter filter;

  private final ForestSpan span = new ForestSpan();
  private final ForestLeaf leaf = new ForestLeaf();

  /// The page of the leaf, or the keys of a batch in the order of its sources.
  private final int[] page = new int[PAGE_INTS];

  private int[] decoded = {};
  private int[] keys = page;
  private final int[] begins = new int[COUNT_MAX];
  private final int[] ends = new int[COUNT_MAX];
  private int count;

  /// Source at index 0 of the batch, if sources are neighbours; else what [#slots] are added to.
  private long firstSource;

  private boolean isSparse;
  private final int[] slots = new int[COUNT_MAX];

  // Sources of the leaf whose trees are still to come.
  private final long[] bigSources = new long[BIG_COUNT_MAX];
  private final long[] bigRoots = new long[BIG_COUNT_MAX];
  private int bigCount;
  private int bigNext;

  private FixedSizeTree.@Nullable Cursor tree;

  /// The source whose tree is being read, -1 if there is none.
  private long treeSource = -1;

  /// The range that is left.
  private long next;

  private long end;

  /// What kept the scan from its last batch: it says so again until it gets a new range.
  private @Nullable RuntimeException failure;

  ForestScan(PageReader pages, long rootPage, int keyShift, @Nullable SourceFilter filter) {
    this.pages = pages;
    this.rootPage = rootPage;
    this.keyShift = keyShift;
    this.filter = filter;
    range(0, FixedSizeForest.SOURCE_END);
  }

  /// Moves before the first batch of the sources from one to another (exclusive). A scan begins
  /// with the range of all sources. O(1).
  public ForestScan range(long begin, long endSource) {
    next = Math.max(begin, 0);
    end = Math.min(endSource, FixedSizeForest.SOURCE_END);
    leaveLeaf();
    failure = null;
    return this;
  }

  /// Reads the next batch and returns whether there is one.
  ///
  /// @throws dev.rookery.storage.error.CorruptPageException if a page contradicts itself
  public boolean nextBatch() {
    if (failure != null) {
      throw failure;
    }
    try {
      return readBatch();
    } catch (RuntimeException e) {
      leaveLeaf();
      failure = e;
      throw e;
    }
  }

  /// Returns how many sources the batch has. O(1).
  public int count() {
    return count;
  }

  /// Returns the source at an index of the batch. O(1).
  public long source(int index) {
    return firstSource + (isSparse ? slots[index] : index);
  }

  /// Returns for each source of the batch where its keys begin in [#keys].
  public int[] begins() {
    return begins;
  }

  /// Returns for each source of the batch where its keys end (exclusive).
  public int[] ends() {
    return ends;
  }

  /// Returns an array that holds the keys of the batch.
  public int[] keys() {
    return keys;
  }

  private void leaveLeaf() {
    count = 0;
    bigCount = 0;
    bigNext = 0;
    treeSource = -1;
  }

  private boolean readBatch() {
    while (true) {
      if (nextTreeRun()) {
        return true;
      }
      if (bigNext < bigCount) {
        openTree(bigNext++);
      } else if (enterLeaf()) {
        readLeaf();
        return true;
      } else {
        leaveLeaf();
        return false;
      }
    }
  }

  /// Opens the next leaf that is wanted and returns whether there is one; `next` is then behind it.
  private boolean enterLeaf() {
    while (next < end) {
      int region = ForestLayout.region(next);
      long regionRoot = ForestDirectory.regionRoot(pages, rootPage, region);
      if (regionRoot == 0) {
        next = nextRegion(region + 1);
        continue;
      }
      long regionSource = (long) region << ForestLayout.REGION_SHIFT;
      long first = next;
      span.descend(pages, regionRoot, region, ForestLayout.slot(first));
      next = regionSource + span.high;
      if (filter == null || filter.wantsAny(first, Math.min(next, end))) {
        leaf.open(pages, span.leafPage, span.leafLocation, region);
        span.low = (int) (first - regionSource);
        span.high = (int) (Math.min(next, end) - regionSource);
        firstSource = regionSource;
        return true;
      }
    }
    return false;
  }

  private long nextRegion(int region) {
    int regionEnd = (int) ((end + ForestLayout.REGION_SLOTS - 1) >>> ForestLayout.REGION_SHIFT);
    int found = ForestDirectory.nextRegion(pages, rootPage, region, regionEnd);
    return found < 0 ? end : (long) found << ForestLayout.REGION_SHIFT;
  }

  /// Makes the slots of the leaf that lie in the span the batch.
  private void readLeaf() {
    bigCount = 0;
    bigNext = 0;
    count = 0;
    MemorySegment.copy(leaf.segment, PageLayout.INT, leaf.base, page, 0, PAGE_INTS);
    isSparse = leaf.sparse;
    if (isSparse) {
      readEach(findSlots());
      return;
    }
    int low = Math.max(span.low - leaf.first, 0);
    int high = Math.min(span.high - leaf.first, leaf.count);
    firstSource += leaf.first + low;
    int listed = Math.max(high - low, 0);
    if (leaf.entryBytes == Integer.BYTES && keyShift == 0 && readWords(low, listed)) {
      keys = page;
      count = listed;
    } else {
      for (int i = 0; i < listed; i++) {
        slots[i] = low + i;
      }
      readEach(listed);
    }
  }

  /// Reads block words of bare 4-byte keys from an index on, and returns whether that was all there
  /// was to do: not if a block is to be looked at closely. A plain loop, which the compiler makes
  /// one over several words at a time.
  private boolean readWords(int from, int listed) {
    int word0 = ForestLeaf.INDEX_OFFSET / Integer.BYTES + from;
    int lowest = leaf.blocks >> UNITS_SHIFT;
    int odd = 0;
    for (int i = 0; i < listed; i++) {
      int word = page[word0 + i];
      int start = word & ForestLeaf.UNITS_MASK;
      int stop = start + (word >>> ForestLeaf.LENGTH_SHIFT & ForestLeaf.UNITS_MASK);
      begins[i] = start >> UNITS_SHIFT;
      ends[i] = stop >> UNITS_SHIFT;
      // The highest bit: a big tree, a block that ends behind the page or begins in the index. The
      // lowest bit: keys that lie across two elements of the array.
      int isThere = (word | -word) >> (Integer.SIZE - 1);
      odd |= (word & ForestLeaf.BIG) | (PAGE_UNITS - stop) | ((start - lowest) & isThere);
      odd |= (start | stop) << (Integer.SIZE - 1);
    }
    return odd >= 0;
  }

  /// Notes the indexes of a sparse leaf that lie in the span, and returns how many there are.
  private int findSlots() {
    int found = 0;
    int previous = -1;
    for (int index = 0; index < leaf.count; index++) {
      int slot = leaf.slotAt(index);
      if (slot <= previous) {
        throw leaf.corrupt("ascending slots", "slot " + slot + " behind " + previous);
      }
      previous = slot;
      if (slot >= span.low && slot < span.high) {
        slots[found++] = index;
      }
    }
    return found;
  }

  /// Reads any blocks, those at the indexes that [#slots] lists; afterwards it lists slots.
  private void readEach(int listed) {
    leaf.checkLiveBytes();
    keys = reserve(PAGE_INTS);
    int size = 0;
    for (int i = 0; i < listed; i++) {
      int index = slots[i];
      int block = leaf.blockAt(index);
      begins[i] = size;
      if ((block & ForestLeaf.BIG) != 0) {
        slots[i] = leaf.slotAt(index);
        noteBig(isSparse ? firstSource + slots[i] : firstSource + i, block);
      } else {
        size = decode(block, size);
        slots[i] = leaf.slotAt(index);
      }
      ends[i] = size;
    }
    count = listed;
  }

  /// Appends the keys of a block to the decoded ones and returns their new end. There is room: the
  /// blocks of a leaf are no longer together than a page.
  private int decode(int block, int size) {
    int entries = leaf.entries(ForestLeaf.length(block));
    long start = leaf.start(block);
    long bits = 0;
    for (int i = 0; i < entries; i++) {
      long key = leaf.key(start, i) >>> keyShift;
      bits |= key;
      decoded[size + i] = (int) key;
    }
    checkBits(bits, leaf.pageNumber);
    return size + entries;
  }

  private void checkBits(long bits, long pageNumber) {
    if (bits >>> Integer.SIZE != 0) {
      throw pages.corrupt(pageNumber, "keys below 2^" + (Integer.SIZE + keyShift), "a larger one");
    }
  }

  private void noteBig(long source, int block) {
    if (bigCount == BIG_COUNT_MAX) {
      throw leaf.corrupt(BIG_COUNT_MAX + " big trees at most", "more");
    }
    ForestBigTree big = ForestBigTree.at(leaf.segment, leaf.start(block));
    bigSources[bigCount] = source;
    bigRoots[bigCount++] = ForestBigTree.rootPage(big.record());
  }

  private void openTree(int index) {
    treeSource = bigSources[index];
    if (tree == null) {
      tree = new FixedSizeTree(bigRoots[index]).cursor(pages);
    } else {
      tree.reopen(bigRoots[index]);
    }
  }

  /// Makes the next page of the tree a batch, if there is one.
  private boolean nextTreeRun() {
    FixedSizeTree.Cursor cursor = tree;
    if (treeSource < 0 || cursor == null) {
      return false;
    }
    if ((filter != null && !filter.wants(treeSource)) || !cursor.nextRun()) {
      treeSource = -1;
      return false;
    }
    int size = cursor.runCount();
    keys = reserve(size);
    decodeRun(cursor, size);
    firstSource = treeSource;
    isSparse = false;
    begins[0] = 0;
    ends[0] = size;
    count = 1;
    return true;
  }

  private void decodeRun(FixedSizeTree.Cursor cursor, int size) {
    MemorySegment run = cursor.runSegment();
    long offset = cursor.runOffset();
    long base = cursor.runBase();
    int[] target = decoded;
    long bits = 0;
    switch (cursor.runKeyBytes()) {
      case Integer.BYTES -> {
        for (int i = 0; i < size; i++) {
          int key = run.get(PageLayout.INT, offset + (long) i * Integer.BYTES);
          bits |= base + Integer.toUnsignedLong(key);
          target[i] = (int) ((base + Integer.toUnsignedLong(key)) >>> keyShift);
        }
      }
      case Long.BYTES -> {
        for (int i = 0; i < size; i++) {
          long key = base + run.get(PageLayout.LONG, offset + (long) i * Long.BYTES);
          bits |= key;
          target[i] = (int) (key >>> keyShift);
        }
      }
      default -> {
        for (int i = 0; i < size; i++) {
          long key = base + PageLayout.unsignedShort(run, offset + (long) i * Short.BYTES);
          bits |= key;
          target[i] = (int) (key >>> keyShift);
        }
      }
    }
    checkBits(bits >>> keyShift, cursor.runPage());
  }

  private int[] reserve(int size) {
    if (decoded.length < size) {
      decoded = new int[Math.max(size, PAGE_INTS)];
    }
    return decoded;
  }
}
