package dev.rookery.traversal;

import dev.rookery.graph.Direction;
import dev.rookery.graph.Edge;
import dev.rookery.graph.NeighborCursor;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.Slots;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Walks those edges of a node that belong to a subgraph: of the edges that the snapshot has there,
/// the ones whose other end is in a set of slots and that a filter lets pass.
///
/// Belongs to one thread.
final class SubgraphCursor implements NeighborCursor {
  private final Steps steps;
  private final Slots slots;
  private final @Nullable Predicate<Edge> edgeFilter;
  private final ForestCursor[] cursors;
  private PhysicalGraph.MovingEdge @Nullable [] views;
  private @Nullable SubgraphCursor counter;
  private long slot = -1;
  private long other;
  private int ordinal;

  /// The step that is walked; that of the current edge, if there is one.
  private int step;

  private boolean isOnEdge;

  SubgraphCursor(Steps steps, Slots slots, @Nullable Predicate<Edge> edgeFilter) {
    this.steps = steps;
    this.slots = slots;
    this.edgeFilter = edgeFilter;
    cursors = steps.cursors();
    step = cursors.length;
  }

  @Override
  public SubgraphCursor of(long node) {
    moveToEnd();
    slot = -1;
    long newSlot = steps.graph().slotOf(node);
    if (slots.contains(newSlot)) {
      moveTo(newSlot);
    }
    return this;
  }

  /// Moves before the first edge of the node in a slot of the set.
  void moveTo(long newSlot) {
    isOnEdge = false;
    slot = newSlot;
    step = 0;
    if (cursors.length > 0) {
      cursors[0].seek(slot);
    }
  }

  @Override
  public boolean next() {
    steps.checkOpen();
    boolean found = false;
    try {
      found = advance();
      isOnEdge = found;
    } finally {
      if (!found) {
        moveToEnd(); // Also where the filter throws.
      }
    }
    return found;
  }

  private boolean advance() {
    while (step < cursors.length) {
      ForestCursor cursor = cursors[step];
      while (cursor.next()) {
        long key = cursor.key();
        other = steps.slotOf(step, key);
        if (slots.contains(other)) {
          ordinal = steps.ordinalOf(step, key);
          if (edgeFilter == null || edgeFilter.test(lookUp())) {
            return true;
          }
        }
      }
      step++;
      if (step < cursors.length) {
        cursors[step].seek(slot);
      }
    }
    return false;
  }

  private void moveToEnd() {
    isOnEdge = false;
    step = cursors.length;
  }

  @Override
  public int next(long[] neighbors) {
    if (neighbors.length == 0) {
      throw new IllegalArgumentException("no room for a neighbour");
    }
    int count = 0;
    while (count < neighbors.length && next()) {
      neighbors[count++] = neighbor();
    }
    return count;
  }

  @Override
  public long neighbor() {
    return steps.graph().nodeOf(otherSlot());
  }

  /// Returns the slot at the other end of the current edge.
  long otherSlot() {
    checkOnEdge();
    return other;
  }

  /// Returns the step of the current edge.
  int step() {
    checkOnEdge();
    return step;
  }

  /// Returns how many edges of the node belong to the subgraph. O(edges of the node).
  @Override
  public long degree() {
    if (slot < 0) {
      return 0;
    }
    if (counter == null) {
      counter = new SubgraphCursor(steps, slots, edgeFilter);
    }
    counter.moveTo(slot);
    long degree = 0;
    while (counter.next()) {
      degree++;
    }
    return degree;
  }

  @Override
  public String type() {
    checkOnEdge();
    return steps.typeName(step);
  }

  @Override
  public Direction direction() {
    checkOnEdge();
    return steps.isOut(step) ? Direction.OUT : Direction.IN;
  }

  @Override
  public Edge edge() {
    checkOnEdge();
    return lookUp();
  }

  /// Returns a view of the current edge that moves on with this cursor. O(1).
  Edge movingEdge() {
    checkOnEdge();
    if (views == null) {
      views = steps.movingEdges();
    }
    PhysicalGraph.MovingEdge view = views[step];
    view.moveTo(slot, cursors[step].key(), cursors[step].value());
    return (Edge) view;
  }

  private Edge lookUp() {
    return steps.edge(step, slot, other, ordinal);
  }

  private void checkOnEdge() {
    if (!isOnEdge) {
      throw new IllegalStateException("cursor stands on no edge");
    }
  }
}
