package dev.rookery.graph.store;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.table.PagedTable;
import dev.rookery.storage.tree.BTree;
import dev.rookery.storage.tree.FixedSizeForest;
import dev.rookery.storage.tree.ForestCursor;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import org.jspecify.annotations.Nullable;

/// Verifies a graph: each structure by itself, and the rules between them.
///
/// 1. Every edge is in both forests of its type, with the same record.
/// 2. Both ends of every edge are nodes.
/// 3. Every edge record and every node record has exactly one edge or node that names it.
/// 4. Slots and translation agree, both ways, and every free slot can be found (see NodeTable).
/// 5. The label tree and the labels of the slots agree (see LabelCheck).
/// 6. Indexes and nodes agree (see IndexCheck).
/// 7. Commits in the change feed and its records agree (see ChangeLog).
final class GraphCheck {
  private static final long NO_OWNER = -1;

  private final GraphView graph;
  private final PageReader pages;

  GraphCheck(GraphView graph) {
    this.graph = graph;
    this.pages = graph.pages();
  }

  void run(CheckReport report) {
    report.claim(GraphRoot.PAGE, "graph root");
    new BTree(GraphRoot.getLong(pages, GraphRoot.SYMBOLS_OFFSET)).check(pages, report);
    new PagedTable(GraphRoot.getLong(pages, GraphRoot.TYPES_OFFSET), EdgeTypes.ENTRY_BYTES)
        .check(pages, report);
    graph.store.nodes().check(pages, report);
    new LabelCheck(graph).run(report);
    new IndexCheck(graph).run(report);
    ChangeLog changes = graph.changeLog();
    if (changes != null) {
      changes.check(report);
    }
    Long2LongOpenHashMap edgeRecords = new Long2LongOpenHashMap();
    edgeRecords.defaultReturnValue(NO_OWNER);
    for (int number = 1; number <= graph.typeCount(); number++) {
      checkType(graph.type(number), edgeRecords, report);
    }
    checkEdgeRecords(edgeRecords, report);
    checkNodeRecords(report);
  }

  private void checkType(EdgeType type, Long2LongOpenHashMap records, CheckReport report) {
    type.outgoing().check(pages, report);
    type.incoming().check(pages, report);
    String name = "edges " + type.name();
    long out = checkHalf(type, type.outgoing(), type.incoming(), name, report, records);
    long in = checkHalf(type, type.incoming(), type.outgoing(), name, report, null);
    if (out != in) {
      report.problem(name, -1, "%d outgoing edges and %d incoming ones".formatted(out, in));
    }
  }

  private long checkHalf(
      EdgeType type,
      FixedSizeForest near,
      FixedSizeForest far,
      String name,
      CheckReport report,
      @Nullable Long2LongOpenHashMap records) {
    ForestCursor cursor = near.cursor(pages);
    long edges = 0;
    long end = graph.slotCount();
    for (long slot = cursor.seekNext(0, end); slot >= 0; slot = cursor.seekNext(slot + 1, end)) {
      if (graph.nodeOf(slot) == 0) {
        report.problem(name, -1, "slot %d has edges and no node".formatted(slot));
      }
      while (cursor.next()) {
        edges++;
        long key = cursor.key();
        long back = type.key(slot, type.ordinalOf(key));
        if (far.get(pages, type.slotOf(key), back) != cursor.value()) {
          report.problem(
              name,
              -1,
              "edge between slots %d and %d differs at its ends".formatted(slot, type.slotOf(key)));
        }
        if (records != null
            && cursor.value() != 0
            && records.put(cursor.value(), EdgeEntries.owner(type.number(), slot)) != NO_OWNER) {
          report.problem(name, -1, "two edges share record %d".formatted(cursor.value()));
        }
      }
    }
    return edges;
  }

  private void checkEdgeRecords(Long2LongOpenHashMap named, CheckReport report) {
    long[] found = new long[1];
    PropertyBytes bytes = new PropertyBytes();
    graph
        .store
        .edgeRecords()
        .check(
            pages,
            report,
            (record, owner) -> {
              if (named.get(record) != owner) {
                report.problem(
                    "edge records", -1, "record %d belongs to no edge".formatted(record));
              } else {
                found[0]++;
                graph.edgeProperties(record, bytes);
                checkProperties("edge records", bytes, report);
              }
            });
    if (found[0] != named.size()) {
      report.problem("edge records", -1, "an edge names a record that does not exist");
    }
  }

  private void checkNodeRecords(CheckReport report) {
    LongOpenHashSet found = new LongOpenHashSet();
    graph
        .store
        .nodeRecords()
        .check(
            pages,
            report,
            (record, owner) -> {
              found.add(record);
              if (owner < 0
                  || owner >= graph.slotCount()
                  || graph.nodeOf(owner) == 0
                  || graph.recordOf(owner) != record) {
                report.problem(
                    "node records", -1, "record %d belongs to no node".formatted(record));
              }
            });
    PropertyBytes bytes = new PropertyBytes();
    int named = 0;
    for (long slot = 0; slot < graph.slotCount(); slot++) {
      if (graph.nodeOf(slot) != 0) {
        graph.nodeProperties(slot, bytes);
        checkProperties("node properties", bytes, report);
        checkLabel(slot, report);
        named += graph.recordOf(slot) != 0 ? 1 : 0;
      }
    }
    if (named != found.size()) {
      report.problem("node records", -1, "%d nodes name %d records".formatted(named, found.size()));
    }
  }

  private void checkLabel(long slot, CheckReport report) {
    int label = graph.labelOf(slot);
    if (label < 0 || label > graph.labelCount()) {
      report.problem("node slots", -1, "label %d of slot %d has no name".formatted(label, slot));
    }
  }

  private void checkProperties(String name, PropertyBytes bytes, CheckReport report) {
    PropertyDecoder.validate(bytes.segment(), bytes.offset(), bytes.length());
    for (int i = 0; i < bytes.count(); i++) {
      if (bytes.keyAt(i) > graph.keyCount()) {
        report.problem(name, -1, "property key %d has no name".formatted(bytes.keyAt(i)));
      }
    }
  }
}
