package dev.rookery.traversal.pattern;

import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Aggregate;
import dev.rookery.traversal.pattern.model.Expression.Operator;
import dev.rookery.traversal.pattern.model.Expression.Relation;
import dev.rookery.traversal.pattern.model.Expression.TextRelation;
import dev.rookery.traversal.pattern.model.PatternPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// What an expression is in one match, by going through it literally.
final class ReferenceEvaluator {
  private final ReferenceGraph graph;
  private final Map<String, Object> parameters;
  private final BiPredicate<PatternPart, Map<String, @Nullable Object>> exists;

  ReferenceEvaluator(
      ReferenceGraph graph,
      Map<String, Object> parameters,
      BiPredicate<PatternPart, Map<String, @Nullable Object>> exists) {
    this.graph = graph;
    this.parameters = parameters;
    this.exists = exists;
  }

  boolean isTrue(Expression condition, Map<String, @Nullable Object> match) {
    return Objects.equals(value(condition, match, Map.of()), true);
  }

  /// @param made the values of aggregates
  @Nullable Object value(
      Expression expression, Map<String, @Nullable Object> match, Map<Expression, Object> made) {
    return switch (expression) {
      case Expression.Literal(Object value) -> value;
      case Expression.Parameter(String name) ->
          Objects.requireNonNull(parameters.get(name), "no such parameter");
      case Expression.Variable(String name) -> variable(name, match);
      case Expression.Property(String name, String key) -> {
        Object element = variable(name, match);
        yield element == null ? null : graph.property(element, key);
      }
      case Expression.HasLabel(String name, Set<String> labels) -> {
        Object node = variable(name, match);
        String label = node == null ? null : graph.label((NodeRef) node);
        yield node == null ? null : (Object) (label != null && labels.contains(label));
      }
      case Expression.Function(Expression.FunctionName name, String variable) ->
          function(name, variable(variable, match));
      case Expression.Exists(PatternPart part) -> exists.test(part, match);
      case Expression.Aggregate aggregate -> made.get(aggregate);
      case Expression.ListOf(List<Expression> elements) -> {
        List<@Nullable Object> values = new ArrayList<>();
        elements.forEach(element -> values.add(value(element, match, made)));
        yield values;
      }
      case Expression.IsNull(Expression operand) -> value(operand, match, made) == null;
      case Expression.Not(Expression operand) ->
          value(operand, match, made) instanceof Boolean flag ? !flag : null;
      case Expression.And(List<Expression> operands) -> all(operands, match, made, false);
      case Expression.Or(List<Expression> operands) -> all(operands, match, made, true);
      case Expression.Comparison(Relation relation, Expression left, Expression right) ->
          compared(relation, value(left, match, made), value(right, match, made));
      case Expression.In(Expression element, Expression list) ->
          in(value(element, match, made), value(list, match, made));
      case Expression.TextMatch(TextRelation relation, Expression text, Expression part) ->
          matched(relation, value(text, match, made), value(part, match, made));
      case Expression.Arithmetic(Operator operator, Expression left, Expression right) ->
          computed(operator, value(left, match, made), value(right, match, made));
    };
  }

  private static @Nullable Object variable(String name, Map<String, @Nullable Object> match) {
    if (!match.containsKey(name)) {
      throw new IllegalArgumentException("no such variable variable=" + name);
    }
    return match.get(name);
  }

  private @Nullable Object function(Expression.FunctionName name, @Nullable Object element) {
    if (element == null) {
      return null;
    }
    return switch (name) {
      case ID -> ((NodeRef) element).id();
      case LABEL -> graph.label((NodeRef) element);
      case TYPE -> ((EdgeRef) element).type();
      case LENGTH -> (long) ((List<?>) element).size();
      case START_NODE -> new NodeRef(((EdgeRef) element).source());
      case END_NODE -> new NodeRef(((EdgeRef) element).target());
    };
  }

  /// All of some conditions; or, with what decides swapped, any of them.
  private @Nullable Object all(
      List<Expression> operands,
      Map<String, @Nullable Object> match,
      Map<Expression, Object> made,
      boolean decisive) {
    boolean isUnknown = false;
    for (Expression operand : operands) {
      Object value = value(operand, match, made);
      if (Objects.equals(value, decisive)) {
        return decisive;
      }
      isUnknown |= !(value instanceof Boolean);
    }
    return isUnknown ? null : !decisive;
  }

  private static @Nullable Object compared(
      Relation relation, @Nullable Object left, @Nullable Object right) {
    if (left == null || right == null) {
      return null;
    }
    boolean areComparable = ReferenceOrder.rank(left) == ReferenceOrder.rank(right);
    if (!areComparable) {
      return switch (relation) {
        case EQUAL -> false;
        case NOT_EQUAL -> true;
        default -> null;
      };
    }
    int order = ReferenceOrder.compare(left, right);
    return switch (relation) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case AT_MOST -> order <= 0;
      case GREATER -> order > 0;
      case AT_LEAST -> order >= 0;
    };
  }

  private static @Nullable Object in(@Nullable Object element, @Nullable Object list) {
    if (!(list instanceof List<?> values)) {
      return null;
    }
    boolean isUnknown = false;
    for (Object value : values) {
      Object isEqual = compared(Relation.EQUAL, element, value);
      if (Objects.equals(isEqual, true)) {
        return true;
      }
      isUnknown |= isEqual == null;
    }
    return isUnknown ? null : false;
  }

  private static @Nullable Object matched(
      TextRelation relation, @Nullable Object text, @Nullable Object part) {
    if (!(text instanceof String whole) || !(part instanceof String piece)) {
      return null;
    }
    return switch (relation) {
      case STARTS_WITH -> whole.startsWith(piece);
      case ENDS_WITH -> whole.endsWith(piece);
      case CONTAINS -> whole.contains(piece);
    };
  }

  private static @Nullable Object computed(
      Operator operator, @Nullable Object left, @Nullable Object right) {
    if (operator == Operator.ADD && left instanceof String one && right instanceof String other) {
      return one + other;
    }
    if (left instanceof Long one && right instanceof Long other) {
      return switch (operator) {
        case ADD -> Math.addExact(one, other);
        case SUBTRACT -> Math.subtractExact(one, other);
        case MULTIPLY -> Math.multiplyExact(one, other);
        case DIVIDE -> Math.divideExact(one, other);
        case REMAINDER -> one % other;
      };
    }
    if (!(left instanceof Number first) || !(right instanceof Number second)) {
      return null;
    }
    double one = first.doubleValue();
    double other = second.doubleValue();
    return switch (operator) {
      case ADD -> one + other;
      case SUBTRACT -> one - other;
      case MULTIPLY -> one * other;
      case DIVIDE -> one / other;
      case REMAINDER -> one % other;
    };
  }

  /// Returns what an aggregate makes of the values of a group.
  @Nullable Object aggregate(Aggregate aggregate, List<Map<String, @Nullable Object>> group) {
    Expression argument = aggregate.argument();
    if (argument == null) {
      return (long) group.size();
    }
    List<Object> values = new ArrayList<>();
    for (Map<String, @Nullable Object> match : group) {
      Object value = value(argument, match, Map.of());
      boolean isKnown =
          aggregate.isDistinct()
              && values.stream().anyMatch(known -> ReferenceOrder.compare(known, value) == 0);
      if (value != null && !isKnown) {
        values.add(value);
      }
    }
    values.sort(ReferenceOrder::compare);
    return switch (aggregate.name()) {
      case COUNT -> (long) values.size();
      case SUM -> sum(values);
      case MIN -> values.isEmpty() ? null : values.getFirst();
      case MAX -> values.isEmpty() ? null : values.getLast();
      case AVG -> values.isEmpty() ? null : (Object) (sum(values).doubleValue() / values.size());
      case COLLECT -> values;
    };
  }

  private static Number sum(List<Object> values) {
    Number sum = 0L;
    for (Object value : values) {
      sum = (Number) Objects.requireNonNull(computed(Operator.ADD, sum, value));
    }
    return sum;
  }
}
