package dev.rookery.traversal;

import dev.rookery.traversal.Path.Hop;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.LongSequence;

/// The nodes that a run walks on from, each with the edge by which it was reached and the entry
/// that it was reached from: queue of a breadth-first run, stack of a depth-first one, and the
/// source of paths.
///
/// Three columns of primitives, on the heap or off it: 16 bytes an entry (24 where parallel edges
/// may occur), 8 if it is not linked. Belongs to one thread.
final class WalkLog {
  /// The entry that a start node was reached from.
  static final long NO_ENTRY = -1;

  /// Width of the step in a word whose upper part is the parent; both are -1 for a start node.
  private static final int STEP_BITS = 20;

  private final Steps steps;
  private final boolean linked;
  private final LongSequence slots;
  private final LongSequence arrivals;
  private final LongSequence ordinals;

  /// Creates an empty log.
  ///
  /// @param linked whether it can answer how its nodes were reached
  WalkLog(Steps steps, boolean linked, WalkRoom room) {
    if (steps.count() >= 1 << STEP_BITS) {
      throw new IllegalArgumentException("too many edge types steps=" + steps.count());
    }
    this.steps = steps;
    this.linked = linked;
    slots = room.column();
    arrivals = room.column();
    ordinals = room.column();
  }

  /// Adds an entry. O(1), amortised.
  void add(long slot, long parent, int step, int ordinal) {
    slots.add(slot);
    if (linked) {
      arrivals.add(parent == NO_ENTRY ? NO_ENTRY : parent << STEP_BITS | step);
      if (steps.haveOrdinals()) {
        ordinals.add(ordinal);
      }
    }
  }

  long size() {
    return slots.size();
  }

  long slot(long entry) {
    return slots.get(entry);
  }

  /// Returns the entry that an entry was reached from, or [#NO_ENTRY].
  long parent(long entry) {
    return arrivals.get(entry) >> STEP_BITS;
  }

  /// Drops the last entry.
  void pop() {
    long last = size() - 1;
    slots.truncate(last);
    arrivals.truncate(last);
    ordinals.truncate(last);
  }

  /// Forgets the entries before one, where nobody will ask for paths. Call it for each entry in
  /// turn.
  void release(long entry) {
    if (!linked) {
      slots.release(entry);
    }
  }

  /// Returns whether a node lies on the way to an entry. O(depth).
  boolean holdsNode(long entry, long slot) {
    for (long at = entry; at != NO_ENTRY; at = parent(at)) {
      if (slots.get(at) == slot) {
        return true;
      }
    }
    return false;
  }

  /// Returns whether the edge by which a step leads from one slot to another lies on the way to an
  /// entry, walked in either direction. O(depth).
  boolean holdsEdge(long entry, int step, long from, long to, int ordinal) {
    long at = entry;
    for (long before = parent(at); before != NO_ENTRY; before = parent(at)) {
      int walked = step(at);
      if (steps.sameType(step, walked) && ordinal(at) == ordinal) {
        boolean same = steps.isOut(step) == steps.isOut(walked);
        long begin = slots.get(before);
        long end = slots.get(at);
        if (begin == (same ? from : to) && end == (same ? to : from)) {
          return true;
        }
      }
      at = before;
    }
    return false;
  }

  /// Writes the way to an entry into the beginning of the arrays of a path. O(depth).
  ///
  /// @param depth how many edges it has
  void write(long entry, int depth, long[] ids, Hop[] hops) {
    long at = entry;
    for (int i = depth; i >= 0; i--) {
      ids[i] = steps.graph().nodeOf(slots.get(at));
      if (i > 0) {
        hops[i - 1] = new Hop(steps.typeName(step(at)), steps.isOut(step(at)), ordinal(at));
        at = parent(at);
      }
    }
  }

  /// Writes the way to an entry backwards, as a search from the far end has walked it, into the end
  /// of the arrays.
  ///
  /// @param depth how many edges it has
  void writeReversed(long entry, int depth, long[] ids, Hop[] hops) {
    long at = entry;
    int base = hops.length - depth;
    for (int i = 0; i <= depth; i++) {
      ids[base + i] = steps.graph().nodeOf(slots.get(at));
      if (i < depth) {
        hops[base + i] = new Hop(steps.typeName(step(at)), steps.isOut(step(at)), ordinal(at));
        at = parent(at);
      }
    }
  }

  private int step(long entry) {
    return (int) arrivals.get(entry) & (1 << STEP_BITS) - 1;
  }

  private int ordinal(long entry) {
    return steps.haveOrdinals() ? (int) ordinals.get(entry) : 0;
  }
}
