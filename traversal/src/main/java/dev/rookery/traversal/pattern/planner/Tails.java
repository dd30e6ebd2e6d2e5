package dev.rookery.traversal.pattern.planner;

import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.plan.NodeConditions;
import dev.rookery.traversal.pattern.plan.PartPlan.Tail;
import dev.rookery.traversal.pattern.plan.Scope;
import dev.rookery.traversal.pattern.plan.Start;
import dev.rookery.traversal.pattern.plan.Step;
import dev.rookery.traversal.pattern.planner.PartGraph.PartEdge;
import dev.rookery.traversal.pattern.planner.PartGraph.PartNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Finds out what the number of matches of the steps from one on depends on, so that it can be kept
/// and used again (Kalinsky, Etsion and Kimelfeld, *Flexible Caching in Trie Joins*, EDBT 2017). A
/// pattern without cycles is counted that way as a product of sums; a cycle of four, once for each
/// two opposite nodes.
final class Tails {
  private final PartGraph graph;
  private final List<Step> steps;
  private final boolean mayCoincide;

  /// @param mayCoincide whether two edges could be the same edge and must not
  Tails(PartGraph graph, List<Step> steps, boolean mayCoincide) {
    this.graph = graph;
    this.steps = steps;
    this.mayCoincide = mayCoincide;
  }

  /// Returns for each step what all from there on depend on.
  List<Tail> find() {
    List<Tail> tails = new ArrayList<>();
    boolean isAlone = graph.nodes.stream().noneMatch(PartNode::isOuter);
    for (int first = 0; first < steps.size(); first++) {
      tails.add(isAlone && first >= 2 ? tail(first) : Tail.NONE);
    }
    return tails;
  }

  private Tail tail(int first) {
    Set<Integer> before = new HashSet<>();
    for (Step step : steps.subList(0, first)) {
      before.addAll(boundBy(step));
    }
    boolean isRows = first == steps.size() - 1 && isOfRows(steps.getLast());
    if (isRows) {
      return tail(Tail.Kind.ROWS, before, neededByRows((Step.NodeJoin) steps.getLast()));
    }
    Set<Integer> needed = new HashSet<>();
    for (Step step : steps.subList(first, steps.size())) {
      if (!need(step, needed)) {
        return Tail.NONE;
      }
    }
    return mayCoincide && !areEdgesApart(before)
        ? Tail.NONE
        : tail(Tail.Kind.MATCHES, before, needed);
  }

  private static boolean isOfRows(Step step) {
    return step instanceof Step.NodeJoin join
        && join.conditions().labels() == null
        && join.conditions().same().length == 0
        && !join.conditions().isOffPaths()
        && join.conditions().conditions().isEmpty();
  }

  private static Set<Integer> neededByRows(Step.NodeJoin join) {
    Set<Integer> needed = new HashSet<>();
    join.links().forEach(link -> needed.add(link.from()));
    join.excluded().forEach(link -> needed.add(link.from()));
    for (int node : join.conditions().bounds()) {
      needed.add(node);
    }
    return needed;
  }

  private Tail tail(Tail.Kind kind, Set<Integer> before, Set<Integer> all) {
    Set<Integer> needed = new HashSet<>(all);
    needed.retainAll(before);
    int start = boundBy(steps.getFirst()).isEmpty() ? -1 : boundBy(steps.getFirst()).getFirst();
    if (needed.size() == 1 && before.size() >= 2) {
      return new Tail(kind, needed.iterator().next(), false);
    }
    if (needed.size() == 2 && needed.remove(start) && before.size() >= 3) {
      return new Tail(kind, needed.iterator().next(), true);
    }
    return Tail.NONE;
  }

  private static List<Integer> boundBy(Step step) {
    return switch (step) {
      case Step.NodeScan scan -> List.of(scan.node());
      case Step.NodeJoin join -> List.of(join.node());
      case Step.PathExpand path -> path.isToBound() ? List.of() : List.of(path.to());
      case Step.EdgeBind _ -> List.of();
    };
  }

  /// Adds the nodes that a step needs, and returns whether that is all it needs.
  private boolean need(Step step, Set<Integer> needed) {
    return switch (step) {
      case Step.NodeScan scan ->
          (!(scan.start() instanceof Start.Id(Expression value)) || need(value, needed))
              && need(scan.conditions(), needed);
      case Step.NodeJoin join -> {
        join.links().forEach(link -> needed.add(link.from()));
        join.excluded().forEach(link -> needed.add(link.from()));
        yield need(join.conditions(), needed);
      }
      case Step.EdgeBind edge -> {
        needed.add(edge.from());
        needed.add(edge.to());
        yield !edge.isDistinct() && edge.conditions().stream().allMatch(each -> need(each, needed));
      }
      case Step.PathExpand _ -> false;
    };
  }

  private boolean need(NodeConditions conditions, Set<Integer> needed) {
    for (int[] nodes : List.of(conditions.others(), conditions.same(), conditions.bounds())) {
      for (int node : nodes) {
        needed.add(node);
      }
    }
    return !conditions.isOffPaths()
        && conditions.conditions().stream().allMatch(each -> need(each, needed));
  }

  private boolean need(Expression condition, Set<Integer> needed) {
    for (String name : condition.variables()) {
      Scope.Variable variable = graph.scope.find(name).orElse(null);
      if (variable != null && variable.kind() != Scope.Kind.NODE) {
        return false;
      }
      if (variable != null) {
        needed.add(variable.index());
      }
    }
    return true;
  }

  /// Returns whether no edge that is matched from here on can be one that was matched before unless
  /// two of the nodes that are bound are the same: it then has an end among these.
  private boolean areEdgesApart(Set<Integer> before) {
    for (PartEdge edge : graph.edges) {
      boolean hasEndBefore = isBefore(edge.source(), before) || isBefore(edge.target(), before);
      for (PartEdge other : graph.edges) {
        boolean isOtherBefore =
            isBefore(other.source(), before) && isBefore(other.target(), before);
        if (!hasEndBefore && isOtherBefore && edge.mayBe(other)) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean isBefore(int position, Set<Integer> before) {
    return before.contains(graph.nodes.get(position).index());
  }
}
