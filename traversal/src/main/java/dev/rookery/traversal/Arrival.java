package dev.rookery.traversal;

import dev.rookery.graph.Edge;
import dev.rookery.graph.Node;
import dev.rookery.traversal.Path.Hop;
import dev.rookery.traversal.engine.Steps;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The position of a run: the slot it has just come to, the log entry it came from, and the edge
/// between them.
final class Arrival implements Position {
  private static final int NO_STEP = -1;

  private final Steps steps;
  private final WalkLog log;

  private long slot;
  private int depth;
  private int step;
  private int ordinal;
  private long from;
  private long parent;
  private @Nullable Node node;

  Arrival(Steps steps, WalkLog log) {
    this.steps = steps;
    this.log = log;
  }

  /// Moves to a start node.
  void atStart(long start) {
    slot = start;
    depth = 0;
    step = NO_STEP;
    ordinal = 0;
    parent = WalkLog.NO_ENTRY;
    node = null;
  }

  /// Moves along an edge from the node of a log entry.
  void along(long entry, int entryDepth, int edgeStep, long key) {
    slot = steps.slotOf(edgeStep, key);
    depth = entryDepth + 1;
    step = edgeStep;
    ordinal = steps.ordinalOf(edgeStep, key);
    from = log.slot(entry);
    parent = entry;
    node = null;
  }

  /// Adds the node to the log.
  void record() {
    log.add(slot, parent, step, ordinal);
  }

  long slot() {
    return slot;
  }

  boolean isRepeatedLoop() {
    return from == slot && steps.repeatsLoops(step);
  }

  boolean closesCircle() {
    return log.holdsNode(parent, slot);
  }

  boolean repeatsEdge() {
    return log.holdsEdge(parent, step, from, slot, ordinal);
  }

  /// Returns the edge; not at a start node.
  Edge walkedEdge() {
    return steps.edge(step, from, slot, ordinal);
  }

  @Override
  public long id() {
    return steps.graph().nodeOf(slot);
  }

  @Override
  public Node node() {
    Node view = node;
    if (view == null) {
      view = steps.node(slot);
      node = view;
    }
    return view;
  }

  @Override
  public int depth() {
    return depth;
  }

  @Override
  public Optional<Edge> edge() {
    return step == NO_STEP ? Optional.empty() : Optional.of(walkedEdge());
  }

  @Override
  public Path path() {
    long[] ids = new long[depth + 1];
    Hop[] hops = new Hop[depth];
    ids[depth] = id();
    if (depth > 0) {
      hops[depth - 1] = new Hop(steps.typeName(step), steps.isOut(step), ordinal);
      log.write(parent, depth - 1, ids, hops);
    }
    return new Path(steps.transaction(), ids, hops);
  }
}
