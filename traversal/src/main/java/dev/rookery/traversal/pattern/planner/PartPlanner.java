package dev.rookery.traversal.pattern.planner;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.graph.index.NodeQuery;
import dev.rookery.graph.store.PhysicalGraph;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Relation;
import dev.rookery.traversal.pattern.model.Morphism;
import dev.rookery.traversal.pattern.model.PatternPart;
import dev.rookery.traversal.pattern.plan.Conflict;
import dev.rookery.traversal.pattern.plan.CountedEdge;
import dev.rookery.traversal.pattern.plan.Link;
import dev.rookery.traversal.pattern.plan.NodeConditions;
import dev.rookery.traversal.pattern.plan.PartPlan;
import dev.rookery.traversal.pattern.plan.Scope;
import dev.rookery.traversal.pattern.plan.Start;
import dev.rookery.traversal.pattern.plan.Step;
import dev.rookery.traversal.pattern.planner.PartGraph.PartEdge;
import dev.rookery.traversal.pattern.planner.PartGraph.PartNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes a plan for a part of a pattern: an order of its nodes, and for each a step that binds it;
/// behind it the edges and paths whose ends are known by then; and every condition at the first
/// step behind which all that it speaks of is bound.
///
/// An instance plans one part. Belongs to one thread.
public final class PartPlanner {
  private final Statistics statistics;
  private final PartGraph graph;
  private final NodeOrder nodeOrder;
  private final @Nullable NodeQuery[] queries;
  private final boolean[] bound;
  private final Set<String> boundNames = new HashSet<>();
  private final List<Expression> open;
  private final List<PartEdge> openEdges;
  private final List<Step> steps = new ArrayList<>();
  private final List<int[]> symmetries;
  private List<int[]> bounds = List.of();
  private boolean hasPath;
  private double matches = 1;

  private PartPlanner(
      ReadTransaction tx, PatternPart part, Scope outer, Set<String> mentioned, boolean isCounted) {
    statistics = new Statistics(tx);
    graph = new PartGraph(PhysicalGraph.of(tx), part, outer, mentioned);
    open = new ArrayList<>(graph.conditions);
    openEdges = new ArrayList<>(graph.edges);
    bound = new boolean[graph.nodes.size()];
    queries = new NodeQuery[bound.length];
    for (int i = 0; i < bound.length; i++) {
      bound[i] = graph.nodes.get(i).isOuter();
      NodeQuery query = IndexedConditions.query(graph.nodes.get(i), graph.conditions);
      queries[i] = query != null && statistics.isIndexed(query) ? query : null;
    }
    nodeOrder = new NodeOrder(graph, statistics, queries);
    List<int[]> all = Symmetries.of(graph, graph.conditions);
    symmetries = isCounted ? all : all.subList(0, 1);
  }

  /// Plans a part.
  ///
  /// @param outer the variables of the outer pattern: all are bound
  /// @param mentioned variables that some expression of the query or its result speaks of
  /// @param isCounted whether matches are only counted
  public static PartPlan plan(
      ReadTransaction tx, PatternPart part, Scope outer, Set<String> mentioned, boolean isCounted) {
    return new PartPlanner(tx, part, outer, mentioned, isCounted).plan();
  }

  private PartPlan plan() {
    List<Expression> first = takeConditions();
    int[] order = nodeOrder.find();
    bounds = Symmetries.bounds(symmetries, order);
    bindEdges();
    for (int position : order) {
      bindNode(position);
      bindEdges();
    }
    List<CountedEdge> counted = new ArrayList<>();
    for (PartEdge edge : graph.edges) {
      if (!edge.isBound()) {
        counted.add(counted(edge));
      }
    }
    List<Conflict> conflicts = conflicts();
    return new PartPlan(
        graph.scope,
        graph.part.morphism(),
        graph.isPossible(),
        graph.nodes.stream().filter(PartNode::isOuter).map(PartNode::index).toList(),
        graph.outerLabels(),
        first,
        List.copyOf(steps),
        graph.nodes.stream().mapToInt(PartNode::index).toArray(),
        boundEdges(false),
        boundEdges(true),
        counted,
        conflicts,
        order,
        symmetries,
        new Tails(graph, steps, !conflicts.isEmpty()).find());
  }

  private int[] boundEdges(boolean arePaths) {
    return graph.edges.stream()
        .filter(edge -> edge.isBound() && edge.pattern().isPath() == arePaths)
        .mapToInt(PartEdge::index)
        .toArray();
  }

  private CountedEdge counted(PartEdge edge) {
    return new CountedEdge(
        graph.nodes.get(edge.source()).index(),
        graph.nodes.get(edge.target()).index(),
        edge.types(),
        edge.pattern().isDirected());
  }

  /// Returns in which cases two edges that must be different would be the same. Edges that are
  /// bound are compared when they are.
  private List<Conflict> conflicts() {
    List<Conflict> conflicts = new ArrayList<>();
    if (graph.part.morphism() != Morphism.DISTINCT_EDGES) {
      return conflicts;
    }
    for (int i = 0; i < graph.edges.size(); i++) {
      for (int k = 0; k < i; k++) {
        PartEdge edge = graph.edges.get(i);
        PartEdge other = graph.edges.get(k);
        if (edge.mayBe(other) && !(edge.isBound() && other.isBound())) {
          conflicts.add(conflict(edge.source(), other.source(), edge.target(), other.target()));
          if (!edge.pattern().isDirected() || !other.pattern().isDirected()) {
            conflicts.add(conflict(edge.source(), other.target(), edge.target(), other.source()));
          }
        }
      }
    }
    return conflicts;
  }

  private Conflict conflict(int one, int other, int second, int secondOther) {
    List<Conflict.Pair> pairs = new ArrayList<>();
    for (int[] pair : new int[][] {{one, other}, {second, secondOther}}) {
      if (pair[0] != pair[1]) {
        pairs.add(
            new Conflict.Pair(graph.nodes.get(pair[0]).index(), graph.nodes.get(pair[1]).index()));
      }
    }
    return new Conflict(pairs);
  }

  private void bindNode(int position) {
    matches *= nodeOrder.growth(bound, position);
    List<Link> links = new ArrayList<>();
    List<Link> excluded = new ArrayList<>();
    for (PartEdge edge : List.copyOf(openEdges)) {
      if (!edge.pattern().isPath() && isJoined(edge, position)) {
        links.add(link(edge, position, !edge.isBound()));
        if (!edge.isBound()) {
          openEdges.remove(edge);
        }
      }
    }
    takeLinks(position, links, false);
    if (!links.isEmpty()) {
      takeLinks(position, excluded, true);
    }
    PartEdge path = links.isEmpty() ? path(position) : null;
    bind(position);
    if (path != null) {
      openEdges.remove(path);
      addPath(path, other(path, position), conditions(position));
    } else if (links.isEmpty()) {
      Start start = start(position);
      steps.add(
          new Step.NodeScan(
              graph.nodes.get(position).index(), start, conditions(position), matches));
    } else {
      addJoin(position, links, excluded);
    }
  }

  private void bind(int position) {
    bound[position] = true;
    boundNames.add(graph.nodes.get(position).pattern().variable());
  }

  private boolean isJoined(PartEdge edge, int position) {
    return edge.source() != edge.target()
        && ((edge.source() == position && bound[edge.target()])
            || (edge.target() == position && bound[edge.source()]));
  }

  private static int other(PartEdge edge, int position) {
    return edge.source() == position ? edge.target() : edge.source();
  }

  private Link link(PartEdge edge, int position, boolean isCounted) {
    int from = other(edge, position);
    PartNode node = graph.nodes.get(from);
    return new Link(node.index(), edge.legsFrom(from), isCounted, graph.text(edge, from));
  }

  /// Takes conditions that are nothing but an edge between this node and one that is bound.
  private void takeLinks(int position, List<Link> links, boolean areExcluded) {
    for (Expression condition : List.copyOf(open)) {
      boolean isNot = condition instanceof Expression.Not;
      Expression asked = condition instanceof Expression.Not not ? not.operand() : condition;
      PartEdge edge = graph.simpleLink(asked);
      if (isNot == areExcluded && edge != null && isJoined(edge, position)) {
        links.add(link(edge, position, false));
        open.remove(condition);
      }
    }
  }

  private @Nullable PartEdge path(int position) {
    for (PartEdge edge : openEdges) {
      if (edge.pattern().isPath() && isJoined(edge, position) && isReady(edge)) {
        return edge;
      }
    }
    return null;
  }

  /// Returns whether all is bound that the edges of a path are asked for.
  private boolean isReady(PartEdge edge) {
    return PartGraph.pathProperties(edge).values().stream()
        .allMatch(value -> boundNames.containsAll(graph.needs(value)));
  }

  private Start start(int position) {
    PartNode node = graph.nodes.get(position);
    for (Expression condition : graph.conditions) {
      Expression id = IndexedConditions.id(node, condition);
      if (id != null && graph.needs(id).isEmpty()) {
        return new Start.Id(id);
      }
    }
    NodeQuery query = queries[position];
    return query == null ? new Start.Slots() : new Start.Index(query);
  }

  private void addJoin(int position, List<Link> links, List<Link> excluded) {
    int reused = -1;
    List<Link> own = links;
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Step.NodeJoin join
          && join.excluded().isEmpty()
          && join.links().size() >= 2
          && links.containsAll(join.links())
          && links.size() - join.links().size() < own.size()) {
        reused = i;
        own = new ArrayList<>(links);
        own.removeAll(join.links());
      }
    }
    steps.add(
        new Step.NodeJoin(
            graph.nodes.get(position).index(),
            List.copyOf(links),
            List.copyOf(excluded),
            reused,
            List.copyOf(own),
            conditions(position),
            matches));
  }

  /// Returns what a node that is bound now must meet.
  private NodeConditions conditions(int position) {
    PartNode node = graph.nodes.get(position);
    List<Expression> taken = takeConditions();
    Set<Integer> others = new LinkedHashSet<>();
    Set<Integer> same = new LinkedHashSet<>();
    List<Expression> rest = new ArrayList<>();
    for (Expression condition : taken) {
      int other = comparedNode(condition, node);
      if (other < 0) {
        rest.add(condition);
      } else {
        boolean isEqual = ((Expression.Comparison) condition).relation() == Relation.EQUAL;
        (isEqual ? same : others).add(other);
      }
    }
    boolean areNodesDistinct = graph.part.morphism() == Morphism.DISTINCT_NODES;
    Set<Integer> above = new LinkedHashSet<>();
    for (int i = 0; i < bound.length; i++) {
      if (bound[i] && i != position && areNodesDistinct) {
        others.add(graph.nodes.get(i).index());
      }
    }
    for (int[] pair : bounds) {
      if (pair[1] == position) {
        above.add(graph.nodes.get(pair[0]).index());
      }
    }
    return new NodeConditions(
        node.labels(),
        ints(others),
        ints(same),
        ints(above),
        areNodesDistinct && hasPath,
        List.copyOf(rest));
  }

  /// Returns the node that a condition compares with the given one, or -1 if it does something
  /// else.
  private int comparedNode(Expression condition, PartNode node) {
    if (condition
            instanceof
            Expression.Comparison(
                Relation relation,
                Expression.Variable(String one),
                Expression.Variable(String other))
        && (relation == Relation.EQUAL || relation == Relation.NOT_EQUAL)) {
      String name = node.pattern().variable();
      String compared = one.equals(name) ? other : one;
      int position = graph.position(compared);
      boolean isOfNode = one.equals(name) || other.equals(name);
      return isOfNode && position >= 0 && !compared.equals(name)
          ? graph.nodes.get(position).index()
          : -1;
    }
    return -1;
  }

  private static int[] ints(Set<Integer> values) {
    return values.stream().mapToInt(Integer::intValue).toArray();
  }

  /// Takes conditions all of whose variables are bound.
  private List<Expression> takeConditions() {
    List<Expression> taken = new ArrayList<>();
    for (Expression condition : List.copyOf(open)) {
      if (boundNames.containsAll(graph.needs(condition))) {
        taken.add(condition);
        open.remove(condition);
      }
    }
    return taken;
  }

  /// Binds edges and paths whose ends are bound, and again those that waited for them.
  private void bindEdges() {
    int openCount;
    do {
      openCount = openEdges.size();
      for (PartEdge edge : List.copyOf(openEdges)) {
        if (bound[edge.source()] && bound[edge.target()] && isReady(edge)) {
          openEdges.remove(edge);
          boundNames.add(edge.pattern().variable());
          if (edge.pattern().isPath()) {
            addPath(edge, edge.source(), null);
          } else {
            addEdge(edge);
          }
        }
      }
    } while (openEdges.size() < openCount);
  }

  private void addEdge(PartEdge edge) {
    steps.add(
        new Step.EdgeBind(
            edge.index(),
            graph.nodes.get(edge.source()).index(),
            graph.nodes.get(edge.target()).index(),
            edge.legs(),
            graph.part.morphism() != Morphism.HOMOMORPHISM,
            takeConditions(),
            matches));
  }

  private void addPath(PartEdge edge, int from, @Nullable NodeConditions toConditions) {
    boundNames.add(edge.pattern().variable());
    hasPath = true;
    steps.add(
        new Step.PathExpand(
            edge.index(),
            graph.nodes.get(from).index(),
            graph.nodes.get(from == edge.source() ? edge.target() : edge.source()).index(),
            toConditions == null,
            from != edge.source(),
            edge.legsFrom(from),
            edge.pattern().length().min(),
            edge.pattern().length().max(),
            PartGraph.pathProperties(edge),
            graph.part.morphism() != Morphism.HOMOMORPHISM,
            graph.part.morphism() == Morphism.DISTINCT_NODES,
            toConditions == null ? NodeConditions.NONE : toConditions,
            takeConditions(),
            matches));
  }
}
