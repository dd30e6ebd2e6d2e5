package dev.rookery.graph;

import dev.rookery.graph.error.OperationCancelledException;
import dev.rookery.graph.order.BreadthFirstOrder;
import dev.rookery.graph.order.CommunityOrder;
import dev.rookery.graph.order.DegreeOrder;
import dev.rookery.graph.order.SlotColumns;
import dev.rookery.graph.order.UnchangedOrder;
import dev.rookery.graph.store.GraphStore;
import dev.rookery.graph.store.GraphView;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.graph.store.Progress;
import dev.rookery.graph.store.SlotOrder;
import dev.rookery.storage.Commit;
import dev.rookery.storage.Durability;
import dev.rookery.storage.tx.PageWriteTransaction;

/// One reorganisation: a write transaction that computes an order on the state it began with, gives
/// all pages of the graph back, writes the graph anew, and commits.
final class Reorganization {
  private final GraphStore store;
  private final PageWriteTransaction pages;
  private final ReorganizeOptions options;

  Reorganization(GraphStore store, PageWriteTransaction pages, ReorganizeOptions options) {
    this.store = store;
    this.pages = pages;
    this.options = options;
  }

  ReorganizeSummary run() {
    final long pagesBefore = pages.pageCount();
    GraphView graph = store.before(pages);
    long memoryBytes;
    try (SlotColumns columns = new SlotColumns(pages, graph.slotCount(), options.memoryBytes())) {
      SlotOrder order = order(graph, columns);
      store.rewrite(pages, order, this::progressed);
      columns.dropPages();
      memoryBytes = columns.usedBytes();
    }
    pages.trim(1);
    long edges = 0;
    for (int type = 1; type <= graph.typeCount(); type++) {
      edges += graph.edgeCount(type);
    }
    final long nodes = graph.nodeCount();
    final long pagesAfter = pages.pageCount();
    progressed("commit", 0, 1);
    Commit commit = pages.commit(Durability.SYNC);
    return new ReorganizeSummary(
        nodes, edges, pagesBefore, pagesAfter, memoryBytes, commit.sequence());
  }

  private SlotOrder order(PhysicalGraph graph, SlotColumns columns) {
    Progress progress = this::progressed;
    return switch (options.order()) {
      case UNCHANGED -> UnchangedOrder.of(graph, columns, progress);
      case BREADTH_FIRST -> BreadthFirstOrder.of(graph, columns, progress);
      case COMMUNITIES -> CommunityOrder.of(graph, columns, progress);
      case DEGREE -> DegreeOrder.of(graph, columns, progress);
    };
  }

  private void progressed(String phase, long done, long total) {
    if (options.cancelled().getAsBoolean()) {
      throw new OperationCancelledException(
          "reorganisation was cancelled phase=%s done=%d total=%d".formatted(phase, done, total));
    }
    options.listener().progressed(phase, done, total);
  }
}
