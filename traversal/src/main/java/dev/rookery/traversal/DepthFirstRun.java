package dev.rookery.traversal;

import dev.rookery.traversal.engine.EdgeScan;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.LongSequence;
import java.util.Arrays;

/// A depth-first run in pre-order: a node comes before what is reached through it, and that before
/// its next sibling.
///
/// The log is the stack: its entries are the nodes from the start to the one that is being
/// expanded. No neighbours are kept, so memory is O(depth), however many edges a node has. What a
/// node that waits on the stack has already walked is known by the step and key of the edge to its
/// child. Scans are shared between every [#ROWS]-th level: coming back to a node whose scans a
/// deeper one has used means to seek again, O(log degree).
///
/// **Invariants**
/// 1. The last entry of the log is expanded; its depth is its index. `waitingSteps` and
///    `waitingKeys` hold where each of the others waits.
/// 2. The scan of `step` in row `depth % ROWS` stands behind the last edge walked from the last
///    entry.
/// 3. `rowDepths[row]` is the depth of the entry that last moved the scans of the row.
final class DepthFirstRun implements Run {
  private static final int ROWS = 16;

  private final Steps steps;
  private final Shape shape;
  private final WalkRoom room;
  private final Gate gate;
  private final WalkLog log;
  private final Arrival arrival;
  private final long[] starts;
  private final EdgeScan[][] rows = new EdgeScan[ROWS][];
  private final long[] rowDepths = new long[ROWS];
  private final LongSequence waitingSteps;
  private final LongSequence waitingKeys;

  private int nextStart;
  private int step;

  DepthFirstRun(Steps steps, long[] startIds, Shape shape, Filters filters, WalkRoom room) {
    this.steps = steps;
    this.shape = shape;
    this.room = room;
    waitingSteps = room.column();
    waitingKeys = room.column();
    gate = new Gate(steps, shape.uniqueness(), filters, room);
    log = new WalkLog(steps, true, room);
    arrival = new Arrival(steps, log);
    starts = gate.startSlots(startIds);
    Arrays.fill(rows, new EdgeScan[0]);
  }

  @Override
  public boolean next() {
    steps.checkOpen();
    while (advance()) {
      Verdict verdict = gate.judge(arrival);
      if (verdict.continues() && arrival.depth() < shape.maxDepth() && steps.count() > 0) {
        push();
      }
      if (verdict.includes() && arrival.depth() >= shape.minDepth()) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Arrival position() {
    return arrival;
  }

  /// Moves to the next arrival that the gate admits.
  private boolean advance() {
    while (log.size() > 0) {
      long top = log.size() - 1;
      EdgeScan scan = row(top)[step];
      while (scan.next()) {
        arrival.along(top, (int) top, step, scan.key());
        if (gate.admits(arrival)) {
          return true;
        }
      }
      if (step + 1 < steps.count()) {
        room.walked(seek(top, step + 1));
      } else {
        pop();
      }
    }
    if (nextStart == starts.length) {
      return false;
    }
    arrival.atStart(starts[nextStart++]);
    return true;
  }

  /// Begins to expand the node that was arrived at; the one before it waits.
  private void push() {
    if (log.size() > 0) {
      waitingSteps.add(step);
      waitingKeys.add(row(log.size() - 1)[step].key());
    }
    arrival.record();
    room.walked(seek(log.size() - 1, 0));
  }

  /// Goes back to the node from which the last entry was reached, behind the edge that led there.
  private void pop() {
    log.pop();
    long top = log.size() - 1;
    if (top < 0) {
      return;
    }
    step = (int) waitingSteps.get(top);
    long key = waitingKeys.get(top);
    waitingSteps.truncate(top);
    waitingKeys.truncate(top);
    if (rowDepths[(int) top & ROWS - 1] != top) {
      seek(top, step);
      row(top)[step].seekBehind(key);
    }
  }

  private long seek(long top, int toStep) {
    step = toStep;
    rowDepths[(int) top & ROWS - 1] = top;
    return row(top)[toStep].seek(log.slot(top));
  }

  private EdgeScan[] row(long top) {
    int row = (int) top & ROWS - 1;
    if (rows[row].length == 0) {
      rows[row] = steps.scans(gate.spent());
    }
    return rows[row];
  }
}
