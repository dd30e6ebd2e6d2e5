package dev.rookery.traversal;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.traversal.engine.Steps;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one worker of a walk over regions shows to callbacks: a position, a view of a node and one
/// of an edge, which it moves from call to call. Belongs to the worker's thread.
final class RegionSeat implements Position {
  private final Steps steps;
  private final Filters filters;
  private final long slotCount;
  private final @Nullable ParentSlots parents;
  private final PhysicalGraph.MovingNode node;
  private final PhysicalGraph.MovingEdge[] edges;
  private @Nullable ParentEdges ways;

  private long slot;
  private int depth;
  private boolean isShown;

  /// @param parents where each slot was reached from, or null if nobody may ask
  RegionSeat(Steps steps, Filters filters, @Nullable ParentSlots parents) {
    this.steps = steps;
    this.filters = filters;
    this.parents = parents;
    slotCount = steps.graph().slotCount();
    node = steps.movingNode();
    edges = steps.movingEdges();
  }

  /// Moves the position to a node.
  void moveTo(long newSlot, int newDepth) {
    slot = newSlot;
    depth = newDepth;
    isShown = false;
  }

  /// Returns what the node filter and the evaluator say about the position.
  Verdict judge() {
    if (filters.node() != null && !filters.node().test(node())) {
      return Verdict.EXCLUDE_AND_PRUNE;
    }
    Evaluator evaluator = filters.evaluator();
    return evaluator == null
        ? Verdict.INCLUDE_AND_CONTINUE
        : Objects.requireNonNull(evaluator.evaluate(this), "the evaluator gave no verdict");
  }

  /// Returns whether the edge filter lets an edge pass that a cursor stands at.
  boolean passes(int step, long from, long key, long recordId) {
    if (filters.edge() == null) {
      return true;
    }
    edges[step].moveTo(from, key, recordId);
    return filters.edge().test((Edge) edges[step]);
  }

  /// Checks what an edge says, which in a damaged file may be anything.
  long checkSlot(long target) {
    if (target < 0 || target >= slotCount) {
      throw new CorruptDatabaseException(
          "an edge leads to no slot slot=" + target + " slotCount=" + slotCount);
    }
    return target;
  }

  @Override
  public long id() {
    return steps.graph().nodeOf(slot);
  }

  @Override
  public Node node() {
    if (!isShown) {
      node.moveTo(slot);
      isShown = true;
    }
    return (Node) node;
  }

  @Override
  public int depth() {
    return depth;
  }

  @Override
  public Optional<Edge> edge() {
    return depth == 0 ? Optional.empty() : Optional.of(ways().edge(slot));
  }

  @Override
  public Path path() {
    return ways().path(slot);
  }

  private ParentEdges ways() {
    ParentEdges found = ways;
    if (found == null) {
      found = new ParentEdges(steps, Objects.requireNonNull(parents), filters.edge());
      ways = found;
    }
    return found;
  }
}
