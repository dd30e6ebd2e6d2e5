package dev.rookery.traversal.pattern.statement;

import dev.rookery.traversal.pattern.model.EdgePattern;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.pattern.model.NodePattern;
import dev.rookery.traversal.pattern.model.PatternPart;
import dev.rookery.traversal.pattern.model.ReturnItem;
import dev.rookery.traversal.pattern.model.SortKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Numbers the variables that have no name: `#0`, `#1` and so on through the whole statement, nodes
/// of a part before its edges, a part before those in its conditions.
///
/// No two are the same, so that one within a condition is not taken for one of the outer pattern;
/// and the same pattern gets the same numbers, whoever made it.
public final class AnonymousNames {
  private int count;

  private AnonymousNames() {}

  /// Returns the statement with its nameless variables numbered.
  public static MatchStatement number(MatchStatement statement) {
    return new AnonymousNames().renamed(statement);
  }

  private MatchStatement renamed(MatchStatement statement) {
    return new MatchStatement(
        renamed(statement.part()),
        statement.optionals().stream().map(this::renamed).toList(),
        statement.returns().stream()
            .map(item -> new ReturnItem(item.name(), renamed(item.expression())))
            .toList(),
        statement.isDistinct(),
        statement.order().stream()
            .map(key -> new SortKey(renamed(key.expression()), key.isDescending()))
            .toList(),
        statement.skip(),
        statement.limit());
  }

  private PatternPart renamed(PatternPart part) {
    Map<String, String> names = new HashMap<>();
    part.nodes().forEach(node -> names.put(node.variable(), nameOf(node.variable())));
    part.edges().forEach(edge -> names.put(edge.variable(), nameOf(edge.variable())));
    return new PatternPart(
        part.nodes().stream()
            .map(node ->
                new NodePattern(
                    names.getOrDefault(node.variable(), node.variable()),
                    node.labels(),
                    node.properties()))
            .toList(),
        part.edges().stream()
            .map(edge ->
                new EdgePattern(
                    names.getOrDefault(edge.variable(), edge.variable()),
                    names.getOrDefault(edge.source(), edge.source()),
                    names.getOrDefault(edge.target(), edge.target()),
                    edge.types(),
                    edge.isDirected(),
                    edge.length(),
                    edge.properties()))
            .toList(),
        renamed(part.where()),
        part.morphism());
  }

  private String nameOf(String variable) {
    return variable.startsWith(PartDraft.ANONYMOUS) ? PartDraft.ANONYMOUS + count++ : variable;
  }

  private Expression renamed(Expression expression) {
    return switch (expression) {
      case Expression.Exists(PatternPart part) -> new Expression.Exists(renamed(part));
      case Expression.Not(Expression operand) -> new Expression.Not(renamed(operand));
      case Expression.And(List<Expression> operands) -> new Expression.And(renamed(operands));
      case Expression.Or(List<Expression> operands) -> new Expression.Or(renamed(operands));
      case Expression.ListOf(List<Expression> elements) -> new Expression.ListOf(renamed(elements));
      case Expression.IsNull(Expression operand) -> new Expression.IsNull(renamed(operand));
      case Expression.Comparison(Expression.Relation relation, Expression left, Expression right) ->
          new Expression.Comparison(relation, renamed(left), renamed(right));
      case Expression.In(Expression element, Expression list) ->
          new Expression.In(renamed(element), renamed(list));
      case Expression.Aggregate aggregate when aggregate.argument() != null ->
          new Expression.Aggregate(
              aggregate.name(), aggregate.isDistinct(), renamed(aggregate.argument()));
      case Expression.TextMatch(
              Expression.TextRelation relation,
              Expression text,
              Expression part) ->
          new Expression.TextMatch(relation, renamed(text), renamed(part));
      case Expression.Arithmetic(Expression.Operator operator, Expression left, Expression right) ->
          new Expression.Arithmetic(operator, renamed(left), renamed(right));
      case Expression.Literal _,
          Expression.Parameter _,
          Expression.Variable _,
          Expression.Property _,
          Expression.HasLabel _,
          Expression.Function _,
          Expression.Aggregate _ ->
          expression;
    };
  }

  private List<Expression> renamed(List<Expression> expressions) {
    return expressions.stream().map(this::renamed).toList();
  }
}
