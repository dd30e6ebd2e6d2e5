package dev.rookery.traversal.pattern.model;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A condition or a value in a pattern query. Immutable.
///
/// **Null.** A property that is not there is null, and so is what belongs to an optional part that
/// was not found. Comparisons with null are null, `NOT null` is null, `false AND null` is false and
/// `true OR null` is true; where a condition is asked for, only true is enough.
///
/// **Comparing.** Values are equal and in order as [dev.rookery.graph.index.NodeQuery] says:
/// numbers by their value whether `long` or `double`, text by code points. Values of different
/// types are not equal, and asking which of them is less gives null. Nodes and edges are equal to
/// themselves.
public sealed interface Expression {
  /// A constant.
  ///
  /// @param value of a type that properties may have, or null
  record Literal(@Nullable Object value) implements Expression {
    /// What always holds.
    public static final Literal TRUE = new Literal(true);
  }

  /// A value that is given when the query is run.
  ///
  /// @param name without the dollar sign
  record Parameter(String name) implements Expression {}

  /// A node, an edge, or the list of edges of a path of variable length.
  ///
  /// @param name of the variable
  record Variable(String name) implements Expression {}

  /// A property of a node or an edge.
  ///
  /// @param variable whose property
  /// @param key its name
  record Property(String variable, String key) implements Expression {}

  /// How two values are compared.
  enum Relation {
    /// `=`
    EQUAL,
    /// `<>`
    NOT_EQUAL,
    /// `<`
    LESS,
    /// `<=`
    AT_MOST,
    /// `>`
    GREATER,
    /// `>=`
    AT_LEAST
  }

  /// Two values compared.
  ///
  /// @param relation how
  /// @param left the first
  /// @param right the second
  record Comparison(Relation relation, Expression left, Expression right) implements Expression {}

  /// What is asked of two texts.
  enum TextRelation {
    /// `STARTS WITH`
    STARTS_WITH,
    /// `ENDS WITH`
    ENDS_WITH,
    /// `CONTAINS`
    CONTAINS
  }

  /// A text beside a part of it; null where one of them is no text.
  ///
  /// @param relation what is asked
  /// @param text the whole
  /// @param part what it is to have
  record TextMatch(TextRelation relation, Expression text, Expression part) implements Expression {}

  /// Whether a value equals an element of a list.
  ///
  /// @param element the value
  /// @param list a list, by itself or as a property or parameter
  record In(Expression element, Expression list) implements Expression {}

  /// A list of values.
  ///
  /// @param elements in order
  record ListOf(List<Expression> elements) implements Expression {
    /// Copies the list.
    public ListOf {
      elements = List.copyOf(elements);
    }
  }

  /// Whether a value is null. Never null itself.
  ///
  /// @param operand the value
  record IsNull(Expression operand) implements Expression {}

  /// The opposite of a condition.
  ///
  /// @param operand the condition
  record Not(Expression operand) implements Expression {}

  /// All of some conditions.
  ///
  /// @param operands in any order
  record And(List<Expression> operands) implements Expression {
    /// Copies the list.
    public And {
      operands = List.copyOf(operands);
    }
  }

  /// Any of some conditions.
  ///
  /// @param operands in any order
  record Or(List<Expression> operands) implements Expression {
    /// Copies the list.
    public Or {
      operands = List.copyOf(operands);
    }
  }

  /// What is done with two numbers.
  enum Operator {
    /// `+`, which also joins texts
    ADD,
    /// `-`
    SUBTRACT,
    /// `*`
    MULTIPLY,
    /// `/`: of two `long` values without the rest
    DIVIDE,
    /// `%`
    REMAINDER
  }

  /// Arithmetic: of two `long` values a `long`, else `double`; null where one is no number.
  /// Overflow of `long` and division of `long` by zero end the query with an `ArithmeticException`.
  ///
  /// @param operator what is done
  /// @param left the first number
  /// @param right the second number
  record Arithmetic(Operator operator, Expression left, Expression right) implements Expression {}

  /// Whether a node has one of some labels.
  ///
  /// @param variable the node
  /// @param labels any of these
  record HasLabel(String variable, Set<String> labels) implements Expression {
    /// Copies the set.
    public HasLabel {
      labels = ordered(labels);
    }
  }

  /// Whether a pattern is there. Variables that the outer pattern has are the same here.
  ///
  /// @param part the pattern
  record Exists(PatternPart part) implements Expression {}

  /// What is asked of one variable.
  enum FunctionName {
    /// `id(n)`: the id of a node
    ID,
    /// `label(n)`: the label of a node, null if it has none
    LABEL,
    /// `type(r)`: the type of an edge
    TYPE,
    /// `length(r)`: how many edges a path of variable length has
    LENGTH,
    /// `startNode(r)`: the node at which an edge starts
    START_NODE,
    /// `endNode(r)`: the node at which an edge ends
    END_NODE
  }

  /// A function of one variable.
  ///
  /// @param name which
  /// @param variable of what
  record Function(FunctionName name, String variable) implements Expression {}

  /// What is made of many values. Nulls do not count.
  enum AggregateName {
    /// How many there are.
    COUNT,
    /// Their sum, 0 of none.
    SUM,
    /// The smallest, null of none.
    MIN,
    /// The largest, null of none.
    MAX,
    /// The mean, a `double`; null of none.
    AVG,
    /// All in a list, in order.
    COLLECT
  }

  /// Something made of many rows: those which are equal in all that is returned and is no
  /// aggregate.
  ///
  /// @param name what is made
  /// @param isDistinct whether equal values count once
  /// @param argument the values; null stands for whole rows, `count(*)`
  record Aggregate(AggregateName name, boolean isDistinct, @Nullable Expression argument)
      implements Expression {
    /// Checks that only whole rows are counted without an argument.
    public Aggregate {
      if (argument == null && (name != AggregateName.COUNT || isDistinct)) {
        throw new IllegalArgumentException("only count(*) has no argument name=" + name);
      }
    }
  }

  /// Returns all of two conditions.
  default Expression and(Expression other) {
    if (this.equals(Literal.TRUE)) {
      return other;
    }
    return other.equals(Literal.TRUE) ? this : new And(List.of(this, other));
  }

  /// Returns the conditions of which all must hold, without any that is an [And] or true.
  default List<Expression> conjuncts() {
    if (this.equals(Literal.TRUE)) {
      return List.of();
    }
    return this instanceof And and
        ? and.operands.stream().flatMap(each -> each.conjuncts().stream()).toList()
        : List.of(this);
  }

  /// Tells what this is made of: its parts, not those of parts, and not those of patterns.
  default void forEachPart(Consumer<Expression> visitor) {
    switch (this) {
      case Comparison(Relation _, Expression left, Expression right) -> {
        visitor.accept(left);
        visitor.accept(right);
      }
      case TextMatch(TextRelation _, Expression text, Expression part) -> {
        visitor.accept(text);
        visitor.accept(part);
      }
      case In(Expression element, Expression list) -> {
        visitor.accept(element);
        visitor.accept(list);
      }
      case Arithmetic(Operator _, Expression left, Expression right) -> {
        visitor.accept(left);
        visitor.accept(right);
      }
      case ListOf(List<Expression> elements) -> elements.forEach(visitor);
      case And(List<Expression> operands) -> operands.forEach(visitor);
      case Or(List<Expression> operands) -> operands.forEach(visitor);
      case Not(Expression operand) -> visitor.accept(operand);
      case IsNull(Expression operand) -> visitor.accept(operand);
      case Aggregate(AggregateName _, boolean _, @Nullable Expression argument) -> {
        if (argument != null) {
          visitor.accept(argument);
        }
      }
      case Literal _, Parameter _, Variable _, Property _, HasLabel _, Exists _, Function _ -> {}
    }
  }

  /// Returns the variables that this speaks of, those in patterns included, whether or not they are
  /// bound there.
  default Set<String> variables() {
    Set<String> found = new LinkedHashSet<>();
    collectVariables(this, found);
    return found;
  }

  private static void collectVariables(Expression expression, Set<String> found) {
    switch (expression) {
      case Variable(String name) -> found.add(name);
      case Property(String variable, String _) -> found.add(variable);
      case HasLabel(String variable, Set<String> _) -> found.add(variable);
      case Function(FunctionName _, String variable) -> found.add(variable);
      case Exists(PatternPart part) -> found.addAll(part.variables());
      default -> expression.forEachPart(part -> collectVariables(part, found));
    }
  }

  /// Returns whether there is an aggregate in this.
  default boolean hasAggregate() {
    boolean[] found = {this instanceof Aggregate};
    forEachPart(part -> found[0] |= part.hasAggregate());
    return found[0];
  }

  private static Set<String> ordered(Set<String> names) {
    Objects.requireNonNull(names);
    return java.util.Collections.unmodifiableSet(new LinkedHashSet<>(names));
  }
}
