package dev.rookery.traversal.pattern.match;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.pattern.plan.Leg;

/// The edges of some legs between two slots, one after the other. Belongs to one thread.
final class EdgesBetween {
  private final Leg[] legs;
  private final ForestCursor[] cursors;
  private final int[] shifts;
  private int from;
  private int to;
  private int leg;
  private boolean isSought;

  EdgesBetween(PhysicalGraph graph, Leg[] legs) {
    this.legs = legs;
    cursors = new ForestCursor[legs.length];
    shifts = new int[legs.length];
    for (int i = 0; i < legs.length; i++) {
      cursors[i] = legs[i].cursor(graph);
      shifts[i] = legs[i].shift(graph);
    }
  }

  void open(int fromSlot, int toSlot) {
    from = fromSlot;
    to = toSlot;
    leg = 0;
    isSought = false;
  }

  boolean next() {
    while (leg < legs.length) {
      ForestCursor cursor = cursors[leg];
      if (!isSought) {
        isSought = true;
        if (isRepeatedLoop() || cursor.seek(from) == 0) {
          nextLeg();
          continue;
        }
        cursor.seekKey((long) to << shifts[leg]);
      }
      if (cursor.next() && cursor.key() >>> shifts[leg] == to) {
        return true;
      }
      nextLeg();
    }
    return false;
  }

  private void nextLeg() {
    leg++;
    isSought = false;
  }

  /// A self loop that an earlier leg has met from its other end.
  private boolean isRepeatedLoop() {
    if (from == to) {
      for (int i = 0; i < leg; i++) {
        if (legs[i].type() == legs[leg].type()) {
          return true;
        }
      }
    }
    return false;
  }

  int type() {
    return legs[leg].type();
  }

  int source() {
    return legs[leg].isOut() ? from : to;
  }

  int target() {
    return legs[leg].isOut() ? to : from;
  }

  int ordinal() {
    return (int) (cursors[leg].key() & (1L << shifts[leg]) - 1);
  }

  long record() {
    return cursors[leg].value();
  }
}
