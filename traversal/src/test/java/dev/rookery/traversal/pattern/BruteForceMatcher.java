package dev.rookery.traversal.pattern;

import dev.rookery.graph.ReadTransaction;
import dev.rookery.traversal.pattern.model.EdgePattern;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Aggregate;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.pattern.model.Morphism;
import dev.rookery.traversal.pattern.model.NodePattern;
import dev.rookery.traversal.pattern.model.PatternPart;
import dev.rookery.traversal.pattern.model.ReturnItem;
import dev.rookery.traversal.pattern.model.SortKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Answers a pattern query by trying everything: what the executor is compared with.
///
/// Written from the documentation of the model alone. Nodes are [NodeRef], edges [EdgeRef], paths
/// lists of edges.
final class BruteForceMatcher {
  /// A query took more tries than was allowed.
  static final class TooLargeException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /// What a query gives.
  ///
  /// @param ties rows before any are left out, in lists of those that no sort key tells apart
  /// @param skip how many are left out at the beginning
  /// @param limit how many are returned at most
  record Answer(List<List<List<@Nullable Object>>> ties, long skip, long limit) {
    /// Returns how many rows are returned.
    long count() {
      long all = ties.stream().mapToLong(List::size).sum();
      return Math.min(Math.max(0, all - skip), limit);
    }

    /// Returns all rows, where none are left out and all are in an order.
    List<List<@Nullable Object>> rows() {
      return ties.stream().flatMap(List::stream).skip(skip).limit(limit).toList();
    }
  }

  private record Row(
      List<@Nullable Object> values,
      Map<String, @Nullable Object> match,
      Map<Expression, Object> made) {}

  private final ReferenceGraph graph;
  private final ReferenceEvaluator evaluator;
  private long tries;

  BruteForceMatcher(ReadTransaction tx, Map<String, Object> parameters, long triesMax) {
    graph = new ReferenceGraph(tx);
    tries = triesMax;
    evaluator =
        new ReferenceEvaluator(
            graph, parameters, (part, outer) -> !new Search(part, outer, true).run().isEmpty());
  }

  ReferenceGraph graph() {
    return graph;
  }

  /// Returns what a statement gives.
  Answer answer(MatchStatement statement) {
    List<Map<String, @Nullable Object>> matches = matches(statement);
    List<ReturnItem> columns = columns(statement);
    List<Row> rows =
        statement.hasAggregate() ? groups(statement, columns, matches) : rows(columns, matches);
    if (statement.isDistinct()) {
      rows = distinct(rows);
    }
    return new Answer(
        ties(statement, columns, rows),
        count(statement.skip(), 0),
        count(statement.limit(), Long.MAX_VALUE));
  }

  private long count(@Nullable Expression count, long otherwise) {
    return count == null
        ? otherwise
        : (Long) Objects.requireNonNull(evaluator.value(count, Map.of(), Map.of()));
  }

  private List<Map<String, @Nullable Object>> matches(MatchStatement statement) {
    List<Map<String, @Nullable Object>> matches =
        new Search(statement.part(), Map.of(), false).run();
    for (PatternPart optional : statement.optionals()) {
      List<Map<String, @Nullable Object>> more = new ArrayList<>();
      for (Map<String, @Nullable Object> match : matches) {
        List<Map<String, @Nullable Object>> found = new Search(optional, match, false).run();
        more.addAll(found);
        if (found.isEmpty()) {
          Map<String, @Nullable Object> alone = new HashMap<>(match);
          optional.nodes().forEach(node -> alone.putIfAbsent(node.variable(), null));
          optional.edges().forEach(edge -> alone.put(edge.variable(), null));
          more.add(alone);
        }
      }
      matches = more;
    }
    return matches;
  }

  /// Returns the columns; without any, all variables with names: of each part the nodes, then the
  /// edges.
  private static List<ReturnItem> columns(MatchStatement statement) {
    if (!statement.returns().isEmpty()) {
      return statement.returns();
    }
    List<PatternPart> parts = new ArrayList<>(List.of(statement.part()));
    parts.addAll(statement.optionals());
    Map<String, ReturnItem> columns = new LinkedHashMap<>();
    for (PatternPart part : parts) {
      List<String> names = new ArrayList<>();
      part.nodes().forEach(node -> names.add(node.variable()));
      part.edges().forEach(edge -> names.add(edge.variable()));
      for (String name : names) {
        if (!name.startsWith("#")) {
          columns.putIfAbsent(name, new ReturnItem(name, new Expression.Variable(name)));
        }
      }
    }
    return List.copyOf(columns.values());
  }

  private List<Row> rows(List<ReturnItem> columns, List<Map<String, @Nullable Object>> matches) {
    List<Row> rows = new ArrayList<>();
    for (Map<String, @Nullable Object> match : matches) {
      rows.add(row(columns, match, Map.of()));
    }
    return rows;
  }

  private Row row(
      List<ReturnItem> columns, Map<String, @Nullable Object> match, Map<Expression, Object> made) {
    List<@Nullable Object> values = new ArrayList<>();
    columns.forEach(column -> values.add(evaluator.value(column.expression(), match, made)));
    return new Row(values, match, made);
  }

  private List<Row> groups(
      MatchStatement statement,
      List<ReturnItem> columns,
      List<Map<String, @Nullable Object>> matches) {
    List<ReturnItem> keys =
        columns.stream().filter(column -> !column.expression().hasAggregate()).toList();
    List<List<@Nullable Object>> keysOfGroups = new ArrayList<>();
    List<List<Map<String, @Nullable Object>>> groups = new ArrayList<>();
    if (keys.isEmpty()) {
      keysOfGroups.add(List.of());
      groups.add(new ArrayList<>());
    }
    for (Map<String, @Nullable Object> match : matches) {
      List<@Nullable Object> key = row(keys, match, Map.of()).values;
      int index = indexOf(keysOfGroups, key);
      if (index < 0) {
        index = groups.size();
        keysOfGroups.add(key);
        groups.add(new ArrayList<>());
      }
      groups.get(index).add(match);
    }
    Set<Aggregate> aggregates = new HashSet<>();
    columns.forEach(column -> collectAggregates(column.expression(), aggregates));
    statement.order().forEach(key -> collectAggregates(key.expression(), aggregates));
    List<Row> rows = new ArrayList<>();
    for (List<Map<String, @Nullable Object>> group : groups) {
      Map<Expression, Object> made = new HashMap<>();
      aggregates.forEach(aggregate -> made.put(aggregate, evaluator.aggregate(aggregate, group)));
      rows.add(row(columns, group.isEmpty() ? Map.of() : group.getFirst(), made));
    }
    return rows;
  }

  private static void collectAggregates(Expression expression, Set<Aggregate> found) {
    if (expression instanceof Aggregate aggregate) {
      found.add(aggregate);
    } else {
      expression.forEachPart(part -> collectAggregates(part, found));
    }
  }

  private static int indexOf(List<List<@Nullable Object>> keys, List<@Nullable Object> key) {
    for (int i = 0; i < keys.size(); i++) {
      if (ReferenceOrder.compare(keys.get(i), key) == 0) {
        return i;
      }
    }
    return -1;
  }

  private static List<Row> distinct(List<Row> rows) {
    List<List<@Nullable Object>> known = new ArrayList<>();
    List<Row> distinct = new ArrayList<>();
    for (Row row : rows) {
      if (indexOf(known, row.values) < 0) {
        known.add(row.values);
        distinct.add(row);
      }
    }
    return distinct;
  }

  private List<List<List<@Nullable Object>>> ties(
      MatchStatement statement, List<ReturnItem> columns, List<Row> rows) {
    List<Row> sorted = new ArrayList<>(rows);
    sorted.sort((one, other) -> compare(statement, columns, one, other));
    List<List<List<@Nullable Object>>> ties = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      if (i == 0 || compare(statement, columns, sorted.get(i - 1), sorted.get(i)) != 0) {
        ties.add(new ArrayList<>());
      }
      ties.getLast().add(sorted.get(i).values);
    }
    return ties;
  }

  private int compare(MatchStatement statement, List<ReturnItem> columns, Row one, Row other) {
    for (SortKey key : statement.order()) {
      int order =
          ReferenceOrder.compare(sortValue(key, columns, one), sortValue(key, columns, other));
      if (order != 0) {
        return key.isDescending() ? -order : order;
      }
    }
    return 0;
  }

  private @Nullable Object sortValue(SortKey key, List<ReturnItem> columns, Row row) {
    for (int i = 0; i < columns.size(); i++) {
      if (key.expression().equals(new Expression.Variable(columns.get(i).name()))) {
        return row.values.get(i);
      }
    }
    return evaluator.value(key.expression(), row.match, row.made);
  }

  /// All matches of a part, around what is bound already.
  private final class Search {
    private final PatternPart part;
    private final boolean firstOnly;
    private final Map<String, @Nullable Object> match;
    private final Map<String, NodePattern> patterns = new HashMap<>();
    private final List<EdgeRef> used = new ArrayList<>();
    private final List<NodeRef> inner = new ArrayList<>();
    private final List<Map<String, @Nullable Object>> found = new ArrayList<>();

    Search(PatternPart part, Map<String, @Nullable Object> outer, boolean firstOnly) {
      this.part = part;
      this.firstOnly = firstOnly;
      match = new HashMap<>(outer);
      part.nodes().forEach(node -> patterns.put(node.variable(), node));
    }

    List<Map<String, @Nullable Object>> run() {
      for (NodePattern node : part.nodes()) {
        // What belongs to an optional part that was not found is nowhere.
        if (match.containsKey(node.variable())
            && (match.get(node.variable()) == null || !isLabelled(node, node(node.variable())))) {
          return found;
        }
      }
      matchEdges(0);
      return found;
    }

    private NodeRef node(String variable) {
      return (NodeRef) Objects.requireNonNull(match.get(variable));
    }

    private boolean isLabelled(NodePattern pattern, NodeRef node) {
      String label = graph.label(node);
      return pattern.labels().isEmpty() || (label != null && pattern.labels().contains(label));
    }

    private void matchEdges(int index) {
      if (firstOnly && !found.isEmpty()) {
        return;
      }
      if (index == part.edges().size()) {
        matchNodes(0);
        return;
      }
      EdgePattern edge = part.edges().get(index);
      withNode(edge.source(), null, () -> matchPath(edge, index, node(edge.source()), List.of()));
    }

    /// Does something with a variable bound to a node, or to each node if none is given.
    private void withNode(String variable, @Nullable NodeRef only, Runnable action) {
      if (match.containsKey(variable)) {
        if (only == null || only.equals(match.get(variable))) {
          action.run();
        }
        return;
      }
      for (NodeRef node : only == null ? graph.nodes() : List.of(only)) {
        countTry();
        if (isLabelled(Objects.requireNonNull(patterns.get(variable)), node)) {
          match.put(variable, node);
          action.run();
          match.remove(variable);
        }
      }
    }

    private void countTry() {
      tries--;
      if (tries < 0) {
        throw new TooLargeException();
      }
    }

    /// Goes on from a node to which a path has come.
    private void matchPath(EdgePattern edge, int index, NodeRef at, List<EdgeRef> path) {
      if (path.size() >= edge.length().min()) {
        withNode(
            edge.target(),
            at,
            () -> {
              match.put(edge.variable(), edge.isPath() ? List.copyOf(path) : path.getFirst());
              matchEdges(index + 1);
              match.remove(edge.variable());
            });
      }
      if (path.size() == edge.length().max()) {
        return;
      }
      if (!path.isEmpty()) {
        inner.add(at);
      }
      for (EdgeRef next : graph.edges()) {
        countTry();
        boolean isOut = next.source() == at.id();
        boolean isIn = next.target() == at.id() && !edge.isDirected();
        boolean isFree = part.morphism() == Morphism.HOMOMORPHISM || !used.contains(next);
        boolean isTyped = edge.types().isEmpty() || edge.types().contains(next.type());
        if ((isOut || isIn) && isFree && isTyped) {
          List<EdgeRef> longer = new ArrayList<>(path);
          longer.add(next);
          used.add(next);
          matchPath(edge, index, new NodeRef(isOut ? next.target() : next.source()), longer);
          used.removeLast();
        }
      }
      if (!path.isEmpty()) {
        inner.removeLast();
      }
    }

    /// Binds nodes that have no edge, then asks whether all else holds.
    private void matchNodes(int index) {
      if (index < part.nodes().size()) {
        withNode(part.nodes().get(index).variable(), null, () -> matchNodes(index + 1));
        return;
      }
      countTry();
      if (areDistinct() && haveProperties() && evaluator.isTrue(part.where(), match)) {
        found.add(new HashMap<>(match));
      }
    }

    private boolean areDistinct() {
      if (part.morphism() != Morphism.DISTINCT_NODES) {
        return true;
      }
      List<NodeRef> all = new ArrayList<>(inner);
      part.nodes().forEach(node -> all.add(node(node.variable())));
      return new HashSet<>(all).size() == all.size();
    }

    private boolean haveProperties() {
      for (NodePattern node : part.nodes()) {
        if (!hasProperties(node(node.variable()), node.properties())) {
          return false;
        }
      }
      for (EdgePattern edge : part.edges()) {
        Object bound = Objects.requireNonNull(match.get(edge.variable()));
        for (Object each : bound instanceof List<?> path ? path : List.of(bound)) {
          if (!hasProperties(each, edge.properties())) {
            return false;
          }
        }
      }
      return true;
    }

    private boolean hasProperties(Object element, Map<String, Expression> wanted) {
      for (Map.Entry<String, Expression> each : wanted.entrySet()) {
        Object value = graph.property(element, each.getKey());
        Expression isEqual =
            new Expression.Comparison(
                Expression.Relation.EQUAL, new Expression.Literal(value), each.getValue());
        if (!evaluator.isTrue(isEqual, match)) {
          return false;
        }
      }
      return true;
    }
  }
}
