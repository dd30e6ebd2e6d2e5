package dev.rookery.traversal.pattern.match;

import dev.rookery.graph.NodeCursor;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.error.NodeNotFoundException;
import dev.rookery.graph.store.LabelCursor;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.pattern.plan.Start;
import dev.rookery.traversal.pattern.plan.Step;
import dev.rookery.traversal.pattern.row.RowMemory;
import org.jspecify.annotations.Nullable;

/// Binds a node to each that a label, an index or an id gives.
final class ScanRun extends StepRun {
  private static final int CHECK_SLOTS = 1 << 10;

  private final ReadTransaction tx;
  private final PhysicalGraph graph;
  private final RowMemory memory;
  private final Start start;
  private final int @Nullable [] labels;
  private final NodeTest test;
  private final @Nullable Evaluation id;
  private final LabelCursor[] cursors;
  private long from;
  private long end = Long.MAX_VALUE;

  // Where the scan stands.
  private long next;
  private int label;
  private @Nullable NodeCursor found;
  private boolean isIdOpen;

  ScanRun(
      Step.NodeScan step,
      ReadTransaction tx,
      RowMemory memory,
      NodeTest test,
      @Nullable Evaluation id) {
    this.tx = tx;
    this.graph = PhysicalGraph.of(tx);
    this.memory = memory;
    this.start = step.start();
    this.labels = step.conditions().labels();
    this.test = test;
    this.id = id;
    int[] numbers = labels;
    cursors = new LabelCursor[numbers == null ? 0 : numbers.length];
    for (int i = 0; i < cursors.length && numbers != null; i++) {
      cursors[i] = graph.slotsOf(numbers[i]);
    }
  }

  /// Has the scan look at some slots only, if it looks at slots.
  void range(long first, long endSlot) {
    from = first;
    end = endSlot;
  }

  @Override
  void open(Binding binding) {
    isIdOpen = id != null;
    found = start instanceof Start.Index index ? tx.findNodes(index.query()) : null;
    next = from;
    label = 0;
    if (cursors.length > 0) {
      cursors[0].seek(from);
    }
  }

  @Override
  boolean advance(Binding binding) {
    return switch (start) {
      case Start.Id _ -> advanceToId(binding);
      case Start.Index _ -> advanceInIndex(binding);
      case Start.Slots _ -> labels == null ? advanceInAll(binding) : advanceInLabels(binding);
    };
  }

  private boolean advanceToId(Binding binding) {
    if (!isIdOpen || id == null) {
      return false;
    }
    isIdOpen = false;
    if (!(id.evaluate(binding) instanceof Number number)
        || number.doubleValue() != number.longValue()) {
      return false;
    }
    try {
      return test.bind((int) graph.slotOf(number.longValue()), binding);
    } catch (NodeNotFoundException e) {
      return false;
    }
  }

  private boolean advanceInIndex(Binding binding) {
    NodeCursor cursor = found;
    while (cursor != null && cursor.next()) {
      if (test.bind((int) graph.slotOf(cursor.node()), binding)) {
        return true;
      }
    }
    return false;
  }

  private boolean advanceInAll(Binding binding) {
    long last = Math.min(end, graph.slotCount());
    while (next < last) {
      long slot = next++;
      if (slot % CHECK_SLOTS == 0) {
        memory.check();
      }
      if (graph.nodeOf(slot) != 0 && test.bind((int) slot, binding)) {
        return true;
      }
    }
    return false;
  }

  private boolean advanceInLabels(Binding binding) {
    while (label < cursors.length) {
      while (cursors[label].next() && cursors[label].slot() < end) {
        if (next++ % CHECK_SLOTS == 0) {
          memory.check();
        }
        if (test.bind((int) cursors[label].slot(), binding)) {
          return true;
        }
      }
      label++;
      if (label < cursors.length) {
        cursors[label].seek(from);
      }
    }
    return false;
  }
}
