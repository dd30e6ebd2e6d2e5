package dev.rookery.storage.tree;

import dev.rookery.storage.page.PageWriter;
import org.jspecify.annotations.Nullable;

/// Puts many entries without values into a forest, in the order of its pages: each leaf is visited
/// once.
///
/// Where a leaf has no room for the entries of a source, it is taken apart, merged with all that is
/// still to come for it, and written anew, to as many leaves as that needs.
final class ForestMerge {
  private final PageWriter pages;
  private final long rootPage;
  private final BareEntries entries;
  private final ForestWriter writer;
  private final ForestLeaf leaf;
  private @Nullable ForestLeafContent ownContent;
  private boolean isModified;

  // What has come to the region of the current leaf and is not counted yet.
  private int region;
  private long addedEntries;
  private int addedSources;

  ForestMerge(PageWriter pages, long rootPage, BareEntries entries) {
    this.pages = pages;
    this.rootPage = rootPage;
    this.entries = entries;
    this.writer = new ForestWriter(pages, rootPage);
    this.leaf = writer.leaf;
  }

  /// Inserts the entries that do not exist; the others are dropped from the list.
  ///
  /// @param between is run where nobody holds a segment of a page
  void run(Runnable between) {
    entries.sort();
    int at = 0;
    while (at < entries.count()) {
      at = mergeRegion(at, between);
    }
    entries.removeDropped();
  }

  private int mergeRegion(int from, Runnable between) {
    region = ForestLayout.region(entries.source(from));
    addedEntries = 0;
    addedSources = 0;
    int end = entries.endBefore(from, (region + 1L) << ForestLayout.REGION_SHIFT);
    int at = from;
    while (at < end) {
      writer.enter(entries.source(at));
      at = writer.isRegionEmpty() ? fillRegion(at, end) : mergeLeaf(at, end);
      between.run();
    }
    if (addedEntries > 0) {
      ForestDirectory.addCounts(pages, rootPage, region, addedEntries, addedSources);
    }
    return end;
  }

  /// Returns an empty content.
  private ForestLeafContent emptyContent() {
    ForestLeafContent content = ownContent;
    if (content == null) {
      content = new ForestLeafContent();
      ownContent = content;
    }
    content.clear();
    return content;
  }

  private int fillRegion(int from, int end) {
    leaf.clear();
    ForestLeafContent content = emptyContent();
    addedEntries += content.appendMerged(leaf, entries, from, end);
    addedSources += content.sourceCount();
    store(content, true);
    return end;
  }

  /// Merges the entries that the leaf covers and returns the index behind them.
  private int mergeLeaf(int from, int regionEnd) {
    writer.openLeaf();
    isModified = false;
    long leafEnd = ((long) region << ForestLayout.REGION_SHIFT) + writer.span.high;
    int end = Math.min(regionEnd, entries.endBefore(from, leafEnd));
    int at = from;
    while (at < end) {
      int next = entries.endOfSource(at, end);
      if (!mergeSource(at, next)) {
        mergeAnew(at, end);
        return end;
      }
      at = next;
    }
    writer.announceChanges();
    return end;
  }

  /// Merges the entries of one source into the leaf as it is and returns whether it had room.
  private boolean mergeSource(int from, int to) {
    int slot = ForestLayout.slot(entries.source(from));
    int index = leaf.find(slot);
    int block = index < 0 ? 0 : leaf.blockAt(index);
    if (block < 0) {
      mergeBig(block, from, to);
      return true;
    }
    int added = retainNew(block, from, to);
    if (added == 0) {
      return true;
    }
    modify();
    if (!ForestLeafEditor.insertAll(leaf, slot, entries.keys(), from, from + added)) {
      return false;
    }
    addedEntries += added;
    addedSources += block == 0 ? 1 : 0;
    return true;
  }

  private void modify() {
    if (!isModified) {
      writer.modifyLeaf();
      isModified = true;
    }
  }

  /// Moves the entries of one source that its block does not have to the front, drops the others,
  /// and returns how many are new.
  private int retainNew(int block, int from, int to) {
    long keys = leaf.start(block);
    int size = leaf.entries(ForestLeaf.length(block));
    int position = 0;
    int kept = from;
    for (int i = from; i < to; i++) {
      long key = entries.key(i);
      position += leaf.lowerBound(keys + (long) position * leaf.keyBytes, size - position, key);
      if (position == size || leaf.key(keys, position) != key) {
        entries.setKey(kept++, key);
      }
    }
    for (int i = kept; i < to; i++) {
      entries.drop(i);
    }
    return kept - from;
  }

  private void mergeBig(int block, int from, int to) {
    ForestBigTree big = writer.bigAt(block);
    long before = big.count();
    for (int i = from; i < to; i++) {
      if (!big.insertIfAbsent(pages, entries.key(i))) {
        entries.drop(i);
      }
    }
    if (big.count() != before) {
      addedEntries += big.count() - before;
      writer.announceChanges();
      writer.writeRecord(big, block);
      isModified = true;
    }
  }

  /// Writes the leaf anew with the entries that are still to come for it.
  private void mergeAnew(int from, int end) {
    int at = entries.nextKept(from, end);
    int first = ForestLayout.slot(entries.source(at));
    boolean isAscending = writer.span.isLast() && first > leaf.slotAt(leaf.count - 1);
    ForestLeafContent content = emptyContent();
    final int sources = leaf.sources;
    addedEntries += content.appendMerged(leaf, entries, at, end);
    addedSources += content.sourceCount() - sources;
    mergeBigAnew(content, at, end);
    store(content, isAscending);
  }

  /// Puts the entries of trees with pages of their own, which the merging left out.
  private void mergeBigAnew(ForestLeafContent content, int from, int end) {
    for (int at = from; at < end; ) {
      int next = entries.endOfSource(at, end);
      int source = content.indexOf(ForestLayout.slot(entries.source(at)));
      if (content.isBig(source)) {
        ForestBigTree big = content.bigTree(source);
        long before = big.count();
        for (int i = at; i < next; i++) {
          if (!big.insertIfAbsent(pages, entries.key(i))) {
            entries.drop(i);
          }
        }
        addedEntries += big.count() - before;
        content.setRecord(source, big);
      }
      at = entries.nextKept(next, end);
    }
  }

  private void store(ForestLeafContent content, boolean isAscending) {
    int entryBytes = content.entryBytes();
    for (int source = 0; source < content.sourceCount(); source++) {
      if (!content.isBig(source)) {
        writer.makeBig(content, source, entryBytes);
      }
    }
    writer.storeMerged(content, isAscending);
  }
}
