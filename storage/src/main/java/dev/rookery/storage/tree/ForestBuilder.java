package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.BYTE;
import static dev.rookery.storage.page.PageLayout.FLAGS_OFFSET;
import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.page.PageLayout.PAGE_BYTES;
import static dev.rookery.storage.page.PageLayout.SHORT;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// Builds whole regions of a forest from entries in order of source and key: leaves from left to
/// right, then the fences above them. Every page is written once, and nothing of the forest itself
/// is changed: [FixedSizeForest#linkRegion] puts a region into it.
///
/// Belongs to one thread. An entry costs no object.
public final class ForestBuilder {
  /// How full a leaf gets: a little room for inserts, at the price of that much space.
  private static final int LEAF_BYTES_MAX = PAGE_BYTES * 15 / 16;

  /// With more entries a tree gets pages of its own, whatever its encoding.
  private static final int INLINE_ENTRIES_MAX = ForestLeaf.INLINE_BYTES_MAX / Integer.BYTES;

  private final PageWriter pages;
  private final int structureId;
  private final Runnable pageDone;
  private final FixedTreeBuilder bareTree;
  private final FixedTreeBuilder valuedTree;

  /// What the next source is expected to have, and what the current one was.
  private boolean expectsValues;

  private boolean hasValues;
  private FixedTreeBuilder tree;

  /// Entries of the sources that wait for their leaf, and behind them those of the current source.
  private final long[] keys = new long[PAGE_BYTES / Integer.BYTES + INLINE_ENTRIES_MAX + 1];

  private final long[] values = new long[keys.length];

  /// Sources that wait: slot, first entry, whether a record of a big tree takes the place of
  /// entries.
  private final int[] slots = new int[PAGE_BYTES / Integer.BYTES];

  private final int[] starts = new int[slots.length + 1];
  private final boolean[] big = new boolean[slots.length];
  private int sourceCount;
  private int bigCount;
  private boolean wide;
  private boolean valued;

  private long source = -1;
  private int end;
  private boolean isBig;

  /// First slots and pages of the children below the fences to be written.
  private int[] fences = new int[64];

  private long[] children = new long[64];
  private int childCount;

  private int region = -1;
  private long regionEntries;
  private long regionSources;

  /// Finished regions.
  private long[] results = new long[4 * 16];

  private int resultCount;

  /// Creates a builder.
  ///
  /// @param pageDone is called after each page, when no segment of one is held
  public ForestBuilder(PageWriter pages, int structureId, Runnable pageDone) {
    this.pages = pages;
    this.structureId = structureId;
    this.pageDone = pageDone;
    this.bareTree = new FixedTreeBuilder(pages, structureId, false, pageDone);
    this.valuedTree = new FixedTreeBuilder(pages, structureId, true, pageDone);
    this.tree = bareTree;
  }

  /// Says whether entries of the sources that begin from now on may have values other than 0; at
  /// first they may not. Where they may, a tree with pages of its own has room for values.
  public void expectValues(boolean mayHaveValues) {
    expectsValues = mayHaveValues;
  }

  /// Adds an entry, behind all that were added before: by source, then by key (unsigned).
  public void add(long entrySource, long key, long value) {
    if (entrySource != source) {
      endSource();
      beginSource(entrySource);
    }
    assert value == 0 || hasValues : "a value that was not expected";
    regionEntries++;
    if (isBig) {
      tree.add(key, value);
      return;
    }
    if (end - starts[sourceCount] == INLINE_ENTRIES_MAX) {
      makeBig();
      tree.add(key, value);
      return;
    }
    keys[end] = key;
    values[end++] = value;
  }

  /// Ends the last region and returns all of them.
  public BuiltRegions finish() {
    endSource();
    endRegion();
    source = -1;
    return new BuiltRegions(Arrays.copyOf(results, 4 * resultCount));
  }

  private void beginSource(long entrySource) {
    assert entrySource > source : "sources must ascend";
    int next = ForestLayout.region(entrySource);
    if (next != region) {
      endRegion();
      region = next;
    }
    source = entrySource;
    hasValues = expectsValues;
    tree = hasValues ? valuedTree : bareTree;
    regionSources++;
    isBig = false;
  }

  /// Gives the current source pages of its own.
  private void makeBig() {
    for (int i = starts[sourceCount]; i < end; i++) {
      tree.add(keys[i], values[i]);
    }
    end = starts[sourceCount];
    isBig = true;
  }

  private void endSource() {
    if (source < 0) {
      return;
    }
    int start = starts[sourceCount];
    boolean isWide = false;
    boolean isValued = false;
    if (!isBig) {
      isWide = ForestBigTree.isWide(keys[end - 1]);
      for (int i = start; hasValues && !isValued && i < end; i++) {
        isValued = values[i] != 0;
      }
      if ((end - start) * entryBytes(isWide, isValued) > ForestLeaf.INLINE_BYTES_MAX) {
        makeBig();
      }
    }
    if (isBig) {
      isWide = false;
      isValued = false;
      ForestBigTree record = finishTree();
      keys[start] = record.record();
      values[start] = record.count();
      end = start + 1;
    }
    int slot = ForestLayout.slot(source);
    if (sourceCount > 0
        && bytes(slot, end - start, isBig, wide || isWide, valued || isValued) > LEAF_BYTES_MAX) {
      writeLeaf(start);
    }
    slots[sourceCount] = slot;
    big[sourceCount++] = isBig;
    starts[sourceCount] = end;
    bigCount += isBig ? 1 : 0;
    wide |= isWide;
    valued |= isValued;
  }

  private ForestBigTree finishTree() {
    long lastKey = tree.lastKey();
    long count = tree.entryCount();
    return ForestBigTree.of(tree.finish(), count, hasValues, ForestBigTree.isWide(lastKey));
  }

  private static int entryBytes(boolean isWide, boolean isValued) {
    return (isWide ? Long.BYTES : Integer.BYTES) + (isValued ? ForestLayout.SHORT_LONG_BYTES : 0);
  }

  /// Returns how long a leaf of what waits and one more source would be.
  private int bytes(int slot, int entries, boolean addsBig, boolean isWide, boolean isValued) {
    int bigs = bigCount + (addsBig ? 1 : 0);
    int count = starts[sourceCount] + entries - bigs;
    int slotSpan = slot - slots[0] + 1;
    boolean sparse = ForestLeafShape.isSparse(slotSpan, sourceCount + 1);
    return ForestLeaf.INDEX_OFFSET
        + (sparse ? (sourceCount + 1) * ForestLeaf.SPARSE_BYTES : slotSpan * ForestLeaf.DENSE_BYTES)
        + blockBytes(count, bigs, isWide, isValued);
  }

  private static int blockBytes(int entries, int bigs, boolean isWide, boolean isValued) {
    return entries * entryBytes(isWide, isValued) + bigs * ForestBigTree.RECORD_BYTES;
  }

  /// Writes the sources that wait to a leaf. The entries from `rest` on are those of the current
  /// source, and become the first that wait.
  private void writeLeaf(int rest) {
    long number = pages.allocate(PageType.FOREST_LEAF, structureId);
    MemorySegment page = pages.modify(number);
    writeIndex(page);
    addChild(childCount == 0 ? 0 : slots[0], number);
    System.arraycopy(keys, rest, keys, 0, end - rest);
    System.arraycopy(values, rest, values, 0, end - rest);
    end -= rest;
    sourceCount = 0;
    bigCount = 0;
    wide = false;
    valued = false;
    pageDone.run();
  }

  /// Writes index and blocks, those without slack, one after the other up to the end of the page.
  private void writeIndex(MemorySegment page) {
    int span = slots[sourceCount - 1] - slots[0] + 1;
    boolean sparse = ForestLeafShape.isSparse(span, sourceCount);
    int flags =
        (sparse ? ForestLeaf.SPARSE : 0)
            | (wide ? ForestLeaf.WIDE : 0)
            | (valued ? ForestLeaf.VALUES : 0);
    int liveBytes = blockBytes(starts[sourceCount] - bigCount, bigCount, wide, valued);
    int block = PAGE_BYTES - liveBytes;
    page.set(BYTE, FLAGS_OFFSET, (byte) flags);
    PageLayout.setCount(page, sparse ? sourceCount : span);
    page.set(SHORT, ForestLeaf.FIRST_OFFSET, (short) (sparse ? 0 : slots[0]));
    page.set(SHORT, ForestLeaf.SOURCES_OFFSET, (short) sourceCount);
    page.set(SHORT, ForestLeaf.BLOCKS_OFFSET, (short) block);
    page.set(SHORT, ForestLeaf.LIVE_BYTES_OFFSET, (short) liveBytes);
    page.set(INT, ForestLeaf.REGION_OFFSET, region);
    for (int i = 0; i < sourceCount; i++) {
      int length = writeBlock(page, block, i);
      int word = ForestLeaf.word(block, length, 0, big[i] ? ForestLeaf.BIG : 0);
      if (sparse) {
        long at = ForestLeaf.INDEX_OFFSET + (long) ForestLeaf.SPARSE_BYTES * i;
        page.set(SHORT, at, (short) slots[i]);
        page.set(INT, at + Short.BYTES, word);
      } else {
        long at = ForestLeaf.INDEX_OFFSET + (long) ForestLeaf.DENSE_BYTES * (slots[i] - slots[0]);
        page.set(INT, at, word);
      }
      block += length;
    }
  }

  private int writeBlock(MemorySegment page, long block, int index) {
    int start = starts[index];
    int size = starts[index + 1] - start;
    if (big[index]) {
      page.set(LONG, block, keys[start]);
      page.set(LONG, block + Long.BYTES, values[start]);
      return ForestBigTree.RECORD_BYTES;
    }
    if (wide) {
      for (int i = 0; i < size; i++) {
        page.set(LONG, block + 8L * i, keys[start + i]);
      }
    } else {
      for (int i = 0; i < size; i++) {
        page.set(INT, block + 4L * i, (int) keys[start + i]);
      }
    }
    if (valued) {
      long valuesAt = block + (long) size * (wide ? Long.BYTES : Integer.BYTES);
      for (int i = 0; i < size; i++) {
        ForestLayout.setShortLong(
            page, valuesAt + (long) ForestLayout.SHORT_LONG_BYTES * i, values[start + i]);
      }
    }
    return size * entryBytes(wide, valued);
  }

  private void addChild(int fence, long page) {
    if (childCount == children.length) {
      fences = Arrays.copyOf(fences, childCount * 2);
      children = Arrays.copyOf(children, childCount * 2);
    }
    fences[childCount] = fence;
    children[childCount++] = page;
  }

  private void endRegion() {
    if (sourceCount > 0) {
      writeLeaf(end);
    }
    if (childCount > 0) {
      for (int level = 0; childCount > 1; level++) {
        writeFences(level);
      }
      if (4 * resultCount == results.length) {
        results = Arrays.copyOf(results, 2 * results.length);
      }
      int at = 4 * resultCount++;
      results[at] = region;
      results[at + 1] = children[0];
      results[at + 2] = regionEntries;
      results[at + 3] = regionSources;
    }
    childCount = 0;
    regionEntries = 0;
    regionSources = 0;
  }

  private void writeFences(int level) {
    int count = Math.ceilDiv(childCount, ForestLayout.FENCE_COUNT_MAX * 15 / 16);
    int from = 0;
    for (int i = 0; i < count; i++) {
      int to = (int) ((long) childCount * (i + 1) / count);
      long number = pages.allocate(PageType.FOREST_FENCES, structureId);
      ForestFences.write(pages.modify(number), level, region, fences, children, from, to - from);
      fences[i] = fences[from];
      children[i] = number;
      from = to;
      pageDone.run();
    }
    childCount = count;
  }
}
