package dev.rookery.traversal.algorithm;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotInts;
import dev.rookery.traversal.run.EdgeSelection;
import dev.rookery.traversal.run.RunOptions;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Core numbers: the largest k for which a node is in a part of the graph where each node has k
/// neighbours or more (the *k-core*).
///
/// Neighbours are nodes that an edge joins, whatever its direction; parallel edges and self loops
/// make no difference. Of the selection, the types count and the directions do not.
///
/// After Batagelj and Zaversnik, *An O(m) Algorithm for Cores Decomposition of Networks* (2003):
/// nodes are taken away in the order of their degree, sorted by counting. That order is one after
/// the other, so one thread does it; the rows before are made by all workers. O(nodes + edges)
/// time; 8 bytes for each edge and 28 for each node while it runs. Immutable and thread-safe.
public final class CoreNumbers {
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final int NODES_UNASKED = 1 << 12;

  private final EdgeSelection selection;

  private CoreNumbers(EdgeSelection selection) {
    this.selection = selection;
  }

  /// Describes the cores that edges of these types make.
  public static CoreNumbers along(EdgeSelection selection) {
    return new CoreNumbers(selection);
  }

  /// Computes the core number of each node.
  ///
  /// @throws dev.rookery.graph.error.OperationCancelledException if the run was cancelled
  /// @throws dev.rookery.traversal.error.RunTimeoutException if it took too long
  /// @throws IllegalStateException if no edges were selected
  public NodeLongs run(ReadTransaction tx, RunOptions options) {
    Steps steps = Steps.of(tx, selection).bothWays();
    try (GraphPass pass = new GraphPass(tx, options)) {
      CompactRows rows = CompactRows.build(pass, steps, null, CompactRows.Kind.DISTINCT);
      pass.endRound();
      SlotInts cores = peel(pass, rows);
      pass.endRound();
      return new NodeLongs(pass, cores::get);
    }
  }

  private static SlotInts peel(GraphPass pass, CompactRows rows) {
    int slotCount = (int) pass.slotCount();
    SlotInts degrees = pass.memory().ints();
    SlotInts order = pass.memory().ints();
    SlotInts places = pass.memory().ints();
    int largest = 0;
    for (int slot = 0; slot < slotCount; slot++) {
      degrees.set(slot, rows.length(slot));
      largest = Math.max(largest, rows.length(slot));
    }
    // Where the slots of each degree begin in the order.
    SlotInts begins = new SlotInts(pass.memory().state(SlotInts.bytes(largest + 2L)));
    for (int slot = 0; slot < slotCount; slot++) {
      begins.set(degrees.get(slot) + 1, begins.get(degrees.get(slot) + 1) + 1);
    }
    for (int degree = 1; degree <= largest + 1; degree++) {
      begins.set(degree, begins.get(degree) + begins.get(degree - 1));
    }
    for (int slot = 0; slot < slotCount; slot++) {
      int place = begins.get(degrees.get(slot));
      begins.set(degrees.get(slot), place + 1);
      places.set(slot, place);
      order.set(place, slot);
    }
    for (int degree = largest + 1; degree > 0; degree--) {
      begins.set(degree, begins.get(degree - 1));
    }
    begins.set(0, 0);
    MemorySegment targets = rows.targets();
    for (int place = 0; place < slotCount; place++) {
      if (place % NODES_UNASKED == 0) {
        pass.run().check();
      }
      int slot = order.get(place);
      long first = rows.begin(slot) << 2;
      for (int i = 0; i < rows.length(slot); i++) {
        int other = targets.get(INT, first + 4L * i);
        if (degrees.get(other) > degrees.get(slot)) {
          lower(other, degrees, begins, order, places);
        }
      }
    }
    return degrees;
  }

  /// Takes one from the degree of a slot: it changes places with the first of its degree, which
  /// then begins one place later.
  private static void lower(
      int slot, SlotInts degrees, SlotInts begins, SlotInts order, SlotInts places) {
    int degree = degrees.get(slot);
    int place = places.get(slot);
    int firstPlace = begins.get(degree);
    int first = order.get(firstPlace);
    if (first != slot) {
      places.set(slot, firstPlace);
      order.set(place, first);
      places.set(first, place);
      order.set(firstPlace, slot);
    }
    begins.set(degree, firstPlace + 1);
    degrees.set(slot, degree - 1);
  }
}
