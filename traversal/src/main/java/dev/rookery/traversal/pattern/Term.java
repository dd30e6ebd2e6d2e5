package dev.rookery.traversal.pattern;

import dev.rookery.traversal.pattern.model.Expression;
import dev.rookery.traversal.pattern.model.Expression.Aggregate;
import dev.rookery.traversal.pattern.model.Expression.AggregateName;
import dev.rookery.traversal.pattern.model.Expression.Function;
import dev.rookery.traversal.pattern.model.Expression.FunctionName;
import dev.rookery.traversal.pattern.model.Expression.Operator;
import dev.rookery.traversal.pattern.model.Expression.Relation;
import dev.rookery.traversal.pattern.model.Expression.TextRelation;
import dev.rookery.traversal.pattern.model.ReturnItem;
import dev.rookery.traversal.pattern.model.SortKey;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A value or a condition of a pattern query, for [PatternBuilder]:
///
/// ```java
/// property("a", "age").lessThan(property("b", "age"))
///     .and(property("a", "name").in(parameter("names")))
/// ```
///
/// Where a method takes an `Object`, it is a term or a constant: of a type that properties may
/// have, a list of terms and constants, or null. What the operations mean, and what they make of
/// null, says [Expression]. Immutable.
public final class Term {
  private final Expression expression;

  private Term(Expression expression) {
    this.expression = expression;
  }

  /// Returns an expression as a term.
  public static Term of(Expression expression) {
    return new Term(expression);
  }

  /// Returns the expression that this stands for.
  public Expression expression() {
    return expression;
  }

  /// Returns a constant.
  ///
  /// @throws IllegalArgumentException if properties cannot have such a value
  public static Term value(@Nullable Object value) {
    return new Term(expressionOf(value));
  }

  /// Returns a value that is given when the query is run: `$name`.
  public static Term parameter(String name) {
    return new Term(new Expression.Parameter(requireName("parameter", name)));
  }

  /// Returns a node, an edge, or the list of edges of a path.
  public static Term variable(String name) {
    return new Term(new Expression.Variable(requireName("variable", name)));
  }

  /// Returns a property of a node or an edge: `variable.key`.
  public static Term property(String variable, String key) {
    return new Term(
        new Expression.Property(requireName("variable", variable), requireName("key", key)));
  }

  /// Returns the id of a node: `id(variable)`.
  public static Term id(String node) {
    return function(FunctionName.ID, node);
  }

  /// Returns the label of a node: `label(variable)`.
  public static Term label(String node) {
    return function(FunctionName.LABEL, node);
  }

  /// Returns the type of an edge: `type(variable)`.
  public static Term type(String edge) {
    return function(FunctionName.TYPE, edge);
  }

  /// Returns how many edges a path has: `length(variable)`.
  public static Term length(String path) {
    return function(FunctionName.LENGTH, path);
  }

  /// Returns the node at which an edge starts: `startNode(variable)`.
  public static Term startNode(String edge) {
    return function(FunctionName.START_NODE, edge);
  }

  /// Returns the node at which an edge ends: `endNode(variable)`.
  public static Term endNode(String edge) {
    return function(FunctionName.END_NODE, edge);
  }

  private static Term function(FunctionName name, String variable) {
    return new Term(new Function(name, requireName("variable", variable)));
  }

  /// Returns whether a node has one of some labels: `variable:A|B`.
  public static Term hasLabel(String node, String... labels) {
    if (labels.length == 0) {
      throw new IllegalArgumentException("no label is given variable=" + node);
    }
    return new Term(
        new Expression.HasLabel(
            requireName("variable", node), new LinkedHashSet<>(Arrays.asList(labels))));
  }

  /// Returns whether a pattern is there. Variables that the outer pattern has are the same in it.
  ///
  /// @param pattern nodes, edges and conditions, and nothing else
  /// @throws IllegalArgumentException if it has optional parts, or says what to return
  public static Term exists(PatternBuilder pattern) {
    return new Term(new Expression.Exists(pattern.buildPart()));
  }

  /// Returns the opposite of a condition.
  public static Term not(Term condition) {
    return new Term(new Expression.Not(condition.expression));
  }

  /// Returns how many rows there are: `count(*)`.
  public static Term countRows() {
    return new Term(new Aggregate(AggregateName.COUNT, false, null));
  }

  /// Returns how many values are not null: `count(value)`.
  public static Term count(Term value) {
    return aggregate(AggregateName.COUNT, false, value);
  }

  /// Returns how many different values there are: `count(DISTINCT value)`.
  public static Term countDistinct(Term value) {
    return aggregate(AggregateName.COUNT, true, value);
  }

  /// Returns the sum of values: `sum(value)`.
  public static Term sum(Term value) {
    return aggregate(AggregateName.SUM, false, value);
  }

  /// Returns the smallest value: `min(value)`.
  public static Term min(Term value) {
    return aggregate(AggregateName.MIN, false, value);
  }

  /// Returns the largest value: `max(value)`.
  public static Term max(Term value) {
    return aggregate(AggregateName.MAX, false, value);
  }

  /// Returns the mean of values: `avg(value)`.
  public static Term avg(Term value) {
    return aggregate(AggregateName.AVG, false, value);
  }

  /// Returns a list of values: `collect(value)`.
  public static Term collect(Term value) {
    return aggregate(AggregateName.COLLECT, false, value);
  }

  /// Returns a list of different values: `collect(DISTINCT value)`.
  public static Term collectDistinct(Term value) {
    return aggregate(AggregateName.COLLECT, true, value);
  }

  private static Term aggregate(AggregateName name, boolean isDistinct, Term value) {
    return new Term(new Aggregate(name, isDistinct, value.expression));
  }

  /// Returns whether this equals another value: `this = other`.
  public Term equalTo(@Nullable Object other) {
    return compared(Relation.EQUAL, other);
  }

  /// Returns whether this does not equal another value: `this <> other`.
  public Term notEqualTo(@Nullable Object other) {
    return compared(Relation.NOT_EQUAL, other);
  }

  /// Returns whether this is less than another value: `this < other`.
  public Term lessThan(@Nullable Object other) {
    return compared(Relation.LESS, other);
  }

  /// Returns whether this is another value or less: `this <= other`.
  public Term atMost(@Nullable Object other) {
    return compared(Relation.AT_MOST, other);
  }

  /// Returns whether this is more than another value: `this > other`.
  public Term greaterThan(@Nullable Object other) {
    return compared(Relation.GREATER, other);
  }

  /// Returns whether this is another value or more: `this >= other`.
  public Term atLeast(@Nullable Object other) {
    return compared(Relation.AT_LEAST, other);
  }

  private Term compared(Relation relation, @Nullable Object other) {
    return new Term(new Expression.Comparison(relation, expression, expressionOf(other)));
  }

  /// Returns whether this equals an element of a list: `this IN list`.
  public Term in(Object list) {
    return new Term(new Expression.In(expression, expressionOf(list)));
  }

  /// Returns whether this is null: `this IS NULL`.
  public Term isNull() {
    return new Term(new Expression.IsNull(expression));
  }

  /// Returns whether this is not null: `this IS NOT NULL`.
  public Term isNotNull() {
    return not(isNull());
  }

  /// Returns whether this text starts with another: `this STARTS WITH part`.
  public Term startsWith(Object part) {
    return matched(TextRelation.STARTS_WITH, part);
  }

  /// Returns whether this text ends with another: `this ENDS WITH part`.
  public Term endsWith(Object part) {
    return matched(TextRelation.ENDS_WITH, part);
  }

  /// Returns whether this text has another in it: `this CONTAINS part`.
  public Term contains(Object part) {
    return matched(TextRelation.CONTAINS, part);
  }

  private Term matched(TextRelation relation, Object part) {
    return new Term(new Expression.TextMatch(relation, expression, expressionOf(part)));
  }

  /// Returns the sum of this and another number, or this text and another joined: `this + other`.
  public Term plus(Object other) {
    return computed(Operator.ADD, other);
  }

  /// Returns the difference: `this - other`.
  public Term minus(Object other) {
    return computed(Operator.SUBTRACT, other);
  }

  /// Returns the product: `this * other`.
  public Term times(Object other) {
    return computed(Operator.MULTIPLY, other);
  }

  /// Returns the quotient, of whole numbers without the rest: `this / other`.
  public Term dividedBy(Object other) {
    return computed(Operator.DIVIDE, other);
  }

  /// Returns the rest of a division: `this % other`.
  public Term remainder(Object other) {
    return computed(Operator.REMAINDER, other);
  }

  private Term computed(Operator operator, Object other) {
    return new Term(new Expression.Arithmetic(operator, expression, expressionOf(other)));
  }

  /// Returns whether this and another condition hold.
  public Term and(Term other) {
    List<Expression> operands = new ArrayList<>();
    operands.addAll(
        expression instanceof Expression.And and ? and.operands() : List.of(expression));
    operands.add(other.expression);
    return new Term(new Expression.And(operands));
  }

  /// Returns whether this or another condition holds.
  public Term or(Term other) {
    List<Expression> operands = new ArrayList<>();
    operands.addAll(expression instanceof Expression.Or or ? or.operands() : List.of(expression));
    operands.add(other.expression);
    return new Term(new Expression.Or(operands));
  }

  /// Returns this as a column of the result: `this AS name`.
  public ReturnItem as(String name) {
    return new ReturnItem(requireName("column", name), expression);
  }

  /// Returns this as what rows are sorted by, the smallest first.
  public SortKey ascending() {
    return new SortKey(expression, false);
  }

  /// Returns this as what rows are sorted by, the largest first.
  public SortKey descending() {
    return new SortKey(expression, true);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Term term && term.expression.equals(expression);
  }

  @Override
  public int hashCode() {
    return expression.hashCode();
  }

  @Override
  public String toString() {
    return "Term[" + expression + "]";
  }

  /// Returns a term or a constant as an expression.
  static Expression expressionOf(@Nullable Object value) {
    return switch (value) {
      case null -> new Expression.Literal(null);
      case Term term -> term.expression;
      case Byte _, Short _, Integer _ -> new Expression.Literal(((Number) value).longValue());
      case Float number -> new Expression.Literal(number.doubleValue());
      case List<?> list ->
          new Expression.ListOf(list.stream().map(element -> expressionOf(element)).toList());
      default -> {
        if (VALUES.stream().noneMatch(type -> type.isInstance(value))) {
          throw new IllegalArgumentException(
              "properties have no such values class=" + value.getClass().getName());
        }
        yield new Expression.Literal(value);
      }
    };
  }

  private static final Set<Class<?>> VALUES =
      Set.of(
          Boolean.class,
          Long.class,
          Double.class,
          String.class,
          byte[].class,
          LocalDate.class,
          LocalTime.class,
          LocalDateTime.class,
          Instant.class,
          ZonedDateTime.class,
          Duration.class,
          UUID.class);

  static String requireName(String what, String name) {
    if (name.isEmpty() || (what.equals("variable") && name.startsWith("#"))) {
      throw new IllegalArgumentException(
          "name is empty or begins with # what=%s name=%s".formatted(what, name));
    }
    return name;
  }
}
