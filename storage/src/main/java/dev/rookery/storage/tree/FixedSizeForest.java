package dev.rookery.storage.tree;

import static dev.rookery.storage.page.PageLayout.LONG;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageType;
import dev.rookery.storage.page.PageWriter;
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
/// Where to start reading: [ForestLayout] and [ForestLeaf] for the bytes, [ForestCursor] for
/// reading some sources and [ForestScan] for reading many, [ForestWriter] for changes.
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
  public ForestCursor cursor(PageReader pages) {
    return new ForestCursor(pages, rootPage);
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
    ForestCursor cursor = cursor(pages);
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

  static long checked(long source) {
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
}
