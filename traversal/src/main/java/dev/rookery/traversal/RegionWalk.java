package dev.rookery.traversal;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.engine.RegionRun;
import dev.rookery.traversal.engine.Steps;
import dev.rookery.traversal.frontier.SlotBits;
import dev.rookery.traversal.frontier.SlotWork;
import dev.rookery.traversal.frontier.Slots;
import dev.rookery.traversal.run.PageAccess;
import dev.rookery.traversal.run.RunOptions;
import dev.rookery.traversal.run.RunReport;
import java.util.function.Consumer;

/// A description run with options: by levels over regions where the nearest way to a node decides,
/// in any order where depths mean nothing, and else by the same walk as without options, on one
/// worker, with its state where runs have it.
///
/// Belongs to one thread.
final class RegionWalk {
  private final ReadTransaction tx;
  private final RunOptions options;
  private final Steps steps;
  private final long[] startIds;
  private final Shape shape;
  private final Filters filters;

  RegionWalk(
      ReadTransaction tx,
      RunOptions options,
      Steps steps,
      long[] startIds,
      Shape shape,
      Filters filters) {
    this.tx = tx;
    this.options = options;
    this.steps = steps;
    this.startIds = startIds;
    this.shape = shape;
    this.filters = filters;
  }

  long count() {
    if (isSpread()) {
      return spread().count();
    }
    long[] count = new long[1];
    if (shape.isByLevels()) {
      try (RegionRun run = RegionRun.begin(tx, options)) {
        LevelWalk walk = new LevelWalk(run, steps, shape, filters, false, false);
        walk.walk(startIds, (_, returned) -> {});
        return walk.returned().count();
      }
    }
    alone(_ -> {}, _ -> count[0]++);
    return count[0];
  }

  Subgraph subgraph() {
    return new Subgraph(steps, slots(), filters.edge());
  }

  private Slots slots() {
    if (isSpread()) {
      return new SlotBits(spread(), steps.graph().slotCount());
    }
    if (shape.isByLevels()) {
      try (RegionRun run = RegionRun.begin(tx, options)) {
        LevelWalk walk = new LevelWalk(run, steps, shape, filters, false, false);
        walk.walk(startIds, (_, returned) -> {});
        return new SlotBits(walk.returned(), run.slotCount());
      }
    }
    Slots[] slots = new Slots[1];
    alone(
        run -> slots[0] = new SlotBits(run.memory().work(), run.slotCount()),
        arrival -> slots[0].add(arrival.slot()));
    return slots[0];
  }

  /// Returns what is reached by levels.
  Reached reach(boolean keepsWays) {
    if (!shape.isByLevels()) {
      throw new IllegalStateException("needs a breadth-first traversal with NODE " + shape);
    }
    try (RegionRun run = RegionRun.begin(tx, options)) {
      LevelWalk walk = new LevelWalk(run, steps, shape, filters, true, keepsWays);
      walk.walk(startIds, (_, returned) -> {});
      return new Reached(steps, filters, walk, run.ended(), keepsWays);
    }
  }

  RunReport forEach(Consumer<? super Position> consumer) {
    if (!shape.isByLevels()) {
      return alone(_ -> {}, consumer);
    }
    try (RegionRun run = RegionRun.begin(tx, options)) {
      LevelWalk walk = new LevelWalk(run, steps, shape, filters, false, true);
      RegionSeat seat = walk.seat();
      walk.walk(
          startIds,
          (depth, returned) -> {
            returned.takeAll(slot -> {
              seat.moveTo(slot, depth);
              consumer.accept(seat);
              run.check();
            });
          });
      return run.report();
    }
  }

  private boolean isSpread() {
    return shape.hasNoDepths() && filters.evaluator() == null;
  }

  private SlotWork spread() {
    try (RegionRun run = RegionRun.begin(tx, options)) {
      return new SpreadWalk(run, steps, filters).walk(startIds);
    }
  }

  /// Walks on one thread, in the order of the description.
  private RunReport alone(Consumer<RegionRun> begun, Consumer<? super Arrival> consumer) {
    RunOptions one = options.withWorkerCount(1).withPages(PageAccess.MAPPED);
    try (RegionRun run = RegionRun.begin(tx, one)) {
      run.alone(worker -> {
        begun.accept(run);
        WalkRoom room = WalkRoom.of(run, worker);
        Run walk =
            shape.depthFirst()
                ? new DepthFirstRun(steps, startIds, shape, filters, room)
                : new BreadthFirstRun(steps, startIds, shape, filters, true, room);
        while (walk.next()) {
          worker.visited(1);
          consumer.accept(walk.position());
        }
      });
      run.endRound();
      return run.report();
    }
  }
}
