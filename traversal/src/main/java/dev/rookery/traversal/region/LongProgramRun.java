package dev.rookery.traversal.region;

import java.util.concurrent.atomic.AtomicBoolean;

/// A run of a [LongNodeProgram]: nodes pull what their neighbours tell.
final class LongProgramRun {
  private final Regions regions;
  private final LongNodeProgram program;
  private LongState now;
  private LongState next;

  /// What each node tells in this round: computed once, not once for each edge.
  private final LongState messages;

  LongProgramRun(Regions regions, LongNodeProgram program) {
    this.regions = regions;
    this.program = program;
    now = regions.longs(program::first);
    next = regions.longs(_ -> 0);
    messages = regions.longs(_ -> 0);
  }

  LongState run(int roundsMax) {
    AtomicBoolean changed = new AtomicBoolean(true);
    for (int round = 0; round < roundsMax && changed.getAndSet(false); round++) {
      LongState values = now;
      LongState results = next;
      regions.forEachPlace(
          (place, node) -> messages.set(place, program.message(node, values.at(place))));
      regions.forEach(batch -> {
        if (pass(batch, values, results)) {
          changed.set(true);
        }
      });
      now = results;
      next = values;
    }
    return now;
  }

  private boolean pass(RegionBatch batch, LongState values, LongState results) {
    boolean changed = false;
    while (batch.nextNode()) {
      long place = batch.place();
      long value = values.at(place);
      long result = value;
      if (batch.nextNeighbor()) {
        long combined = messages.at(batch.neighborPlace());
        while (batch.nextNeighbor()) {
          combined = program.combine(combined, messages.at(batch.neighborPlace()));
        }
        result = program.next(batch.node(), value, combined);
      }
      results.set(place, result);
      changed |= result != value;
    }
    return changed;
  }
}
