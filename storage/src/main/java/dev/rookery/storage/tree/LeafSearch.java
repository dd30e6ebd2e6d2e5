package dev.rookery.storage.tree;

import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import org.jspecify.annotations.Nullable;

/// Finds the leaves that cover sources, for one cursor.
///
/// On the pages of a write transaction it descends anew for each source. On pages that stay as they
/// are it remembers the leaf that it has found and the roots of regions; where locations stay valid
/// too, it keeps a [LeafDirectory] of each region in which it seeks often.
final class LeafSearch {
  /// How many regions are kept at hand, a power of two; doubled where two want the same place.
  private static final int KNOWN_COUNT_MIN = 4;

  private static final int KNOWN_COUNT_MAX = 1024;

  /// How many leaves all directories may have together.
  private static final int KNOWN_LEAVES_MAX = 1 << 17;

  /// About how many bytes a directory has for each leaf.
  private static final int LEAF_BYTES = 36;

  private final PageReader pages;
  private final long rootPage;

  /// Whether the pages stay as they are, so that what was found may be used again.
  private final boolean isStable;

  /// Whether they stay where they are as well.
  private final boolean isAtRest;

  /// The leaf; of a region without entries it holds nothing.
  final ForestLeaf leaf = new ForestLeaf();

  /// The sources that the leaf covers: so many from the first one on. None if it must be looked up
  /// again.
  long first;

  long length;

  private final ForestSpan span = new ForestSpan();

  /// The index of the leaf, if it is sparse and known: see [LeafDirectory#listed].
  private char @Nullable [] listed;

  /// The region of the leaf.
  private int region = -1;

  /// Each at the place of its number.
  private @Nullable LeafDirectory[] known = new LeafDirectory[KNOWN_COUNT_MIN];

  private int roomForLeaves = KNOWN_LEAVES_MAX;

  LeafSearch(PageReader pages, long rootPage) {
    this.pages = pages;
    this.rootPage = rootPage;
    this.isStable = !(pages instanceof PageWriter);
    this.isAtRest = pages.keepsLocations();
  }

  /// Opens the leaf that covers a source.
  void enter(long source) {
    int sourceRegion = ForestLayout.region(source);
    length = 0;
    if (!isStable) {
      descend(ForestDirectory.regionRoot(pages, rootPage, sourceRegion), sourceRegion, source);
      return;
    }
    LeafDirectory directory = known[sourceRegion & (known.length - 1)];
    if (directory == null || directory.region != sourceRegion) {
      directory = meet(sourceRegion);
    }
    if (directory.leafCount() > 0) {
      region = sourceRegion;
      int index = directory.find(ForestLayout.slot(source));
      boolean isAgain = directory.open(pages, index, leaf);
      listed = leaf.sparse ? listed(directory, index, isAgain) : null;
      span.low = directory.fence(index);
      span.high = directory.fence(index + 1);
    } else {
      listed = null;
      descend(directory.root, sourceRegion, source);
      if (isAtRest && directory.isWorthFilling(span.leafCount)) {
        fill(directory);
      }
    }
    first = ((long) sourceRegion << ForestLayout.REGION_SHIFT) + span.low;
    length = (long) span.high - span.low;
  }

  private char @Nullable [] listed(LeafDirectory directory, int index, boolean isAgain) {
    char @Nullable [] slots = directory.listed(index);
    if (slots == null && isAgain && roomForLeaves > 0) {
      roomForLeaves -= directory.noteListed(index, leaf) / LEAF_BYTES;
      slots = directory.listed(index);
    }
    return slots;
  }

  /// Returns the index in the leaf of a slot that it covers, negative if it is not listed.
  int find(int slot) {
    char @Nullable [] slots = listed;
    return slots == null ? leaf.find(slot) : slots[slot - span.low] - 1;
  }

  private void descend(long regionRoot, int sourceRegion, long source) {
    if (regionRoot == 0) {
      leaf.clear();
      span.coverAll();
    } else {
      span.descend(pages, regionRoot, sourceRegion, ForestLayout.slot(source));
      leaf.open(pages, span.leafPage, span.leafLocation, sourceRegion);
    }
    region = sourceRegion;
  }

  private LeafDirectory meet(int sourceRegion) {
    LeafDirectory met =
        new LeafDirectory(sourceRegion, ForestDirectory.regionRoot(pages, rootPage, sourceRegion));
    while (known[sourceRegion & (known.length - 1)] != null && known.length < KNOWN_COUNT_MAX) {
      grow();
    }
    int place = sourceRegion & (known.length - 1);
    LeafDirectory replaced = known[place];
    if (replaced != null) {
      roomForLeaves += replaced.leafCount();
    }
    known[place] = met;
    return met;
  }

  private void grow() {
    @Nullable LeafDirectory[] larger = new LeafDirectory[2 * known.length];
    for (LeafDirectory directory : known) {
      if (directory != null) {
        larger[directory.region & (larger.length - 1)] = directory;
      }
    }
    known = larger;
  }

  private void fill(LeafDirectory directory) {
    if (roomForLeaves > 0) {
      try {
        directory.fill(pages);
        roomForLeaves -= directory.leafCount();
      } catch (RuntimeException e) {
        // Some page of the region is damaged: who needs that one is told, by the descent.
        directory.giveUp();
      }
    }
  }

  /// Returns the first source behind the leaf that may have entries, at most the given end.
  long nextLeaf(long end) {
    if (!span.isLast()) {
      return ((long) region << ForestLayout.REGION_SHIFT) + span.high;
    }
    int regionEnd = (int) ((end + ForestLayout.REGION_SLOTS - 1) >>> ForestLayout.REGION_SHIFT);
    int next = ForestDirectory.nextRegion(pages, rootPage, region + 1, regionEnd);
    return next < 0 ? end : (long) next << ForestLayout.REGION_SHIFT;
  }
}
