package dev.rookery.storage.tree;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
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
/// Who needs the keys of some sources only, or degrees alone, calls [#nextIndex] instead, which
/// leaves the keys where they are, and then [#load] for those it needs.
///
/// Belongs to one thread; several threads read a forest by a scan for each, of a range for each. A
/// change of the forest is seen in leaves that were not entered yet. O(pages of the range) time,
/// and 50 KiB of memory.
public final class ForestScan {
  private static final int PAGE_INTS = PageLayout.PAGE_BYTES / Integer.BYTES;

  /// Base-2 logarithm of the units of a block word in an `int`.
  private static final int UNITS_SHIFT = 1;

  /// Units of a block word in a page.
  private static final int PAGE_UNITS = PAGE_INTS << UNITS_SHIFT;

  /// Sources of a batch at most: a sparse index has more bytes for each.
  public static final int BATCH_COUNT_MAX =
      (PageLayout.PAGE_BYTES - ForestLeaf.INDEX_OFFSET) / ForestLeaf.DENSE_BYTES;

  /// Big trees that a leaf may name at most.
  private static final int BIG_COUNT_MAX =
      PageLayout.PAGE_BYTES / (ForestBigTree.RECORD_BYTES + ForestLeaf.DENSE_BYTES);

  /// Keys are copied one source after the other if these are less than one in 2^3 of the batch.
  private static final int LOAD_SHIFT = 3;

  private static final ValueLayout.OfChar CHAR =
      ValueLayout.JAVA_CHAR_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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

  /// The 2-byte keys of a run.
  private final char[] narrow = new char[PageLayout.PAGE_BYTES / Character.BYTES];

  private int[] keys = page;

  /// Whether the keys are those of the page and were not copied yet.
  private boolean isLoadable;

  private final int[] begins = new int[BATCH_COUNT_MAX];
  private final int[] ends = new int[BATCH_COUNT_MAX];
  private int count;

  /// Source at index 0 of the batch, if sources are neighbours; else what [#slots] are added to.
  private long firstSource;

  private boolean isSparse;
  private final int[] slots = new int[BATCH_COUNT_MAX];

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
    if (!nextIndex()) {
      return false;
    }
    if (isLoadable) {
      loadPage();
    }
    return true;
  }

  /// As [#nextBatch], but says only which sources there are and how many keys they have: [#keys]
  /// holds nothing yet, unless the batch is of a single source with pages of its own.
  ///
  /// @throws dev.rookery.storage.error.CorruptPageException if a page contradicts itself
  public boolean nextIndex() {
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

  /// Brings the keys of some sources into [#keys]; those of others may be there or not. To be
  /// called directly after [#nextIndex].
  ///
  /// @param chosen the indexes of `chosenCount` sources in the batch
  public void load(int[] chosen, int chosenCount) {
    if (!isLoadable) {
      return;
    }
    if (chosenCount > count >> LOAD_SHIFT) {
      loadPage();
      return;
    }
    for (int i = 0; i < chosenCount; i++) {
      int begin = begins[chosen[i]];
      long offset = leaf.base + (long) begin * Integer.BYTES;
      MemorySegment.copy(
          leaf.segment, PageLayout.INT, offset, page, begin, ends[chosen[i]] - begin);
    }
  }

  /// Returns the first key of a source that has any, whether keys are loaded or not: for who needs
  /// no other of most sources. O(1).
  public int firstKey(int index) {
    return key(begins[index]);
  }

  /// Returns a key by its place in [#keys], whether keys are loaded or not. O(1).
  public int key(int place) {
    return isLoadable
        ? leaf.segment.get(PageLayout.INT, leaf.base + (long) place * Integer.BYTES)
        : keys[place];
  }

  /// Copies all blocks of the leaf.
  private void loadPage() {
    int begin = leaf.blocks / Integer.BYTES;
    long offset = leaf.base + (long) begin * Integer.BYTES;
    MemorySegment.copy(leaf.segment, PageLayout.INT, offset, page, begin, PAGE_INTS - begin);
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
    keys = page;
    isLoadable = true;
    isSparse = leaf.sparse;
    boolean isPlain = leaf.entryBytes == Integer.BYTES && keyShift == 0;
    int listed;
    if (isSparse) {
      listed = findSlots();
    } else {
      // A leaf covers slots behind the last one that it lists.
      int low = Math.clamp(span.low - leaf.first, 0, leaf.count);
      listed = Math.max(Math.min(span.high - leaf.first, leaf.count) - low, 0);
      firstSource += leaf.first + low;
      if (isPlain && readWords(low, listed)) {
        count = listed;
        return;
      }
      for (int i = 0; i < listed; i++) {
        slots[i] = low + i;
      }
    }
    if (!isPlain || !readEach(listed)) {
      decodeEach(listed);
    }
    for (int i = 0; isSparse && i < listed; i++) {
      slots[i] = leaf.slotAt(slots[i]);
    }
    count = listed;
  }

  /// Reads block words of bare 4-byte keys from an index on, and returns whether that was all there
  /// was to do: not if a block is to be looked at closely. A plain loop, which the compiler makes
  /// one over several words at a time.
  private boolean readWords(int from, int listed) {
    int word0 = ForestLeaf.INDEX_OFFSET / Integer.BYTES + from;
    MemorySegment.copy(leaf.segment, PageLayout.INT, leaf.wordOffset(from), page, word0, listed);
    int lowest = leaf.blocks >> UNITS_SHIFT;
    int odd = 0;
    int all = 0;
    for (int i = 0; i < listed; i++) {
      int word = page[word0 + i];
      int start = word & ForestLeaf.UNITS_MASK;
      int stop = start + (word >>> ForestLeaf.LENGTH_SHIFT & ForestLeaf.UNITS_MASK);
      // All bits, if it is a big tree: that has no keys here.
      int isBig = word >> (Integer.SIZE - 1);
      begins[i] = start >> UNITS_SHIFT;
      ends[i] = ((stop & ~isBig) | (start & isBig)) >> UNITS_SHIFT;
      // The highest bit: a block that ends behind the page or begins in the index. The lowest bit:
      // keys that lie across two elements of the array.
      int isThere = (word | -word) >> (Integer.SIZE - 1);
      odd |= (PAGE_UNITS - stop) | ((start - lowest) & isThere);
      odd |= ((start | stop) & ~isBig) << (Integer.SIZE - 1);
      all |= word;
    }
    if (odd < 0) {
      return false;
    }
    for (int i = 0; i < listed && (all & ForestLeaf.BIG) != 0; i++) {
      if ((page[word0 + i] & ForestLeaf.BIG) != 0) {
        noteBig(i, leaf.blockAt(from + i));
      }
    }
    return true;
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

  /// Reads blocks of bare 4-byte keys one by one, those at the indexes that [#slots] lists, and
  /// returns whether all keys lie where the array of a page has its elements.
  private boolean readEach(int listed) {
    int bits = 0;
    bigCount = 0;
    for (int i = 0; i < listed; i++) {
      int block = leaf.blockAt(slots[i]);
      int start = ForestLeaf.startInPage(block);
      int length = ForestLeaf.length(block);
      if ((block & ForestLeaf.BIG) != 0) {
        noteBig(i, block);
        length = 0;
      } else {
        bits |= start | length;
      }
      begins[i] = start / Integer.BYTES;
      ends[i] = begins[i] + length / Integer.BYTES;
    }
    return bits % Integer.BYTES == 0;
  }

  /// Reads any blocks, and their keys as well.
  private void decodeEach(int listed) {
    leaf.checkLiveBytes();
    keys = reserve(PAGE_INTS);
    isLoadable = false;
    bigCount = 0;
    int size = 0;
    for (int i = 0; i < listed; i++) {
      int block = leaf.blockAt(slots[i]);
      begins[i] = size;
      if ((block & ForestLeaf.BIG) != 0) {
        noteBig(i, block);
      } else {
        size = decode(block, size);
      }
      ends[i] = size;
    }
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

  private void noteBig(int index, int block) {
    if (bigCount == BIG_COUNT_MAX) {
      throw leaf.corrupt(BIG_COUNT_MAX + " big trees at most", "more");
    }
    ForestBigTree big = ForestBigTree.at(leaf.segment, leaf.start(block));
    bigSources[bigCount] = firstSource + (isSparse ? leaf.slotAt(slots[index]) : index);
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
    isLoadable = false;
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
      case Short.BYTES -> {
        MemorySegment.copy(run, CHAR, offset, narrow, 0, size);
        bits = decodeNarrow(base, size);
      }
      case Integer.BYTES -> {
        for (int i = 0; i < size; i++) {
          int key = run.get(PageLayout.INT, offset + (long) i * Integer.BYTES);
          bits |= base + Integer.toUnsignedLong(key);
          target[i] = (int) ((base + Integer.toUnsignedLong(key)) >>> keyShift);
        }
      }
      default -> {
        for (int i = 0; i < size; i++) {
          long key = base + run.get(PageLayout.LONG, offset + (long) i * Long.BYTES);
          bits |= key;
          target[i] = (int) (key >>> keyShift);
        }
      }
    }
    checkBits(bits >>> keyShift, cursor.runPage());
  }

  /// Decodes the 2-byte keys of a run and returns all bits that are in any.
  private long decodeNarrow(long base, int size) {
    int[] target = decoded;
    char[] offsets = narrow;
    if (keyShift == 0 && base >= 0 && (base + 0xFFFF) >>> Integer.SIZE == 0) {
      // Nearly always: a loop over several keys at a time.
      int intBase = (int) base;
      for (int i = 0; i < size; i++) {
        target[i] = intBase + offsets[i];
      }
      return 0;
    }
    long bits = 0;
    for (int i = 0; i < size; i++) {
      long key = base + offsets[i];
      bits |= key;
      target[i] = (int) (key >>> keyShift);
    }
    return bits;
  }

  private int[] reserve(int size) {
    if (decoded.length < size) {
      decoded = new int[Math.max(size, PAGE_INTS)];
    }
    return decoded;
  }
}
