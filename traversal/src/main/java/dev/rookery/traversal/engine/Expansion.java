package dev.rookery.traversal.engine;

import dev.rookery.graph.Direction;
import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.store.PhysicalGraph;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Which edges a walk follows, as it was described: names, not bound to a snapshot. Immutable.
///
/// @param legs what was asked for, in order
public record Expansion(List<Leg> legs) {
  /// Follows no edge.
  public static final Expansion NONE = new Expansion(List.of());

  /// One call of `out`, `in` or `both`.
  ///
  /// @param direction from the node that is walked from
  /// @param types names of edge types; none stands for all
  record Leg(Direction direction, List<String> types) {}

  /// Copies the list.
  public Expansion {
    legs = List.copyOf(legs);
  }

  /// Returns this expansion and more edges.
  public Expansion and(Direction direction, String... types) {
    List<Leg> more = new ArrayList<>(legs);
    more.add(new Leg(direction, List.of(types)));
    return new Expansion(more);
  }

  /// Looks the names up in a snapshot. A type that does not exist gives no step.
  ///
  /// @throws IllegalStateException if nothing was described
  public Steps in(ReadTransaction tx) {
    if (legs.isEmpty()) {
      throw new IllegalStateException("no edges to walk: say out, in or both");
    }
    PhysicalGraph graph = PhysicalGraph.of(tx);
    Set<Steps.Step> steps = new LinkedHashSet<>();
    for (Leg leg : legs) {
      if (leg.types.isEmpty()) {
        for (int type = 1; type <= graph.typeCount(); type++) {
          addTo(steps, leg.direction, type);
        }
      }
      for (String name : leg.types) {
        int type = graph.typeNumber(name);
        if (type > 0) {
          addTo(steps, leg.direction, type);
        }
      }
    }
    return new Steps(tx, graph, List.copyOf(steps));
  }

  private static void addTo(Set<Steps.Step> steps, Direction direction, int type) {
    if (direction != Direction.IN) {
      steps.add(new Steps.Step(type, Direction.OUT));
    }
    if (direction != Direction.OUT) {
      steps.add(new Steps.Step(type, Direction.IN));
    }
  }
}
