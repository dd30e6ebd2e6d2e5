package dev.rookery.graph.store;

import dev.rookery.storage.page.PageLayout;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.page.PageWriter;
import dev.rookery.storage.table.PagedTable;
import dev.rookery.storage.tree.FixedSizeForest;
import java.lang.foreign.MemorySegment;

/// The table of edge types, by number.
///
/// ```
/// offset bytes field
///      0     8 root of the forest of outgoing edges
///      8     8 root of the forest of incoming edges
///     16     4 flags: bit 0 = MULTI
///     20    12 reserved
/// ```
final class EdgeTypes {
  static final int OUTGOING_OFFSET = 0;
  static final int INCOMING_OFFSET = OUTGOING_OFFSET + Long.BYTES;
  static final int FLAGS_OFFSET = INCOMING_OFFSET + Long.BYTES;
  static final int ENTRY_BYTES = 32;
  static final int MULTI = 1;

  private EdgeTypes() {}

  private static PagedTable table(PageReader pages) {
    return new PagedTable(GraphRoot.getLong(pages, GraphRoot.TYPES_OFFSET), ENTRY_BYTES);
  }

  /// Makes the two forests of a type that is new, or whose forests were dropped.
  static EdgeType create(PageWriter pages, int number, String name, boolean multi) {
    int structure = GraphRoot.FORESTS_ID + 2 * number;
    long outgoing = FixedSizeForest.create(pages, structure);
    // There are as many incoming edges as outgoing ones.
    long incoming = FixedSizeForest.createUncounted(pages, structure + 1);
    long at = table(pages).modify(pages, number);
    MemorySegment entry = pages.segmentAt(at).asSlice(PageReader.offsetAt(at), ENTRY_BYTES);
    entry.set(PageLayout.LONG, OUTGOING_OFFSET, outgoing);
    entry.set(PageLayout.LONG, INCOMING_OFFSET, incoming);
    entry.set(PageLayout.INT, FLAGS_OFFSET, multi ? MULTI : 0);
    return of(number, name, entry);
  }

  /// Gives all pages of the edges back, and of a type but its entry.
  static void drop(PageWriter pages, EdgeType type) {
    type.outgoing().drop(pages);
    type.incoming().drop(pages);
  }

  /// Moves the table to free pages with lower numbers.
  static void move(PageWriter pages) {
    table(pages).moveDown(pages, () -> {});
  }

  /// Reads a type.
  static EdgeType read(PageReader pages, int number, String name) {
    long at = table(pages).locate(pages, number);
    if (at == PagedTable.NEVER_WRITTEN || at == PagedTable.RETIRED) {
      throw pages.corrupt(GraphRoot.PAGE, "edge type " + number, "no entry");
    }
    return of(number, name, pages.segmentAt(at).asSlice(PageReader.offsetAt(at), ENTRY_BYTES));
  }

  private static EdgeType of(int number, String name, MemorySegment entry) {
    return new EdgeType(
        number,
        name,
        (entry.get(PageLayout.INT, FLAGS_OFFSET) & MULTI) != 0,
        new FixedSizeForest(entry.get(PageLayout.LONG, OUTGOING_OFFSET)),
        new FixedSizeForest(entry.get(PageLayout.LONG, INCOMING_OFFSET)));
  }
}
