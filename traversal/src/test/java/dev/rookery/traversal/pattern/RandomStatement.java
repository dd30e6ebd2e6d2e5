package dev.rookery.traversal.pattern;

import dev.rookery.traversal.pattern.model.EdgePattern;
import dev.rookery.traversal.pattern.model.EdgePattern.Length;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Literal;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.pattern.model.Morphism;
import dev.rookery.traversal.pattern.model.NodePattern;
import dev.rookery.traversal.pattern.model.PatternPart;
import dev.rookery.traversal.pattern.model.ReturnItem;
import dev.rookery.traversal.pattern.model.SortKey;
import dev.rookery.traversal.pattern.statement.AnonymousNames;
import dev.rookery.traversal.pattern.statement.SortColumns;
import dev.rookery.traversal.pattern.statement.StatementCheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Random statements about a [RandomPatternGraph] that use all there is, with values for their
/// parameters.
final class RandomStatement {
  private final Random random;
  private final boolean allowsUnbounded;
  private final Map<String, Object> parameters = new LinkedHashMap<>();
  private int names;

  RandomStatement(Random random, boolean allowsUnbounded) {
    this.random = random;
    this.allowsUnbounded = allowsUnbounded;
  }

  Map<String, Object> parameters() {
    return parameters;
  }

  MatchStatement next() {
    RandomCondition.Names scope = new RandomCondition.Names();
    PatternPart part = part(scope, 1 + random.nextInt(4), 0);
    List<PatternPart> optionals = new ArrayList<>();
    while (random.nextInt(4) == 0 && optionals.size() < 2) {
      optionals.add(part(scope, 1 + random.nextInt(3), 1));
    }
    List<ReturnItem> returns = new ArrayList<>();
    boolean isDistinct = false;
    if (random.nextInt(4) > 0) {
      isDistinct = random.nextInt(4) == 0;
      boolean aggregates = random.nextInt(3) == 0;
      int count = 1 + random.nextInt(3);
      for (int i = 0; i < count; i++) {
        returns.add(new ReturnItem("c" + i, column(scope, aggregates && i % 2 == count % 2)));
      }
      if (aggregates && random.nextInt(3) == 0) {
        returns.add(new ReturnItem("n", RandomCondition.countRows()));
      }
    }
    MatchStatement plain =
        new MatchStatement(part, optionals, returns, isDistinct, List.of(), null, null);
    MatchStatement statement =
        AnonymousNames.number(
            new MatchStatement(
                part,
                optionals,
                returns,
                isDistinct,
                order(plain, scope),
                random.nextInt(8) == 0 ? rowCount("skip") : null,
                random.nextInt(5) == 0 ? rowCount("limit") : null));
    StatementCheck.check(statement);
    return statement;
  }

  private Expression rowCount(String name) {
    long count = random.nextInt(name.equals("skip") ? 4 : 12);
    if (random.nextBoolean()) {
      return new Literal(count);
    }
    parameters.put(name, count);
    return new Expression.Parameter(name);
  }

  private List<SortKey> order(MatchStatement statement, RandomCondition.Names scope) {
    List<SortKey> keys = new ArrayList<>();
    boolean isTogether = statement.isDistinct() || statement.hasAggregate();
    while (random.nextInt(5) < 2) {
      List<String> columns = new ArrayList<>();
      statement.returns().stream()
          .filter(item -> isSortable(item.expression()))
          .forEach(item -> columns.add(item.name()));
      if (statement.returns().isEmpty()) {
        columns.addAll(scope.named(scope.nodes));
      }
      boolean byColumn = isTogether || random.nextBoolean();
      if (byColumn && columns.isEmpty()) {
        break;
      }
      Expression key =
          byColumn
              ? new Expression.Variable(columns.get(random.nextInt(columns.size())))
              : condition(scope).property();
      keys.add(new SortKey(SortColumns.columnOf(key, statement.returns()), random.nextBoolean()));
    }
    return keys;
  }

  /// Edges and paths are in an order, but no document says in which.
  private static boolean isSortable(Expression column) {
    return switch (column) {
      case Expression.Variable(String name) -> name.startsWith("n");
      case Expression.Aggregate aggregate ->
          aggregate.argument() == null || isSortable(aggregate.argument());
      default -> true;
    };
  }

  private Expression column(RandomCondition.Names scope, boolean isAggregate) {
    return isAggregate ? condition(scope).aggregate() : condition(scope).column();
  }

  private RandomCondition condition(RandomCondition.Names scope) {
    return new RandomCondition(random, scope, parameters, null);
  }

  /// Makes a part and adds its variables to the scope.
  ///
  /// @param depth 0 for the first part, more for what hangs on others
  PatternPart part(RandomCondition.Names scope, int nodeCount, int depth) {
    Morphism morphism = Morphism.values()[random.nextInt(3)];
    List<String> variables = new ArrayList<>();
    Set<String> known = new HashSet<>(scope.nodes);
    for (int i = 0; i < nodeCount; i++) {
      boolean fromOutside = depth > 0 && !known.isEmpty() && random.nextInt(i == 0 ? 8 : 3) > 1;
      List<String> outer = scope.nodes.stream().filter(known::contains).toList();
      String name = fromOutside ? outer.get(random.nextInt(outer.size())) : name("n");
      if (!variables.contains(name)) {
        variables.add(name);
      }
    }
    RandomCondition.Names inner = scope;
    variables.stream().filter(name -> !inner.nodes.contains(name)).forEach(inner.nodes::add);
    List<EdgePattern> edges = new ArrayList<>();
    for (int i = 1; i < variables.size(); i++) {
      if (random.nextInt(8) > 0) {
        edges.add(edge(scope, variables.get(random.nextInt(i)), variables.get(i), morphism));
      }
    }
    while (random.nextInt(3) == 0 && edges.size() < 4) {
      String source = variables.get(random.nextInt(variables.size()));
      String target = variables.get(random.nextInt(variables.size()));
      if (source.equals(target) && random.nextInt(5) > 0) {
        continue;
      }
      edges.add(edge(scope, source, target, morphism));
    }
    List<NodePattern> nodes = new ArrayList<>();
    for (String variable : variables) {
      nodes.add(new NodePattern(variable, some(RandomPatternGraph.LABELS), properties(scope, 14)));
    }
    List<Expression> conditions = new ArrayList<>();
    while (random.nextInt(10) < 3 - depth) {
      RandomStatement patterns = depth < 2 ? this : null;
      conditions.addAll(
          new RandomCondition(random, scope, parameters, patterns).condition(2).conjuncts());
    }
    return new PatternPart(nodes, edges, all(conditions), morphism);
  }

  private static Expression all(List<Expression> conditions) {
    return switch (conditions.size()) {
      case 0 -> Literal.TRUE;
      case 1 -> conditions.getFirst();
      default -> new Expression.And(conditions);
    };
  }

  private String name(String prefix) {
    names++;
    return (random.nextInt(4) == 0 ? "#" : "") + prefix + names;
  }

  private EdgePattern edge(
      RandomCondition.Names scope, String source, String target, Morphism morphism) {
    Length length = random.nextInt(4) == 0 ? length(morphism) : Length.ONE;
    String variable = name(length.isPath() ? "p" : "e");
    EdgePattern edge =
        new EdgePattern(
            variable,
            random.nextBoolean() ? source : target,
            random.nextBoolean() ? target : source,
            some(RandomPatternGraph.TYPES),
            random.nextInt(3) > 0,
            length,
            properties(scope, 20));
    (length.isPath() ? scope.paths : scope.edges).add(variable);
    return edge;
  }

  private Length length(Morphism morphism) {
    int min = random.nextInt(3);
    boolean isUnbounded =
        allowsUnbounded && morphism != Morphism.HOMOMORPHISM && random.nextInt(3) == 0;
    return Length.between(min, isUnbounded ? Length.UNBOUNDED : min + random.nextInt(3 - min / 2));
  }

  /// None mostly, sometimes one or two, seldom one that nothing bears.
  private Set<String> some(List<String> names) {
    Set<String> some = new LinkedHashSet<>();
    int kind = random.nextInt(35);
    if (kind == 0) {
      some.add("Z");
    }
    if (kind < 9) {
      some.add(names.get(random.nextInt(names.size())));
    }
    if (kind < 3) {
      some.add(names.get(random.nextInt(names.size())));
    }
    return some;
  }

  private Map<String, Expression> properties(RandomCondition.Names scope, int seldom) {
    Map<String, Expression> properties = new LinkedHashMap<>();
    if (random.nextInt(seldom) == 0) {
      String key = RandomCondition.KEYS.get(random.nextInt(2));
      properties.put(key, condition(scope).valueFor(key));
    }
    return properties;
  }

  /// Returns a part for a condition, with names of its own.
  PatternPart inner(RandomCondition.Names scope, int depth) {
    return part(scope.copy(), 1 + random.nextInt(3), depth);
  }

  @Override
  public String toString() {
    return "RandomStatement[" + parameters + "]";
  }

  /// Returns a random element.
  static <T> @Nullable T anyOf(Random random, List<T> list) {
    return list.isEmpty() ? null : list.get(random.nextInt(list.size()));
  }
}
