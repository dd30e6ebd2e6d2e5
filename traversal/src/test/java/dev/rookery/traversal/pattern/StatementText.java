package dev.rookery.traversal.pattern;

import dev.rookery.traversal.pattern.model.EdgePattern;
import dev.rookery.traversal.pattern.model.EdgePattern.Length;
import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.MatchStatement;
import dev.rookery.traversal.pattern.model.NodePattern;
import dev.rookery.traversal.pattern.model.PatternPart;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes a statement as text that stands for the same, with names for what has none. Constants
/// that text cannot have become parameters.
final class StatementText {
  private final Map<String, Object> parameters;

  private StatementText(Map<String, Object> parameters) {
    this.parameters = parameters;
  }

  /// @param parameters gets what cannot be written
  static String of(MatchStatement statement, Map<String, Object> parameters) {
    return new StatementText(parameters).text(statement);
  }

  private String text(MatchStatement statement) {
    StringBuilder text = new StringBuilder("MATCH " + text(statement.part()));
    statement.optionals().forEach(part -> text.append("\nOPTIONAL MATCH ").append(text(part)));
    text.append("\nRETURN ").append(statement.isDistinct() ? "DISTINCT " : "");
    text.append(
        statement.returns().isEmpty()
            ? "*"
            : joined(
                ", ",
                statement.returns().stream()
                    .map(item -> text(item.expression()) + " AS " + name(item.name()))));
    if (!statement.order().isEmpty()) {
      text.append("\nORDER BY ")
          .append(
              joined(
                  ", ",
                  statement.order().stream()
                      .map(key -> text(key.expression()) + (key.isDescending() ? " DESC" : ""))));
    }
    text.append(count(" SKIP ", statement.skip())).append(count(" LIMIT ", statement.limit()));
    return text.toString();
  }

  private String count(String word, @Nullable Expression count) {
    return count == null ? "" : word + text(count);
  }

  private String text(PatternPart part) {
    String morphism =
        switch (part.morphism()) {
          case HOMOMORPHISM -> "REPEATABLE ELEMENTS ";
          case DISTINCT_NODES -> "DIFFERENT NODES ";
          case DISTINCT_EDGES -> "";
        };
    Stream<String> pieces =
        Stream.concat(part.nodes().stream().map(this::text), part.edges().stream().map(this::text));
    String where =
        part.where().equals(Expression.Literal.TRUE) ? "" : " WHERE " + text(part.where());
    return morphism + joined(", ", pieces) + where;
  }

  private String text(NodePattern node) {
    return "("
        + name(node.variable())
        + labels(node.labels())
        + properties(node.properties())
        + ")";
  }

  private String text(EdgePattern edge) {
    String length = edge.isPath() ? "*" + text(edge.length()) : "";
    return "(%s)-[%s%s%s%s]-%s(%s)"
        .formatted(
            name(edge.source()),
            name(edge.variable()),
            labels(edge.types()),
            length,
            properties(edge.properties()),
            edge.isDirected() ? ">" : "",
            name(edge.target()));
  }

  private static String text(Length length) {
    return length.min() + ".." + (length.max() == Length.UNBOUNDED ? "" : length.max());
  }

  private static String labels(Set<String> labels) {
    return labels.isEmpty() ? "" : ":" + String.join("|", labels);
  }

  private String properties(Map<String, Expression> properties) {
    return properties.isEmpty()
        ? ""
        : " {"
            + joined(
                ", ",
                properties.entrySet().stream()
                    .map(each -> each.getKey() + ": " + text(each.getValue())))
            + "}";
  }

  private static String name(String variable) {
    return variable.replace('#', '_');
  }

  private static String joined(String separator, Stream<String> pieces) {
    return pieces.collect(Collectors.joining(separator));
  }

  private String text(Expression expression) {
    return switch (expression) {
      case Expression.Literal(Object value) -> literal(value);
      case Expression.Parameter(String name) -> "$" + name;
      case Expression.Variable(String name) -> name(name);
      case Expression.Property(String variable, String key) -> name(variable) + "." + key;
      case Expression.HasLabel(String variable, Set<String> labels) ->
          "(" + name(variable) + labels(labels) + ")";
      case Expression.Function(Expression.FunctionName name, String variable) ->
          name.name().replace("_", "").toLowerCase(java.util.Locale.ROOT)
              + "("
              + name(variable)
              + ")";
      case Expression.Exists(PatternPart part) -> "EXISTS { " + text(part) + " }";
      case Expression.Aggregate aggregate ->
          aggregate.name()
              + "("
              + (aggregate.isDistinct() ? "DISTINCT " : "")
              + (aggregate.argument() == null ? "*" : text(aggregate.argument()))
              + ")";
      case Expression.ListOf(List<Expression> elements) ->
          "[" + joined(", ", elements.stream().map(this::text)) + "]";
      case Expression.IsNull(Expression operand) -> "(" + text(operand) + " IS NULL)";
      case Expression.Not(Expression operand) -> "(NOT " + text(operand) + ")";
      case Expression.And(List<Expression> operands) ->
          "(" + joined(" AND ", operands.stream().map(this::text)) + ")";
      case Expression.Or(List<Expression> operands) ->
          "(" + joined(" OR ", operands.stream().map(this::text)) + ")";
      case Expression.Comparison(Expression.Relation relation, Expression left, Expression right) ->
          "(" + text(left) + " " + symbol(relation) + " " + text(right) + ")";
      case Expression.In(Expression element, Expression list) ->
          "(" + text(element) + " IN " + text(list) + ")";
      case Expression.TextMatch(
              Expression.TextRelation relation,
              Expression text,
              Expression part) ->
          "(" + text(text) + " " + relation.name().replace('_', ' ') + " " + text(part) + ")";
      case Expression.Arithmetic(Expression.Operator operator, Expression left, Expression right) ->
          "(" + text(left) + " " + symbol(operator) + " " + text(right) + ")";
    };
  }

  private String literal(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case String text -> "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
      case Boolean _, Long _, Double _ -> value.toString();
      default -> {
        String name = "v" + parameters.size();
        parameters.put(name, value);
        yield "$" + name;
      }
    };
  }

  private static String symbol(Expression.Relation relation) {
    return switch (relation) {
      case EQUAL -> "=";
      case NOT_EQUAL -> "<>";
      case LESS -> "<";
      case AT_MOST -> "<=";
      case GREATER -> ">";
      case AT_LEAST -> ">=";
    };
  }

  private static String symbol(Expression.Operator operator) {
    return switch (operator) {
      case ADD -> "+";
      case SUBTRACT -> "-";
      case MULTIPLY -> "*";
      case DIVIDE -> "/";
      case REMAINDER -> "%";
    };
  }
}
