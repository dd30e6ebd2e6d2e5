package dev.rookery.graph.store;

import dev.rookery.storage.StorageEnvironment;
import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.table.PagedTable;
import dev.rookery.storage.table.RecordTable;
import dev.rookery.storage.tree.BTree;
import java.lang.foreign.MemorySegment;

/// The page that a graph starts from: roots of its structures, and its counters.
///
/// ```
/// offset bytes field
///     32     8 magic "RKGRAPH1"
///     40     8 next node id
///     48     8 node count
///     56     8 slots in use are below this
///     64     8 root of the symbols (B+tree)
///     72     8 root of the edge types (paged table, see EdgeTypes)
///     80     8 root of the translation table (paged table: node id → slot + 1)
///     88     8 root of the region directory (paged table, see NodeTable)
///     96     8 root of the node records (record table)
///    104     8 root of the edge records (record table)
///    112     8 first region that may have a free slot
///    120     4 label count
///    124     4 edge type count
///    128     4 property key count
///    132     4 indexes ever defined
///    136     8 root of the label tree (fixed-size tree, see LabelTree)
///    144     8 slots that the label tree speaks of
///    152     8 root of the catalog of indexes (B+tree, see IndexTable), 0 = none
///    160     8 version of the catalog of indexes
///    168     8 root of the change feed (fixed-size tree, see ChangeLog), 0 = switched off
///    176     8 root of its records (record table)
/// ```
final class GraphRoot {
  static final long MAGIC = 0x3148_5041_5247_4B52L; // "RKGRAPH1"
  static final int MAGIC_OFFSET = PageLayout.CONTENT_OFFSET;
  static final int NEXT_NODE_OFFSET = MAGIC_OFFSET + Long.BYTES;
  static final int NODE_COUNT_OFFSET = NEXT_NODE_OFFSET + Long.BYTES;
  static final int SLOT_COUNT_OFFSET = NODE_COUNT_OFFSET + Long.BYTES;
  static final int SYMBOLS_OFFSET = SLOT_COUNT_OFFSET + Long.BYTES;
  static final int TYPES_OFFSET = SYMBOLS_OFFSET + Long.BYTES;
  static final int TRANSLATION_OFFSET = TYPES_OFFSET + Long.BYTES;
  static final int REGIONS_OFFSET = TRANSLATION_OFFSET + Long.BYTES;
  static final int NODE_RECORDS_OFFSET = REGIONS_OFFSET + Long.BYTES;
  static final int EDGE_RECORDS_OFFSET = NODE_RECORDS_OFFSET + Long.BYTES;
  static final int FREE_REGION_OFFSET = EDGE_RECORDS_OFFSET + Long.BYTES;
  static final int LABEL_COUNT_OFFSET = FREE_REGION_OFFSET + Long.BYTES;
  static final int TYPE_COUNT_OFFSET = LABEL_COUNT_OFFSET + Integer.BYTES;
  static final int KEY_COUNT_OFFSET = TYPE_COUNT_OFFSET + Integer.BYTES;
  static final int INDEX_COUNT_OFFSET = KEY_COUNT_OFFSET + Integer.BYTES;
  static final int LABEL_TREE_OFFSET = INDEX_COUNT_OFFSET + Integer.BYTES;
  static final int LABELLED_OFFSET = LABEL_TREE_OFFSET + Long.BYTES;
  static final int INDEXES_OFFSET = LABELLED_OFFSET + Long.BYTES;
  static final int INDEX_VERSION_OFFSET = INDEXES_OFFSET + Long.BYTES;
  static final int CHANGES_OFFSET = INDEX_VERSION_OFFSET + Long.BYTES;
  static final int CHANGE_RECORDS_OFFSET = CHANGES_OFFSET + Long.BYTES;
  private static final int FIELDS_BYTES = CHANGE_RECORDS_OFFSET + Long.BYTES - MAGIC_OFFSET;

  /// The page.
  static final long PAGE = StorageEnvironment.ROOT_PAGE;

  static final int SYMBOLS_ID = 1;
  static final int TYPES_ID = 2;
  static final int TRANSLATION_ID = 3;
  static final int REGIONS_ID = 4;
  static final int SLOTS_ID = 5;
  static final int NODE_RECORDS_ID = 6;
  static final int EDGE_RECORDS_ID = 7;
  static final int LABELS_ID = 8;
  static final int INDEXES_ID = 9;
  static final int INDEX_ENTRIES_ID = 10;
  static final int CHANGES_ID = 11;
  static final int CHANGE_RECORDS_ID = 12;

  /// Structure ids of the forests: this + 2 · type for OUT, one more for IN.
  static final int FORESTS_ID = 16;

  private GraphRoot() {}

  /// Makes the structures of an empty graph.
  static void create(PageWriter pages) {
    long symbols = BTree.create(pages, SYMBOLS_ID);
    long types = PagedTable.create(pages, TYPES_ID, EdgeTypes.ENTRY_BYTES);
    long translation = PagedTable.create(pages, TRANSLATION_ID, Long.BYTES);
    // There is no node 0: else the first leaf could never be given back.
    new PagedTable(translation, Long.BYTES).retire(pages, 0);
    long regions = PagedTable.create(pages, REGIONS_ID, RegionEntry.BYTES);
    long nodeRecords = RecordTable.create(pages, NODE_RECORDS_ID);
    long edgeRecords = RecordTable.create(pages, EDGE_RECORDS_ID);
    long labels = LabelTree.create(pages);
    MemorySegment root = pages.modify(PAGE);
    root.set(PageLayout.LONG, MAGIC_OFFSET, MAGIC);
    root.set(PageLayout.LONG, NEXT_NODE_OFFSET, 1);
    root.set(PageLayout.LONG, SYMBOLS_OFFSET, symbols);
    root.set(PageLayout.LONG, TYPES_OFFSET, types);
    root.set(PageLayout.LONG, TRANSLATION_OFFSET, translation);
    root.set(PageLayout.LONG, REGIONS_OFFSET, regions);
    root.set(PageLayout.LONG, NODE_RECORDS_OFFSET, nodeRecords);
    root.set(PageLayout.LONG, EDGE_RECORDS_OFFSET, edgeRecords);
    root.set(PageLayout.LONG, LABEL_TREE_OFFSET, labels);
  }

  /// Returns whether a graph was made here; a new database has a page of zeros.
  static boolean isPresent(PageReader pages) {
    long magic = getLong(pages, MAGIC_OFFSET);
    if (magic != 0 && magic != MAGIC) {
      throw new CorruptDatabaseException(
          "root page holds no graph magic=" + Long.toHexString(magic));
    }
    return magic == MAGIC;
  }

  static long getLong(PageReader pages, int offset) {
    long location = pages.locate(PAGE);
    return pages.segmentAt(location).get(PageLayout.LONG, PageReader.offsetAt(location) + offset);
  }

  static int getInt(PageReader pages, int offset) {
    long location = pages.locate(PAGE);
    return pages.segmentAt(location).get(PageLayout.INT, PageReader.offsetAt(location) + offset);
  }

  /// Returns the page, of which numbers are to be changed.
  static MemorySegment modifyCounters(PageWriter pages) {
    return pages.modify(PAGE, MAGIC_OFFSET, FIELDS_BYTES);
  }

  static void setLong(PageWriter pages, int offset, long value) {
    modifyCounters(pages).set(PageLayout.LONG, offset, value);
  }

  static void setInt(PageWriter pages, int offset, int value) {
    modifyCounters(pages).set(PageLayout.INT, offset, value);
  }
}
