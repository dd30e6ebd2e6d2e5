package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.PAGE_BYTES;
import static dev.rookery.storage.tree.FixedSizeForest.ABSENT;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
import org.jspecify.annotations.Nullable;

/// One change of one source of a forest.
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
  private static final int REWRITTEN_BYTES_MAX = PAGE_BYTES - PAGE_BYTES / 16;

  /// Two leaves share their content if they need no more than this together.
  private static final int SHARED_BYTES_MAX = PAGE_BYTES * 15 / 8;

  private static final int MERGED_BYTES_MAX = PAGE_BYTES * 3 / 4;
  private static final int UNDERFULL_BYTES = PAGE_BYTES / 4;

  /// A dense index with more slots than this for each source is written anew.
  private static final int DENSE_SLOTS_PER_SOURCE_MAX = 8;

  private static final int DENSE_SLOTS_MIN = 64;

  private final PageWriter pages;
  private final long rootPage;
  private final int region;
  private final int slot;
  private final ForestSpan span = new ForestSpan();
  private final ForestLeaf leaf = new ForestLeaf();
  private long regionRoot;

  ForestWriter(PageWriter pages, long rootPage, long source) {
    this.pages = pages;
    this.rootPage = rootPage;
    this.region = ForestLayout.region(source);
    this.slot = ForestLayout.slot(source);
    this.regionRoot = ForestDirectory.regionRoot(pages, rootPage, region);
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
    int pair = index < 0 ? 0 : leaf.pairAt(index);
    if ((pair & ForestLeaf.BIG) != 0) {
      return putBig(pair, key, value, replaces);
    }
    long keys = leaf.start(pair);
    int size = leaf.entries(ForestLeaf.length(pair));
    int position = leaf.lowerBound(keys, size, key);
    if (position < size && leaf.key(keys, position) == key) {
      long old = leaf.value(keys, size, position);
      if (replaces && old != value) {
        setValue(leaf.valueOffset(keys, size, position) - leaf.base, key, value);
      }
      return old;
    }
    modifyLeaf(0, ForestLeaf.INDEX_OFFSET);
    final int capacity = leaf.capacity;
    final int count = leaf.count;
    if (!ForestLeafEditor.insert(leaf, slot, key, value)) {
      insertAnew(key, value);
    } else if (leaf.capacity != capacity) {
      pages.modify(span.leafPage);
    } else {
      announceInsertion(leaf.find(slot), count);
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
    int pair = index < 0 ? 0 : leaf.pairAt(index);
    if ((pair & ForestLeaf.BIG) != 0) {
      return removeBig(pair, key);
    }
    long keys = leaf.start(pair);
    int size = leaf.entries(ForestLeaf.length(pair));
    int position = leaf.lowerBound(keys, size, key);
    if (position == size || leaf.key(keys, position) != key) {
      return ABSENT;
    }
    final long old = leaf.value(keys, size, position);
    modifyLeaf();
    ForestLeafEditor.remove(leaf, index, position);
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
    int pair = index < 0 ? 0 : leaf.pairAt(index);
    if (ForestLeaf.length(pair) == 0) {
      return 0;
    }
    long count = leaf.entries(ForestLeaf.length(pair));
    if ((pair & ForestLeaf.BIG) != 0) {
      ForestBigTree big = bigAt(pair);
      count = big.count();
      big.tree().drop(pages);
    }
    modifyLeaf();
    ForestLeafEditor.removeBlock(leaf, index);
    ForestDirectory.addCounts(pages, rootPage, region, -count, -1);
    shrinkLeaf();
    return count;
  }

  private long putBig(int pair, long key, long value, boolean replaces) {
    ForestBigTree big = bigAt(pair);
    long old = big.get(pages, key);
    if (old == ABSENT) {
      big.insert(pages, key, value);
      ForestDirectory.addCounts(pages, rootPage, region, 1, 0);
    } else if (replaces && old != value) {
      big.setValue(pages, key, value);
    } else {
      return old;
    }
    modifyLeaf();
    big.write(leaf.segment, leaf.start(pair));
    return old;
  }

  private long removeBig(int pair, long key) {
    ForestBigTree big = bigAt(pair);
    long old = big.get(pages, key);
    if (old == ABSENT) {
      return ABSENT;
    }
    big.remove(pages, key);
    modifyLeaf();
    big.write(leaf.segment, leaf.start(pair));
    ForestDirectory.addCounts(pages, rootPage, region, -1, 0);
    int keyBytes = leaf.wide || big.isWide() ? Long.BYTES : Integer.BYTES;
    boolean valued = leaf.valueBytes > 0 || big.hasValues();
    int entryBytes = keyBytes + (valued ? ForestLayout.SHORT_LONG_BYTES : 0);
    if (big.count() < ForestLeaf.BIG_BYTES_MIN / entryBytes) {
      makeInline(big);
    }
    return old;
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
    if (content.blockBytes(source) > ForestLeaf.INLINE_BYTES_MAX) {
      ForestBigTree big = ForestBigTree.create(pages, structureId(), content, source);
      content.makeBig(source, big.record(), big.count());
    }
    store(content);
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
        content.write(pages.modify(span.leafPage), region, 0, last);
        addLeaf(content, last, last + 1);
        return;
      }
    } else if (shareWithNeighbour(content, bytes)) {
      return;
    }
    int end = content.cut(0, goal(content, 0));
    content.write(pages.modify(span.leafPage), region, 0, end);
    while (end < content.sourceCount()) {
      int from = end;
      end = content.cut(from, goal(content, from));
      addLeaf(content, from, end);
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

  private void openLeaf() {
    span.descend(pages, regionRoot, region, slot);
    leaf.open(pages, span.leafPage, span.leafLocation, region);
  }

  private void modifyLeaf() {
    modifyLeaf(0, PAGE_BYTES);
  }

  private void modifyLeaf(long offset, long length) {
    pages.modify(span.leafPage, offset, length);
    leaf.open(pages, span.leafPage, region);
  }

  /// Announces what the insertion of an entry into the block at an index has changed, with the
  /// payload where it was: the index from there on (or from where it ended, if that is before), and
  /// the payload from the block on.
  private void announceInsertion(int index, int countBefore) {
    long from = leaf.sparse ? leaf.base + ForestLeaf.INDEX_OFFSET : leaf.offsets;
    from += 2L * Math.min(index, countBefore);
    long end = leaf.offsets + 2L * (leaf.count + 1);
    pages.modify(span.leafPage, from - leaf.base, end - from);
    long block = leaf.start(leaf.pairAt(index));
    long payloadEnd = leaf.payload + leaf.payloadBytes;
    pages.modify(span.leafPage, block - leaf.base, payloadEnd - block);
  }

  private ForestBigTree bigAt(int pair) {
    ForestBigTree big = ForestBigTree.at(leaf.segment, leaf.start(pair));
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
