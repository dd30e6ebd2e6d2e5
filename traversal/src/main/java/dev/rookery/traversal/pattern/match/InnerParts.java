package dev.rookery.traversal.pattern.match;

import dev.rookery.traversal.pattern.plan.PartPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The plans of the patterns in conditions, each made once for all workers, so that all number
/// their variables alike: every worker asks for the same plans in the same order. Belongs to the
/// thread that begins the query.
public final class InnerParts {
  private final List<PartPlan> plans = new ArrayList<>();
  private int next;

  /// Creates a list of no plans.
  public InnerParts() {}

  /// Begins to compile for another worker.
  public void rewind() {
    next = 0;
  }

  /// Returns the next plan: the one made for the worker before, or a new one.
  PartPlan plan(Supplier<PartPlan> planner) {
    int turn = next++;
    if (turn == plans.size()) {
      plans.add(planner.get());
    }
    return plans.get(turn);
  }
}
