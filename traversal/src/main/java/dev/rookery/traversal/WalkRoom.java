package dev.rookery.traversal;

import dev.rookery.traversal.engine.RegionRun;
import dev.rookery.traversal.engine.RegionWorker;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.LongColumn;
import dev.rookery.traversal.frontier.LongSequence;
import dev.rookery.traversal.frontier.SlotBits;
import dev.rookery.traversal.frontier.SlotIndex;
import dev.rookery.traversal.frontier.SlotSet;
import dev.rookery.traversal.frontier.Slots;
import dev.rookery.traversal.frontier.StateColumn;
import java.lang.foreign.MemorySegment;

/// Where a walk on one thread keeps what it knows, and who is told how far it is.
interface WalkRoom {
  /// On the heap, without limits; nobody is told.
  WalkRoom HEAP =
      new WalkRoom() {
        @Override
        public LongSequence column() {
          return new LongColumn();
        }

        @Override
        public Slots slots(Steps steps) {
          return new SlotSet(steps.graph()::slotCount);
        }

        @Override
        public SlotIndex index() {
          return new SlotIndex(
              bytes -> MemorySegment.ofArray(new long[Math.toIntExact(bytes / Long.BYTES)]));
        }

        @Override
        public void walked(long edges) {}
      };

  /// Returns an empty list.
  LongSequence column();

  /// Returns an empty set of the slots of a graph.
  Slots slots(Steps steps);

  /// Returns an index of no slots.
  SlotIndex index();

  /// Is called for each node whose edges are walked; may give the walk up by an exception.
  void walked(long edges);

  /// In the state of a run, which may be given up.
  static WalkRoom of(RegionRun run, RegionWorker worker) {
    return new WalkRoom() {
      @Override
      public LongSequence column() {
        return new StateColumn(run.memory()::state);
      }

      @Override
      public Slots slots(Steps steps) {
        return new SlotBits(run.memory().work(), run.slotCount());
      }

      @Override
      public SlotIndex index() {
        return new SlotIndex(run.memory()::state);
      }

      @Override
      public void walked(long edges) {
        worker.walked(edges);
      }
    };
  }
}
