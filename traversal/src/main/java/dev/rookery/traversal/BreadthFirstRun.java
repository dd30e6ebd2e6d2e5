package dev.rookery.traversal;

import dev.rookery.traversal.engine.EdgeScan;
import dev.rookery.traversal.engine.Steps;

/// A breadth-first run: all nodes of a depth come before those of the next.
///
/// The log is the queue: the run walks the edges of the entry at `head` and appends what it walks
/// on from. A node is judged, and returned, when it is met, not when its turn to be expanded comes;
/// the order is the same, since the queue is first in, first out, and nodes that are not walked on
/// from never enter it.
///
/// **Invariants**
/// 1. Entries before `head` are expanded, those from `head` to `levelEnd` (exclusive) have the
///    depth `depth`, those behind have `depth + 1`.
/// 2. The scan of `step` stands behind the edge of the position.
final class BreadthFirstRun implements Run {
  private final Steps steps;
  private final EdgeScan[] scans;
  private final Shape shape;
  private final WalkRoom room;
  private final Gate gate;
  private final WalkLog log;
  private final Arrival arrival;
  private final long[] starts;

  private int nextStart;
  private long head = -1;
  private long levelEnd;
  private int depth = -1;
  private int step;
  private long edgesWalked;

  BreadthFirstRun(
      Steps steps, long[] startIds, Shape shape, Filters filters, boolean linked, WalkRoom room) {
    this.steps = steps;
    this.shape = shape;
    this.room = room;
    gate = new Gate(steps, shape.uniqueness(), filters, room);
    scans = steps.scans(gate.spent());
    log = new WalkLog(steps, linked, room);
    arrival = new Arrival(steps, log);
    starts = gate.startSlots(startIds);
    step = scans.length;
  }

  @Override
  public boolean next() {
    steps.checkOpen();
    while (advance()) {
      Verdict verdict = gate.judge(arrival);
      if (verdict.continues() && arrival.depth() < shape.maxDepth()) {
        arrival.record();
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

  /// Returns how many edges the nodes expanded so far have.
  long edgesWalked() {
    return edgesWalked;
  }

  /// Moves to the next arrival that the gate admits.
  private boolean advance() {
    if (nextStart < starts.length) {
      arrival.atStart(starts[nextStart++]);
      return true;
    }
    do {
      while (step < scans.length && scans[step].next()) {
        arrival.along(head, depth, step, scans[step].key());
        if (gate.admits(arrival)) {
          return true;
        }
      }
    } while (seekNext());
    return false;
  }

  /// Moves before the edges of the next step, or of the next entry when all steps are done.
  private boolean seekNext() {
    step++;
    if (step >= scans.length) {
      if (scans.length == 0 || head + 1 >= log.size()) {
        return false;
      }
      head++;
      if (head == levelEnd) {
        depth++;
        levelEnd = log.size();
      }
      log.release(head);
      step = 0;
    }
    long edges = scans[step].seek(log.slot(head));
    edgesWalked += edges;
    room.walked(edges);
    return true;
  }
}
