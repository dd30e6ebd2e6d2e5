package dev.rookery.traversal;

import dev.rookery.graph.Edge;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.Path.Hop;
import dev.rookery.traversal.engine.Steps;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Finds the edges that a walk over regions has come by: between a slot and its parent, the first
/// in adjacency order that the edge filter lets pass.
///
/// The walk itself keeps parents only: to find an edge again costs O(log degree), and most are
/// never asked for. Belongs to one thread.
final class ParentEdges {
  private final Steps steps;
  private final ParentSlots parents;
  private final @Nullable Predicate<Edge> filter;
  private final ForestCursor[] cursors;
  private final PhysicalGraph.MovingEdge[] views;

  private int step;
  private int ordinal;

  ParentEdges(Steps steps, ParentSlots parents, @Nullable Predicate<Edge> filter) {
    this.steps = steps;
    this.parents = parents;
    this.filter = filter;
    cursors = steps.cursors();
    views = steps.movingEdges();
  }

  /// Returns the edge by which a slot was reached, which must have a parent. The view is moved by
  /// the next call.
  Edge edge(long slot) {
    find(slot);
    return (Edge) views[step];
  }

  /// Returns the way to a slot. O(depth · log degree).
  Path path(long slot) {
    int length = 0;
    for (long at = parents.parent(slot); at >= 0; at = parents.parent(at)) {
      length++;
    }
    long[] ids = new long[length + 1];
    Hop[] hops = new Hop[length];
    long at = slot;
    for (int i = length; i > 0; i--) {
      ids[i] = steps.graph().nodeOf(at);
      find(at);
      hops[i - 1] = new Hop(steps.typeName(step), steps.isOut(step), ordinal);
      at = parents.parent(at);
    }
    ids[0] = steps.graph().nodeOf(at);
    return new Path(steps.transaction(), ids, hops);
  }

  private void find(long slot) {
    long parent = parents.parent(slot);
    for (step = 0; step < cursors.length; step++) {
      ForestCursor cursor = cursors[step];
      cursor.seek(parent);
      cursor.seekKey(slot << steps.shift(step));
      while (cursor.next() && steps.slotOf(step, cursor.key()) == slot) {
        views[step].moveTo(parent, cursor.key(), cursor.value());
        if (filter == null || filter.test((Edge) views[step])) {
          ordinal = steps.ordinalOf(step, cursor.key());
          return;
        }
      }
    }
    throw new IllegalStateException(
        "edge filter rejects what it let pass source=%d target=%d"
            .formatted(steps.graph().nodeOf(parent), steps.graph().nodeOf(slot)));
  }
}
