package dev.rookery.traversal.engine;

import dev.rookery.traversal.frontier.SlotWork;
import java.util.Arrays;

/// Which region is drained next, and by whom, in a run to a fixpoint.
///
/// A region is *idle*, *queued* or *running*; one worker runs it at a time, and drains it. Each
/// worker owns a stretch of neighbouring regions. It takes, of its own queued regions, one of those
/// used lately, whose pages are likely still in memory, the one with most work; else the one with
/// most work of all. If it has none it takes one from the worker that has most.
///
/// Termination is exact: work comes from running regions only, so when no region is queued and none
/// runs there is none, and there will be none.
///
/// Invariants, under the lock:
/// 1. A region with work is queued or running, but for the moment between the count of its work
///    going from 0 to 1 and the call of [#activate] that follows.
/// 2. That call comes from a running region, or before the run.
///
/// Thread-safe. O(regions) for each take: a region is much work.
final class RegionQueue {
  private static final byte IDLE = 0;
  private static final byte QUEUED = 1;
  private static final byte RUNNING = 2;

  /// Regions that a worker has used since so many takes count as used lately.
  private static final int LATELY = 4;

  private static final long NEVER = Long.MIN_VALUE / 2;

  private final SlotWork work;
  private final int workerCount;
  private final byte[] states;
  private final long[] lastTaken;
  private final int[] queuedOf;
  private int queued;
  private int running;
  private long takes;
  private long steals;
  private boolean isOver;

  RegionQueue(SlotWork work, int regionCount, int workerCount) {
    this.work = work;
    this.workerCount = workerCount;
    states = new byte[regionCount];
    lastTaken = new long[regionCount];
    Arrays.fill(lastTaken, NEVER);
    queuedOf = new int[workerCount];
    for (int region = 0; region < regionCount; region++) {
      if (work.count(region) > 0) {
        queue(region);
      }
    }
    work.whenActive(this::activate);
  }

  private int owner(int region) {
    return (int) ((long) region * workerCount / states.length);
  }

  private void queue(int region) {
    states[region] = QUEUED;
    queuedOf[owner(region)]++;
    queued++;
  }

  /// Says that a region has work.
  synchronized void activate(int region) {
    if (states[region] == IDLE) {
      queue(region);
      notify();
    }
  }

  /// Returns the region that a worker is to drain, or -1 if there is no work any more; waits as
  /// long as that is not certain, whatever interrupts the thread.
  synchronized int take(int worker) {
    boolean interrupted = false;
    while (queued == 0 && running > 0 && !isOver) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (queued == 0 || isOver) {
      isOver = true;
      notifyAll();
      return -1;
    }
    int from = queuedOf[worker] > 0 ? worker : richest();
    steals += from == worker ? 0 : 1;
    int region = best(from);
    states[region] = RUNNING;
    lastTaken[region] = takes++;
    queuedOf[from]--;
    queued--;
    running++;
    return region;
  }

  private int richest() {
    int richest = 0;
    for (int worker = 1; worker < workerCount; worker++) {
      richest = queuedOf[worker] > queuedOf[richest] ? worker : richest;
    }
    return richest;
  }

  private int best(int worker) {
    int best = -1;
    boolean isBestLate = false;
    int first = (int) (((long) states.length * worker + workerCount - 1) / workerCount);
    for (int region = first; region < states.length && owner(region) == worker; region++) {
      if (states[region] != QUEUED) {
        continue;
      }
      boolean isLate = takes - lastTaken[region] <= (long) LATELY * workerCount;
      boolean isBetter =
          best < 0 || (isLate == isBestLate ? work.count(region) > work.count(best) : isLate);
      if (isBetter) {
        best = region;
        isBestLate = isLate;
      }
    }
    return best;
  }

  /// Says that a worker has drained a region; it is queued again if work came meanwhile.
  synchronized void drained(int region) {
    running--;
    states[region] = IDLE;
    if (work.count(region) > 0) {
      queue(region);
    }
    notifyAll();
  }

  /// Ends the run before its end.
  synchronized void giveUp() {
    isOver = true;
    notifyAll();
  }

  synchronized long takes() {
    return takes;
  }

  synchronized long steals() {
    return steals;
  }
}
