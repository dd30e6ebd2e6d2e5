package dev.rookery.traversal;

import dev.rookery.traversal.engine.RegionRun;
import dev.rookery.traversal.frontier.SlotInts;

/// From which slot each slot was reached in a walk over regions: of several, the smallest, so that
/// it does not matter who came first.
///
/// An `int` for each slot: 0 as long as there is none, else the parent less [Integer#MAX_VALUE],
/// which makes the smallest parent the smallest number. Threads: [#lower] by any number at once;
/// the rest when they are done.
final class ParentSlots {
  private static final long SLOT_COUNT_MAX = Integer.MAX_VALUE - 64;

  private final SlotInts codes;

  /// @throws UnsupportedOperationException if the graph has 2^31 slots or more
  ParentSlots(RegionRun run) {
    if (run.slotCount() > SLOT_COUNT_MAX) {
      throw new UnsupportedOperationException(
          "ways are kept in graphs of up to 2^31 slots slotCount=" + run.slotCount());
    }
    codes = run.memory().ints();
  }

  /// Returns whether a slot has this parent or a smaller one, or will have when workers are done.
  boolean isReached(long slot, long parent) {
    return codes.get(slot) <= code(parent);
  }

  /// Notes that a slot was reached from another one.
  void lower(long slot, long parent) {
    codes.min(slot, code(parent));
  }

  /// Returns the parent of a slot, or -1 if it has none.
  long parent(long slot) {
    int code = codes.get(slot);
    return code == 0 ? -1 : (long) code + Integer.MAX_VALUE;
  }

  private static int code(long parent) {
    return (int) (parent - Integer.MAX_VALUE);
  }
}
