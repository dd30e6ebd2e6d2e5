package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.PAGE_BYTES;
import static dev.rookery.storage.tree.FixedSizeForest.ABSENT;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
import org.jspecify.annotations.Nullable;

/// Changes of the sources of a forest, one after the other: [#enter] chooses the source.
///
/// Most changes stay inside a leaf ([ForestLeafEditor]). The others take the leaf apart
/// ([ForestLeafContent]) and write it anew, where
///
/// 1. a leaf that would be hardly less than full shares its content with a neighbour that has room,
///    or is split;
/// 2. a leaf below a quarter of a page is merged with a neighbour if both leave a quarter free;
/// 3. a tree longer than half a page gets pages of its own, and loses them below a quarter.
final class ForestWriter {
  /// A leaf that is written anew because an entry did not fit must leave this much free: else it
  /// would be written anew for each of the next entries.
  private static final int REWRITTEN_BYTES_MAX = ForestLeafEditor.COMPACTED_BYTES_MAX;

  /// Two leaves share their content if they need no more than this together.
  private static final int SHARED_BYTES_MAX = PAGE_BYTES * 13 / 8;

  private static final int MERGED_BYTES_MAX = PAGE_BYTES * 3 / 4;
  private static final int UNDERFULL_BYTES = PAGE_BYTES / 4;

  /// A dense index with more slots than this for each source is written anew.
  private static final int DENSE_SLOTS_PER_SOURCE_MAX = 8;

  private static final int DENSE_SLOTS_MIN = 64;

  private final PageWriter pages;
  private final long rootPage;
  final ForestSpan span = new ForestSpan();
  final ForestLeaf leaf = new ForestLeaf();
  private int region;
  private int slot;
  private long regionRoot;

  ForestWriter(PageWriter pages, long rootPage) {
    this.pages = pages;
    this.rootPage = rootPage;
  }

  /// Chooses the source to be changed.
  ForestWriter enter(long source) {
    region = ForestLayout.region(source);
    slot = ForestLayout.slot(source);
    regionRoot = ForestDirectory.regionRoot(pages, rootPage, region);
    return this;
  }

  /// Returns whether no source of the region has entries.
  boolean isRegionEmpty() {
    return regionRoot == 0;
  }

  /// Inserts an entry, or replaces its value if `replaces` says so, and returns the earlier value
  /// or `ABSENT`.
  long put(long key, long value, boolean replaces) {
    if (regionRoot == 0) {
      ForestLeafContent content = new ForestLeafContent();
      content.put(slot, key, value);
      setRegionRoot(newLeaf(content, 0, 1));
      ForestDirectory.addCounts(pages, rootPage, region, 1, 1);
      return ABSENT;
    }
    openLeaf();
    int index = leaf.find(slot);
    int block = index < 0 ? 0 : leaf.blockAt(index);
    if ((block & ForestLeaf.BIG) != 0) {
      return putBig(block, key, value, replaces);
    }
    long keys = leaf.start(block);
    int size = leaf.entries(ForestLeaf.length(block));
    int position = leaf.lowerBound(keys, size, key);
    if (position < size && leaf.key(keys, position) == key) {
      long old = leaf.value(keys, size, position);
      if (replaces && old != value) {
        setValue(leaf.valueOffset(keys, size, position) - leaf.base, key, value);
      }
      return old;
    }
    modifyLeaf();
    if (ForestLeafEditor.insert(leaf, slot, key, value)) {
      announceChanges();
    } else {
      insertAnew(key, value);
    }
    ForestDirectory.addCounts(pages, rootPage, region, 1, size == 0 ? 1 : 0);
    return ABSENT;
  }

  /// Removes an entry and returns its value, or `ABSENT` if there was none.
  long remove(long key) {
    if (regionRoot == 0) {
      return ABSENT;
    }
    openLeaf();
    int index = leaf.find(slot);
    int block = index < 0 ? 0 : leaf.blockAt(index);
    if ((block & ForestLeaf.BIG) != 0) {
      return removeBig(block, key);
    }
    long keys = leaf.start(block);
    int size = leaf.entries(ForestLeaf.length(block));
    int position = leaf.lowerBound(keys, size, key);
    if (position == size || leaf.key(keys, position) != key) {
      return ABSENT;
    }
    final long old = leaf.value(keys, size, position);
    modifyLeaf();
    ForestLeafEditor.remove(leaf, index, position);
    announceChanges();
    ForestDirectory.addCounts(pages, rootPage, region, -1, size == 1 ? -1 : 0);
    shrinkLeaf();
    return old;
  }

  /// Removes all entries and returns how many there were.
  long removeAll() {
    if (regionRoot == 0) {
      return 0;
    }
    openLeaf();
    int index = leaf.find(slot);
    int block = index < 0 ? 0 : leaf.blockAt(index);
    if (ForestLeaf.length(block) == 0) {
      return 0;
    }
    long count = leaf.entries(ForestLeaf.length(block));
    if ((block & ForestLeaf.BIG) != 0) {
      ForestBigTree big = bigAt(block);
      count = big.count();
      big.tree().drop(pages);
    }
    modifyLeaf();
    ForestLeafEditor.removeBlock(leaf, index);
    announceChanges();
    ForestDirectory.addCounts(pages, rootPage, region, -count, -1);
    shrinkLeaf();
    return count;
  }

  private long putBig(int block, long key, long value, boolean replaces) {
    ForestBigTree big = bigAt(block);
    long old = big.get(pages, key);
    if (old == ABSENT) {
      big.insert(pages, key, value);
      ForestDirectory.addCounts(pages, rootPage, region, 1, 0);
    } else if (replaces && old != value) {
      big.setValue(pages, key, value);
    } else {
      return old;
    }
    writeRecord(big, block);
    return old;
  }

  private long removeBig(int block, long key) {
    ForestBigTree big = bigAt(block);
    long old = big.get(pages, key);
    if (old == ABSENT) {
      return ABSENT;
    }
    big.remove(pages, key);
    writeRecord(big, block);
    ForestDirectory.addCounts(pages, rootPage, region, -1, 0);
    int keyBytes = leaf.wide || big.isWide() ? Long.BYTES : Integer.BYTES;
    boolean valued = leaf.valueBytes > 0 || big.hasValues();
    int entryBytes = keyBytes + (valued ? ForestLayout.SHORT_LONG_BYTES : 0);
    if (big.count() < ForestLeaf.BIG_BYTES_MIN / entryBytes) {
      makeInline(big);
    }
    return old;
  }

  /// Writes the record of a big tree to its block.
  void writeRecord(ForestBigTree big, int block) {
    modifyLeaf();
    long at = leaf.start(block);
    big.write(leaf.segment, at);
    leaf.note(at, ForestBigTree.RECORD_BYTES);
    announceChanges();
  }

  /// Brings the entries of a tree back into the leaf and frees its pages.
  private void makeInline(ForestBigTree big) {
    int count = (int) big.count();
    if (big.tree().count(pages) != count) {
      throw leaf.corrupt("a tree with " + count + " entries", "another count");
    }
    long[] keys = new long[count];
    long[] values = new long[count];
    FixedSizeTree.Cursor cursor = big.checkedTree(pages).cursor(pages);
    for (int i = 0; i < count; i++) {
      if (!cursor.next()) {
        throw leaf.corrupt("a tree with " + count + " entries", i + " entries");
      }
      keys[i] = cursor.key();
      if (big.hasValues()) {
        values[i] = ForestBigTree.valueAt(pages, cursor.valueLocation());
      }
    }
    big.tree().drop(pages);
    ForestLeafContent content = content();
    content.makeInline(content.indexOf(slot), keys, values);
    store(content);
  }

  private void setValue(long offset, long key, long value) {
    if (leaf.valueBytes > 0) {
      ForestLayout.setShortLong(
          pages.modify(leaf.pageNumber, offset, ForestLayout.SHORT_LONG_BYTES), offset, value);
      return;
    }
    insertAnew(key, value);
  }

  /// Puts an entry that the leaf as it is encoded cannot take.
  private void insertAnew(long key, long value) {
    ForestLeafContent content = content();
    int source = content.put(slot, key, value);
    makeBig(content, source, content.entryBytes());
    store(content);
  }

  /// Gives the entries of a source pages of their own if they are too many for a leaf.
  void makeBig(ForestLeafContent content, int source, int entryBytes) {
    int count = content.end(source) - content.start(source);
    if (count * entryBytes > ForestLeaf.INLINE_BYTES_MAX) {
      ForestBigTree big = ForestBigTree.create(pages, structureId(), content, source);
      content.makeBig(source, big.record(), big.count());
    }
  }

  /// Writes the content of the leaf anew, to as many leaves as it needs.
  private void store(ForestLeafContent content) {
    int bytes = content.bytes(0, content.sourceCount());
    if (bytes <= REWRITTEN_BYTES_MAX) {
      content.write(pages.modify(span.leafPage), region, 0, content.sourceCount());
      return;
    }
    int last = content.sourceCount() - 1;
    if (span.isLast() && last > 0 && content.slot(last) == slot) {
      // Sources that come in ascending order leave full leaves behind. The rest may still be too
      // much for one page if it has become wider at the same time.
      if (content.bytes(0, last) <= PAGE_BYTES) {
        content.writeFull(pages.modify(span.leafPage), region, 0, last);
        addLeaf(content, last, last + 1);
        return;
      }
    } else if (shareWithNeighbour(content, bytes)) {
      return;
    }
    int end = content.cut(0, goal(content, 0));
    content.write(pages.modify(span.leafPage), region, 0, end);
    addLeaves(content, end, false);
  }

  /// Writes the content of the leaf anew after many entries were added to it; for a region without
  /// entries, writes its first leaves.
  ///
  /// @param isAscending whether they were added behind all others of the region: leaves are filled
  ///   then
  void storeMerged(ForestLeafContent content, boolean isAscending) {
    int bytes = content.bytes(0, content.sourceCount());
    if (regionRoot != 0 && !isAscending && bytes > REWRITTEN_BYTES_MAX) {
      if (shareWithNeighbour(content, bytes)) {
        return;
      }
    }
    int end = content.cut(0, isAscending ? PAGE_BYTES : goal(content, 0));
    if (regionRoot == 0) {
      setRegionRoot(newLeaf(content, 0, end));
    } else {
      content.write(pages.modify(span.leafPage), region, 0, end);
    }
    addLeaves(content, end, isAscending);
  }

  /// Writes the sources from one on to leaves behind.
  private void addLeaves(ForestLeafContent content, int from, boolean full) {
    int end = from;
    while (end < content.sourceCount()) {
      int next = content.cut(end, full ? PAGE_BYTES : goal(content, end));
      addLeaf(content, end, next);
      end = next;
    }
  }

  /// Returns how full a page is to be so that the sources from one on fill all their pages alike.
  private static int goal(ForestLeafContent content, int from) {
    int bytes = content.bytes(from, content.sourceCount());
    return bytes / Math.ceilDiv(bytes, REWRITTEN_BYTES_MAX);
  }

  /// Divides the content of the leaf and of a neighbour among both, if the neighbour has room.
  private boolean shareWithNeighbour(ForestLeafContent content, int bytes) {
    for (int side = 1; side >= -1; side -= 2) {
      ForestLeaf other = neighbour(side);
      if (other == null || other.usedBytes() + bytes > SHARED_BYTES_MAX) {
        continue;
      }
      ForestLeafContent both = join(content, other, side);
      int total = both.bytes(0, both.sourceCount());
      int cut = both.cut(0, total / 2);
      if (total > SHARED_BYTES_MAX || both.bytes(cut, both.sourceCount()) > REWRITTEN_BYTES_MAX) {
        continue;
      }
      long lower = side > 0 ? span.leafPage : other.pageNumber;
      long upper = side > 0 ? other.pageNumber : span.leafPage;
      both.write(pages.modify(lower), region, 0, cut);
      both.write(pages.modify(upper), region, cut, both.sourceCount());
      int upperIndex = side > 0 ? span.parentIndex + 1 : span.parentIndex;
      fences().setFence(span.parentPage, upperIndex, both.slot(cut));
      return true;
    }
    return false;
  }

  /// Gives the leaf back if it is empty, and merges it with a neighbour if both hold little.
  private void shrinkLeaf() {
    if (leaf.sources == 0) {
      setRegionRoot(fences().remove(regionRoot, slot));
      pages.free(span.leafPage);
    } else if (leaf.usedBytes() < UNDERFULL_BYTES && mergeWithNeighbour()) {
      return;
    } else if (!leaf.sparse
        && leaf.count > DENSE_SLOTS_PER_SOURCE_MAX * leaf.sources + DENSE_SLOTS_MIN) {
      store(content());
    }
  }

  private boolean mergeWithNeighbour() {
    for (int side = 1; side >= -1; side -= 2) {
      ForestLeaf other = neighbour(side);
      if (other == null || other.usedBytes() + leaf.usedBytes() > MERGED_BYTES_MAX) {
        continue;
      }
      ForestLeafContent both = join(content(), other, side);
      if (both.bytes(0, both.sourceCount()) > MERGED_BYTES_MAX) {
        continue;
      }
      long lower = side > 0 ? span.leafPage : other.pageNumber;
      long upper = side > 0 ? other.pageNumber : span.leafPage;
      both.write(pages.modify(lower), region, 0, both.sourceCount());
      setRegionRoot(fences().remove(regionRoot, side > 0 ? span.high : slot));
      pages.free(upper);
      return true;
    }
    return false;
  }

  /// Returns the leaf before (-1) or behind (1) the leaf under the same fence page, or `null`.
  private @Nullable ForestLeaf neighbour(int side) {
    int index = span.parentIndex + side;
    if (span.parentPage == 0 || index < 0 || index >= span.parentCount) {
      return null;
    }
    long page = ForestFences.child(pages.page(span.parentPage), 0, index);
    return new ForestLeaf().open(pages, page, region);
  }

  private ForestLeafContent join(ForestLeafContent content, ForestLeaf other, int side) {
    ForestLeafContent both = new ForestLeafContent();
    if (side < 0) {
      both.append(other);
    }
    if (both.sourceCount() > 0 && both.slot(both.sourceCount() - 1) >= content.slot(0)) {
      throw other.corrupt("slots before " + content.slot(0), "slots behind it");
    }
    both.append(content);
    if (side > 0) {
      both.append(other);
    }
    return both;
  }

  private ForestLeafContent content() {
    ForestLeafContent content = new ForestLeafContent();
    content.append(leaf);
    return content;
  }

  /// Opens the leaf that covers the source. The region must have entries.
  void openLeaf() {
    span.descend(pages, regionRoot, region, slot);
    leaf.open(pages, span.leafPage, span.leafLocation, region);
  }

  /// Makes the leaf one that may be changed by [ForestLeafEditor]; [#announceChanges] must follow.
  void modifyLeaf() {
    pages.modify(span.leafPage, 0, ForestLeaf.INDEX_OFFSET);
    leaf.open(pages, span.leafPage, region);
  }

  /// Announces what has changed since the leaf was opened.
  void announceChanges() {
    if (leaf.changed != 0) {
      pages.modifyBlocks(span.leafPage, leaf.changed);
      leaf.changed = 0;
    }
  }

  /// Returns the tree that a block of the leaf names.
  ForestBigTree bigAt(int block) {
    ForestBigTree big = ForestBigTree.at(leaf.segment, leaf.start(block));
    if (big.count() < ForestBigTree.COUNT_MIN) {
      throw leaf.corrupt("a big tree with many entries", big.count() + " entries");
    }
    return big;
  }

  private void addLeaf(ForestLeafContent content, int from, int to) {
    long page = newLeaf(content, from, to);
    setRegionRoot(fences().insert(regionRoot, content.slot(from), page));
  }

  private long newLeaf(ForestLeafContent content, int from, int to) {
    long page = pages.allocate(PageType.FOREST_LEAF, structureId());
    content.write(pages.modify(page), region, from, to);
    return page;
  }

  private ForestFences fences() {
    return new ForestFences(pages, structureId(), region);
  }

  private void setRegionRoot(long root) {
    if (root != regionRoot) {
      regionRoot = root;
      ForestDirectory.setRegionRoot(pages, rootPage, region, root);
    }
  }

  private int structureId() {
    return PageLayout.structure(pages.page(rootPage));
  }
}
