package dev.rookery.traversal.pattern.planner;

import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.pattern.model.EdgePattern;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Relation;
import dev.rookery.traversal.pattern.model.Morphism;
import dev.rookery.traversal.pattern.model.NodePattern;
import dev.rookery.traversal.pattern.model.PatternPart;
import dev.rookery.traversal.pattern.plan.Leg;
import dev.rookery.traversal.pattern.plan.Scope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A part of a pattern with its names looked up: nodes, edges and conditions by numbers.
final class PartGraph {
  final PhysicalGraph graph;
  final PatternPart part;
  final Scope scope;
  final List<PartNode> nodes = new ArrayList<>();
  final List<PartEdge> edges = new ArrayList<>();
  final List<Expression> conditions = new ArrayList<>();

  /// A node.
  ///
  /// @param pattern what is asked of it
  /// @param index its variable
  /// @param isOuter whether the outer pattern has it
  /// @param labels numbers of labels of which it must have one, or null if any will do
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record PartNode(NodePattern pattern, int index, boolean isOuter, int @Nullable [] labels) {}

  /// An edge or a path.
  ///
  /// @param pattern what is asked of it
  /// @param source position of the node at which it starts
  /// @param target position of the node at which it ends
  /// @param legs its edges, walked from the source
  /// @param isBound whether it is bound to a variable, else it is only counted
  /// @param index the variable, if it is bound
  record PartEdge(
      EdgePattern pattern, int source, int target, List<Leg> legs, boolean isBound, int index) {

    /// Returns the legs as walked from one of its ends.
    List<Leg> legsFrom(int position) {
      return position == source || !pattern.isDirected()
          ? legs
          : legs.stream().map(Leg::reversed).toList();
    }

    Set<Integer> types() {
      Set<Integer> types = new HashSet<>();
      legs.forEach(leg -> types.add(leg.type()));
      return types;
    }

    boolean isBetween(int position, int other) {
      return (source == position && target == other) || (source == other && target == position);
    }

    boolean mayBe(PartEdge other) {
      Set<Integer> types = types();
      types.retainAll(other.types());
      return !types.isEmpty();
    }
  }

  /// @param outer the variables of the outer pattern
  /// @param mentioned variables that some expression of the query or its result speaks of
  PartGraph(PhysicalGraph graph, PatternPart part, Scope outer, Set<String> mentioned) {
    this.graph = graph;
    this.part = part;
    scope = outer.inner();
    for (NodePattern node : part.nodes()) {
      boolean isOuter = scope.has(node.variable());
      int index = scope.define(node.variable(), Scope.Kind.NODE).index();
      nodes.add(new PartNode(node, index, isOuter, labels(graph, node.labels())));
      node.properties().forEach((key, value) -> requireProperty(node.variable(), key, value));
    }
    for (EdgePattern edge : part.edges()) {
      addEdge(edge, mentioned);
    }
    conditions.addAll(part.where().conjuncts());
  }

  static int @Nullable [] labels(PhysicalGraph graph, Set<String> names) {
    return names.isEmpty()
        ? null
        : names.stream().mapToInt(graph::labelNumber).filter(number -> number > 0).toArray();
  }

  private void requireProperty(String variable, String key, Expression value) {
    conditions.add(
        new Expression.Comparison(Relation.EQUAL, new Expression.Property(variable, key), value));
  }

  private void addEdge(EdgePattern edge, Set<String> mentioned) {
    if (scope.has(edge.variable())) {
      throw new IllegalArgumentException(
          "an edge cannot be matched again variable=" + edge.variable());
    }
    int source = position(edge.source());
    int target = position(edge.target());
    List<Leg> legs = legs(edge);
    boolean isBound =
        edge.isPath()
            || !edge.properties().isEmpty()
            || mentioned.contains(edge.variable())
            || source == target
            || (nodes.get(source).isOuter && nodes.get(target).isOuter)
            || isBesideOthers(edge)
            || isBesidePath(legs);
    Scope.Kind kind = edge.isPath() ? Scope.Kind.PATH : Scope.Kind.EDGE;
    int index = isBound ? scope.define(edge.variable(), kind).index() : -1;
    edges.add(new PartEdge(edge, source, target, legs, isBound, index));
    if (!edge.isPath()) {
      edge.properties().forEach((key, value) -> requireProperty(edge.variable(), key, value));
    }
  }

  /// Returns whether another edge of the part has the same ends.
  private boolean isBesideOthers(EdgePattern edge) {
    Set<String> ends = Set.copyOf(Arrays.asList(edge.source(), edge.target()));
    return part.edges().stream()
        .anyMatch(other ->
            !other.equals(edge)
                && Set.copyOf(Arrays.asList(other.source(), other.target())).equals(ends));
  }

  /// Returns whether the edge might lie on a path and must not.
  private boolean isBesidePath(List<Leg> legs) {
    return part.morphism() != Morphism.HOMOMORPHISM
        && part.edges().stream()
            .filter(EdgePattern::isPath)
            .flatMap(path -> legs(path).stream())
            .anyMatch(leg -> legs.stream().anyMatch(own -> own.type() == leg.type()));
  }

  private List<Leg> legs(EdgePattern edge) {
    Set<Leg> legs = new LinkedHashSet<>();
    List<Integer> types = new ArrayList<>();
    if (edge.types().isEmpty()) {
      for (int type = 1; type <= graph.typeCount(); type++) {
        types.add(type);
      }
    } else {
      edge.types().stream().map(graph::typeNumber).filter(each -> each > 0).forEach(types::add);
    }
    for (int type : types) {
      legs.add(new Leg(type, true));
      if (!edge.isDirected()) {
        legs.add(new Leg(type, false));
      }
    }
    return List.copyOf(legs);
  }

  /// Returns an edge as it is walked from one of its ends: `(a)-[:KNOWS]->`.
  String text(PartEdge edge, int from) {
    String types = String.join("|", edge.pattern.types());
    String inner = types.isEmpty() ? "" : ":" + types;
    String variable = nodes.get(from).pattern.variable();
    String name = variable.startsWith("#") ? "" : variable;
    if (!edge.pattern.isDirected()) {
      return "(%s)-[%s]-".formatted(name, inner);
    }
    return from == edge.source
        ? "(%s)-[%s]->".formatted(name, inner)
        : "(%s)<-[%s]-".formatted(name, inner);
  }

  int position(String variable) {
    for (int i = 0; i < nodes.size(); i++) {
      if (nodes.get(i).pattern.variable().equals(variable)) {
        return i;
      }
    }
    return -1;
  }

  /// Returns the links that a condition of the form "there is such an edge" asks for, or nothing if
  /// it has another form.
  @Nullable PartEdge simpleLink(Expression condition) {
    if (!(condition instanceof Expression.Exists(PatternPart inner))
        || inner.edges().size() != 1
        || !inner.where().equals(Expression.Literal.TRUE)) {
      return null;
    }
    EdgePattern edge = inner.edges().getFirst();
    int source = position(edge.source());
    int target = position(edge.target());
    boolean isBare =
        edge.isAnonymous()
            && !edge.isPath()
            && edge.properties().isEmpty()
            && inner.nodes().size() == 2
            && inner.nodes().stream()
                .allMatch(node -> node.labels().isEmpty() && node.properties().isEmpty());
    boolean isOfPart = source >= 0 && target >= 0 && source != target;
    return isBare && isOfPart ? new PartEdge(edge, source, target, legs(edge), false, -1) : null;
  }

  /// Returns whether there can be a match at all.
  boolean isPossible() {
    for (PartNode node : nodes) {
      if (node.labels != null && node.labels.length == 0) {
        return false;
      }
    }
    for (PartEdge edge : edges) {
      if (edge.legs.isEmpty() && edge.pattern.length().min() > 0) {
        return false;
      }
    }
    return true;
  }

  /// Returns which variables of this part a condition needs, by name.
  Set<String> needs(Expression condition) {
    Set<String> needed = new LinkedHashSet<>(condition.variables());
    needed.removeIf(name -> !isOwn(name));
    return needed;
  }

  private boolean isOwn(String name) {
    int position = position(name);
    if (position >= 0) {
      return !nodes.get(position).isOuter;
    }
    return edges.stream().anyMatch(edge -> edge.isBound && edge.pattern.variable().equals(name));
  }

  /// Returns conditions that properties and labels of nodes of the outer pattern make.
  List<Expression> outerLabels() {
    List<Expression> found = new ArrayList<>();
    for (PartNode node : nodes) {
      if (node.isOuter && !node.pattern.labels().isEmpty()) {
        found.add(new Expression.HasLabel(node.pattern.variable(), node.pattern.labels()));
      }
    }
    return found;
  }

  /// Returns what properties each edge of a path must have.
  static Map<String, Expression> pathProperties(PartEdge edge) {
    return edge.pattern.isPath() ? edge.pattern.properties() : Map.of();
  }
}
