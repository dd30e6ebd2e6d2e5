package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.LONG;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Walks the entries of one source after the other without allocating. Belongs to one thread; after
/// a change of the forest it must be positioned anew.
///
/// Entry by entry: `seek`, then `next` and `key`, `value`. Run by run, for hot loops: `seek`, then
/// `nextRun` and plain loops over the keys, which lie side by side, sorted: `runCount()` unsigned
/// numbers of `runKeyBytes()` = 2, 4 or 8 bytes, each to be added to `runBase()`. Nearly every
/// source has exactly one run, of 4-byte keys and base 0; only a tree with pages of its own has
/// more, one for each of its leaves.
///
/// All of a run lies in the segment that [#runSegment] returns, valid as long as the transaction.
public final class ForestCursor {
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

  ForestCursor(PageReader pages, long rootPage) {
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
    long end = Math.min(endSource, FixedSizeForest.SOURCE_END);
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

  /// Copies keys by way of an array: the compiler makes vector instructions of a loop from array to
  /// array, but not of one from a segment, which might be the same memory.
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
    return valueStep == 0 ? 0 : ForestLayout.shortLong(segment, values + (long) index * valueStep);
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
      search.enter(FixedSizeForest.checked(source));
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
