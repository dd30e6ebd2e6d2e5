package dev.rookery.traversal.pattern.match;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.pattern.plan.CountedEdge;
import dev.rookery.traversal.pattern.plan.Leg;
import dev.rookery.traversal.pattern.plan.PartPlan;
import java.util.ArrayList;
import java.util.List;

/// Counts in how many ways the edges of a part that are only counted can be different edges, where
/// all nodes are bound: for the rare matches in which two variables are the same node, so that two
/// edges of the pattern may meet. Belongs to one thread.
final class EdgeAssignments {
  private final PartPlan plan;
  private final EdgesBetween[] edges;
  private final List<List<int[]>> choices = new ArrayList<>();
  private final List<int[]> taken = new ArrayList<>();

  EdgeAssignments(PartPlan plan, PhysicalGraph graph) {
    this.plan = plan;
    edges = new EdgesBetween[plan.countedEdges().size()];
    for (int i = 0; i < edges.length; i++) {
      edges[i] = new EdgesBetween(graph, legs(plan.countedEdges().get(i)));
    }
  }

  private static Leg[] legs(CountedEdge edge) {
    List<Leg> legs = new ArrayList<>();
    for (int type : edge.types()) {
      legs.add(new Leg(type, true));
      if (!edge.isDirected()) {
        legs.add(new Leg(type, false));
      }
    }
    return legs.toArray(Leg[]::new);
  }

  /// Returns the number of ways. O(product of parallel edges).
  long count(Binding binding) {
    choices.clear();
    for (int i = 0; i < edges.length; i++) {
      CountedEdge edge = plan.countedEdges().get(i);
      EdgesBetween between = edges[i];
      between.open(binding.node(edge.source()), binding.node(edge.target()));
      List<int[]> found = new ArrayList<>();
      while (between.next()) {
        boolean isFree =
            !EdgeRun.isBound(
                plan,
                binding,
                between.type(),
                between.source(),
                between.target(),
                between.ordinal());
        if (isFree) {
          found.add(
              new int[] {between.type(), between.source(), between.target(), between.ordinal()});
        }
      }
      choices.add(found);
    }
    taken.clear();
    return assign(0);
  }

  private long assign(int edge) {
    if (edge == choices.size()) {
      return 1;
    }
    long sum = 0;
    for (int[] choice : choices.get(edge)) {
      if (!isTaken(choice)) {
        taken.add(choice);
        sum += assign(edge + 1);
        taken.removeLast();
      }
    }
    return sum;
  }

  private boolean isTaken(int[] choice) {
    for (int[] other : taken) {
      if (java.util.Arrays.equals(other, choice)) {
        return true;
      }
    }
    return false;
  }
}
