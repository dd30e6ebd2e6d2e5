package dev.rookery.graph.store;

import dev.rookery.storage.check.CheckReport;
import dev.rookery.storage.page.PageReader;
import dev.rookery.storage.table.PagedTable;
import dev.rookery.storage.tree.BTree;
import dev.rookery.storage.tree.FixedSizeForest;
import it.unimi.dsi.fastutil.longs.LongOpenHashSet;
import org.jspecify.annotations.Nullable;

/// Verifies a graph: each structure by itself, and the rules between them.
///
/// 1. Every edge is in both forests of its type, with the same record.
/// 2. Both ends of every edge are nodes.
/// 3. Every edge record and every node record has exactly one edge or node that names it.
/// 4. Slots and translation agree (see NodeTable).
final class GraphCheck {
  private final GraphView graph;
  private final PageReader pages;

  GraphCheck(GraphView graph) {
    this.graph = graph;
    this.pages = graph.pages();
  }

  void run(CheckReport report) {
    report.claim(GraphRoot.PAGE, "graph root");
    new BTree(GraphRoot.getLong(pages, GraphRoot.SYMBOLS_OFFSET)).check(pages, report);
    new PagedTable(
            GraphRoot.getLong(pages, GraphRoot.TYPES_OFFSET), EdgeTypes.ENTRY_BYTES)
        .check(pages, report);
    graph.store.nodes().check(pages, report);
    LongOpenHashSet edgeRecords = new LongOpenHashSet();
    for (int number = 1; number <= graph.typeCount(); number++) {
      checkType(graph.type(number), edgeRecords, report);
    }
    checkEdgeRecords(edgeRecords, report);
    checkNodeRecords(report);
  }

  private void checkType(EdgeType type, LongOpenHashSet records, CheckReport report) {
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
      @Nullable LongOpenHashSet records) {
    FixedSizeForest.Cursor cursor = near.cursor(pages);
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
              "edge between slots %d and %d differs at its ends"
                  .formatted(slot, type.slotOf(key)));
        }
        if (records != null && cursor.value() != 0 && !records.add(cursor.value())) {
          report.problem(name, -1, "two edges share record %d".formatted(cursor.value()));
        }
      }
    }
    return edges;
  }

  private void checkEdgeRecords(LongOpenHashSet named, CheckReport report) {
    LongOpenHashSet found = new LongOpenHashSet();
    graph
        .store
        .edgeRecords()
        .check(
            pages,
            report,
            (record, owner) -> {
              found.add(record);
              if (!named.contains(record)) {
                report.problem("edge records", -1, "record %d belongs to no edge".formatted(record));
              }
            });
    if (!found.containsAll(named)) {
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
              if (owner < 0 || owner >= graph.slotCount() || graph.nodeOf(owner) == 0) {
                report.problem("node records", -1, "record %d belongs to no node".formatted(record));
              }
            });
    PropertyBytes bytes = new PropertyBytes();
    int named = 0;
    for (long slot = 0; slot < graph.slotCount(); slot++) {
      if (graph.nodeOf(slot) != 0) {
        graph.nodeProperties(slot, bytes);
        PropertyDecoder.validate(bytes.segment(), bytes.offset(), bytes.length());
        named += graph.isInRecord(slot) ? 1 : 0;
      }
    }
    if (named != found.size()) {
      report.problem(
          "node records", -1, "%d nodes name %d records".formatted(named, found.size()));
    }
  }
}
