package dev.rookery.traversal.pattern;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.pattern.result.StatementRun;
import dev.rookery.traversal.pattern.value.EdgeValue;
import dev.rookery.traversal.pattern.value.NodeValue;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PrimitiveIterator;
import org.jspecify.annotations.Nullable;

/// The ids of all nodes that the rows of a run name, row by row: nodes, and the ends of edges.
///
/// Belongs to one thread, like the run.
final class NodesOfRows implements PrimitiveIterator.OfLong {
  private final PhysicalGraph graph;
  private final StatementRun run;
  private final LongArrayList ofRow = new LongArrayList();
  private int next;

  NodesOfRows(PhysicalGraph graph, StatementRun run) {
    this.graph = graph;
    this.run = run;
  }

  @Override
  public boolean hasNext() {
    while (next == ofRow.size()) {
      if (!run.next()) {
        return false;
      }
      ofRow.clear();
      next = 0;
      for (int column = 0; column < run.columns().size(); column++) {
        add(run.value(column));
      }
    }
    return true;
  }

  private void add(@Nullable Object value) {
    switch (value) {
      case NodeValue node -> ofRow.add(node.id());
      case EdgeValue edge -> {
        ofRow.add(graph.nodeOf(edge.source()));
        ofRow.add(graph.nodeOf(edge.target()));
      }
      case List<?> list -> list.forEach(this::add);
      case null, default -> {}
    }
  }

  @Override
  public long nextLong() {
    if (!hasNext()) {
      throw new NoSuchElementException("rows name no more nodes");
    }
    return ofRow.getLong(next++);
  }
}
