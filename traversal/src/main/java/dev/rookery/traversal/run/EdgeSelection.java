package dev.rookery.traversal.run;

import dev.rookery.graph.Direction;
import java.util.ArrayList;
import java.util.List;

/// Which edges a walk or an algorithm follows: names and directions, not bound to a snapshot.
/// Immutable.
///
/// An edge that is named twice is followed once. Types that do not exist have no edges.
///
/// @param legs what was asked for, in order
public record EdgeSelection(List<Leg> legs) {
  /// Follows no edge.
  public static final EdgeSelection NONE = new EdgeSelection(List.of());

  /// One call of `out`, `in` or `both`.
  ///
  /// @param direction from the node that is walked from
  /// @param types names of edge types; none stands for all
  public record Leg(Direction direction, List<String> types) {
    /// Copies the list.
    public Leg {
      types = List.copyOf(types);
    }
  }

  /// Copies the list.
  public EdgeSelection {
    legs = List.copyOf(legs);
  }

  /// Follows edges from source to target: of these types, or of all types if none is named.
  public static EdgeSelection out(String... types) {
    return NONE.and(Direction.OUT, types);
  }

  /// Follows edges from target to source: of these types, or of all types if none is named.
  public static EdgeSelection in(String... types) {
    return NONE.and(Direction.IN, types);
  }

  /// Follows edges both ways: of these types, or of all types if none is named.
  public static EdgeSelection both(String... types) {
    return NONE.and(Direction.BOTH, types);
  }

  /// Returns this selection and more edges.
  public EdgeSelection and(Direction direction, String... types) {
    List<Leg> more = new ArrayList<>(legs);
    more.add(new Leg(direction, List.of(types)));
    return new EdgeSelection(more);
  }

  /// Returns the same edges, each followed from its other end.
  public EdgeSelection reversed() {
    return new EdgeSelection(
        legs.stream().map(leg -> new Leg(leg.direction.reverse(), leg.types)).toList());
  }
}
