package dev.rookery.traversal.region;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.tree.ForestCursor;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotWork;
import org.jspecify.annotations.Nullable;

/// Some neighbouring nodes of one region, with the edges that the pass is about: a cursor over the
/// nodes, and for each node one over its neighbours.
///
/// ```java
/// while (batch.nextNode()) {
///   while (batch.nextNeighbor()) … batch.neighborPlace() …
/// }
/// ```
///
/// Valid inside the call that got it, on that thread. Nothing is allocated for a node or an edge.
public final class RegionBatch {
  private final PhysicalGraph graph;
  private final Steps steps;
  private final RegionWorker worker;
  private final ForestCursor[] cursors;
  private final @Nullable SlotWork work;
  private final long end;

  private long slot;

  /// Of the current word, the slots that have work and are still to come.
  private long bits;

  private long word;
  private long node;
  private int step;
  private long neighbor;
  private int ordinal;
  private boolean isSought;

  /// @param work the nodes to be visited, or null for all
  RegionBatch(
      PhysicalGraph graph,
      Steps steps,
      RegionWorker worker,
      @Nullable SlotWork work,
      long from,
      long end) {
    this.graph = graph;
    this.steps = steps;
    this.worker = worker;
    this.cursors = worker.cursors(steps);
    this.work = work;
    this.end = end;
    slot = from - 1;
    word = (from >>> 6) - 1;
  }

  /// Moves to the next node and returns whether there is one.
  public boolean nextNode() {
    do {
      slot = work == null ? slot + 1 : nextWork(work);
      if (slot >= end) {
        return false;
      }
      node = graph.nodeOf(slot);
    } while (node == 0);
    step = 0;
    isSought = false;
    worker.walked(1);
    return true;
  }

  private long nextWork(SlotWork taken) {
    while (bits == 0) {
      word++;
      if (word << 6 >= end) {
        return end;
      }
      bits = taken.takeWord(word);
    }
    long next = (word << 6) + Long.numberOfTrailingZeros(bits);
    bits &= bits - 1;
    return next;
  }

  /// Moves behind the last node.
  void skipRest() {
    while (slot < end) {
      nextNode();
    }
  }

  /// Returns the id of the current node.
  public long node() {
    return node;
  }

  /// Returns the place of the current node: by it, values of the run are addressed. It means
  /// nothing outside of the run.
  public long place() {
    return slot;
  }

  /// Returns the worker's number, from 0 on: for values that each worker adds up alone.
  public int worker() {
    return worker.index();
  }

  /// Returns how many edges the current node has, of those that the pass is about; a self loop that
  /// both of its ends lead to counts twice. O(types).
  public long degree() {
    long degree = 0;
    for (ForestCursor cursor : cursors) {
      degree += cursor.seek(slot);
    }
    isSought = false;
    step = 0;
    return degree;
  }

  /// Moves to the next edge of the current node and returns whether there is one. The order is that
  /// of the selected types and directions, and within these that of the places.
  public boolean nextNeighbor() {
    while (step < cursors.length) {
      ForestCursor cursor = cursors[step];
      if (!isSought) {
        worker.walked(cursor.seek(slot));
        isSought = true;
      }
      while (cursor.next()) {
        long key = cursor.key();
        neighbor = steps.slotOf(step, key);
        ordinal = steps.ordinalOf(step, key);
        if (neighbor != slot || !steps.repeatsLoops(step)) {
          return true;
        }
      }
      step++;
      isSought = false;
    }
    return false;
  }

  /// Returns the place of the node that the current edge leads to.
  public long neighborPlace() {
    return neighbor;
  }

  /// Returns the id of the node that the current edge leads to.
  public long neighbor() {
    return graph.nodeOf(neighbor);
  }

  /// Returns the name of the current edge's type.
  public String edgeType() {
    return steps.typeName(step);
  }

  /// Returns whether the current edge leads away from the current node.
  public boolean isOutgoing() {
    return steps.isOut(step);
  }

  /// Returns the number of the current edge among parallel ones, 0 if its type has none.
  public int ordinal() {
    return ordinal;
  }
}
