package dev.rookery.traversal.algorithm;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.storage.error.CorruptDatabaseException;
import dev.rookery.traversal.engine.EndedRun;
import dev.rookery.traversal.engine.RegionKernel;
import dev.rookery.traversal.engine.RegionRun;
import dev.rookery.traversal.engine.RunMemory;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotWork;
import dev.rookery.traversal.run.RunOptions;

/// What the algorithms of this room share: a run over a snapshot, the slots that hold nodes, and
/// passes whose kernels may rely on what they read from the edges.
///
/// Kernels use the slots that edges lead to as indexes of state. In a damaged file these may be
/// anything; the state says so, and here that becomes the exception of a damaged file.
///
/// Belongs to one thread.
final class GraphPass implements AutoCloseable {
  /// Slots are used as `int` here.
  private static final long SLOT_COUNT_MAX = Integer.MAX_VALUE - 64;

  private final ReadTransaction tx;
  private final RegionRun run;
  private final Steps none;
  private final NodeSlots nodes;
  private final boolean isStaged;

  /// Begins a run.
  ///
  /// @throws UnsupportedOperationException if the graph has 2^31 slots or more
  GraphPass(ReadTransaction tx, RunOptions options) {
    this.tx = tx;
    isStaged = options.pages().isStaged();
    run = RegionRun.begin(tx, options);
    if (run.slotCount() > SLOT_COUNT_MAX) {
      run.close();
      throw new UnsupportedOperationException(
          "algorithms are for graphs of up to 2^31 slots slotCount=" + run.slotCount());
    }
    none = Steps.none(tx);
    try {
      nodes = new NodeSlots(this);
    } catch (RuntimeException | Error e) {
      run.close();
      throw e;
    }
  }

  ReadTransaction transaction() {
    return tx;
  }

  PhysicalGraph graph() {
    return run.graph();
  }

  RunMemory memory() {
    return run.memory();
  }

  RegionRun run() {
    return run;
  }

  long slotCount() {
    return run.slotCount();
  }

  /// Returns whether pages are to be read through cursors of workers only.
  boolean isStaged() {
    return isStaged;
  }

  /// Returns the slots that hold nodes.
  NodeSlots nodes() {
    return nodes;
  }

  /// Runs a kernel that looks at no edges for each part of the graph.
  void sweepNodes(RegionKernel kernel) {
    run.sweep(none, kernel);
  }

  /// Runs a kernel for each part of the graph.
  void sweep(Steps steps, RegionKernel kernel) {
    checked(() -> run.sweep(steps, kernel));
  }

  /// Runs a kernel for each part that has work.
  void sweep(Steps steps, SlotWork work, RegionKernel kernel) {
    checked(() -> run.sweep(steps, work, kernel));
  }

  /// As [#sweep(Steps, SlotWork, RegionKernel)], by one worker: for what is done before others
  /// wake.
  void sweepAlone(Steps steps, SlotWork work, RegionKernel kernel) {
    checked(() -> run.sweepAlone(steps, work, kernel));
  }

  /// Runs a kernel for regions that have work until there is none.
  void drain(Steps steps, SlotWork work, RegionKernel kernel) {
    checked(() -> run.drain(steps, work, kernel));
  }

  /// Runs something that uses the slots that edges lead to as indexes of state.
  void checked(Runnable action) {
    try {
      action.run();
    } catch (IndexOutOfBoundsException e) {
      throw damaged(e);
    }
  }

  private CorruptDatabaseException damaged(IndexOutOfBoundsException e) {
    return new CorruptDatabaseException("an edge leads to no slot slotCount=" + slotCount(), e);
  }

  void endRound() {
    run.endRound();
  }

  EndedRun ended() {
    return run.ended();
  }

  /// Gives buffers back; state stays.
  @Override
  public void close() {
    run.close();
  }
}
