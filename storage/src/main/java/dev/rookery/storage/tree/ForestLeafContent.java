package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.BYTE;
import static dev.rookery.storage.page.PageLayout.FLAGS_OFFSET;
import static dev.rookery.storage.page.PageLayout.INT;
import static dev.rookery.storage.page.PageLayout.LONG;
import static dev.rookery.storage.page.PageLayout.PAGE_BYTES;
import static dev.rookery.storage.page.PageLayout.SHORT;

import dev.rookery.storage.page.PageLayout;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/// What one or two neighbouring leaves hold, taken apart, to be changed and written anew in the
/// encoding that suits it. The way of every change that [ForestLeafEditor] refuses.
///
/// A tree with pages of its own is listed with one entry, its [ForestBigTree] record: first half as
/// the key, second half as the value.
final class ForestLeafContent {
  private int sourceCount;
  private int[] slots = new int[64];

  /// Index of the first entry of each source; that of the source behind the last one ends the
  /// entries.
  private int[] starts = new int[64];

  private boolean[] big = new boolean[64];
  private long[] keys = new long[1024];
  private long[] values = new long[1024];

  /// Forgets everything.
  void clear() {
    sourceCount = 0;
    starts[0] = 0;
  }

  /// Adds all that a leaf holds, behind what is there.
  void append(ForestLeaf leaf) {
    leaf.checkLiveBytes();
    for (int index = 0; index < leaf.count; index++) {
      append(leaf, index);
    }
  }

  /// Adds what a leaf has for the slot at an index, behind what is there.
  private void append(ForestLeaf leaf, int index) {
    int word = leaf.blockAt(index);
    if (ForestLeaf.length(word) == 0) {
      return;
    }
    int at = appendSource(leaf, leaf.slotAt(index), word < 0);
    long block = leaf.start(word);
    if (word < 0) {
      reserve(at + 1);
      keys[at] = leaf.segment.get(LONG, block);
      values[at] = leaf.segment.get(LONG, block + Long.BYTES);
      starts[sourceCount] = at + 1;
      return;
    }
    int size = leaf.entries(ForestLeaf.length(word));
    reserve(at + size);
    for (int i = 0; i < size; i++) {
      keys[at + i] = leaf.key(block, i);
      values[at + i] = leaf.value(block, size, i);
    }
    starts[sourceCount] = at + size;
  }

  /// Adds a source behind those that are there and returns the index of its first entry. Its end is
  /// to be set.
  private int appendSource(ForestLeaf leaf, int slot, boolean isBig) {
    if (sourceCount > 0 && slots[sourceCount - 1] >= slot) {
      throw leaf.corrupt("slots behind " + slots[sourceCount - 1], "slot " + slot);
    }
    insertSource(sourceCount, slot, isBig);
    return starts[sourceCount - 1];
  }

  /// Adds all that a leaf holds and entries of the slots that it covers, behind what is there.
  /// Entries that the leaf has are dropped from the list, and so are those that were dropped
  /// before; those of trees with pages of their own are left out, but not dropped.
  ///
  /// Returns how many entries are new.
  int appendMerged(ForestLeaf leaf, BareEntries entries, int from, int to) {
    leaf.checkLiveBytes();
    int added = 0;
    int index = 0;
    int at = entries.nextKept(from, to);
    while (at < to) {
      int slot = ForestLayout.slot(entries.source(at));
      while (index < leaf.count && leaf.slotAt(index) < slot) {
        append(leaf, index++);
      }
      int end = entries.endOfSource(at, to);
      boolean isListed = index < leaf.count && leaf.slotAt(index) == slot;
      int word = isListed ? leaf.blockAt(index) : 0;
      if (word < 0) {
        append(leaf, index++);
      } else {
        added += appendMerged(leaf, word, slot, entries, at, end);
        index += isListed ? 1 : 0;
      }
      at = entries.nextKept(end, to);
    }
    while (index < leaf.count) {
      append(leaf, index++);
    }
    return added;
  }

  private int appendMerged(
      ForestLeaf leaf, int word, int slot, BareEntries entries, int from, int to) {
    int out = appendSource(leaf, slot, false);
    long block = leaf.start(word);
    int size = leaf.entries(ForestLeaf.length(word));
    reserve(out + size + to - from);
    int added = 0;
    int i = 0;
    for (int at = from; at < to; at++) {
      long key = entries.key(at);
      while (i < size && Long.compareUnsigned(leaf.key(block, i), key) < 0) {
        keys[out] = leaf.key(block, i);
        values[out++] = leaf.value(block, size, i++);
      }
      if (i < size && leaf.key(block, i) == key) {
        entries.drop(at);
      } else {
        keys[out] = key;
        values[out++] = 0;
        added++;
      }
    }
    while (i < size) {
      keys[out] = leaf.key(block, i);
      values[out++] = leaf.value(block, size, i++);
    }
    starts[sourceCount] = out;
    return added;
  }

  /// Adds all that another content holds, behind what is there.
  void append(ForestLeafContent other) {
    for (int source = 0; source < other.sourceCount; source++) {
      int size = other.end(source) - other.start(source);
      insertSource(sourceCount, other.slots[source], other.big[source]);
      int at = starts[sourceCount - 1];
      insertGap(sourceCount - 1, at, size);
      System.arraycopy(other.keys, other.start(source), keys, at, size);
      System.arraycopy(other.values, other.start(source), values, at, size);
    }
  }

  int sourceCount() {
    return sourceCount;
  }

  /// Returns the index of a source, or `-1 - i` if it has no entries, where i is the index it would
  /// get.
  int indexOf(int slot) {
    return Arrays.binarySearch(slots, 0, sourceCount, slot);
  }

  int slot(int source) {
    return slots[source];
  }

  int start(int source) {
    return starts[source];
  }

  int end(int source) {
    return starts[source + 1];
  }

  boolean isBig(int source) {
    return big[source];
  }

  long key(int entry) {
    return keys[entry];
  }

  long value(int entry) {
    return values[entry];
  }

  /// Inserts an entry or replaces its value and returns the index of the source.
  int put(int slot, long key, long value) {
    int source = indexOf(slot);
    if (source < 0) {
      source = -1 - source;
      insertSource(source, slot, false);
    }
    int at = starts[source];
    while (at < starts[source + 1] && Long.compareUnsigned(keys[at], key) < 0) {
      at++;
    }
    if (at == starts[source + 1] || keys[at] != key) {
      insertGap(source, at, 1);
      keys[at] = key;
    }
    values[at] = value;
    return source;
  }

  /// Returns the tree that the record of a source names.
  ForestBigTree bigTree(int source) {
    return ForestBigTree.of(keys[starts[source]], values[starts[source]]);
  }

  /// Replaces the record of a big tree by another.
  void setRecord(int source, ForestBigTree tree) {
    keys[starts[source]] = tree.record();
    values[starts[source]] = tree.count();
  }

  /// Replaces the entries of a source by the record of its big tree.
  void makeBig(int source, long record, long count) {
    int at = starts[source];
    insertGap(source, at, 1 - (starts[source + 1] - at));
    big[source] = true;
    keys[at] = record;
    values[at] = count;
  }

  /// Replaces the record of a big tree by its entries.
  void makeInline(int source, long[] treeKeys, long[] treeValues) {
    int at = starts[source];
    insertGap(source, at, treeKeys.length - 1);
    big[source] = false;
    System.arraycopy(treeKeys, 0, keys, at, treeKeys.length);
    System.arraycopy(treeValues, 0, values, at, treeKeys.length);
  }

  /// Returns how many bytes a page with the sources of a range has in use.
  int bytes(int from, int to) {
    return shape(from, to).bytes();
  }

  /// Returns how long an entry is in a page that holds all sources.
  int entryBytes() {
    return shape(0, sourceCount).entryBytes();
  }

  /// Returns the end of the sources that fill a page from one source on: up to where the page has
  /// come closest to `bytesGoal`, and never more than fits.
  int cut(int from, int bytesGoal) {
    ForestLeafShape shape = new ForestLeafShape();
    add(shape, from);
    int to = from + 1;
    while (to < sourceCount) {
      int before = shape.bytes();
      add(shape, to);
      int after = shape.bytes();
      if (after > PAGE_BYTES || after - bytesGoal > bytesGoal - before) {
        break;
      }
      to++;
    }
    return to;
  }

  /// Writes the sources of a range to a leaf of a region, with as much slack as there is space for.
  /// They must fit.
  void write(MemorySegment page, int region, int from, int to) {
    ForestLeafShape shape = shape(from, to);
    int spent = shape.bytes() - shape.liveBytes();
    int end = ForestLeafEditor.slackenedBytesMax(shape.bytes());
    int less = ForestLeafEditor.LESS_MIN;
    while (less < ForestLeaf.SLACK_MAX && spent + rooms(shape, from, to, less) > end) {
      less++;
    }
    write(page, region, from, to, less);
  }

  /// Writes the sources of a range to a leaf of a region without slack. They must fit.
  void writeFull(MemorySegment page, int region, int from, int to) {
    write(page, region, from, to, ForestLeaf.SLACK_MAX);
  }

  /// Returns how much room the blocks of a range take.
  private int rooms(ForestLeafShape shape, int from, int to, int less) {
    int rooms = 0;
    for (int source = from; source < to; source++) {
      rooms += room(shape, source, less);
    }
    return rooms;
  }

  private int room(ForestLeafShape shape, int source, int less) {
    int entries = starts[source + 1] - starts[source];
    return big[source]
        ? ForestBigTree.RECORD_BYTES
        : ForestLeaf.entriesWithRoom(entries, ForestLeafEditor.slackFor(entries, less))
            * shape.entryBytes();
  }

  private void write(MemorySegment page, int region, int from, int to, int less) {
    ForestLeafShape shape = shape(from, to);
    page.set(BYTE, FLAGS_OFFSET, (byte) shape.flags());
    PageLayout.setCount(page, shape.slotCount());
    int start = PAGE_BYTES - rooms(shape, from, to, less);
    if (start < shape.bytes() - shape.liveBytes()) {
      throw new IllegalStateException("blocks reach into the index of a leaf start=" + start);
    }
    int first = shape.isSparse() ? 0 : slots[from];
    page.set(SHORT, ForestLeaf.FIRST_OFFSET, (short) first);
    page.set(SHORT, ForestLeaf.SOURCES_OFFSET, (short) (to - from));
    page.set(SHORT, ForestLeaf.BLOCKS_OFFSET, (short) start);
    page.set(SHORT, ForestLeaf.LIVE_BYTES_OFFSET, (short) shape.liveBytes());
    page.set(INT, ForestLeaf.REGION_OFFSET, region);
    page.set(INT, ForestLeaf.REGION_OFFSET + Integer.BYTES, 0);
    long at = ForestLeaf.INDEX_OFFSET;
    int nextSlot = first;
    for (int source = from; source < to; source++) {
      if (shape.isSparse()) {
        page.set(SHORT, at, (short) slots[source]);
        at += Short.BYTES;
      }
      for (; !shape.isSparse() && nextSlot < slots[source]; nextSlot++) {
        page.set(INT, at, 0);
        at += Integer.BYTES;
      }
      int length = writeBlock(page, start, source, shape);
      int slack =
          big[source] ? 0 : ForestLeafEditor.slackFor(starts[source + 1] - starts[source], less);
      page.set(INT, at, ForestLeaf.word(start, length, slack, big[source] ? ForestLeaf.BIG : 0));
      at += Integer.BYTES;
      nextSlot++;
      start += room(shape, source, less);
    }
  }

  private int writeBlock(MemorySegment page, long block, int source, ForestLeafShape shape) {
    int start = starts[source];
    int size = starts[source + 1] - start;
    if (big[source]) {
      page.set(LONG, block, keys[start]);
      page.set(LONG, block + Long.BYTES, values[start]);
      return ForestBigTree.RECORD_BYTES;
    }
    int keyBytes = shape.keyBytes();
    for (int i = 0; i < size; i++) {
      if (keyBytes == Long.BYTES) {
        page.set(LONG, block + (long) Long.BYTES * i, keys[start + i]);
      } else {
        page.set(INT, block + (long) Integer.BYTES * i, (int) keys[start + i]);
      }
    }
    if (shape.hasValues()) {
      long valuesAt = block + (long) size * keyBytes;
      for (int i = 0; i < size; i++) {
        ForestLayout.setShortLong(
            page, valuesAt + (long) ForestLayout.SHORT_LONG_BYTES * i, values[start + i]);
      }
    }
    return size * shape.entryBytes();
  }

  private ForestLeafShape shape(int from, int to) {
    ForestLeafShape shape = new ForestLeafShape();
    for (int source = from; source < to; source++) {
      add(shape, source);
    }
    return shape;
  }

  private void add(ForestLeafShape shape, int source) {
    int start = starts[source];
    int end = starts[source + 1];
    if (big[source]) {
      shape.addBig(slots[source]);
      return;
    }
    boolean hasValues = false;
    for (int i = start; i < end && !hasValues; i++) {
      hasValues = values[i] != 0;
    }
    // The keys ascend, so the last one is the widest.
    boolean isWide = keys[end - 1] >>> Integer.SIZE != 0;
    shape.add(slots[source], end - start, isWide, hasValues);
  }

  private void insertSource(int source, int slot, boolean isBig) {
    if (sourceCount + 2 > starts.length) {
      slots = Arrays.copyOf(slots, 2 * slots.length);
      starts = Arrays.copyOf(starts, 2 * starts.length);
      big = Arrays.copyOf(big, 2 * big.length);
    }
    System.arraycopy(slots, source, slots, source + 1, sourceCount - source);
    System.arraycopy(starts, source, starts, source + 1, sourceCount + 1 - source);
    System.arraycopy(big, source, big, source + 1, sourceCount - source);
    slots[source] = slot;
    big[source] = isBig;
    sourceCount++;
  }

  /// Makes room for so many entries of all sources.
  private void reserve(int total) {
    if (total > keys.length) {
      int length = Math.max(total, 2 * keys.length);
      keys = Arrays.copyOf(keys, length);
      values = Arrays.copyOf(values, length);
    }
  }

  /// Makes room for entries of a source at an index; a negative count removes entries.
  private void insertGap(int source, int at, int count) {
    int total = starts[sourceCount];
    reserve(total + count);
    int from = count < 0 ? at - count : at;
    System.arraycopy(keys, from, keys, from + count, total - from);
    System.arraycopy(values, from, values, from + count, total - from);
    for (int i = source + 1; i <= sourceCount; i++) {
      starts[i] += count;
    }
  }
}
