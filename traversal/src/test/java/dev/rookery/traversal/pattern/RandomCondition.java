package dev.rookery.traversal.pattern;

import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Aggregate;
import dev.rookery.traversal.pattern.model.Expression.AggregateName;
import dev.rookery.traversal.pattern.model.Expression.Comparison;
import dev.rookery.traversal.pattern.model.Expression.Function;
import dev.rookery.traversal.pattern.model.Expression.FunctionName;
import dev.rookery.traversal.pattern.model.Expression.Literal;
import dev.rookery.traversal.pattern.model.Expression.Operator;
import dev.rookery.traversal.pattern.model.Expression.Relation;
import dev.rookery.traversal.pattern.model.Expression.TextRelation;
import dev.rookery.traversal.pattern.model.Expression.Variable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Random expressions about the variables of a scope.
final class RandomCondition {
  static final List<String> KEYS = List.of("i", "s", "d", "f", "x", "l", "none");

  /// Variables by what they are.
  static final class Names {
    final List<String> nodes = new ArrayList<>();
    final List<String> edges = new ArrayList<>();
    final List<String> paths = new ArrayList<>();

    Names copy() {
      Names copy = new Names();
      copy.nodes.addAll(nodes);
      copy.edges.addAll(edges);
      copy.paths.addAll(paths);
      return copy;
    }

    /// Returns those that expressions may speak of.
    List<String> named(List<String> names) {
      return names.stream().filter(name -> !name.startsWith("#")).toList();
    }
  }

  private final Random random;
  private final Names scope;
  private final Map<String, Object> parameters;
  private final @Nullable RandomStatement patterns;
  private final List<String> nodes;
  private final List<String> edges;
  private final List<String> paths;

  /// @param patterns makes patterns within conditions, if there may be any
  RandomCondition(
      Random random,
      Names scope,
      Map<String, Object> parameters,
      @Nullable RandomStatement patterns) {
    this.random = random;
    this.scope = scope;
    this.parameters = parameters;
    this.patterns = patterns;
    nodes = scope.named(scope.nodes);
    edges = scope.named(scope.edges);
    paths = scope.named(scope.paths);
  }

  static Expression countRows() {
    return new Aggregate(AggregateName.COUNT, false, null);
  }

  private <T> T any(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }

  /// Returns a property of a node or an edge, or a constant where there is none.
  Expression property() {
    return property(any(KEYS));
  }

  private Expression property(String key) {
    List<String> owners = new ArrayList<>(nodes);
    owners.addAll(edges);
    return owners.isEmpty() ? new Literal(1L) : new Expression.Property(any(owners), key);
  }

  /// Returns a value that a property of that name might have.
  Expression valueFor(String key) {
    return switch (random.nextInt(5)) {
      case 0 -> property(random.nextInt(3) > 0 ? key : any(KEYS));
      case 1 -> {
        String name = "p" + parameters.size();
        parameters.put(name, constant(key));
        yield new Expression.Parameter(name);
      }
      default -> new Literal(random.nextInt(25) == 0 ? null : constant(key));
    };
  }

  private Object constant(String key) {
    return switch (key) {
      case "i" -> random.nextInt(5) == 0 ? (Object) 1.0 : (Object) (long) random.nextInt(4);
      case "d" -> random.nextBoolean() ? (Object) (random.nextInt(6) / 2.0) : (Object) 2L;
      case "s" -> RandomPatternGraph.text(random);
      case "f" -> random.nextBoolean();
      case "l" -> List.of(RandomPatternGraph.text(random), RandomPatternGraph.text(random));
      default -> RandomPatternGraph.anyValue(random);
    };
  }

  /// Returns a column that is no aggregate.
  Expression column() {
    return switch (random.nextInt(8)) {
      case 0, 1 -> nodes.isEmpty() ? property() : new Variable(any(nodes));
      case 2 -> edges.isEmpty() ? property() : new Variable(any(edges));
      case 3 -> paths.isEmpty() ? property() : new Variable(any(paths));
      case 4 -> call();
      case 5 -> arithmetic();
      default -> property();
    };
  }

  private Expression call() {
    return switch (random.nextInt(6)) {
      case 0 -> call(FunctionName.ID, nodes);
      case 1 -> call(FunctionName.LABEL, nodes);
      case 2 -> call(FunctionName.TYPE, edges);
      case 3 -> call(FunctionName.START_NODE, edges);
      case 4 -> call(FunctionName.END_NODE, edges);
      default -> call(FunctionName.LENGTH, paths);
    };
  }

  private Expression call(FunctionName name, List<String> variables) {
    return variables.isEmpty() ? property() : new Function(name, any(variables));
  }

  private Expression arithmetic() {
    Operator operator = any(List.of(Operator.values()));
    boolean divides = operator == Operator.DIVIDE || operator == Operator.REMAINDER;
    Expression right =
        divides
            ? new Literal(random.nextBoolean() ? (Object) 2L : (Object) 1.5)
            : property(any(List.of("i", "d", "s")));
    return new Expression.Arithmetic(operator, property(any(List.of("i", "d", "s"))), right);
  }

  /// Returns an aggregate, or a sum with one.
  Expression aggregate() {
    AggregateName name = any(List.of(AggregateName.values()));
    boolean ofNumbers = name == AggregateName.SUM || name == AggregateName.AVG;
    boolean ofValues = name == AggregateName.MIN || name == AggregateName.MAX;
    Expression argument =
        ofNumbers ? property(any(List.of("i", "d"))) : ofValues ? property() : column();
    if (ofNumbers && !(argument instanceof Literal) && isOfEdge(argument)) {
      argument = new Literal(3L);
    }
    Expression aggregate =
        random.nextInt(5) == 0
            ? countRows()
            : new Aggregate(name, random.nextInt(3) == 0, argument);
    boolean isNumber = aggregate.equals(countRows()) || ofNumbers;
    return isNumber && random.nextInt(4) == 0
        ? new Expression.Arithmetic(Operator.ADD, aggregate, new Literal(1L))
        : aggregate;
  }

  private boolean isOfEdge(Expression argument) {
    return argument instanceof Expression.Property(String variable, String key)
        && key.equals("d")
        && edges.contains(variable);
  }

  /// Returns a condition.
  Expression condition(int depth) {
    int kind = random.nextInt(depth > 0 ? 20 : 13);
    return switch (kind) {
      case 0, 1, 2 -> comparison();
      case 3 -> identity();
      case 4 -> label();
      case 5 -> type();
      case 6 -> new Expression.IsNull(random.nextBoolean() ? property() : column());
      case 7 -> in();
      case 8 ->
          new Expression.TextMatch(
              any(List.of(TextRelation.values())), property("s"), valueFor("s"));
      case 9 -> length();
      case 10 -> new Comparison(any(List.of(Relation.values())), arithmetic(), valueFor("d"));
      case 11 -> ids();
      case 12 -> random.nextInt(4) == 0 ? new Literal(random.nextInt(3) > 0) : property("f");
      case 13 -> new Expression.Not(condition(depth - 1));
      case 14 -> new Expression.And(List.of(condition(depth - 1), condition(depth - 1)));
      case 15, 16 -> new Expression.Or(List.of(condition(depth - 1), condition(depth - 1)));
      default -> exists();
    };
  }

  private Expression exists() {
    if (patterns == null) {
      return comparison();
    }
    Expression exists = new Expression.Exists(patterns.inner(scope, 2));
    return random.nextBoolean() ? exists : new Expression.Not(exists);
  }

  private Expression comparison() {
    String key = any(KEYS);
    return new Comparison(any(List.of(Relation.values())), property(key), valueFor(key));
  }

  private Expression identity() {
    Relation relation = random.nextBoolean() ? Relation.EQUAL : Relation.NOT_EQUAL;
    List<List<String>> kinds = List.of(nodes, nodes, nodes, edges, paths);
    List<String> kind = any(kinds);
    if (kind.isEmpty()) {
      return comparison();
    }
    Expression left = new Variable(any(kind));
    Expression right = new Variable(any(kind));
    if (kind == nodes && !edges.isEmpty() && random.nextInt(3) == 0) {
      right = new Function(FunctionName.START_NODE, any(edges));
    }
    return new Comparison(relation, left, right);
  }

  private Expression ids() {
    if (nodes.isEmpty()) {
      return comparison();
    }
    Relation relation = any(List.of(Relation.values()));
    Expression right =
        random.nextBoolean()
            ? new Function(FunctionName.ID, any(nodes))
            : new Literal((long) random.nextInt(12));
    return new Comparison(relation, new Function(FunctionName.ID, any(nodes)), right);
  }

  private Expression label() {
    if (nodes.isEmpty()) {
      return comparison();
    }
    String node = any(nodes);
    Expression label = new Literal(any(RandomPatternGraph.LABELS));
    return switch (random.nextInt(3)) {
      case 0 -> new Expression.HasLabel(node, Set.of(any(RandomPatternGraph.LABELS), "Z"));
      case 1 -> new Comparison(Relation.EQUAL, new Function(FunctionName.LABEL, node), label);
      default -> new Expression.HasLabel(node, Set.of(any(RandomPatternGraph.LABELS)));
    };
  }

  private Expression type() {
    if (edges.isEmpty()) {
      return comparison();
    }
    Expression type = new Function(FunctionName.TYPE, any(edges));
    return random.nextBoolean()
        ? new Comparison(Relation.NOT_EQUAL, type, new Literal(any(RandomPatternGraph.TYPES)))
        : new Expression.In(
            type, new Expression.ListOf(List.of(new Literal("A"), new Literal("M"))));
  }

  private Expression length() {
    if (paths.isEmpty()) {
      return comparison();
    }
    return new Comparison(
        any(List.of(Relation.values())),
        new Function(FunctionName.LENGTH, any(paths)),
        new Literal((long) random.nextInt(4)));
  }

  private Expression in() {
    String key = any(List.of("i", "s", "d"));
    return switch (random.nextInt(4)) {
      case 0 -> {
        String name = "p" + parameters.size();
        parameters.put(name, List.of(constant(key), constant(key)));
        yield new Expression.In(property(key), new Expression.Parameter(name));
      }
      case 1 -> new Expression.In(valueFor("s"), property("l"));
      case 2 -> new Expression.In(property(key), new Expression.ListOf(List.of()));
      default ->
          new Expression.In(
              property(key), new Expression.ListOf(List.of(valueFor(key), valueFor(key))));
    };
  }
}
