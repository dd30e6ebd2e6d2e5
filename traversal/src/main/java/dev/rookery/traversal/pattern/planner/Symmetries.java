package dev.rookery.traversal.pattern.planner;

import dev.rookery.traversal.pattern.model.EdgePattern;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Relation;
import dev.rookery.traversal.pattern.planner.PartGraph.PartEdge;
import dev.rookery.traversal.pattern.planner.PartGraph.PartNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The ways to exchange the nodes of a part that leave it as it is. Where matches are only counted,
/// one match stands for all that come from it by such an exchange (Grochow and Kellis, *Network
/// Motif Discovery Using Subgraph Enumeration and Symmetry-Breaking*, RECOMB 2007).
final class Symmetries {
  /// Parts of more nodes are not looked at.
  private static final int NODES_MAX = 7;

  private final PartGraph graph;
  private final int count;
  private final boolean[] isFixed;
  private final Set<List<Integer>> unequal = new HashSet<>();
  private final Map<Object, Integer> edges = new HashMap<>();
  private final List<int[]> found = new ArrayList<>();

  /// What can be told of an edge but its variable.
  private record EdgeShape(int source, int target, Set<String> types, boolean isDirected) {}

  /// An edge that must or must not be there.
  private record Asked(EdgeShape edge, boolean isExcluded) {}

  private Symmetries(PartGraph graph) {
    this.graph = graph;
    count = graph.nodes.size();
    isFixed = new boolean[count];
  }

  /// Returns the exchanges, the first of them none: for each position the one that stands there.
  static List<int[]> of(PartGraph graph, List<Expression> conditions) {
    Symmetries symmetries = new Symmetries(graph);
    int[] none = new int[symmetries.count];
    Arrays.setAll(none, i -> i);
    if (symmetries.count > NODES_MAX || graph.edges.stream().anyMatch(PartEdge::isBound)) {
      return List.of(none);
    }
    symmetries.describe(conditions);
    int[] images = new int[symmetries.count];
    Arrays.fill(images, -1);
    symmetries.extend(0, images);
    symmetries.found.removeIf(each -> Arrays.equals(each, none));
    symmetries.found.addFirst(none);
    return symmetries.found;
  }

  private void describe(List<Expression> conditions) {
    for (int i = 0; i < count; i++) {
      PartNode node = graph.nodes.get(i);
      isFixed[i] = node.isOuter() || !node.pattern().properties().isEmpty();
    }
    for (PartEdge edge : graph.edges) {
      edges.merge(shape(edge), 1, Integer::sum);
    }
    for (Expression condition : conditions) {
      boolean isKnown = describeLink(condition) || describeUnequal(condition);
      for (String name : isKnown ? Set.<String>of() : condition.variables()) {
        int position = graph.position(name);
        if (position >= 0) {
          isFixed[position] = true;
        }
      }
    }
  }

  private boolean describeLink(Expression condition) {
    boolean isExcluded = condition instanceof Expression.Not;
    Expression asked = condition instanceof Expression.Not not ? not.operand() : condition;
    PartEdge link = graph.simpleLink(asked);
    if (link == null) {
      return false;
    }
    edges.merge(new Asked(shape(link), isExcluded), 1, Integer::sum);
    return true;
  }

  private boolean describeUnequal(Expression condition) {
    if (condition
            instanceof
            Expression.Comparison(
                Relation relation,
                Expression.Variable(String one),
                Expression.Variable(String other))
        && relation == Relation.NOT_EQUAL) {
      int first = graph.position(one);
      int second = graph.position(other);
      if (first >= 0 && second >= 0) {
        unequal.add(List.of(Math.min(first, second), Math.max(first, second)));
        return true;
      }
    }
    return false;
  }

  private static EdgeShape shape(PartEdge edge) {
    EdgePattern pattern = edge.pattern();
    return shape(edge.source(), edge.target(), pattern.types(), pattern.isDirected());
  }

  private static EdgeShape shape(int source, int target, Set<String> types, boolean isDirected) {
    return isDirected
        ? new EdgeShape(source, target, types, true)
        : new EdgeShape(Math.min(source, target), Math.max(source, target), types, false);
  }

  private void extend(int position, int[] images) {
    if (position == count) {
      if (isSame(images)) {
        found.add(images.clone());
      }
      return;
    }
    for (int image = 0; image < count; image++) {
      if (canBe(position, image) && !contains(images, position, image)) {
        images[position] = image;
        extend(position + 1, images);
      }
    }
  }

  private boolean canBe(int position, int image) {
    if (position == image) {
      return true;
    }
    return !isFixed[position]
        && !isFixed[image]
        && graph
            .nodes
            .get(position)
            .pattern()
            .labels()
            .equals(graph.nodes.get(image).pattern().labels());
  }

  private static boolean contains(int[] images, int end, int image) {
    for (int i = 0; i < end; i++) {
      if (images[i] == image) {
        return true;
      }
    }
    return false;
  }

  private boolean isSame(int[] images) {
    for (Map.Entry<Object, Integer> entry : edges.entrySet()) {
      Object image =
          switch (entry.getKey()) {
            case EdgeShape edge -> moved(edge, images);
            case Asked asked -> new Asked(moved(asked.edge, images), asked.isExcluded);
            default -> entry.getKey();
          };
      if (!entry.getValue().equals(edges.get(image))) {
        return false;
      }
    }
    for (List<Integer> pair : unequal) {
      int one = images[pair.get(0)];
      int other = images[pair.get(1)];
      if (!unequal.contains(List.of(Math.min(one, other), Math.max(one, other)))) {
        return false;
      }
    }
    return true;
  }

  private static EdgeShape moved(EdgeShape edge, int[] images) {
    return shape(images[edge.source], images[edge.target], edge.types, edge.isDirected);
  }

  /// Returns pairs of positions, the second of which must not have a larger slot than the first, so
  /// that of matches that an exchange makes of each other one is left: that whose slots are
  /// largest, looked at in an order.
  ///
  /// @param order positions in the order in which they are bound
  static List<int[]> bounds(List<int[]> symmetries, int[] order) {
    List<int[]> bounds = new ArrayList<>();
    List<int[]> left = symmetries;
    for (int position : order) {
      Set<Integer> orbit = new HashSet<>();
      for (int[] images : left) {
        orbit.add(images[position]);
      }
      orbit.remove(position);
      for (int other : orbit) {
        bounds.add(new int[] {position, other});
      }
      left = left.stream().filter(images -> images[position] == position).toList();
    }
    return bounds;
  }
}
