package dev.rookery.storage.tree;

import dev.rookery.storage.page.PageReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The leaves of one region of a snapshot, on the heap of one cursor: which one covers a slot,
/// where it lies, and what its header says.
///
/// Begins with the root of the region alone. When [#WORTH_VISITS] leaves were sought, and one for
/// every [#LEAVES_A_VISIT] that the region seems to have, the fences are copied; the header of a
/// leaf is when it was read and checked for the first time. From then on the way to the entries of
/// a source touches one page, and of that the block word and the block alone. About 36 bytes for
/// each leaf.
final class LeafDirectory {
  private static final int WORTH_VISITS = 64;
  private static final int LEAVES_A_VISIT = 3;

  /// An entry of the locator spans 2^3 to 2^6 slots: about four entries for each leaf.
  private static final int SPAN_SHIFT_MIN = 3;

  private static final int SPAN_SHIFT_MAX = 6;

  /// Leaves that cover more slots are searched.
  private static final int LISTED_SLOTS_MAX = 4096;

  // What a record says of a leaf: page number, location, header (0 until it was read).
  private static final int LOCATION = 1;
  private static final int HEADER = 2;
  private static final int RECORD_LENGTH = 3;

  final int region;

  /// The root page of the region, 0 if it has no entries.
  final long root;

  private int visits;
  private int leafCount;

  /// For the first slot of each span, the leaf that covers it.
  private char[] locator = {};

  private int spanShift;

  /// The first slot of each leaf, and behind the last one the end of the region.
  private int[] fences = {};

  private long[] records = {};

  /// For each leaf, see [#listed].
  private char[] @Nullable [] listed = {};

  LeafDirectory(int region, long root) {
    this.region = region;
    this.root = root;
  }

  /// Returns how many leaves can be found here, 0 until it was filled.
  int leafCount() {
    return leafCount;
  }

  /// Notes that a leaf was sought in the pages, and returns whether it is time to fill this.
  ///
  /// @param leaves how many leaves the region seems to have
  boolean isWorthFilling(long leaves) {
    visits++;
    return visits >= WORTH_VISITS && leaves <= (long) visits * LEAVES_A_VISIT;
  }

  /// Copies the fences. O(leaves).
  void fill(PageReader pages) {
    fences = new int[WORTH_VISITS];
    records = new long[WORTH_VISITS * RECORD_LENGTH];
    LeafCollector leaves = new LeafCollector();
    new ForestLeaves(pages, leaves).visit(root, region, 0, ForestLayout.REGION_SLOTS);
    int found = leaves.count;
    fences = Arrays.copyOf(fences, found + 1);
    fences[found] = ForestLayout.REGION_SLOTS;
    records = Arrays.copyOf(records, found * RECORD_LENGTH);
    int entryBits = Integer.SIZE - Integer.numberOfLeadingZeros(4 * found - 1);
    spanShift = Math.clamp(ForestLayout.REGION_SHIFT - entryBits, SPAN_SHIFT_MIN, SPAN_SHIFT_MAX);
    locator = new char[ForestLayout.REGION_SLOTS >>> spanShift];
    int leaf = 0;
    for (int span = 0; span < locator.length; span++) {
      while (fences[leaf + 1] <= span << spanShift) {
        leaf++;
      }
      locator[span] = (char) leaf;
    }
    listed = new char[found][];
    leafCount = found;
  }

  /// Is not filled any more: some page of the region is damaged.
  void giveUp() {
    visits = Integer.MIN_VALUE;
    fences = new int[0];
    records = new long[0];
  }

  private final class LeafCollector implements FixedSizeForest.LeafVisitor {
    private int count;

    @Override
    public void leaf(long page, long source, long endSource) {
      if (count == fences.length) {
        fences = Arrays.copyOf(fences, 2 * count);
        records = Arrays.copyOf(records, 2 * count * RECORD_LENGTH);
      }
      fences[count] = ForestLayout.slot(source);
      records[count * RECORD_LENGTH] = page;
      count++;
    }
  }

  /// Returns the index of the leaf that covers a slot.
  int find(int slot) {
    int leaf = locator[slot >>> spanShift];
    while (fences[leaf + 1] <= slot) {
      leaf++;
    }
    return leaf;
  }

  /// Returns the first slot of a leaf; of the index behind the last one, the end of the region.
  int fence(int index) {
    return fences[index];
  }

  /// Points to a leaf and returns whether it was open before.
  boolean open(PageReader pages, int index, ForestLeaf leaf) {
    int at = index * RECORD_LENGTH;
    long header = records[at + HEADER];
    if (header == 0) {
      long location = pages.locate(records[at]);
      leaf.open(pages, records[at], location, region);
      records[at + LOCATION] = location;
      records[at + HEADER] = leaf.header();
      return false;
    }
    leaf.openAgain(pages, records[at], records[at + LOCATION], header);
    return true;
  }

  /// Returns for each slot that a sparse leaf covers its index in the leaf + 1, 0 if it is not
  /// listed; or `null` if that is not known.
  char @Nullable [] listed(int index) {
    return listed[index];
  }

  /// Notes the index of a sparse leaf that is open and has been before, unless it covers too many
  /// slots, and returns how many bytes that takes.
  int noteListed(int index, ForestLeaf leaf) {
    int low = fences[index];
    int length = fences[index + 1] - low;
    if (length > LISTED_SLOTS_MAX) {
      return 0;
    }
    char[] indexes = new char[length];
    for (int i = 0; i < leaf.count; i++) {
      int place = leaf.slotAt(i) - low;
      if (place >= 0 && place < length) {
        indexes[place] = (char) (i + 1);
      }
    }
    listed[index] = indexes;
    return length * Character.BYTES;
  }
}
