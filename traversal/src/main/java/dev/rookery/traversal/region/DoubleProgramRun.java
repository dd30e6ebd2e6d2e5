package dev.rookery.traversal.region;

import java.util.concurrent.atomic.AtomicBoolean;

/// A run of a [DoubleNodeProgram]: nodes pull what their neighbours tell.
final class DoubleProgramRun {
  private final Regions regions;
  private final DoubleNodeProgram program;
  private DoubleState now;
  private DoubleState next;

  /// What each node tells in this round: computed once, not once for each edge.
  private final DoubleState messages;

  DoubleProgramRun(Regions regions, DoubleNodeProgram program) {
    this.regions = regions;
    this.program = program;
    now = regions.doubles(program::first);
    next = regions.doubles(_ -> 0);
    messages = regions.doubles(_ -> 0);
  }

  DoubleState run(int roundsMax) {
    AtomicBoolean changed = new AtomicBoolean(true);
    for (int round = 0; round < roundsMax && changed.getAndSet(false); round++) {
      DoubleState values = now;
      DoubleState results = next;
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

  private boolean pass(RegionBatch batch, DoubleState values, DoubleState results) {
    boolean changed = false;
    while (batch.nextNode()) {
      long place = batch.place();
      double value = values.at(place);
      double result = value;
      if (batch.nextNeighbor()) {
        double combined = messages.at(batch.neighborPlace());
        while (batch.nextNeighbor()) {
          combined = program.combine(combined, messages.at(batch.neighborPlace()));
        }
        result = program.next(batch.node(), value, combined);
      }
      results.set(place, result);
      changed |= Double.compare(result, value) != 0;
    }
    return changed;
  }
}
