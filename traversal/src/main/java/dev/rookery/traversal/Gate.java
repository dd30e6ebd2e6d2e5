package dev.rookery.traversal;

import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotSet;
import dev.rookery.traversal.frontier.Slots;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Decides about each arrival of one run: self loops met from both ends, uniqueness, edge filter,
/// node filter, evaluator, in this order, the cheap and frequent ones first.
///
/// With [Uniqueness#NODE], a node whose edge is rejected may still be reached by another edge; a
/// node that is rejected itself is not asked about again. Belongs to one thread.
final class Gate {
  private final Steps steps;
  private final Uniqueness uniqueness;
  private final Filters filters;
  private final Slots seen;

  Gate(Steps steps, Uniqueness uniqueness, Filters filters, WalkRoom room) {
    this.steps = steps;
    this.uniqueness = uniqueness;
    this.filters = filters;
    seen = room.slots(steps);
  }

  /// Returns the slots of the start nodes, each once, in the order given.
  ///
  /// @throws NodeNotFoundException if one does not exist
  long[] startSlots(long[] ids) {
    LongArrayList slots = new LongArrayList(ids.length);
    for (long id : ids) {
      long slot = steps.graph().slotOf(id);
      if (seen.add(slot)) {
        slots.add(slot);
      }
    }
    return slots.toLongArray();
  }

  /// Returns the slots that scans may pass over since they cannot be reached any more, or null if
  /// there are none: what most edges of a search end with.
  @Nullable SlotSet spent() {
    return uniqueness == Uniqueness.NODE && seen instanceof SlotSet set ? set : null;
  }

  /// Returns whether the edge and the uniqueness let an arrival through; it counts as having been
  /// there then.
  boolean admits(Arrival arrival) {
    if (arrival.isRepeatedLoop() || repeats(arrival)) {
      return false;
    }
    if (filters.edge() != null && !filters.edge().test(arrival.walkedEdge())) {
      return false;
    }
    return uniqueness != Uniqueness.NODE || seen.add(arrival.slot());
  }

  /// Returns what the node filter and the evaluator say.
  Verdict judge(Arrival arrival) {
    if (filters.node() != null && !filters.node().test(arrival.node())) {
      return Verdict.EXCLUDE_AND_PRUNE;
    }
    Evaluator evaluator = filters.evaluator();
    return evaluator == null
        ? Verdict.INCLUDE_AND_CONTINUE
        : Objects.requireNonNull(evaluator.evaluate(arrival), "the evaluator gave no verdict");
  }

  private boolean repeats(Arrival arrival) {
    return switch (uniqueness) {
      case NODE -> seen.contains(arrival.slot());
      case PATH -> arrival.closesCircle();
      case TRAIL -> arrival.repeatsEdge();
      case NONE -> false;
    };
  }
}
