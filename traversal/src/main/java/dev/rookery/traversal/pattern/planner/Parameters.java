package dev.rookery.traversal.pattern.planner;

import dev.rookery.traversal.pattern.model.EdgePattern;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.pattern.model.NodePattern;
import dev.rookery.traversal.pattern.model.PatternPart;
import dev.rookery.traversal.pattern.model.ReturnItem;
import dev.rookery.traversal.pattern.model.SortKey;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Puts the values of parameters into a query, as constants.
public final class Parameters {
  private final Map<String, Object> values;

  /// @param values by name; null is no value
  public Parameters(Map<String, Object> values) {
    this.values = Map.copyOf(values);
  }

  /// Returns a query without parameters.
  ///
  /// @throws IllegalArgumentException if a value is missing
  public MatchStatement fill(MatchStatement statement) {
    return new MatchStatement(
        fill(statement.part()),
        statement.optionals().stream().map(this::fill).toList(),
        statement.returns().stream()
            .map(item -> new ReturnItem(item.name(), fill(item.expression())))
            .toList(),
        statement.isDistinct(),
        statement.order().stream()
            .map(key -> new SortKey(fill(key.expression()), key.isDescending()))
            .toList(),
        fillOrNull(statement.skip()),
        fillOrNull(statement.limit()));
  }

  private PatternPart fill(PatternPart part) {
    return new PatternPart(
        part.nodes().stream()
            .map(node -> new NodePattern(node.variable(), node.labels(), fill(node.properties())))
            .toList(),
        part.edges().stream()
            .map(edge ->
                new EdgePattern(
                    edge.variable(),
                    edge.source(),
                    edge.target(),
                    edge.types(),
                    edge.isDirected(),
                    edge.length(),
                    fill(edge.properties())))
            .toList(),
        fill(part.where()),
        part.morphism());
  }

  private Map<String, Expression> fill(Map<String, Expression> properties) {
    Map<String, Expression> filled = new LinkedHashMap<>();
    properties.forEach((key, value) -> filled.put(key, fill(value)));
    return filled;
  }

  private List<Expression> fill(List<Expression> expressions) {
    return expressions.stream().map(this::fill).toList();
  }

  private @Nullable Expression fillOrNull(@Nullable Expression expression) {
    return expression == null ? null : fill(expression);
  }

  private Expression fill(Expression expression) {
    return switch (expression) {
      case Expression.Parameter(String name) -> new Expression.Literal(value(name));
      case Expression.Comparison(Expression.Relation relation, Expression left, Expression right) ->
          new Expression.Comparison(relation, fill(left), fill(right));
      case Expression.TextMatch(
              Expression.TextRelation relation,
              Expression text,
              Expression part) ->
          new Expression.TextMatch(relation, fill(text), fill(part));
      case Expression.In(Expression element, Expression list) ->
          new Expression.In(fill(element), fill(list));
      case Expression.ListOf(List<Expression> elements) -> new Expression.ListOf(fill(elements));
      case Expression.IsNull(Expression operand) -> new Expression.IsNull(fill(operand));
      case Expression.Not(Expression operand) -> new Expression.Not(fill(operand));
      case Expression.And(List<Expression> operands) -> new Expression.And(fill(operands));
      case Expression.Or(List<Expression> operands) -> new Expression.Or(fill(operands));
      case Expression.Arithmetic(Expression.Operator operator, Expression left, Expression right) ->
          new Expression.Arithmetic(operator, fill(left), fill(right));
      case Expression.Exists(PatternPart part) -> new Expression.Exists(fill(part));
      case Expression.Aggregate(
              Expression.AggregateName name,
              boolean isDistinct,
              @Nullable Expression argument) ->
          new Expression.Aggregate(name, isDistinct, fillOrNull(argument));
      case Expression.Literal _,
          Expression.Variable _,
          Expression.Property _,
          Expression.HasLabel _,
          Expression.Function _ ->
          expression;
    };
  }

  private Object value(String name) {
    Object value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("parameter has no value name=" + name);
    }
    return value;
  }
}
